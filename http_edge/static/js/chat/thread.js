// A thread that lives: what is written comes by itself, and what one writes leaves by the outbox.

import { parsePage } from "../trusted.js";
import { socket } from "../socket.js";
import { Actions } from "./actions.js";
import { Bubbles } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Items } from "./items.js";
import { Marks } from "./marks.js";
import { People } from "./people.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";

class Thread {
  constructor(root, outbox) {
    const { conversation, last, me, mayWrite } = root.dataset;
    Object.assign(this, { root, outbox, conversation, me, last: Number(last) });
    const log = document.getElementById("log");
    this.people = new People(root);
    this.bubbles = new Bubbles(root, this.people);
    this.items = new Items(document.getElementById("items"), this.bubbles, this.people);
    this.marks = new Marks(root, socket, this.people, this.items, log);
    this.presence = new Presence(root, socket, this.people);
    this.reading = new Reading(root, log, this.items);
    if (mayWrite !== "yes") return;
    const { presence } = this;
    this.composer = new Composer(root, { outbox, presence, sent: () => this.#sent() });
  }

  async start() {
    this.items.tidy();
    await this.#showUnsent();
    this.reading.start();
    this.presence.start();
    this.marks.start();
    await this.composer?.start();
    this.#startActions();
    this.#listen();
    this.#follow();
  }

  #startActions() {
    const { outbox, items, composer, people } = this;
    new Actions(this.root, { socket, outbox, items, composer, people, say }).start();
    this.items.list.addEventListener("click", (event) => {
      const quote = event.target.closest(".quote");
      if (quote && this.reading.show(quote.hash.slice(1))) event.preventDefault();
    });
  }

  #listen() {
    for (const type of ["message", "visit", "called", "automatic"]) this.#on(type, (frame) => this.#add(frame));
    this.#on("edited", ({ original, text }) => this.#change(original, "edit", text));
    this.#on("deleted", ({ original }) => this.#change(original, "delete"));
    this.#on("marked", (frame) => this.#marked(frame));
    this.#on("members", () => this.#readAnew());
    this.#on("following", (frame) => this.#following(frame));
    socket.on("refused", (frame) => this.#refused(frame));
    socket.on("open", () => this.#follow());
    socket.on("closed", () => this.composer?.setOnline(false));
    this.outbox.listen((change) => change.conversation === this.conversation && this.#unsent(change));
    addEventListener("offline", () => this.composer?.setOnline(false));
  }

  // Hear frames of this conversation; what has a number is not wanted again.
  #on(type, hear) {
    socket.on(type, (frame) => {
      if (frame.conversation !== this.conversation) return;
      hear(frame);
      this.last = Math.max(this.last, frame.number ?? 0);
    });
  }

  #follow() {
    const { conversation, last } = this;
    const open = socket.send({ type: "follow", conversation, after: last }, true);
    if (open) this.composer?.setOnline(true);
  }

  // One may not read here any more: the page says so itself.
  #refused({ address, again }) {
    if (!again && address === `conversation/${this.conversation}`) location.reload();
  }

  // All that was written before is here now; a number from before ours is another journal's.
  #following({ last }) {
    if (last < this.last) return location.reload();
    this.last = last;
    this.root.dataset.follows = "yes";
  }

  #add(frame) {
    const mine = frame.author === this.me;
    if (mine && frame.key) this.outbox.sent(frame.key, frame.number);
    if (!this.reading.whole) return this.reading.grew(false);
    const { atEnd } = this.reading;
    const item = this.items.add(frame);
    if (!item) return;
    if (frame.type === "message") this.presence.wrote(frame.author);
    if (!mine && frame.type === "message") this.#markNew(item, atEnd);
    this.reading.grew(mine && atEnd);
    this.marks.look();
    if (!mine) say(spoken(item));
  }

  // Show where what is new begins, to whoever does not look at the end just now.
  #markNew(item, atEnd) {
    if (atEnd && document.visibilityState === "visible") return;
    const { read } = this.people.markOf(this.me);
    const known = document.getElementById("new");
    const first = known?.nextElementSibling;
    if (first && Number(first.dataset.number ?? read + 1) > read) return;
    known?.remove();
    item.before(document.getElementById("t-new").content.cloneNode(true));
  }

  #change(number, how, text) {
    const item = this.items.byNumber(number);
    if (item) this.bubbles[how](item, text);
  }

  #marked({ user, mark }) {
    this.people.mark(user, mark.delivered, mark.read);
    if (user !== this.me) this.items.setMarks();
  }

  #sent() {
    document.getElementById("new")?.remove();
    if (!this.reading.whole) location.assign(`/messages/${this.conversation}`);
  }

  async #showUnsent() {
    if (!this.reading.whole) return;
    for (const message of await this.outbox.of(this.conversation)) this.items.addUnsent(message);
  }

  async #unsent({ what, id }) {
    if (what === "sent") return this.items.setSent(id);
    if (what === "removed") return this.items.removeUnsent(id);
    if (what === "progress") return this.items.byKey(id)?.setAttribute("aria-busy", "true");
    if (!this.reading.whole) return;
    const message = await this.outbox.get(id);
    if (!message) return;
    if (this.items.addUnsent(message)) this.reading.grew(true);
    if (what === "failed") say(`Not sent: ${message.said}`);
  }

  // Who takes part has changed: see who, and whether one may write.
  async #readAnew() {
    const answer = await fetch(`/messages/${this.conversation}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = parsePage(await answer.text());
    const thread = page.getElementById("thread");
    if (thread?.dataset.mayWrite !== this.root.dataset.mayWrite) return location.reload();
    this.people.read(page.getElementById("members"));
    const name = document.querySelector("#thread-head h1");
    name.textContent = page.querySelector("#thread-head h1").textContent;
    this.items.setMarks();
  }
}

function spoken(item) {
  const who = item.querySelector(".who")?.textContent;
  const what = item.querySelector(".text")?.textContent ?? (who ? "A file" : item.textContent);
  return who ? `${who}: ${what}` : what;
}

function say(words) {
  document.getElementById("said").textContent = words;
}

export async function startThread(root, outbox) {
  await new Thread(root, outbox).start();
}
