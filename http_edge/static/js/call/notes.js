// A note is saved while it is typed: every few seconds and when a field is left. What can't be saved
// is kept in this browser; what somebody else has saved meanwhile is shown, and nothing is lost.

import { parsePage } from "../trusted.js";
import { askFirst } from "../ask.js";
import { swap } from "../swap.js";

const EVERY = 3000;
const CONFLICT = 409;
const FIELDS = "textarea, input[name=come_back]";

class Note {
  #saved = "";
  #saving = null;
  #stopped = false;

  constructor(section) {
    this.section = section;
    this.key = `note ${section.dataset.appointment}`;
    section.addEventListener("submit", (event) => this.#submitted(event));
    section.addEventListener("focusout", ({ target }) => target.matches(FIELDS) && this.save());
    addEventListener("online", () => this.save());
    addEventListener("pagehide", () => this.#keep());
    setInterval(() => this.#tick(), EVERY);
    this.#begin();
  }

  get form() {
    return this.section.querySelector("#note-form");
  }

  get #isConflict() {
    return this.section.dataset.state === "conflict";
  }

  // Take up what this browser has kept; typed upon an older version, it is shown as a conflict.
  #begin() {
    if (!this.form) return;
    this.#saved = this.#typed();
    const kept = this.#kept();
    if (!kept) return;
    for (const field of this.#fields()) field.value = kept.parts[field.name] ?? field.value;
    this.form.elements.version.value = kept.version;
    this.#say("Kept in this browser, not saved yet");
  }

  #fields() {
    return [...this.form.querySelectorAll(FIELDS)];
  }

  #typed() {
    return JSON.stringify(this.#fields().map(({ value }) => value));
  }

  #tick() {
    if (this.section.isConnected && !this.#isConflict) this.save();
  }

  // Save what is typed, if it is not saved; one at a time.
  save() {
    if (!this.form || this.#stopped) return true;
    if (this.#typed() === this.#saved || this.#isConflict) return this.#saving ?? true;
    this.#keep();
    this.#saving ??= this.#send().finally(() => (this.#saving = null));
    return this.#saving;
  }

  async #send() {
    const { form } = this;
    const typed = this.#typed();
    const page = await this.#post(form, () => this.#say("Offline: kept in this browser"));
    if (!page) return false;
    const { section: newer, status } = page;
    if (status === CONFLICT) return this.#conflict(newer);
    if (status >= 300 || !newer.querySelector("#note-form")) {
      this.#say(newer.querySelector(".errors li")?.textContent.trim() ?? "Not saved");
      return false;
    }
    this.#takeOver(newer);
    this.#saved = typed;
    if (this.#typed() === typed) localStorage.removeItem(this.key);
    return true;
  }

  // The newer version's numbers and buttons; the fields stay as they are typed.
  #takeOver(newer) {
    const { version } = newer.dataset;
    this.section.dataset.version = version;
    this.form.elements.version.value = version;
    this.form.elements.once.value = newer.querySelector("#note-form [name=once]").value;
    this.#say(newer.querySelector("#note-saved").textContent);
    const [sign, theirs] = [this.section, newer].map((each) => each.querySelector("#note-sign"));
    if (sign && theirs) sign.replaceWith(document.importNode(theirs, true));
    else if (theirs) this.section.append(document.importNode(theirs, true));
  }

  #conflict(newer) {
    swap(this.section, newer);
    this.section.querySelector("#note-conflict")?.scrollIntoView({ block: "nearest" });
    return false;
  }

  async #submitted(event) {
    event.preventDefault();
    const form = event.target;
    if (form.id === "note-form") {
      this.section.dataset.state = "draft";
      this.#saved = "";
      await this.save();
      return this.#isConflict || this.section.querySelector("#note-conflict")?.remove();
    }
    if (form.id === "note-sign" && !(await this.#maySign())) return;
    this.#show(await this.#post(this.section.querySelector(`#${form.id || "none"}`) ?? form));
  }

  async #maySign() {
    if (!(await this.save())) return false;
    const question = "Sign the note? What is saved becomes final; later you can only add to it.";
    return askFirst(question, { yes: "Sign", no: "Not yet", kind: "" });
  }

  #show(page) {
    if (!page) return;
    swap(this.section, page.section);
    this.section.querySelector(".errors")?.focus();
    if (this.form) return;
    localStorage.removeItem(this.key);
    this.#stopped = true;
  }

  async #post(form, failed = () => {}) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const section = answer && parsePage(await answer.text()).getElementById("note");
    if (!section) return void failed();
    return { section, status: answer.status };
  }

  #keep() {
    if (!this.form || this.#typed() === this.#saved) return;
    const parts = Object.fromEntries(this.#fields().map(({ name, value }) => [name, value]));
    const kept = { version: Number(this.form.elements.version.value), parts };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // this browser keeps nothing
    }
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  #say(words) {
    const said = this.section.querySelector("#note-saved");
    if (said && said.textContent !== words) said.textContent = words;
  }
}

export function startNote(section) {
  return new Note(section);
}
