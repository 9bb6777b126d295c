// The place where one reads: at the end while new things come, where one was while older ones do.

import { parsePage } from "../trusted.js";

const NEAR = 80;
const SOON_AT_TOP = 200;

export class Reading {
  #atEnd = true;
  #missed = 0;
  #loading = false;
  #failed = false;

  constructor(thread, log, items) {
    Object.assign(this, { log, items });
    this.whole = thread.dataset.newer === "0"; // whether the page shows the newest
    this.jump = document.getElementById("jump");
    this.older = document.getElementById("older");
  }

  start() {
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.log);
    this.items.list.addEventListener("load", () => this.#atEnd && this.toEnd(), true);
    this.older?.addEventListener("click", (event) => this.#loadOlder(event));
    this.jump.addEventListener("click", (event) => this.#jumped(event));
    addEventListener("hashchange", () => this.show(location.hash.slice(1)));
    this.#begin();
    this.#scrolled();
  }

  get atEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  // Something new stands at the end.
  grew(mine) {
    if (mine || this.#atEnd) return this.toEnd();
    this.#missed += 1;
    this.#showJump();
  }

  // Bring an item into view and say which it is; return whether it is on this page.
  show(id) {
    const item = /^m\d+$/.test(id) && document.getElementById(id);
    if (!item) return false;
    item.scrollIntoView({ block: "center" });
    item.classList.remove("found");
    requestAnimationFrame(() => item.classList.add("found"));
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
    return true;
  }

  #begin() {
    if (this.show(location.hash.slice(1))) return;
    const unread = document.getElementById("new");
    if (unread) unread.scrollIntoView({ block: "start" });
    else this.toEnd();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.#atEnd = this.whole && scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#atEnd) this.#missed = 0;
    this.#showJump();
    if (scrollTop < SOON_AT_TOP && scrollHeight > clientHeight) this.#loadOlder();
  }

  #showJump() {
    this.jump.hidden = this.#atEnd;
    this.jump.firstElementChild.textContent = this.#missed ? `${this.#missed} new · ` : "";
  }

  #jumped(event) {
    if (!this.whole) return;
    event.preventDefault();
    this.toEnd();
    document.getElementById("write-text")?.focus();
  }

  async #loadOlder(event) {
    event?.preventDefault();
    if (this.#loading || !this.older || (this.#failed && !event)) return;
    this.#loading = true;
    this.#failed = false;
    try {
      const answer = await fetch(this.older.href);
      if (!answer.ok || answer.redirected) throw new Error(`The page answered ${answer.status}.`);
      this.#splice(parsePage(await answer.text()));
    } catch {
      this.#failed = true;
      this.older.textContent = "Earlier messages can’t be shown just now. Try again";
    } finally {
      this.#loading = false;
    }
  }

  // Put the older page before what is here, without moving what is looked at.
  #splice(page) {
    const below = this.log.scrollHeight - this.log.scrollTop;
    const found = [...page.querySelectorAll("#items > .item")];
    this.items.addOlder(found.map((item) => document.importNode(item, true)));
    const older = page.getElementById("older");
    if (older) this.older.href = older.getAttribute("href");
    else this.#begun(page.getElementById("beginning"));
    this.log.scrollTop = this.log.scrollHeight - below;
  }

  #begun(beginning) {
    const focused = document.activeElement === this.older;
    this.older.parentElement.replaceWith(document.importNode(beginning, true));
    this.older = null;
    if (focused) this.log.focus({ preventScroll: true });
  }
}
