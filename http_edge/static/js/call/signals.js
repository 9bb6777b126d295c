// What legs tell one another by way of the session: numbered, kept until it is held there, and sent
// again over the next line. What comes is taken once.

const AGAIN = 4000; // milliseconds after which what is not held yet is sent once more

export class Signals {
  #told = new Map(); // leg -> {number, waiting: what is not held yet}
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
    told.waiting.push({ frame, at: Date.now() });
    this.socket.send(frame);
  }

  held({ to, number }) {
    const told = this.#told.get(to);
    if (told) told.waiting = told.waiting.filter(({ frame }) => frame.number > number);
  }

  // Send again what has been waiting for an answer for so long.
  again(after = AGAIN) {
    for (const each of [...this.#told.values()].flatMap((told) => told.waiting)) {
      if (Date.now() - each.at < after || !this.socket.send(each.frame)) continue;
      each.at = Date.now();
    }
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
