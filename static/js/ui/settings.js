// Name, language, theme, notices, sound. Tells language lang.

import { nameOf } from "../model/names.js";
import { load, save } from "../net/storage.js";
import { language, t } from "../words/words.js";
import { complain, show } from "./dialogs.js";
import { $, tell } from "./dom.js";
import { openHelp } from "./help.js";

export class Settings {
  #form = $("settings-form");
  #notices;

  // `rename(name)` promises what is wrong, or "".
  constructor({ notices, rename }) {
    const form = this.#form;
    this.#notices = notices;
    form.onsubmit = async (event) => {
      event.preventDefault();
      complain(form, "");
      complain(form, await rename(nameOf($("settings-name").value)));
    };
    form.addEventListener("change", ({ target }) => this.#changed(target));
    $("allow-notices").onclick = async () => {
      await notices.toggle();
      this.retranslate();
    };
    $("open-help").onclick = () => {
      $("settings").close();
      openHelp();
    };
  }

  open({ user, version }) {
    $("settings-name").defaultValue = user;
    $("settings-name").value = user;
    complain(this.#form, "");
    $("about").textContent = t("aboutBuild", { version });
    this.retranslate();
    show($("settings"));
  }

  retranslate() {
    this.#check("lang", language());
    this.#check("theme", load("theme") ?? "auto");
    $("sound").checked = this.#notices.sound();
    const status = this.#notices.status();
    $("allow-notices").textContent = t(`notices${status}`);
    $("allow-notices").disabled = status === "Denied" || status === "None";
    $("allow-notices").setAttribute("aria-pressed", String(status === "On"));
  }

  #changed({ id, name, value, checked }) {
    if (name === "lang") tell(this.#form, "language", value);
    if (name === "theme") {
      save("theme", value);
      document.dispatchEvent(new Event("papo:theme"));
    }
    if (id === "sound") this.#notices.setSound(checked);
  }

  #check(name, value) {
    for (const radio of this.#form.elements[name]) radio.checked = radio.value === value;
  }
}
