// Runs before the first paint, so that neither the theme nor the language
// flickers. A classic script: modules run too late for that.
(function () {
  function kept(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    const theme = kept("papo.theme");
    const auto = dark.matches ? "dark" : "light";
    root.dataset.theme = theme === "light" || theme === "dark" ? theme : auto;
  }
  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("papo:theme", paint);

  const asked = kept("papo.lang") || navigator.language || "en";
  root.lang = /^pt/i.test(asked) ? "pt-BR" : "en";
})();
