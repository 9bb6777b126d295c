// Beside the call: messages, the note, people, settings; one of them at a time.

import { parsePage } from "../trusted.js";

const TITLE = { chat: "Messages", notes: "Note", people: "People", settings: "Camera, sound, view" };

const FIRST = "textarea, select, input, button, summary";

export class Panel {
  #open = "";
  #back = null; // what had the focus before
  #loaded = new Map();

  // *load*: name -> what fills it the first time; *changed(name)*: which is open ("": none).
  constructor(load, changed) {
    Object.assign(this, { load, changed });
    this.root = document.getElementById("panel");
  }

  get open() {
    return this.#open;
  }

  turn(name) {
    return this.#open === name ? this.close() : this.show(name);
  }

  async show(name) {
    const body = this.root.querySelector(`[data-panel="${name}"]`);
    if (!body) return;
    if (!this.#open) this.#back = document.activeElement;
    this.#open = name;
    this.root.hidden = false;
    for (const each of this.root.querySelectorAll("[data-panel]")) each.hidden = each !== body;
    this.root.querySelector("#panel-title").textContent = TITLE[name];
    this.changed(name);
    if (!this.#loaded.has(name)) this.#loaded.set(name, this.load[name]?.(body));
    const isThere = await this.#loaded.get(name);
    if (isThere === false) this.#loaded.delete(name);
    if (this.#open === name) this.#focus(body);
  }

  close() {
    if (!this.#open) return;
    this.#open = "";
    this.root.hidden = true;
    this.changed("");
    this.#back?.focus?.({ preventScroll: true });
  }

  #focus(body) {
    const first = body.querySelector("#write-text") ?? body.querySelector(FIRST);
    (first ?? this.root.querySelector("button")).focus({ preventScroll: true });
  }
}

// Put the part *id* of another page of ours into *body*; false: it can't be read just now.
export async function bring(body, source, id) {
  const answer = await fetch(source).catch(() => null);
  const found = answer?.ok && !answer.redirected && parsePage(await answer.text()).getElementById(id);
  if (!found) {
    body.textContent = "This can’t be shown just now. Close it and try again.";
    return false;
  }
  const part = document.importNode(found, true);
  part.removeAttribute("aria-label"); // the panel says what it is
  part.querySelector("#live")?.remove(); // this page has one
  for (const link of part.querySelectorAll("a[href]")) link.target = "_blank";
  body.replaceChildren(part);
  return part;
}

// The thread of this visit, as it is on its own page.
export async function bringChat(body, conversation, user) {
  const thread = await bring(body, `/messages/${conversation}`, "thread");
  if (!thread) return false;
  const { canKeep } = await import("../chat/store.js");
  if (!(await canKeep())) return true;
  const [{ startThread }, { Outbox }] = await Promise.all([import("../chat/thread.js"), import("../chat/outbox.js")]);
  await startThread(thread, new Outbox(user));
  return true;
}

export async function bringNote(body, appointment) {
  const note = await bring(body, `/visits/${appointment}/note`, "note");
  if (!note) return false;
  const { startNote } = await import("./notes.js");
  startNote(note);
  return true;
}
