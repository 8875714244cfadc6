// Trying again. Nothing here waits for an event: whatever is not yet done has a
// timer, and only its own.

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The pauses between attempts double up to a bound, and are jittered, so that
// not all who were cut off come back at once.
export function Pauses({ first = 1000, most = 30000, luck = Math.random } = {}) {
  let count = 0;
  return {
    next() {
      const longest = Math.min(most, first * 2 ** Math.min(count, 30));
      count += 1;
      return longest * (0.5 + luck() / 2);
    },
    reset() {
      count = 0;
    },
  };
}

// Carries out `deed` until it is done, is refused for good (then it throws), or
// `wanted()` no longer holds. At least once.
export async function insist(deed, wanted, pauses = Pauses()) {
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
