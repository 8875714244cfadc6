// The emoji that `:name` completes, by English and Portuguese names.

const TABLE = `😀 grinning sorriso|😄 smile feliz|😁 grin|😂 joy rindo|🤣 rofl|😊 blush|🙂 slight_smile|🙃 upside_down|😉 wink piscada|😍 heart_eyes apaixonado|🥰 smiling_hearts|😘 kiss beijo|😋 yum delicia|😜 winking_tongue lingua|🤪 zany doido|🤓 nerd|😎 cool sunglasses oculos|🥳 party_face festa|🤩 star_struck|😏 smirk|😐 neutral|🙄 eye_roll|😬 grimace|😴 sleeping sono|🤤 drool|😷 mask mascara|🤒 sick doente|🤯 mind_blown|🥵 hot calor|🥶 cold frio|😱 scream medo|😨 fearful|😢 cry triste|😭 sob chorando|😤 huff|😡 angry bravo|🤬 cursing|🤔 thinking pensando|🫠 melting|🤫 shush segredo|🤗 hug abraco|🤝 handshake acordo|👍 +1 thumbsup joinha|👎 -1 thumbsdown|👏 clap palmas|🙌 raised_hands|🙏 pray obrigado|👋 wave tchau oi|✌️ victory paz|🤞 fingers_crossed torcida|🤙 call_me hangloose|👌 ok_hand|💪 muscle forca|👀 eyes olhos|🧠 brain cerebro|❤️ heart coracao|💚 green_heart|💛 yellow_heart|💙 blue_heart|🖤 black_heart|💔 broken_heart|🔥 fire fogo|✨ sparkles brilho|⭐ star estrela|🌟 glowing_star|⚡ zap raio|💥 boom|💯 100 cem|🎉 tada parabens|🎂 cake bolo|🎁 gift presente|🎈 balloon balao|🏆 trophy trofeu|⚽ soccer futebol|🏀 basketball basquete|🎸 guitar violao|🎵 music musica|🎮 game jogo|☕ coffee cafe|🍺 beer cerveja|🍻 cheers saude|🍷 wine vinho|🧉 mate chimarrao|🍕 pizza|🍔 burger hamburguer|🍫 chocolate|🍦 icecream sorvete|🥑 avocado abacate|🍌 banana|🍍 pineapple abacaxi|🥭 mango manga|🥥 coconut coco|🌞 sun sol|🌙 moon lua|🌈 rainbow arcoiris|🌧️ rain chuva|🌊 ocean onda praia|🌴 palm palmeira|🌵 cactus|🌻 sunflower girassol|🌹 rose rosa|🐶 dog cachorro|🐱 cat gato|🦜 parrot papagaio|🐢 turtle tartaruga|🦋 butterfly borboleta|🐛 bug|🐝 bee abelha|🐙 octopus polvo|🦄 unicorn unicornio|🚀 rocket foguete|✈️ plane aviao|🚗 car carro|🚲 bike bicicleta|🏠 house casa|🇧🇷 brazil brasil|💡 bulb ideia|💻 computer computador|📱 phone telefone|📷 camera|📎 clip|📌 pin|📅 calendar calendario|⏰ alarm despertador|⏳ hourglass ampulheta|🔒 lock cadeado|🔑 key chave|🔧 wrench ferramenta|🧪 test teste|📈 chart_up|📉 chart_down|📝 memo nota|📚 books livros|💬 speech papo|💤 zzz|✅ check feito|❌ x errado|⚠️ warning aviso|❓ question duvida|❗ exclamation|➕ plus mais|👉 point_right|👇 point_down|👆 point_up|💀 skull caveira|👻 ghost fantasma|🤖 robot robo|💩 poop`;

export const EMOJI = TABLE.split("|").map((row) => {
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
