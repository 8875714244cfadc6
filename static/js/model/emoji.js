// The emoji, by English and Portuguese names; and which texts are nothing else.

import { graphemes } from "./letters.js";

const TABLE = `
😀 grinning sorriso|😄 smile feliz|😁 grin|😂 joy rindo|🤣 rofl|😊 blush|🙃 upside_down|😉 wink piscada|
😍 heart_eyes apaixonado|😘 kiss beijo|😋 yum delicia|😜 tongue lingua|😎 cool oculos|🥳 party festa|
😐 neutral|🙄 eye_roll|😴 sleeping sono|🤯 mind_blown|😱 scream medo|😢 cry triste|😭 sob chorando|
😡 angry bravo|🤔 thinking pensando|🤫 shush segredo|🤗 hug abraco|🤝 handshake acordo|👍 +1 joinha|
👎 -1 thumbsdown|👏 clap palmas|🙌 raised_hands|🙏 pray obrigado|👋 wave tchau|✌️ victory paz|
🤞 fingers_crossed torcida|🤙 hangloose|👌 ok_hand|💪 muscle forca|👀 eyes olhos|❤️ heart coracao|
💚 green_heart|💛 yellow_heart|💙 blue_heart|💔 broken_heart|🔥 fire fogo|✨ sparkles brilho|
⭐ star estrela|💥 boom|💯 100 cem|🎉 tada parabens|🎂 cake bolo|🎁 gift presente|🏆 trophy trofeu|
⚽ soccer futebol|🎸 guitar violao|🎵 music musica|☕ coffee cafe|🍻 cheers cerveja|🧉 mate chimarrao|
🍕 pizza|🍌 banana|🥥 coconut coco|🌞 sun sol|🌈 rainbow arcoiris|🌊 ocean onda praia|
🌴 palm palmeira|🌻 sunflower girassol|🐶 dog cachorro|🐱 cat gato|🦜 parrot papagaio|
🦋 butterfly borboleta|🚀 rocket foguete|✈️ plane aviao|🚲 bike bicicleta|🏠 house casa|🇧🇷 brazil|
💡 bulb ideia|💻 computer|📱 phone telefone|📌 pin|🔒 lock cadeado|📝 memo nota|📚 books livros|
💬 speech papo|✅ check feito|❌ x errado|⚠️ warning aviso|❓ question duvida|👉 point_right|
💀 skull caveira|👻 ghost fantasma|🤖 robot robo|💩 poop`;

export const EMOJI = TABLE.trim().split(/\|\n?/).map((row) => {
  const [char, ...names] = row.split(" ");
  return { char, names };
});

const BY_NAME = new Map(EMOJI.flatMap(({ char, names }) =>
  names.map((name) => [name, char])));

// Those whose name begins with `start`, then those that hold it elsewhere.
export function findEmoji(start, most) {
  const begins = [];
  const holds = [];
  for (const { char, names } of EMOJI) {
    const name = names.find((each) => each.startsWith(start));
    if (name) begins.push({ char, name });
    else if (names.some((each) => each.includes(start))) {
      holds.push({ char, name: names[0] });
    }
  }
  return [...begins, ...holds].slice(0, most);
}

// The emoji of exactly this name, or null.
export const emojiOf = (name) => BY_NAME.get(name) ?? null;

const LARGE_MAX = 16;
const LARGE_UNITS_MAX = 64;

// One picture: by itself, with a selector or a tone, joined with others; a flag;
// a key's cap.
const PICTURE = new RegExp(String.raw`^(?:\p{RI}{2}|[\d#*]\ufe0f?\u20e3|` +
  String.raw`\p{Emoji_Presentation}[^]*|\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})[^]*|` +
  String.raw`\p{Extended_Pictographic})$`, "u");

// Whether `text` is emoji alone, and few: those are shown large.
export function isEmoji(text) {
  if (text.length > LARGE_UNITS_MAX || text.trim() === "") return false;
  let count = 0;
  for (const each of graphemes(text)) {
    count += 1;
    if (count > LARGE_MAX || !(PICTURE.test(each) || each.trim() === "")) return false;
  }
  return true;
}
