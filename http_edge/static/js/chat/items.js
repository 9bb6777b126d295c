// The list of a thread: items in order of their numbers, each once; days between them.
//
// What waits in the outbox has no number, and stands at the end.

import { dayOf, dayToReader } from "./clocks.js";
import { setState } from "./bubbles.js";

const TOGETHER = 300_000; // messages of one author within five minutes stand close together

export class Items {
  #byKey = new Map();

  constructor(list, bubbles, people) {
    this.list = list;
    this.bubbles = bubbles;
    this.people = people;
    for (const item of list.querySelectorAll(".item[data-key]")) this.#note(item);
  }

  byNumber(number) {
    return document.getElementById(`m${number}`);
  }

  byKey(key) {
    return this.#byKey.get(key) ?? null;
  }

  get first() {
    return this.list.querySelector(".item[data-number]");
  }

  // All that have a number, oldest first.
  get numbered() {
    return [...this.list.querySelectorAll(".item[data-number]")];
  }

  // Put in what the conversation tells; return the item, or null if it was there already.
  add(frame) {
    if (this.byNumber(frame.number)) return null;
    const item = this.bubbles.item(frame);
    const waited = frame.author === this.people.me ? this.byKey(frame.key) : null;
    this.#insert(item, frame.number);
    waited?.remove();
    this.#note(item);
    return item;
  }

  // Put in what waits in the outbox, unless it is here already.
  addUnsent(message) {
    const known = this.byKey(message.id);
    if (known?.dataset.number) return null;
    if (known) return this.bubbles.setUnsent(known, message), null;
    const item = this.bubbles.unsent(message);
    this.list.append(item);
    this.#note(item);
    this.#arrange(item);
    return item;
  }

  // It has left: it stands in the thread, and is shown again when the thread tells it.
  setSent(key) {
    const item = this.byKey(key);
    if (item && !item.dataset.number) setState(item, "sent");
  }

  removeUnsent(key) {
    const item = this.byKey(key);
    if (!item || item.dataset.number) return;
    item.remove();
    this.#byKey.delete(key);
    this.tidy();
  }

  // Put older items of another page before all others.
  addOlder(items) {
    const fresh = items.filter((item) => !this.byNumber(item.dataset.number));
    this.list.prepend(...fresh);
    for (const item of fresh) this.#note(item);
    this.tidy();
  }

  // Show anew how far each message has come.
  setMarks() {
    for (const item of this.list.querySelectorAll(".mine[data-number]")) {
      setState(item, this.people.reached(Number(item.dataset.number)));
    }
  }

  // Put days where they belong, and let messages stand together.
  tidy() {
    for (const day of this.list.querySelectorAll(".day")) day.remove();
    for (const item of [...this.list.querySelectorAll(".item")]) this.#arrange(item);
  }

  #note(item) {
    if (item.dataset.key) this.#byKey.set(item.dataset.key, item);
  }

  #insert(item, number) {
    const before = this.numbered.findLast((each) => Number(each.dataset.number) < number);
    const next = before ? this.#afterOf(before) : this.list.firstElementChild;
    this.list.insertBefore(item, next);
    const last = !item.nextElementSibling || !item.nextElementSibling.matches("[data-number], .day");
    if (last) this.#arrange(item);
    else this.tidy();
  }

  #afterOf(item) {
    const next = item.nextElementSibling;
    return next?.matches(".day") && !next.nextElementSibling ? null : next;
  }

  #arrange(item) {
    let before = item.previousElementSibling;
    if (before?.matches(".new")) before = before.previousElementSibling;
    while (before && !before.matches(".item")) before = before.previousElementSibling;
    const { zone } = this.bubbles;
    const at = new Date(item.dataset.at);
    const day = dayOf(at, zone);
    const same = before && dayOf(new Date(before.dataset.at), zone) === day;
    if (!same && !item.previousElementSibling?.matches(".day")) {
      item.before(this.bubbles.day(dayToReader(at, zone), day));
    }
    const close = same && at - new Date(before.dataset.at) < TOGETHER;
    const author = item.dataset.author;
    item.classList.toggle("follows", Boolean(close && author && before.dataset.author === author));
  }
}
