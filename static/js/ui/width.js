// How wide the window is, in the words of css/widths.css, which alone knows the
// breakpoints: "wide", "middle" or "narrow".

const style = getComputedStyle(document.documentElement);
const width = () => style.getPropertyValue("--width").trim();

export const isWide = () => width() === "wide";
export const isNarrow = () => width() === "narrow";

// Calls `changed` whenever another word holds.
export function onWidth(changed) {
  let before = width();
  addEventListener("resize", () => {
    const now = width();
    if (now === before) return;
    before = now;
    changed();
  });
}
