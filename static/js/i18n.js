// English and Brazilian Portuguese. A value may be [one, other], chosen by `n`.

const EN = {
  skip: "Skip to the message box",
  tagline: "Open a room, say hello. Nothing to sign up for.",
  language: "Language", welcome: "Come on in", yourName: "Your name",
  roomToEnter: "Room", roomsNow: "Rooms open now", enter: "Start chatting",
  welcomeFine: "No account, no e-mail: your name is what people see.",
  nameMissing: "What should people call you?",
  nameTooLong: "That name is too long.",
  nameBad: "A name cannot hold control characters.",
  rooms: "Rooms", switcher: "Find a room (Ctrl+K)", newRoom: "New room",
  myRooms: "My rooms", otherRooms: "Other rooms", settings: "Settings",
  showRooms: "Show rooms", hideRooms: "Hide rooms", roomMenu: "Room options",
  noticeLevel: "Tell me about", levelAll: "Every message",
  levelMentions: "Mentions only", levelNone: "Nothing",
  changeTopic: "Change topic", copyLink: "Copy link to room",
  leaveRoom: "Leave room", messages: "Messages", editing: "Editing your message",
  cancel: "Cancel", suggestions: "Suggestions", emoji: "Emoji", send: "Send",
  saveEdit: "Save", nowhereTitle: "Where to?",
  nowhereText: "Pick a room from the list, or open a new one.",
  members: "People", close: "Close", roomName: "Room name",
  roomFine: "If it is not there yet, it opens for everyone.",
  joinOrCreate: "Enter", topic: "Topic", save: "Save",
  switcherHint: "Go to a room…", change: "Change", theme: "Theme",
  themeAuto: "System", themeLight: "Light", themeDark: "Dark",
  notices: "Notifications", noticesAllow: "Turn on", noticesOn: "On",
  noticesOff: "Off", noticesDenied: "Blocked by the browser",
  noticesNone: "Not available here", sound: "Sound",
  shortcuts: "Keyboard shortcuts", commands: "Commands",
  formatting: "Formatting", messageActions: "Message actions",
  quote: "Quote", copy: "Copy", edit: "Edit", delete: "Delete",
  copied: "Copied", upgraded: "papo was updated.", reload: "Reload",
  banner_offline: "You are offline. What you write leaves when you are back.",
  banner_waiting: "Connection lost. Reconnecting; what you write will follow.",
  tryNow: "Try now",
  state_open: "Online", state_connecting: "Connecting…",
  state_waiting: "Reconnecting…", state_offline: "Offline",
  writeTo: "Message #{room}", topicNone: "Add a topic",
  peopleOnline: ["{n} person online", "{n} people online"],
  showPeople: "Show people",
  online: "Online", offline: "Away", you: "you",
  morePeople: ["and {n} more", "and {n} more"],
  memberOf: ["{n} person", "{n} people"],
  today: "Today", yesterday: "Yesterday", newHere: "New",
  newMessages: ["{n} new message", "{n} new messages"],
  toLatest: "Jump to latest",
  gap: "Some older messages are no longer on the server.",
  joined: "{who} joined", left: "{who} left", kicked: "{who} was removed",
  banned: "{who} was banned", topicSet: "{who} set the topic: {topic}",
  topicCleared: "{who} cleared the topic",
  others: ["{n} other", "{n} others"], and: "and",
  edited: "edited", deleted: "Message deleted",
  sending: "Sending", waiting: "Waiting for the connection", sent: "Sent",
  failed: "Not sent", retry: "Try again", discard: "Discard",
  bytesLeft: ["{n} byte left", "{n} bytes left"],
  bytesOver: ["{n} byte too long", "{n} bytes too long"],
  typing1: "{a} is typing…", typing2: "{a} and {b} are typing…",
  typing3: "Several people are typing…", isTyping: "typing…",
  unread: ["{n} unread", "{n} unread"],
  mentioned: ["{n} mention", "{n} mentions"], draft: "draft",
  confirmLeave: "Leave #{room}? The last one out closes the room.",
  confirmDelete: "Delete this message for everyone?",
  switcherNew: "Open “{room}”", switcherNone: "No room of that name",
  yourRoom: "joined",
  unknownCommand: "There is no command /{name}. Start with // to send it as text.",
  needsText: "/{name} needs something after it.",
  spoke: "{who}: {text}", spokeMany: "{n} new messages in {room}",
  mentionIn: "{who} mentioned you in #{room}", inRoom: "{who} in #{room}",
  left_room: "You are no longer in #{room}.",
  key_switcher: "Find a room", key_rooms: "Previous, next room",
  key_unread: "Previous, next unread room",
  key_read: "Mark the room as read", key_write: "Write",
  key_help: "This list", key_send: "Send", key_break: "New line",
  key_edit: "Edit my last message", key_log: "Move through messages",
  cmd_join: "enter or open a room", cmd_leave: "leave this room",
  cmd_me: "say what you do", cmd_topic: "set the topic",
  cmd_help: "show this help", arg_room: "room", arg_text: "text",
  fmt_bold: "bold", fmt_italic: "italic", fmt_code: "code",
  fmt_fence: "block of code", fmt_quote: "quote", fmt_list: "list",
  aboutBuild: "papo {version}",
  err_offline: "No connection right now. Try again in a moment.",
  err_room_not_found: "That room does not exist.",
  err_not_a_member: "You are not in that room.",
  err_message_not_found: "That message is no longer on the server.",
  err_message_too_long: "That message is too long.",
  err_body_too_large: "That message is too long.",
  err_rate_limited: "Slow down a little, then try again.",
  err_forbidden: "You may not do that here.",
  err_banned: "You are banned from that room.",
  err_unauthenticated: "You need to sign in first.",
  err_username_taken: "That name is taken.",
  err_overloaded: "The server is busy. Try again in a moment.",
  err_not_found: "This server cannot do that.",
  err_method_not_allowed: "This server cannot do that.",
  err_not_implemented: "This server cannot do that.",
  err_bad_request: "This server cannot do that.",
  err_invalid_field: "That is not a name the server accepts.",
  err_other: "That did not work: {message}",
};

