// What the page says about itself: the connection when it is away for longer than
// a hiccup, an upgrade, and passing remarks.

import { t } from "../words/words.js";
import { $ } from "./dom.js";

const AWAY_MS = 5000;
const TOAST_MS = 5000;

export class Banner {
  #timer = 0;
  #shown = false;
  #toastTimer = 0;

  // `retry()` tries to connect at once.
  constructor({ retry }) {
    $("banner-action").onclick = retry;
    $("upgrade-reload").onclick = () => location.reload();
  }

  connection(status, door) {
    Object.assign(document.documentElement.dataset, { connection: status, door });
    if (status === "open") {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#shown = false;
    } else {
      this.#timer ||= setTimeout(() => {
        this.#shown = true;
        this.retranslate();
      }, AWAY_MS);
    }
    this.retranslate();
  }

  retranslate() {
    const away = navigator.onLine ? "banner_waiting" : "banner_offline";
    $("banner").hidden = !this.#shown;
    $("banner-text").textContent = this.#shown ? t(away) : "";
    $("banner-action").textContent = t("tryNow");
  }

  upgraded() {
    $("upgrade").hidden = false;
  }

  toast(text) {
    const el = $("toast");
    el.textContent = text;
    el.classList.add("shown");
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => {
      el.classList.remove("shown");
      el.textContent = "";
    }, TOAST_MS);
  }
}
