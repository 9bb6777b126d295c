// Who is here and who is typing; told and heard now and then, and fading by itself.

const SAY_HERE = 20_000;
const HERE_FADES = 45_000;
const SAY_TYPING = 3000;
const TYPING_FADES = 6000;

class Fading {
  #timers = new Map();

  constructor(milliseconds, changed) {
    Object.assign(this, { milliseconds, changed });
  }

  get users() {
    return [...this.#timers.keys()];
  }

  set(user, on) {
    clearTimeout(this.#timers.get(user));
    this.#timers.delete(user);
    if (on) this.#timers.set(user, setTimeout(() => this.set(user, false), this.milliseconds));
    this.changed();
  }
}

export class Presence {
  #said = 0;

  constructor(thread, socket, people) {
    Object.assign(this, { socket, people });
    this.conversation = thread.dataset.conversation;
    this.here = new Fading(HERE_FADES, () => this.#showHere());
    this.typing = new Fading(TYPING_FADES, () => this.#showTyping());
  }

  start() {
    const mine = (frame) => frame.conversation === this.conversation;
    this.socket.on("here", (frame) => mine(frame) && this.here.set(frame.user, frame.here));
    this.socket.on("typing", (frame) => mine(frame) && this.#heardTyping(frame.user));
    this.socket.on("following", () => this.#sayHere());
    document.addEventListener("visibilitychange", () => this.#sayHere());
    addEventListener("pagehide", () => this.#send({ type: "here", here: false }));
    setInterval(() => document.visibilityState === "visible" && this.#sayHere(), SAY_HERE);
  }

  // Somebody at this keyboard types.
  sayTyping() {
    if (Date.now() - this.#said < SAY_TYPING) return;
    this.#said = Date.now();
    this.#send({ type: "typing" });
  }

  // Their message is here: they do not type it any more.
  wrote(user) {
    this.typing.set(user, false);
  }

  #heardTyping(user) {
    this.here.set(user, true);
    this.typing.set(user, true);
  }

  #sayHere() {
    this.#send({ type: "here", here: document.visibilityState === "visible" });
  }

  #send(frame) {
    this.socket.send({ ...frame, conversation: this.conversation });
  }

  #showHere() {
    const shown = document.getElementById("presence");
    const names = this.here.users.map((user) => this.people.name(user));
    shown.classList.toggle("here", names.length > 0);
    const team = this.people.members.size > 2;
    const words = team ? `${names.join(", ")}: here now` : "Here now";
    shown.textContent = names.length ? words : shown.dataset.plain;
  }

  #showTyping() {
    const shown = document.getElementById("typing");
    const names = this.typing.users.map((user) => this.people.name(user));
    const words = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing` : "";
    if (shown.textContent !== words) shown.textContent = words;
  }
}
