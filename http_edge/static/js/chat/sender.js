// Lets messages leave the outbox: in order for each conversation, one at a time, from one tab.
//
// A message leaves when the clinic answers `done` under its id. The same id sent twice has one
// effect and the same answer, so whoever is not sure sends it again.

import { upload, Unfit } from "./upload.js";

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;
const AT_ONCE = 20; // frames that may leave together; further ones keep this pace:
const PACE = 150;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Sender {
  #resting = new Map(); // conversation -> the pause that it is in, or had last
  #waiting = false;
  #poked = () => {};
  #left = AT_ONCE;

  constructor(outbox, socket) {
    this.outbox = outbox;
    this.socket = socket;
  }

  start() {
    this.socket.on("open", () => this.#wake());
    this.outbox.listen(({ what }) => (what === "added" || what === "waiting") && this.poke());
    addEventListener("online", () => this.#wake());
    this.poke();
  }

  // There may be something to send: this tab does so as soon as no other one does.
  poke() {
    this.#poked();
    if (this.#waiting) return;
    this.#waiting = true;
    navigator.locks.request(`outbox of ${this.outbox.user}`, () => {
      this.#waiting = false;
      return this.#sendAll();
    });
  }

  #wake() {
    this.#resting.clear();
    this.poke();
  }

  async #sendAll() {
    const running = new Map();
    while (this.socket.isOpen) {
      const poked = new Promise((resolve) => (this.#poked = resolve));
      for (const conversation of await this.#conversations()) {
        if (running.has(conversation)) continue;
        const sending = this.#sendThread(conversation).finally(() => running.delete(conversation));
        running.set(conversation, sending);
      }
      if (!running.size) return;
      await Promise.race([...running.values(), poked]);
    }
    await Promise.all(running.values());
  }

  async #conversations() {
    const waiting = (await this.outbox.all()).filter((message) => message.state === "waiting");
    const found = new Set(waiting.map((message) => message.conversation));
    return [...found].filter((conversation) => !this.#resting.get(conversation)?.now);
  }

  // Send what waits in *conversation*, until nothing does, or it has to rest.
  async #sendThread(conversation) {
    for (;;) {
      const waiting = await this.outbox.of(conversation);
      const next = waiting.find((message) => message.state === "waiting");
      if (!next || !this.socket.isOpen) return;
      if (!(await this.#send(next))) return this.#rest(conversation);
      this.#resting.delete(conversation);
    }
  }

  // Send one; return whether it was decided on.
  async #send(message) {
    try {
      const files = await this.#uploaded(message);
      if (!(await this.outbox.get(message.id))) return true;
      await this.#keepPace();
      return await this.#settle(message, await this.socket.ask(frameOf(message, files)));
    } catch (error) {
      if (!(error instanceof Unfit)) return false;
      return this.outbox.change(message.id, { state: "failed", said: error.message });
    }
  }

  async #settle(message, answer) {
    if (answer.type === "done") await this.outbox.sent(message.id, answer.number);
    else if (answer.again) return false;
    else await this.outbox.change(message.id, { state: "failed", said: answer.sentence });
    return true;
  }

  // Bring the files of *message* to the clinic, in order; what came is kept, so that it goes on.
  async #uploaded(message) {
    const ids = [];
    for (const file of message.files) {
      const { id, conversation, files } = message;
      const save = () => this.outbox.change(id, { files });
      const progress = (stage, share) =>
        this.outbox.tell({ what: "progress", id, conversation, key: file.key, stage, share });
      ids.push(await upload(conversation, file, { save, progress }));
    }
    return ids;
  }

  async #keepPace() {
    if (this.#left > 0) this.#left -= 1;
    else await pause(PACE);
    if (this.#left === AT_ONCE - 1) setTimeout(() => (this.#left = AT_ONCE), AT_ONCE * PACE);
  }

  #rest(conversation) {
    const before = this.#resting.get(conversation)?.length ?? FIRST_PAUSE / 2;
    const length = Math.min(before * 2, LONGEST_PAUSE);
    const rest = { length, now: true };
    this.#resting.set(conversation, rest);
    setTimeout(() => {
      rest.now = false;
      this.poke();
    }, length * (0.75 + Math.random() / 2));
  }
}

function frameOf({ id, conversation, text, replyTo }, files) {
  return { type: "post", id, conversation, text, reply_to: replyTo, files };
}
