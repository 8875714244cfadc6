// Trying again. Nothing here waits for an event: whatever is not yet done has a
// timer, and only its own.

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The pauses between attempts double up to a bound, and are jittered, so that
// not all who were cut off come back at once.
export class Pauses {
  #first;
  #most;
  #luck;
  #count = 0;

  constructor({ first = 1000, most = 30000, luck = Math.random } = {}) {
    this.#first = first;
    this.#most = most;
    this.#luck = luck;
  }

  next() {
    const longest = Math.min(this.#most, this.#first * 2 ** Math.min(this.#count, 30));
    this.#count += 1;
    return longest * (0.5 + this.#luck() / 2);
  }

  reset() {
    this.#count = 0;
  }
}

// Carries out `deed` until it is done, is refused for good (then it throws), or
// `wanted()` no longer holds. At least once.
export async function insist(deed, wanted, pauses = new Pauses()) {
  do {
    try {
      return await deed();
    } catch (refusal) {
      if (!refusal.temporary) throw refusal;
      await sleep(Math.max(pauses.next(), refusal.retryAfter * 1000));
    }
  } while (wanted());
  return null;
}
