// What the page says, to eyes and to ears.

const SHORT = 6000;
const TOGETHER = 1000;
let lately = []; // {words, at}
const shown = new Map(); // whose words -> words

const byId = (id) => document.getElementById(id);

// Say *words* to who hears the page, and what was said just before with them: it may not be heard yet.
export function say(words) {
  const said = byId("call-said");
  if (!said) return;
  const now = Date.now();
  lately = [...lately.filter((one) => now - one.at < TOGETHER && one.words !== words), { words, at: now }];
  said.textContent = lately.map((one) => one.words).join(" ");
}

// Show *words* across the page until they are taken back (""); what others show there stays.
export function banner(words, of = "page") {
  shown.set(of, words);
  const all = [...shown.values()].filter(Boolean).join(" ");
  const place = byId("call-banner");
  place.hidden = !all;
  if (place.textContent !== all) place.textContent = all;
}

// Show *words* across the page for a while.
export function briefly(words, milliseconds = SHORT, of = "page") {
  banner(words, of);
  setTimeout(() => shown.get(of) === words && banner("", of), milliseconds);
}

export function inMinutes(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${parts.join(":")}` : parts.join(":");
}

// The session's answer to an act: true, or its sentence across the page for a while.
export function taken(answer) {
  if (answer.type !== "refused") return true;
  briefly(answer.sentence);
  return false;
}
