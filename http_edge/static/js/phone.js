// Who is called sees and hears it on every page of theirs, until it is answered on one of them.

import { Ringing } from "./ringing.js";

const ANSWERS = new Set(["waiting", "call"]);
const SILENCE = 'form[action$="/silence"]';
const RINGTONE = { notes: [659.25, 783.99, 659.25, 783.99], every: 3000 };

const ELSEWHERE = "Answered in another window, or on another device of yours.";

class Phone {
  #ringtone = new Ringing("ringtone", RINGTONE);
  #dialog = null;
  #shown = "";
  #title = "";
  #over = 0;
  #rang = ""; // the call that rang here last

  constructor(root) {
    this.root = root;
    document.addEventListener("swapped", ({ target }) => target === root && this.look());
  }

  look() {
    const ring = this.#rings()[0];
    const here = this.#page()?.dataset.call;
    const back = document.getElementById("return");
    if (back && back.dataset.call === here) back.hidden = true;
    if (back && back.dataset.call === this.#rang) back.querySelector("span").textContent = ELSEWHERE;
    if (ring) this.#show(ring);
    else this.#end();
    const mute = this.#dialog?.querySelector(SILENCE);
    if (mute) mute.hidden = ring.dataset.silenced === "yes";
    if (ring?.dataset.silenced === "no") this.#ringtone.start(this.root.dataset.user);
    else this.#ringtone.stop();
  }

  // Who waits for a call or is in it is not rung for it: the page goes there by itself.
  #rings() {
    const page = this.#page();
    const mine = ANSWERS.has(page?.dataset.stage) ? page.dataset.call : "";
    const rings = [...this.root.querySelectorAll(".ring")];
    return rings.filter(({ dataset: { call, until } }) => call !== mine && Date.parse(until) > Date.now());
  }

  #page() {
    return document.querySelector("#call[data-base]");
  }

  #show(ring) {
    if (ring.dataset.ring === this.#shown) return;
    this.#end();
    this.#shown = ring.dataset.ring;
    this.#rang = ring.dataset.call;
    this.#title = document.title;
    document.title = `${ring.dataset.name} is calling`;
    this.#dialog = this.#open(ring);
    this.#over = setTimeout(() => this.look(), Date.parse(ring.dataset.until) - Date.now() + 500);
  }

  #open(ring) {
    const dialog = Object.assign(document.createElement("dialog"), { className: "ring-dialog" });
    const section = ring.cloneNode(true);
    const heading = section.querySelector("h2");
    heading.id = "ring-title";
    section.removeAttribute("aria-labelledby");
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.append(section);
    for (const form of section.querySelectorAll("form")) form.addEventListener("submit", (event) => this.#send(event));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      section.querySelector(`${SILENCE} button`).click();
    });
    document.body.append(dialog);
    dialog.showModal();
    heading.tabIndex = -1;
    heading.focus(); // and no button: who is typing just now must not answer by that
    return dialog;
  }

  // Not now, or no sound: the page stays. The dialog closes at once, here; elsewhere when it is told.
  async #send(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    const body = new URLSearchParams(new FormData(form, submitter));
    this.#ringtone.stop();
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (answer?.ok && form.action.endsWith("/decline")) this.#end();
  }

  #end() {
    clearTimeout(this.#over);
    if (this.#dialog) document.title = this.#title;
    this.#dialog?.close(); // gives the focus back
    this.#dialog?.remove();
    this.#dialog = null;
    this.#shown = "";
  }
}

export function startPhone() {
  const root = document.getElementById("phone");
  if (root) new Phone(root).look();
}