const PT = {
  skip: "Ir para a caixa de mensagem",
  tagline: "Abra uma sala, diga oi. Sem cadastro.",
  language: "Idioma", welcome: "Pode entrar", yourName: "Seu nome",
  roomToEnter: "Sala", roomsNow: "Salas abertas agora", enter: "Começar o papo",
  welcomeFine: "Sem conta, sem e-mail: seu nome é o que as pessoas veem.",
  nameMissing: "Como as pessoas devem chamar você?",
  nameTooLong: "Esse nome é longo demais.",
  nameBad: "O nome não pode ter caracteres de controle.",
  rooms: "Salas", switcher: "Procurar sala (Ctrl+K)", newRoom: "Nova sala",
  myRooms: "Minhas salas", otherRooms: "Outras salas",
  settings: "Configurações", showRooms: "Mostrar salas",
  hideRooms: "Esconder salas", roomMenu: "Opções da sala",
  noticeLevel: "Avisar sobre", levelAll: "Todas as mensagens",
  levelMentions: "Só menções", levelNone: "Nada",
  changeTopic: "Mudar o assunto", copyLink: "Copiar link da sala",
  leaveRoom: "Sair da sala", messages: "Mensagens",
  editing: "Editando sua mensagem", cancel: "Cancelar",
  suggestions: "Sugestões", emoji: "Emoji", send: "Enviar", saveEdit: "Salvar",
  nowhereTitle: "Para onde vamos?",
  nowhereText: "Escolha uma sala na lista ou abra uma nova.",
  members: "Pessoas", close: "Fechar", roomName: "Nome da sala",
  roomFine: "Se ainda não existe, ela abre para todo mundo.",
  joinOrCreate: "Entrar", topic: "Assunto", save: "Salvar",
  switcherHint: "Ir para uma sala…", change: "Mudar", theme: "Tema",
  themeAuto: "Sistema", themeLight: "Claro", themeDark: "Escuro",
  notices: "Notificações", noticesAllow: "Ativar", noticesOn: "Ativadas",
  noticesOff: "Desativadas", noticesDenied: "Bloqueadas pelo navegador",
  noticesNone: "Indisponíveis aqui", sound: "Som",
  shortcuts: "Atalhos do teclado", commands: "Comandos",
  formatting: "Formatação", messageActions: "Ações da mensagem",
  quote: "Citar", copy: "Copiar", edit: "Editar", delete: "Apagar",
  copied: "Copiado", upgraded: "O papo foi atualizado.", reload: "Recarregar",
  banner_offline: "Você está sem internet. O que escrever sai quando voltar.",
  banner_waiting: "Conexão perdida. Reconectando; o que escrever vai depois.",
  tryNow: "Tentar agora",
  state_open: "Conectado", state_connecting: "Conectando…",
  state_waiting: "Reconectando…", state_offline: "Sem internet",
  writeTo: "Mensagem em #{room}", topicNone: "Definir um assunto",
  peopleOnline: ["{n} pessoa on-line", "{n} pessoas on-line"],
  showPeople: "Mostrar pessoas",
  online: "On-line", offline: "Ausentes", you: "você",
  morePeople: ["e mais {n}", "e mais {n}"],
  memberOf: ["{n} pessoa", "{n} pessoas"],
  today: "Hoje", yesterday: "Ontem", newHere: "Novas",
  newMessages: ["{n} mensagem nova", "{n} mensagens novas"],
  toLatest: "Ir para o fim",
  gap: "Algumas mensagens antigas já não estão no servidor.",
  joined: "{who} entrou", left: "{who} saiu", kicked: "{who} foi removido",
  banned: "{who} foi banido", topicSet: "{who} mudou o assunto: {topic}",
  topicCleared: "{who} removeu o assunto",
  others: ["mais {n}", "mais {n}"], and: "e",
  edited: "editada", deleted: "Mensagem apagada",
  sending: "Enviando", waiting: "Esperando a conexão", sent: "Enviada",
  failed: "Não enviada", retry: "Tentar de novo", discard: "Descartar",
  bytesLeft: ["resta {n} byte", "restam {n} bytes"],
  bytesOver: ["{n} byte a mais", "{n} bytes a mais"],
  typing1: "{a} está digitando…", typing2: "{a} e {b} estão digitando…",
  typing3: "Várias pessoas estão digitando…", isTyping: "digitando…",
  unread: ["{n} não lida", "{n} não lidas"],
  mentioned: ["{n} menção", "{n} menções"], draft: "rascunho",
  confirmLeave: "Sair de #{room}? Quem sai por último fecha a sala.",
  confirmDelete: "Apagar esta mensagem para todo mundo?",
  switcherNew: "Abrir “{room}”", switcherNone: "Nenhuma sala com esse nome",
  yourRoom: "você está nela",
  unknownCommand: "Não existe o comando /{name}. Comece com // para enviar como texto.",
  needsText: "/{name} precisa de algo depois.",
  spoke: "{who}: {text}", spokeMany: "{n} mensagens novas em {room}",
  mentionIn: "{who} mencionou você em #{room}", inRoom: "{who} em #{room}",
  left_room: "Você não está mais em #{room}.",
  key_switcher: "Procurar sala", key_rooms: "Sala anterior, próxima",
  key_unread: "Não lida anterior, próxima",
  key_read: "Marcar a sala como lida", key_write: "Escrever",
  key_help: "Esta lista", key_send: "Enviar", key_break: "Nova linha",
  key_edit: "Editar minha última mensagem", key_log: "Andar pelas mensagens",
  cmd_join: "entrar em uma sala ou abrir", cmd_leave: "sair desta sala",
  cmd_me: "dizer o que você faz", cmd_topic: "mudar o assunto",
  cmd_help: "mostrar esta ajuda", arg_room: "sala", arg_text: "texto",
  fmt_bold: "negrito", fmt_italic: "itálico", fmt_code: "código",
  fmt_fence: "bloco de código", fmt_quote: "citação", fmt_list: "lista",
  aboutBuild: "papo {version}",
  err_offline: "Sem conexão agora. Tente de novo daqui a pouco.",
  err_room_not_found: "Essa sala não existe.",
  err_not_a_member: "Você não está nessa sala.",
  err_message_not_found: "Essa mensagem já não está no servidor.",
  err_message_too_long: "Essa mensagem é longa demais.",
  err_body_too_large: "Essa mensagem é longa demais.",
  err_rate_limited: "Vá com calma e tente de novo.",
  err_forbidden: "Você não pode fazer isso aqui.",
  err_banned: "Você foi banido dessa sala.",
  err_unauthenticated: "É preciso entrar com uma conta.",
  err_username_taken: "Esse nome já está em uso.",
  err_overloaded: "O servidor está ocupado. Tente daqui a pouco.",
  err_not_found: "Este servidor não sabe fazer isso.",
  err_method_not_allowed: "Este servidor não sabe fazer isso.",
  err_not_implemented: "Este servidor não sabe fazer isso.",
  err_bad_request: "Este servidor não sabe fazer isso.",
  err_invalid_field: "O servidor não aceita esse nome.",
  err_other: "Não deu certo: {message}",
};

