// The server's commands over plain HTTP: what every fallback sends with, and
// the few questions that are asked before a live connection stands.

// The server said no, or could not be reached (`code` is then "offline").
// `temporary` says that the same request may succeed later.
export class Refusal extends Error {
  constructor({ code, message, retryAfter = 0 }) {
    super(message ?? code);
    this.code = code;
    this.retryAfter = retryAfter;
    this.temporary = TEMPORARY.has(code);
  }
}

const TEMPORARY = new Set([
  "offline", "timeout", "rate_limited", "overloaded", "too_many_connections",
  "storage_unavailable", "internal",
]);

const READS = new Set(["rooms", "members", "receive", "user_rooms", "version"]);

export const offline = () => new Refusal({ code: "offline" });

// Answers `request(command, options)`: the object that the server answers, or
// a thrown Refusal. URLs are relative to the page, so a sub-path works.
export function HttpApi(user) {
  return { request };

  async function request(command, { timeout = 15000, signal = null } = {}) {
    const { type, ref, ...members } = command;
    const all = { username: user, ...members };
    const limit = AbortSignal.timeout(timeout);
    const both = signal ? anyOf(signal, limit) : limit;
    let response;
    try {
      response = READS.has(type)
        ? await fetch(urlOf(type, all), { signal: both, cache: "no-store" })
        : await post(type, all, both);
    } catch {
      throw offline();
    }
    return answerOf(response);
  }

  function post(type, body, signal) {
    return fetch(urlOf(type), {
      method: "POST", signal, body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  }
}

async function answerOf(response) {
  const text = await response.text().catch(() => { throw offline(); });
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page, not ours: the status alone speaks.
    if (response.ok) throw offline();
  }
  if (response.ok && body.status !== "error") return body;
  const code = body.code ?? (response.status >= 500 ? "offline" : "not_found");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  throw new Refusal({ code, message: body.message, retryAfter });
}

// `path` beside the page, with a query string.
export function urlOf(path, members = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(members)) {
    for (const each of [value].flat()) url.searchParams.append(name, each);
  }
  return url;
}

function anyOf(...signals) {
  if (AbortSignal.any) return AbortSignal.any(signals);
  const either = new AbortController();
  for (const signal of signals) {
    signal.addEventListener("abort", () => either.abort(), { once: true });
  }
  return either.signal;
}

// Whether the server answers at all: tells a blocked transport from an outage.
export async function isAlive() {
  try {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(urlOf("healthz"), { signal, cache: "no-store" });
    return response.ok;
  } catch {
    return false;
  }
}
