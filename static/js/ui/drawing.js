// When to draw: at most once a frame, and never more than a third of the time, so
// that in a flood the page stays quick to the hand. A hidden page gets no frames,
// but its title still counts, hence the timer beside.

const FRAME_MS = 60;
const HIDDEN_MS = 250;
const CHEAP_MS = 8;
const REST_MAX_MS = 500;

export class Drawing {
  #draw;
  #timer = 0;
  #cost = 0;

  constructor(draw) {
    this.#draw = draw;
  }

  soon() {
    if (this.#timer) return;
    const rest = Math.min(REST_MAX_MS, this.#cost < CHEAP_MS ? 0 : 2 * this.#cost);
    this.#timer = setTimeout(() => this.now(), rest + (document.hidden ? HIDDEN_MS : FRAME_MS));
    if (document.hidden) return;
    if (rest === 0) requestAnimationFrame(() => this.#timer && this.now());
  }

  now() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const began = performance.now();
    this.#draw();
    this.#cost = performance.now() - began;
  }
}