const TABLES = { en: EN, pt: PT };
let lang = "en";
let plural = new Intl.PluralRules("en");

export const tag = () => (lang === "pt" ? "pt-BR" : "en");
export const current = () => lang;

export function setLanguage(next) {
  lang = next === "pt" ? "pt" : "en";
  plural = new Intl.PluralRules(tag());
  document.documentElement.lang = tag();
  translate(document);
}

function phrase(key, values) {
  const found = TABLES[lang][key] ?? EN[key] ?? key;
  if (!Array.isArray(found)) return found;
  return found[plural.select(values.n ?? 0) === "one" ? 0 : 1];
}

// The text for `key`, with its {places} filled.
export function t(key, values = {}) {
  return phrase(key, values).replace(/\{(\w+)\}/g, (whole, name) =>
    (name in values ? String(values[name]) : whole));
}

// The same as a list of strings and nodes: a value may be a node, so that a
// foreign name keeps its isolation.
export function tn(key, values) {
  return phrase(key, values).split(/(\{\w+\})/).filter(Boolean)
    .flatMap((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name !== undefined && name in values ? values[name] : part;
    });
}

export function errorText(error) {
  const key = `err_${error.code}`;
  return key in EN ? t(key) : t("err_other", { message: error.message });
}

export const hasText = (key) => key in EN;

// Fills what the markup leaves to the language: data-t (text), data-t-label,
// data-t-placeholder.
export function translate(root) {
  for (const el of root.querySelectorAll("[data-t]")) {
    el.textContent = t(el.dataset.t);
  }
  for (const el of root.querySelectorAll("[data-t-label]")) {
    el.setAttribute("aria-label", t(el.dataset.tLabel));
    if (el.matches("button, summary")) el.title = t(el.dataset.tLabel);
  }
  for (const el of root.querySelectorAll("[data-t-placeholder]")) {
    el.placeholder = t(el.dataset.tPlaceholder);
  }
}
