// What waits for somebody is seen and heard: in the title, in a banner, and by a sound that goes on
// until it is dealt with or somebody says that they know.

import { Ringing } from "./ringing.js";
import { parsePage } from "./trusted.js";

const SOUND = { notes: [880, 659.25], every: 4000 };
const title = document.title;

const bell = () => document.getElementById("bell");
const count = (what) => Number(bell()?.dataset[what] ?? 0);

class Alerts {
  #sound = new Ringing("bell", SOUND);
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
