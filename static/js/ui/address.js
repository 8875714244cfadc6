// The page's address names the room on screen: #/name. Rooms are links, so the
// address bar, the middle button and the keyboard just work.

export const hashOf = (room) => `#/${encodeURIComponent(room)}`;

// The room that the address names, in its own spelling, or "".
export function roomOfHash() {
  if (!location.hash.startsWith("#/")) return "";
  try {
    return decodeURIComponent(location.hash.slice(2)).trim();
  } catch {
    return "";
  }
}
