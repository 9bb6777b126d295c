// What the page says, to eyes and to ears.

const byId = (id) => document.getElementById(id);

// Say *words* to who hears the page.
export function say(words) {
  const said = byId("call-said");
  if (said && said.textContent !== words) said.textContent = words;
}

// Show *words* across the page until they are taken back ("").
export function banner(words) {
  const shown = byId("call-banner");
  shown.hidden = !words;
  if (shown.textContent !== words) shown.textContent = words;
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
  banner(answer.sentence);
  setTimeout(() => byId("call-banner")?.textContent === answer.sentence && banner(""), 6000);
  return false;
}
