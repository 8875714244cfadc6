// While a lower door is in use: sees from time to time whether the best one works
// by now. Silence is an answer too, and what comes after stop() counts for nothing.

import { socketUrl } from "./socket.js";

const PAUSE_MS = 60000;
const ANSWER_MS = 8000;

// `works()` is called once the best door has answered.
export class Probe {
  #user;
  #works;
  #socket = null;
  #timer = 0;

  constructor(user, works) {
    this.#user = user;
    this.#works = works;
  }

  later() {
    this.stop();
    this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    const old = this.#socket;
    this.#socket = null;
    old?.close();
  }

  #ask() {
    const mine = new WebSocket(socketUrl(this.#user));
    this.#socket = mine;
    mine.onmessage = () => {
      if (this.#socket !== mine) return;
      this.stop();
      this.#works();
    };
    mine.onclose = () => {
      if (this.#socket === mine) this.later();
    };
    this.#timer = setTimeout(() => this.later(), ANSWER_MS);
  }
}
