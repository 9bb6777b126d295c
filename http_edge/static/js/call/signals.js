// What legs tell one another by way of the session: numbered, kept until it is held there, and sent
// again over the next line. What comes is taken once.

const AGAIN = 4000; // milliseconds after which what is not held yet is sent once more
const AT_ONCE = 40; // signals that have waited for a line; the clinic ends lines that say too much
const THEN = 2500; // milliseconds until so many more

export class Signals {
  #told = new Map(); // leg -> {number, waiting: [{frame, at: when it was sent last; 0: to be sent}]}
  #timer = 0;
  run = "";
  number = 0;

  constructor(socket, call, leg) {
    Object.assign(this, { socket, call, leg });
  }

  tell(to, signal, body) {
    const told = this.#told.get(to) ?? { number: 0, waiting: [] };
    this.#told.set(to, told);
    const { call, leg } = this;
    told.number += 1;
    const frame = { type: "signal", call, leg, to, number: told.number, signal, body };
    told.waiting.push({ frame, at: 0 });
    if (!this.#timer) this.#flush();
  }

  held({ to, number }) {
    const told = this.#told.get(to);
    if (told) told.waiting = told.waiting.filter(({ frame }) => frame.number > number);
  }

  // Send again what has been waiting for an answer for so long; 0: all, this line is another one.
  again(after = AGAIN) {
    if (after === 0) this.#timer = clearTimeout(this.#timer) ?? 0;
    for (const each of this.#waiting) if (Date.now() - each.at >= after) each.at = 0;
    if (!this.#timer) this.#flush();
  }

  get #waiting() {
    return [...this.#told.values()].flatMap((told) => told.waiting);
  }

  // None overtakes another: the clinic takes what comes later for a repetition.
  #flush() {
    this.#timer = 0;
    const due = this.#waiting.filter(({ at }) => at === 0);
    for (const each of due.slice(0, AT_ONCE)) {
      if (!this.socket.send(each.frame)) return;
      each.at = Date.now();
    }
    if (due.length > AT_ONCE) this.#timer = setTimeout(() => this.#flush(), THEN);
  }

  // Nobody but *legs* is there to be told anything.
  keepOnly(legs) {
    for (const [leg, told] of this.#told) if (!legs.has(leg)) told.waiting = [];
  }

  // Return whether this was not told before.
  take({ run, number }) {
    if (run !== this.run) Object.assign(this, { run, number: 0 });
    if (number <= this.number) return false;
    this.number = number;
    return true;
  }

  heard() {
    const { call, leg, number } = this;
    this.socket.send({ type: "heard", call, leg, number });
  }
}
