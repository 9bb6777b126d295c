// The form in which one writes. Whatever is typed is kept as a draft, and leaves by the outbox.

import { keepDraft, readDraft } from "./drafts.js";
import { Files } from "./files.js";

const MOST_TEXT = 4000;
const KEEP_SOON = 300;

export class Composer {
  #timer = 0;
  #kept = 0;
  #changed = false;
  #quote = null;
  #sending = false;

  constructor(thread, { outbox, presence, sent }) {
    const { conversation, me } = thread.dataset;
    Object.assign(this, { conversation, me, outbox, presence, sent });
    this.form = document.getElementById("write");
    this.text = this.form.elements.text;
    this.replyTo = this.form.elements.reply_to;
    this.answering = document.getElementById("answering");
    this.files = new Files(conversation, {
      tray: document.getElementById("tray"),
      field: this.form.elements.file,
      drop: thread,
      changed: () => this.#keepSoon(),
      refuse: (words) => this.#refuse(words),
    });
  }

  async start() {
    await this.#restore();
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#pressed(event));
    this.text.addEventListener("paste", (event) => this.#pasted(event));
    this.answering.querySelector(".drop").addEventListener("click", (event) => this.#drop(event));
    const replies = document.getElementById("replies");
    replies?.addEventListener("click", (event) => this.#picked(event, replies));
    document.addEventListener("visibilitychange", () => this.#keep());
    addEventListener("pagehide", () => this.#keep());
  }

  // Let the next message answer this one.
  answer(quote, name) {
    this.#quote = quote;
    this.replyTo.value = quote.number;
    this.answering.querySelector(".quote-who").textContent = name;
    this.answering.querySelector(".quote-text").textContent = quote.text || "A file";
    this.answering.hidden = false;
    this.text.focus();
    this.#keepSoon();
  }

  // Show whether what is sent leaves now.
  setOnline(online) {
    const note = document.getElementById("offline");
    note.hidden = online;
    const words = "No connection just now. What you send is kept here and leaves by itself later.";
    note.textContent = online ? "" : words;
  }

  async #restore() {
    const draft = await readDraft(this.me, this.conversation);
    if (!draft) return this.#fit();
    if (!this.text.value) this.text.value = draft.text;
    if (this.replyTo.value === "0" && draft.quote) this.answer(draft.quote, draft.quote.name);
    this.files.restore(draft.files);
    this.#fit();
  }

  #typed() {
    this.#fit();
    this.#keepSoon();
    this.#refuse("");
    if (this.text.value.trim()) this.presence.sayTyping();
  }

  // Where style can't do it, let the field grow with what is typed.
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
  }

  #pressed(event) {
    const composing = event.isComposing || event.keyCode === 229;
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || composing || touch) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #pasted(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.files.add(event.clipboardData.files);
  }

  #drop(event) {
    event.preventDefault();
    this.#answerNothing();
    this.text.focus();
    this.#keepSoon();
  }

  #answerNothing() {
    this.#quote = null;
    this.replyTo.value = "0";
    this.answering.hidden = true;
  }

  // Put a reply that is kept ready where the cursor is.
  #picked(event, replies) {
    const reply = event.target.closest("[data-text]");
    if (!reply) return;
    event.preventDefault();
    replies.open = false;
    this.text.focus();
    this.text.setRangeText(reply.dataset.text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.#typed();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    const trouble = this.#troubleWith(text);
    if (trouble) return this.#refuse(trouble);
    if (this.#sending || (!text && !this.files.list.length)) return;
    this.#sending = true;
    try {
      await this.#send(text);
    } catch {
      this.#refuse("This browser can’t keep the message, so it was not sent. Make room on your device.");
    } finally {
      this.#sending = false;
    }
  }

  #troubleWith(text) {
    if (this.files.faulty) return "A file can’t be sent. Remove it first.";
    if (text.length <= MOST_TEXT) return "";
    return `At most ${MOST_TEXT} characters go into one message; these are ${text.length}.`;
  }

  async #send(text) {
    const message = {
      id: crypto.randomUUID(),
      conversation: this.conversation,
      text,
      replyTo: Number(this.replyTo.value),
      quote: this.#quoted(),
      files: this.files.list,
      at: new Date().toISOString(),
    };
    clearTimeout(this.#timer);
    this.#changed = false;
    await this.outbox.add(message);
    this.files.take();
    this.text.value = "";
    this.#answerNothing();
    this.#fit();
    this.#refuse("");
    this.text.focus();
    this.sent();
  }

  // What is being answered: known from here, or from the page as it came.
  #quoted() {
    if (this.#quote || this.replyTo.value === "0") return this.#quote;
    const number = Number(this.replyTo.value);
    const { author = "" } = document.getElementById(`m${number}`)?.dataset ?? {};
    return { number, author, text: this.answering.querySelector(".quote-text").textContent };
  }

  #refuse(words) {
    const said = document.getElementById("write-wrong");
    said.hidden = !words;
    if (said.textContent !== words) said.textContent = words;
  }

  // At once, and then at most so often.
  #keepSoon() {
    this.#changed = true;
    const kept = Date.now() - this.#kept;
    clearTimeout(this.#timer);
    if (kept > KEEP_SOON) this.#keep();
    else this.#timer = setTimeout(() => this.#keep(), KEEP_SOON - kept);
  }

  #keep() {
    clearTimeout(this.#timer);
    if (this.#sending || !this.#changed) return;
    this.#changed = false; // another tab of the thread may hold a newer draft
    this.#kept = Date.now();
    const name = this.answering.querySelector(".quote-who").textContent;
    const quote = this.#quoted() && { ...this.#quoted(), name };
    const draft = { text: this.text.value, replyTo: Number(this.replyTo.value), quote, files: this.files.list };
    keepDraft(this.me, this.conversation, draft).catch(() => {});
  }
}
