// The head of the conversation, and who is typing below it.

import { t } from "../words/words.js";
import { $ } from "./dom.js";

export function drawHead(state) {
  const room = state.rooms.get(state.current);
  $("nowhere").hidden = Boolean(room);
  $("app").classList.toggle("empty", !room);
  if (!room) return;
  $("room-title").textContent = room.name;
  $("room-topic").textContent = room.topic || "";
  $("room-topic").title = room.topic || "";
  const online = room.people.known ? room.people.online() : room.listed.online;
  $("online-count").textContent = online || "";
  const words = `${t("showPeople")} (${t("peopleOnline", { n: online })})`;
  $("people-words").textContent = words;
  $("toggle-members").title = words;
  for (const radio of document.getElementsByName("level")) {
    radio.checked = radio.value === room.level;
  }
  drawTyping(room);
}

function drawTyping(room) {
  const [a, b, c] = [...room.typing.keys()];
  const key = c ? "typing3" : b ? "typing2" : "typing1";
  const text = a ? t(key, { a: `\u2068${a}\u2069`, b: `\u2068${b}\u2069` }) : "";
  if ($("typing").textContent !== text) $("typing").textContent = text;
}
