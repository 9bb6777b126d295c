// What waits for somebody is seen and heard: in the title, in a banner, and by a sound that goes on
// until it is dealt with or somebody says that they know.

import { parsePage } from "./trusted.js";

const EVERY = 4000;
const NOTES = [880, 659.25];
const title = document.title;

const bell = () => document.getElementById("bell");
const count = (what) => Number(bell()?.dataset[what] ?? 0);

class Sound {
  #context = null;
  #timer = 0;
  #release = null;
  #wanted = false;

  // Ring, from one tab of this person; browsers want a key or a click before anything is heard.
  async start(user) {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#context ??= new AudioContext();
    if (!(await this.#allowed()) || !this.#wanted) return;
    navigator.locks.request(`bell of ${user}`, () => this.#hold());
  }

  stop() {
    this.#wanted = false;
    clearInterval(this.#timer);
    document.documentElement.removeAttribute("data-sounding");
    this.#release?.();
    this.#release = null;
  }

  #hold() {
    if (!this.#wanted) return;
    document.documentElement.dataset.sounding = "yes";
    this.#chime();
    this.#timer = setInterval(() => this.#chime(), EVERY);
    return new Promise((resolve) => (this.#release = resolve));
  }

  // Without a key or a click there is no sound, and no promise that ever says so.
  #allowed() {
    const allowed = () => this.#context.state === "running";
    if (allowed()) return true;
    return new Promise((resolve) => {
      const touched = async () => {
        await this.#context.resume();
        for (const type of ["pointerdown", "keydown"]) removeEventListener(type, touched);
        resolve(allowed());
      };
      for (const type of ["pointerdown", "keydown"]) addEventListener(type, touched);
      this.#context.resume().then(() => resolve(allowed()));
    });
  }

  #chime() {
    NOTES.forEach((note, place) => this.#play(note, this.#context.currentTime + place * 0.28));
  }

  #play(note, at) {
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    tone.frequency.value = note;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.7);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 0.75);
  }
}

class Alerts {
  #sound = new Sound();
  #shown = "";

  look() {
    const waits = count("unread") + count("alerts");
    document.title = waits ? `(${waits}) ${title}` : title;
    const rings = count("ringing") > 0;
    if (rings && bell().dataset.sound === "yes") this.#sound.start(bell().dataset.address);
    else this.#sound.stop();
    this.#show(rings ? bell().dataset.seq : "");
  }

  // The banner says what waits in the words of the notices page; there it needs no banner.
  async #show(seq) {
    if (seq === this.#shown || location.pathname === "/notices") return;
    this.#shown = seq;
    const waiting = seq ? await this.#waiting() : [];
    if (seq === this.#shown) this.#put(waiting);
  }

  async #waiting() {
    const answer = await fetch("/notices").catch(() => null);
    if (!answer?.ok || answer.redirected) return [];
    const page = parsePage(await answer.text());
    const hushes = [...page.querySelectorAll('form[action="/notices/hush"]')];
    return hushes.map((form) => document.importNode(form.closest("li"), true));
  }

  #put(waiting) {
    const before = document.getElementById("ringing");
    if (!waiting.length) return before?.remove();
    const banner = before ?? this.#banner();
    const list = banner.querySelector("ul");
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...waiting);
    for (const form of list.querySelectorAll("form")) this.#know(form);
    if (focused) list.querySelector("button").focus();
  }

  #banner() {
    const banner = Object.assign(document.createElement("section"), { id: "ringing", className: "ringing" });
    const heading = Object.assign(document.createElement("h2"), { id: "ringing-title" });
    const list = Object.assign(document.createElement("ul"), { className: "plain" });
    heading.textContent = "Waiting for you";
    const said = document.createElement("div");
    said.setAttribute("role", "alert");
    said.append(heading);
    banner.setAttribute("role", "region");
    banner.setAttribute("aria-labelledby", heading.id);
    banner.append(said, list);
    document.getElementById("main").before(banner);
    return banner;
  }

  // "I know": the page stays, and the ringing ends on every page of this person.
  #know(form) {
    const button = form.querySelector("button");
    button.firstChild.textContent = "I know";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
      if (!answer?.ok) button.disabled = false;
    });
  }
}

export function startAlerts() {
  if (!bell()) return;
  const alerts = new Alerts();
  document.addEventListener("swapped", ({ target }) => target.id === "bell" && alerts.look());
  alerts.look();
}
