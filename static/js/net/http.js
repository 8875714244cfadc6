// One command over HTTP, and how the server says no. URLs are relative to the page,
// so a sub-path works.

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

// "strange" is an answer that is not papo's, but of something on the way.
const TEMPORARY = new Set([
  "offline", "timeout", "rate_limited", "overloaded", "too_many_connections",
  "storage_unavailable", "internal", "strange",
]);

const RETRY_AFTER_MAX_S = 120;
const READS = new Set(["rooms", "members", "receive", "user_rooms", "version"]);

export const offline = () => new Refusal({ code: "offline" });

export class HttpApi {
  #user;

  constructor(user) {
    this.#user = user;
  }

  // Promises the object that the server answers, or throws a Refusal.
  async request(command, { timeout = 15000, signal = null } = {}) {
    const { type, ref, ...members } = command;
    const all = { username: this.#user, ...members };
    const stop = new AbortController();
    const abort = () => stop.abort();
    const timer = setTimeout(abort, timeout);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    try {
      return await answerOf(READS.has(type)
        ? await fetch(urlOf(type, all), { signal: stop.signal, cache: "no-store" })
        : await post(type, all, stop.signal));
    } catch (trouble) {
      throw trouble instanceof Refusal ? trouble : offline();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}

function post(type, body, signal) {
  return fetch(urlOf(type), {
    method: "POST", signal, body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });
}

async function answerOf(response) {
  const body = objectIn(await response.text());
  if (response.ok && body && body.status !== "error") return body;
  const code = body?.status === "error" ? body.code ?? "other"
    : codeOf(response.status);
  const retryAfter = secondsOf(response.headers.get("Retry-After"));
  throw new Refusal({ code, message: body?.message, retryAfter });
}

function objectIn(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

// A proxy's page, or that of a network that wants one to log in first: the
// status alone speaks.
function codeOf(status) {
  if (status === 429) return "rate_limited";
  return status >= 400 && status < 500 && status !== 408 ? "strange" : "offline";
}

// Retry-After is a number, or a date (RFC 9110 §10.2.3).
function secondsOf(text) {
  const seconds = /^\d+$/.test(text ?? "") ? Number(text)
    : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(seconds, RETRY_AFTER_MAX_S) : 0;
}

// `path` beside the page, with a query string.
export function urlOf(path, members = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(members)) {
    for (const each of [value].flat()) url.searchParams.append(name, each);
  }
  return url;
}

// Whether the server answers at all: tells a blocked transport from an outage.
export async function isAlive() {
  try {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(urlOf("healthz"), { signal, cache: "no-store" });
    return response.ok && objectIn(await response.text()) !== null;
  } catch {
    return false;
  }
}
