// The emoji that `:name` completes, by English and Portuguese names.

const TABLE = `
😀 grinning sorriso|😄 smile feliz|😁 grin|😂 joy rindo|🤣 rofl|😊 blush|🙃 upside_down|😉 wink piscada|
😍 heart_eyes apaixonado|🥰 smiling_hearts|😘 kiss beijo|😋 yum delicia|😜 winking_tongue lingua|
🤓 nerd|😎 cool sunglasses oculos|🥳 party_face festa|😐 neutral|🙄 eye_roll|😴 sleeping sono|
😷 mask mascara|🤯 mind_blown|😱 scream medo|😢 cry triste|😭 sob chorando|😡 angry bravo|
🤔 thinking pensando|🤫 shush segredo|🤗 hug abraco|🤝 handshake acordo|👍 +1 thumbsup joinha|
👎 -1 thumbsdown|👏 clap palmas|🙌 raised_hands|🙏 pray obrigado|👋 wave tchau oi|✌️ victory paz|
🤞 fingers_crossed torcida|🤙 call_me hangloose|👌 ok_hand|💪 muscle forca|👀 eyes olhos|
🧠 brain cerebro|❤️ heart coracao|💚 green_heart|💛 yellow_heart|💙 blue_heart|💔 broken_heart|
🔥 fire fogo|✨ sparkles brilho|⭐ star estrela|⚡ zap raio|💥 boom|💯 100 cem|🎉 tada parabens|
🎂 cake bolo|🎁 gift presente|🏆 trophy trofeu|⚽ soccer futebol|🎸 guitar violao|🎵 music musica|
🎮 game jogo|☕ coffee cafe|🍺 beer cerveja|🍻 cheers saude|🧉 mate chimarrao|🍕 pizza|🍫 chocolate|
🍌 banana|🍍 pineapple abacaxi|🥥 coconut coco|🌞 sun sol|🌈 rainbow arcoiris|🌊 ocean onda praia|
🌴 palm palmeira|🌻 sunflower girassol|🌹 rose rosa|🐶 dog cachorro|🐱 cat gato|🦜 parrot papagaio|
🦋 butterfly borboleta|🦄 unicorn unicornio|🚀 rocket foguete|✈️ plane aviao|🚲 bike bicicleta|
🏠 house casa|🇧🇷 brazil brasil|💡 bulb ideia|💻 computer computador|📱 phone telefone|📌 pin|
⏰ alarm despertador|🔒 lock cadeado|🧪 test teste|📝 memo nota|📚 books livros|💬 speech papo|
✅ check feito|❌ x errado|⚠️ warning aviso|❓ question duvida|➕ plus mais|👉 point_right|
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
