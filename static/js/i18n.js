// English and Brazilian Portuguese, side by side. A phrase that counts is a pair,
// chosen by `n`: [one, other].

const WORDS = {
  skip: ["Skip to the message box", "Ir para a caixa de mensagem"],
  tagline: ["Open a room, say hello. Nothing to sign up for.",
    "Abra uma sala, diga oi. Sem cadastro."],
  language: ["Language", "Idioma"],
  welcome: ["Come on in", "Pode entrar"],
  yourName: ["Your name", "Seu nome"],
  roomToEnter: ["Room", "Sala"],
  roomsNow: ["Rooms open now", "Salas abertas agora"],
  enter: ["Start chatting", "Começar o papo"],
  welcomeFine: ["No account, no e-mail: your name is what people see.",
    "Sem conta, sem e-mail: seu nome é o que as pessoas veem."],
  nameMissing: ["What should people call you?",
    "Como as pessoas devem chamar você?"],
  roomMissing: ["Which room?", "Qual sala?"],
  nameTooLong: ["That name is too long.", "Esse nome é longo demais."],
  nameHidden: ["A name cannot hold characters that nobody sees.",
    "O nome não pode ter caracteres que ninguém vê."],
  nameInvisible: ["A name needs something that can be seen.",
    "O nome precisa de algo que se veja."],
  nameDots: ["Dots alone are no name here.", "Só pontos não são um nome aqui."],
  rooms: ["Rooms", "Salas"],
  switcher: ["Find a room (Ctrl+K)", "Procurar sala (Ctrl+K)"],
  newRoom: ["New room", "Nova sala"],
  myRooms: ["My rooms", "Minhas salas"],
  otherRooms: ["Other rooms", "Outras salas"],
  settings: ["Settings", "Configurações"],
  showRooms: ["Show rooms", "Mostrar salas"],
  roomMenu: ["Room options", "Opções da sala"],
  noticeLevel: ["Tell me about", "Avisar sobre"],
  levelAll: ["Every message", "Todas as mensagens"],
  levelMentions: ["Mentions only", "Só menções"],
  levelNone: ["Nothing", "Nada"],
  changeTopic: ["Change topic", "Mudar o assunto"],
  copyLink: ["Copy link to room", "Copiar link da sala"],
  leaveRoom: ["Leave room", "Sair da sala"],
  messages: ["Messages", "Mensagens"],
  editing: ["Editing your message", "Editando sua mensagem"],
  cancel: ["Cancel", "Cancelar"],
  suggestions: ["Suggestions", "Sugestões"],
  emoji: ["Emoji", "Emoji"],
  send: ["Send", "Enviar"],
  nowhereTitle: ["Where to?", "Para onde vamos?"],
  nowhereText: ["Pick a room from the list, or open a new one.",
    "Escolha uma sala na lista ou abra uma nova."],
  hushTitle: ["It is quiet here", "Está tudo quieto aqui"],
  hushText: ["Say the first word, or send a friend the link.",
    "Diga a primeira palavra, ou mande o link para alguém."],
  members: ["People", "Pessoas"],
  close: ["Close", "Fechar"],
  roomName: ["Room name", "Nome da sala"],
  roomFine: ["If it is not there yet, it opens for everyone.",
    "Se ainda não existe, ela abre para todo mundo."],
  joinOrCreate: ["Enter", "Entrar"],
  topic: ["Topic", "Assunto"],
  save: ["Save", "Salvar"],
  switcherHint: ["Go to a room…", "Ir para uma sala…"],
  change: ["Change", "Mudar"],
  theme: ["Theme", "Tema"],
  themeAuto: ["System", "Sistema"],
  themeLight: ["Light", "Claro"],
  themeDark: ["Dark", "Escuro"],
  notices: ["Notifications", "Notificações"],
  noticesAllow: ["Turn on", "Ativar"],
  noticesOn: ["On", "Ativadas"],
  noticesOff: ["Off", "Desativadas"],
  noticesDenied: ["Blocked by the browser", "Bloqueadas pelo navegador"],
  noticesNone: ["Not available here", "Indisponíveis aqui"],
  sound: ["Sound", "Som"],
  shortcuts: ["Keyboard shortcuts", "Atalhos do teclado"],
  commands: ["Commands", "Comandos"],
  formatting: ["Formatting", "Formatação"],
  messageActions: ["Message actions", "Ações da mensagem"],
  quote: ["Quote", "Citar"],
  copy: ["Copy", "Copiar"],
  edit: ["Edit", "Editar"],
  delete: ["Delete", "Apagar"],
  copied: ["Copied", "Copiado"],
  upgraded: ["papo was updated.", "O papo foi atualizado."],
  reload: ["Reload", "Recarregar"],
  banner_offline: ["You are offline. What you write leaves when you are back.",
    "Você está sem internet. O que escrever sai quando voltar."],
  banner_waiting: ["Connection lost. Reconnecting; what you write will follow.",
    "Conexão perdida. Reconectando; o que escrever vai depois."],
  tryNow: ["Try now", "Tentar agora"],
  state_open: ["Online", "Conectado"],
  state_connecting: ["Connecting…", "Conectando…"],
  state_waiting: ["Reconnecting…", "Reconectando…"],
  state_offline: ["Offline", "Sem internet"],
  writeTo: ["Message #{room}", "Mensagem em #{room}"],
  peopleOnline: [["{n} person online", "{n} people online"],
    ["{n} pessoa on-line", "{n} pessoas on-line"]],
  showPeople: ["Show people", "Mostrar pessoas"],
  online: ["Online", "On-line"],
  offline: ["Away", "Ausentes"],
  you: ["you", "você"],
  morePeople: [["and {n} more", "and {n} more"], ["e mais {n}", "e mais {n}"]],
  memberOf: [["{n} person", "{n} people"], ["{n} pessoa", "{n} pessoas"]],
  today: ["Today", "Hoje"],
  yesterday: ["Yesterday", "Ontem"],
  newHere: ["New", "Novas"],
  newMessages: [["{n} new message", "{n} new messages"],
    ["{n} mensagem nova", "{n} mensagens novas"]],
  toLatest: ["Jump to latest", "Ir para o fim"],
  gap: ["Some older messages are no longer on the server.",
    "Algumas mensagens antigas já não estão no servidor."],
  joined: ["{who} joined", ["{who} entrou", "{who} entraram"]],
  left: ["{who} left", ["{who} saiu", "{who} saíram"]],
  kicked: ["{who} was removed", "{who} foi removido"],
  banned: ["{who} was banned", "{who} foi banido"],
  topicSet: ["{who} set the topic: {topic}", "{who} mudou o assunto: {topic}"],
  topicCleared: ["{who} cleared the topic", "{who} removeu o assunto"],
  others: [["{n} other", "{n} others"], ["mais {n}", "mais {n}"]],
  and: ["and", "e"],
  edited: ["edited", "editada"],
  deleted: ["Message deleted", "Mensagem apagada"],
  sending: ["Sending", "Enviando"],
  waiting: ["Waiting for the connection", "Esperando a conexão"],
  sent: ["Sent", "Enviada"],
  failed: ["Not sent", "Não enviada"],
  retry: ["Try again", "Tentar de novo"],
  discard: ["Discard", "Descartar"],
  bytesLeft: [["{n} byte left", "{n} bytes left"],
    ["resta {n} byte", "restam {n} bytes"]],
  bytesOver: [["{n} byte too long", "{n} bytes too long"],
    ["{n} byte a mais", "{n} bytes a mais"]],
  typing1: ["{a} is typing…", "{a} está digitando…"],
  typing2: ["{a} and {b} are typing…", "{a} e {b} estão digitando…"],
  typing3: ["Several people are typing…", "Várias pessoas estão digitando…"],
  isTyping: ["typing…", "digitando…"],
  unread: [["{n} unread", "{n} unread"], ["{n} não lida", "{n} não lidas"]],
  mentioned: [["{n} mention", "{n} mentions"], ["{n} menção", "{n} menções"]],
  draft: ["draft", "rascunho"],
  confirmLeave: ["Leave #{room}? The last one out closes the room.",
    "Sair de #{room}? Quem sai por último fecha a sala."],
  confirmDelete: ["Delete this message for everyone?",
    "Apagar esta mensagem para todo mundo?"],
  switcherNew: ["Open “{room}”", "Abrir “{room}”"],
  yourRoom: ["joined", "você está nela"],
  unknownCommand: ["There is no command /{name}. Start with // to send it as text.",
    "Não existe o comando /{name}. Comece com // para enviar como texto."],
  needsText: ["/{name} needs something after it.",
    "/{name} precisa de algo depois."],
  spoke: ["{who}: {text}", "{who}: {text}"],
  spokeMany: ["{n} new messages in {room}", "{n} mensagens novas em {room}"],
  mentionIn: ["{who} mentioned you in #{room}",
    "{who} mencionou você em #{room}"],
  inRoom: ["{who} in #{room}", "{who} em #{room}"],
  left_room: ["You are no longer in #{room}.",
    "Você não está mais em #{room}."],
  key_switcher: ["Find a room", "Procurar sala"],
  key_rooms: ["Previous, next room", "Sala anterior, próxima"],
  key_unread: ["Previous, next unread room", "Não lida anterior, próxima"],
  key_read: ["Mark the room as read", "Marcar a sala como lida"],
  key_write: ["Write", "Escrever"],
  key_help: ["This list", "Esta lista"],
  key_send: ["Send", "Enviar"],
  key_break: ["New line", "Nova linha"],
  key_edit: ["Edit my last message", "Editar minha última mensagem"],
  key_log: ["Move through messages", "Andar pelas mensagens"],
  cmd_join: ["enter or open a room", "entrar em uma sala ou abrir"],
  cmd_leave: ["leave this room", "sair desta sala"],
  cmd_me: ["say what you do", "dizer o que você faz"],
  cmd_topic: ["set the topic", "mudar o assunto"],
  cmd_help: ["show this help", "mostrar esta ajuda"],
  arg_room: ["room", "sala"],
  arg_text: ["text", "texto"],
  fmt_bold: ["bold", "negrito"],
  fmt_italic: ["italic", "itálico"],
  fmt_code: ["code", "código"],
  fmt_fence: ["block of code", "bloco de código"],
  fmt_quote: ["quote", "citação"],
  fmt_list: ["list", "lista"],
  aboutBuild: ["papo {version}", "papo {version}"],
  err_offline: ["No connection right now. Try again in a moment.",
    "Sem conexão agora. Tente de novo daqui a pouco."],
  err_room_not_found: ["That room does not exist.", "Essa sala não existe."],
  err_not_a_member: ["You are not in that room.", "Você não está nessa sala."],
  err_message_not_found: ["That message is no longer on the server.",
    "Essa mensagem já não está no servidor."],
  err_message_too_long: ["That message is too long.",
    "Essa mensagem é longa demais."],
  err_body_too_large: ["That message is too long.",
    "Essa mensagem é longa demais."],
  err_rate_limited: ["Slow down a little, then try again.",
    "Vá com calma e tente de novo."],
  err_forbidden: ["You may not do that here.",
    "Você não pode fazer isso aqui."],
  err_banned: ["You are banned from that room.", "Você foi banido dessa sala."],
  err_unauthenticated: ["You need to sign in first.",
    "É preciso entrar com uma conta."],
  err_username_taken: ["That name is taken.", "Esse nome já está em uso."],
  err_overloaded: ["The server is busy. Try again in a moment.",
    "O servidor está ocupado. Tente daqui a pouco."],
  err_strange: ["Something between here and the server turned it down.",
    "Algo entre aqui e o servidor recusou."],
  err_still_sending: ["Some of your messages are still on their way. Try again in a moment.",
    "Algumas mensagens suas ainda estão a caminho. Tente daqui a pouco."],
  err_not_found: ["This server cannot do that.",
    "Este servidor não sabe fazer isso."],
  err_invalid_field: ["That is not a name the server accepts.",
    "O servidor não aceita esse nome."],
  err_other: ["That did not work: {message}", "Não deu certo: {message}"],
};

