// The slash commands that there are.
export const COMMANDS = [
  { name: "join", takes: "arg_room" },
  { name: "leave", takes: null },
  { name: "me", takes: "arg_text" },
  { name: "topic", takes: "arg_text", optional: true },
  { name: "help", takes: null },
];

// What to do with a text from the message box:
//   {send}                the text to send (// at the start stands for one /)
//   {command, argument}   a command to carry out
//   {problem, name}       a phrase that says why neither is possible
export function readCommand(text) {
  if (text.startsWith("//")) return { send: text.slice(1) };
  const match = /^\/([a-z]+)(?:\s+([^]*))?$/i.exec(text);
  if (!match) return { send: text };
  const name = match[1].toLowerCase();
  const argument = (match[2] ?? "").trim();
  const known = COMMANDS.find((each) => each.name === name);
  if (!known) return { problem: "unknownCommand", name };
  if (known.takes && !known.optional && argument === "") {
    return { problem: "needsText", name };
  }
  if (name === "me") return { send: `/me ${argument}` };
  return { command: name, argument };
}
