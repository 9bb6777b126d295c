// How the call goes, in words: what is being done about a broken line, the seal, the figures.

import { banner, say } from "./words.js";

const TROUBLE = new Set(["reconnecting", "away"]);
const SEAL = {
  on: ["Encrypted end to end", ""],
  unsupported: ["Encrypted, not end to end", "A browser in this call can’t do that. What is said is still encrypted on its way."],
  recorded: ["Encrypted; the recorder has the key", "As everybody agreed, the recorder has the key too."],
};
const CODE = "The same number on both sides means that nobody listens in: ";

export class Said {
  #states = new Map();
  #step = "";
  #figures = new Map();

  state(view, leg, state, words) {
    const name = view.people.find(({ legs }) => legs[0]?.id === leg)?.person.name;
    const wasBroken = this.#states.delete(leg);
    if (TROUBLE.has(state) && name) this.#states.set(leg, `${name}: ${words}`);
    if (state === "connected" && name && wasBroken) say(`${name}: ${words}`);
    this.#show();
  }

  // *step* of the ladder in words; the last one says which number to ring, where it is known.
  step(step, words) {
    const { phone } = document.getElementById("call").dataset;
    this.#step = step === "phone" && phone ? `${words} The clinic’s number: ${phone}` : words;
    this.#show();
  }

  sealing(state, code) {
    const seal = document.getElementById("seal");
    const number = code ? `${code.slice(0, 3)} ${code.slice(3)}` : "";
    const [short = "", more = ""] = SEAL[state] ?? [];
    const why = [more, number && CODE + number].filter(Boolean).join(" ");
    seal.textContent = [short, number].filter(Boolean).join(" · ");
    seal.title = why;
    this.#detail("seal", [short && `${short}.`, why].filter(Boolean).join(" "));
  }

  quality(name, { word, bitrate, loss, rtt }) {
    const figures = [bitrate && `${Math.round(bitrate / 1000)} kbit/s`, loss != null && `${Math.round(loss * 10) / 10} % lost`, rtt != null && `${Math.round(rtt)} ms`];
    this.#detail(name, `${name}: ${word}${figures.filter(Boolean).map((each) => `, ${each}`).join("")}`);
  }

  clear() {
    this.#states.clear();
    this.#figures.clear();
    this.#step = "";
    this.#show();
    document.getElementById("connection").replaceChildren();
  }

  #show() {
    banner([...this.#states.values(), this.#step].filter(Boolean).join(" "), "media");
  }

  // What is looked up, not told: in the settings.
  #detail(key, words) {
    const place = document.getElementById("connection");
    let line = this.#figures.get(key);
    if (!line) {
      line = document.createElement("p");
      this.#figures.set(key, line);
      place.append(line);
    }
    line.textContent = words;
  }
}
