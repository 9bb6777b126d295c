// One picture of the call: of a person, or of a screen that they share.

const QUALITY = { good: "good connection", fair: "fair connection", poor: "weak connection", lost: "no connection" };
const ORDER = Object.keys(QUALITY);
const STEADY = 3;
const initials = (name) => name.split(" ").slice(-2).map((part) => part[0] ?? "").join("").toUpperCase();

export class Tile {
  #words = []; // of the last seconds

  constructor(key, { own = false, screen = false, name = "" }) {
    Object.assign(this, { key, own, screen });
    const template = document.getElementById("t-tile");
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.dataset.key = key;
    this.element.classList.toggle("own", own);
    this.element.classList.toggle("screen", screen);
    this.video = this.#part("video");
    this.video.hidden = true;
    this.setName(name);
  }

  setName(name) {
    const words = this.own ? "You" : this.screen ? `Screen of ${name}` : name;
    this.#part(".tile-name").textContent = words;
    this.#part(".face").textContent = initials(name);
    this.element.setAttribute("aria-label", words);
    this.video.setAttribute("aria-label", `Picture of ${words}`);
  }

  setTrack(track, behind = false) {
    if (this.track === track) return;
    this.track = track;
    this.video.hidden = !track;
    this.video.srcObject = track ? new MediaStream([track]) : null;
    this.element.classList.toggle("behind", behind);
    if (track) this.video.play().catch(() => {});
  }

  setMuted(muted) {
    this.#part(".tile-mute").hidden = !muted;
  }

  setState(words) {
    const state = this.#part(".tile-state");
    state.hidden = !words;
    state.textContent = words;
  }

  // Shown as bad only when it has been for some seconds, one after the other; as lost at once.
  setQuality(now) {
    this.#words = now ? [...this.#words, now].slice(-STEADY) : [];
    const word = now === "lost" ? now : (ORDER.find((each) => this.#words.includes(each)) ?? now);
    const shown = this.#part(".tile-quality");
    shown.hidden = !word;
    shown.dataset.word = word;
    const words = QUALITY[word] ?? word;
    shown.title = words;
    this.#part(".tile-word").textContent = words;
  }

  setSpeaking(speaking) {
    this.element.classList.toggle("speaking", speaking);
  }

  remove() {
    this.setTrack(null);
    this.element.remove();
  }

  #part(selector) {
    return this.element.querySelector(selector);
  }
}
