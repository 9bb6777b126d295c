// Notices that nothing comes any more over a link, long before the browser does, and acts.

import { audibleOf, isThere } from "./legs.js";

const SILENT = 1500; // milliseconds: then a path is sought anew
const OTHER_SILENT = 3000; // for who would give way: the other side sees it first
const RENEW = 4000; // after that without effect a new connection
const GIVE_UP = 10_000; // so long silent: the session is asked whether that page is still there

export class Watchdog {
  #heard = new Map(); // leg -> {packets, at}
  #triedAt = 0;
  #lost = new Map(); // leg -> when that was said

  // *tell* is asked to `restart`, to `renew`, and to say that a leg is `silent` or `back`.
  constructor(link, tell) {
    Object.assign(this, { link, tell });
  }

  // How long nothing has come from *leg* that must come, in milliseconds.
  silence(leg) {
    const heard = this.#heard.get(leg);
    return heard ? performance.now() - heard.at : 0;
  }

  // Take in a sample of the link. *legs*: the others as the view has them.
  watch(sample, legs) {
    if (!this.link.isConnected) return;
    for (const leg of legs) this.#note(leg, packetsOf(sample, leg.id));
    const due = legs.filter(mustBeHeard);
    if (due.length && due.every((leg) => this.silence(leg.id) > this.#patience())) this.act();
    else this.#triedAt = 0;
    for (const leg of legs) this.#ask(leg);
  }

  // Seek another path now; and when that was tried a while ago, in vain, a new connection.
  act() {
    const now = performance.now();
    if (!this.#triedAt) {
      this.#triedAt = now;
      this.tell.restart(this.link);
    } else if (now - this.#triedAt > RENEW) {
      this.#triedAt = now;
      this.tell.renew(this.link);
    }
  }

  #patience() {
    return this.link.polite ? OTHER_SILENT : SILENT;
  }

  // Who has muted all that they send may well be silent.
  #note(leg, packets) {
    const { id } = leg;
    const heard = this.#heard.get(id);
    if (packets === heard?.packets && isExpected(leg)) return;
    const isBack = heard && packets > heard.packets && this.silence(id) > SILENT;
    this.#heard.set(id, { packets, at: performance.now() });
    this.#lost.delete(id);
    if (isBack) this.tell.back(this.link, id);
  }

  #ask({ id }) {
    const now = performance.now();
    if (this.silence(id) < GIVE_UP || now - (this.#lost.get(id) ?? -GIVE_UP) < GIVE_UP) return;
    this.#lost.set(id, now);
    this.tell.silent(id);
  }
}

// Media need no line: of who is not back yet, too. Without it no path can be sought with them.
const isExpected = (leg) => isThere(leg) && audibleOf(leg).length > 0;
const mustBeHeard = (leg) => leg.state === "in_call" && isExpected(leg);

function packetsOf(sample, leg) {
  const streams = [...sample.streams.values()].filter((stream) => stream.leg === leg);
  return streams.reduce((sum, { packets }) => sum + packets, 0);
}