const LANGS = ["en", "pt"];
let lang = "en";
let plural = new Intl.PluralRules("en");

const tag = () => (lang === "pt" ? "pt-BR" : "en");
export const current = () => lang;

// Where and when the reader is, as far as times and days are shown by it.
let place = placeNow();

function placeNow() {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return [navigator.language, locale, timeZone, new Date().toDateString()].join();
}

// Answers whether the reader has moved to another time zone, language or day
// since it was asked last.
export function moved() {
  const next = placeNow();
  if (next === place) return false;
  place = next;
  made.clear();
  return true;
}

// What everything shown depends on besides itself.
export const setting = () => `${lang} ${place}`;

export function setLanguage(next) {
  lang = next === "pt" ? "pt" : "en";
  plural = new Intl.PluralRules(tag());
  document.documentElement.lang = tag();
  translate(document);
}

function phrase(key, values) {
  const found = WORDS[key]?.[LANGS.indexOf(lang)] ?? key;
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
  return key in WORDS ? t(key) : t("err_other", { message: error.message ?? error.code });
}

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

const made = new Map();

function formatter(name, options) {
  const key = `${name} ${lang}`;
  const locale = navigator.language.startsWith(lang) ? navigator.language : tag();
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, options));
  return made.get(key);
}

export function clockOf(at) {
  return formatter("clock", { hour: "numeric", minute: "2-digit" }).format(at);
}

export function exactOf(at) {
  const options = { dateStyle: "full", timeStyle: "medium" };
  return formatter("exact", options).format(at);
}

export function dayNameOf(at, now) {
  const days = Math.round((midnight(now) - midnight(at)) / 86400000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (days > 300) options.year = "numeric";
  return formatter(`day${days > 300}`, options).format(at);
}

function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}
