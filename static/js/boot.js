// Runs before the first paint, so that the theme does not flicker. A classic
// script: modules run too late for that.
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    let theme = null;
    try {
      theme = JSON.parse(localStorage.getItem("papo.theme"));
    } catch {
      // Storage is forbidden, or holds something else: the system decides.
    }
    const auto = dark.matches ? "dark" : "light";
    root.dataset.theme = theme === "light" || theme === "dark" ? theme : auto;
  }
  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("papo:theme", paint);
})();
