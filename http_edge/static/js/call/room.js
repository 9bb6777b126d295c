// Before and after the call: which room of the page is shown, the line, the word, one's own picture.

import { parsePage } from "../trusted.js";
import { mayComeIn, meIn, whyMoved } from "./standing.js";
import { inMinutes, say } from "./words.js";

const LINE_EVERY = 60_000; // minutes go by; who is ahead is told as it changes
const TITLE = { call: "In the call", waiting: "Waiting room", over: "The call has ended", moved: "You are not in the call here" };

export class Room {
  #shown = "";
  #people = "";
  #startedAt = 0;
  #timer = 0;
  #told; // the doctor's word, and how often the line has moved: at first as the page was made
  #asked = 0;
  #read = new Map(); // what was read anew, by the number of the reading

  constructor(root, session) {
    Object.assign(this, { root, session });
    this.#told = { line: Number(root.dataset.line), word: root.dataset.word };
    for (const each of root.querySelectorAll(".with-script")) each.hidden = false;
  }

  // Show *room*; the focus follows when the one that had it is gone.
  show(room, view, leg, past) {
    this.#when(room, view);
    if (room === "moved") this.#moved(view, leg, past);
    this.#readPeople(view);
    if (room === this.#shown) return false;
    const first = !this.#shown;
    this.#shown = room;
    this.root.dataset.stage = room;
    this.root.classList.toggle("in-call", room === "call");
    document.getElementById("stage").hidden = room !== "call";
    for (const each of this.root.querySelectorAll("[data-room]")) each.hidden = each.dataset.room !== room;
    if (TITLE[room] && !first) say(TITLE[room]);
    if (!first) this.#focus(room);
    this.#waitInLine(!first);
    return true;
  }

  get shown() {
    return this.#shown;
  }

  // Show one's own picture, or that there is none.
  see(track, behind) {
    for (const video of this.root.querySelectorAll("[data-self]")) {
      video.srcObject = track ? new MediaStream([track]) : null;
      video.classList.toggle("behind", behind);
      if (track) video.play().catch(() => {});
    }
    for (const off of this.root.querySelectorAll("[data-self-off]")) off.hidden = Boolean(track);
  }

  // Say how long the call took, once it is over.
  lasted({ started_at: at }) {
    if (at) this.#startedAt = Date.parse(at);
    if (at || !this.#startedAt) return;
    this.root.querySelector("[data-lasted]").textContent = `It lasted ${inMinutes(Date.now() - this.#startedAt)}.`;
    this.#startedAt = 0;
  }

  #when(room, view) {
    const goesOn = Boolean(view.started_at);
    const is = { call: room === "call", open: view.open, "may-start": !goesOn, "goes-on": goesOn };
    is.host = view.part === "host";
    is["may-record"] = view.may_record;
    is["is-asked"] = view.ask_outcome;
    is["may-join"] = mayComeIn(view);
    for (const each of this.root.querySelectorAll("[data-when]")) each.hidden = each.dataset.when.split(" ").some((when) => !is[when]);
  }

  #moved(view, leg, past) {
    const [title, words] = whyMoved(view, leg, past);
    this.root.querySelector("[data-moved-title]").textContent = title;
    this.root.querySelector("[data-moved-words]").textContent = words;
  }

  #focus(room) {
    const target = room === "call" ? document.getElementById("stage") : this.root.querySelector(`[data-room="${room}"]`);
    if (!target) return;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }

  // Who waits, since when, with which device: read anew from the page when it has changed.
  async #readPeople(view) {
    const shown = document.getElementById("who-waits");
    const others = view.people.filter(({ person }) => person.user !== view.me);
    const now = JSON.stringify(others.map(({ legs, check, arrived_at: at }) => [legs[0]?.state, check, at]));
    if (!shown || now === this.#people) return;
    const isNews = this.#people || this.session.seq > Number(this.root.dataset.seq);
    this.#people = now;
    if (isNews) await this.#fetched(this.root.dataset.base, "who-waits");
  }

  // From now on, while one waits: what the line says changes with the minutes, too.
  #waitInLine(now) {
    clearTimeout(this.#timer);
    if (this.#shown !== "waiting") return;
    if (now) this.#readLine();
    this.#timer = setTimeout(() => this.#waitInLine(true), LINE_EVERY);
  }

  #readLine() {
    if (document.getElementById("line")) this.#fetched(`${this.root.dataset.base}/line`, "line");
  }

  // The line has moved, or what the doctor tells who waits has changed: the line says it.
  tellLine({ line, word }) {
    const before = this.#told;
    this.#told = { line, word };
    if (before.line === line && before.word === word) return;
    this.#readLine();
    if (word && word !== before.word && this.#shown === "waiting") say(`From your doctor: ${word}`);
  }

  async #fetched(source, id) {
    const number = ++this.#asked;
    const answer = await fetch(source).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const newer = parsePage(await answer.text()).getElementById(id);
    const older = document.getElementById(id);
    if (number < (this.#read.get(id) ?? 0)) return;
    this.#read.set(id, number);
    if (!newer || newer.textContent.trim() === older.textContent.trim()) return;
    older.replaceChildren(...document.importNode(newer, true).childNodes);
  }
}

// The patient's check-in is a form: it is sent without leaving the page.
export async function checkIn(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  return Boolean(answer?.ok);
}

export const hasArrived = (view) => Boolean(meIn(view)?.arrived_at);
