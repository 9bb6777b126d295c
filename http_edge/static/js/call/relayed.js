// A connection from this page to the relay: we always offer, the relay only ever answers.
//
// What it has to carry follows from the view alone: a section for each thing that I send, and one
// for each that others send. Offers go one at a time; what changes meanwhile goes with the next.

import { isThere, keyOf, kindOf } from "./legs.js";
import { Link } from "./link.js";

const WITHIN = 5000;
const AGAIN = 150; // milliseconds, and twice as long each time
const MOST_TRIES = 6;
const LARGEST = 2; // the layer that is sent to who asks for none
const negs = new Map(); // epoch -> number of my newest offer, whatever the connection

export class Relayed extends Link {
  #busy = false;
  #again = false;
  #iceRestart = false;
  tried = 0; // offers in a row that were refused
  #resting = []; // sections that carry nothing now
  #layers = new Map(); // mid -> the layer that was asked for
  #open = () => {};
  #entered; // kept until this page is in the call: no offer is taken before

  // *waits*: be ready to offer, and do so at `enter`.
  constructor(options) {
    super(options);
    this.#entered = new Promise((resolve) => (this.#open = resolve));
    if (!options.waits) this.enter();
    for (const source of this.local.keys()) this.addSender(source, source === "camera");
    this.#negotiate();
  }

  enter() {
    if (!this.#open) return;
    this.#open();
    this.#open = null;
    this.startedAt = performance.now();
    this.expect(WITHIN, "timeout");
  }

  // Be as *plan* says from now on.
  update(plan) {
    this.follow(plan);
    if (this.#isStale()) this.#negotiate();
  }

  restart() {
    this.restarts += 1;
    this.#iceRestart = true;
    this.#negotiate();
  }

  needSender(source) {
    this.addSender(source, source === "camera");
    this.#negotiate();
  }

  // Ask for pictures of others in at most *layer*, -1 to 2; said again for new sections.
  preferLayer(layer) {
    for (const [{ mid }, { leg, source }] of this.receives) {
      const wish = `${leg} ${layer}`;
      const known = this.#layers.get(mid) ?? `${leg} ${LARGEST}`;
      if (source !== "camera" || mid === null || known === wish) continue;
      const of = { mid, leg, source };
      const isTold = this.session.prefer({ epoch: this.plan.epoch, of, layer });
      if (isTold) this.#layers.set(mid, wish);
    }
  }

  #wanted() {
    const wanted = new Map();
    for (const leg of this.plan.others.filter(isThere)) {
      for (const source of leg.sends) wanted.set(keyOf(leg.id, source), { leg: leg.id, source });
    }
    return wanted;
  }

  #isStale() {
    const wanted = this.#wanted();
    const has = [...this.receives.values()].map(({ leg, source }) => keyOf(leg, source));
    return wanted.size !== has.length || has.some((key) => !wanted.has(key));
  }

  // Sections whose sender is gone rest; the next one of that kind takes them up again.
  #arrange() {
    const wanted = this.#wanted();
    for (const [transceiver, { leg, source, opened }] of this.receives) {
      if (wanted.delete(keyOf(leg, source))) continue;
      transceiver.direction = "inactive";
      this.receives.delete(transceiver);
      this.tracks.delete(keyOf(leg, source));
      this.#resting.push({ transceiver, opened, kind: kindOf(source), free: false });
    }
    for (const { leg, source } of wanted.values()) this.#receive(leg, source);
  }

  #receive(leg, source) {
    const at = this.#resting.findIndex(({ kind, free }) => free && kind === kindOf(source));
    if (at < 0) return this.addReceiver(leg, source);
    const [{ transceiver, opened }] = this.#resting.splice(at, 1);
    transceiver.direction = "recvonly";
    this.receives.set(transceiver, { leg, source, opened });
    this.sealing.assign(opened, leg);
  }

  // A section may be taken up once the relay has agreed that it rests.
  #freed() {
    for (const each of this.#resting) each.free ||= each.transceiver.currentDirection === "inactive";
  }

  async #negotiate() {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#again && !this.closed) {
      this.#again = false;
      await this.#exchange().catch(() => this.#tryAgain());
    }
    this.#busy = false;
    this.#freed();
  }

  async #exchange() {
    const { pc } = this;
    this.#arrange();
    const offer = await pc.createOffer({ iceRestart: this.#iceRestart });
    this.#iceRestart = false;
    await pc.setLocalDescription(offer);
    await this.#entered;
    if (this.closed) return;
    const answer = await this.session.offer(this.#offer(offer.sdp));
    if (this.closed) return;
    if (answer.type === "refused") return this.#refused(answer);
    await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    this.tried = 0;
    this.#freed();
    if (this.#isStale()) this.#again = true;
  }

  #offer(sdp) {
    const { epoch } = this.plan;
    const neg = (negs.get(epoch) ?? 0) + 1;
    negs.set(epoch, neg);
    const me = this.session.leg;
    const sends = [...this.senders].map(([source, { mid }]) => ({ mid, leg: me, source }));
    const receives = [...this.receives].map(([{ mid }, { leg, source }]) => ({ mid, leg, source }));
    return { epoch, neg, sdp, sends, receives };
  }

  // Of another epoch: the view that tells of it is on its way. Else: once more, a little later.
  async #refused({ code }) {
    await this.pc.setLocalDescription({ type: "rollback" });
    this.#iceRestart = true;
    if (code === "stale") return;
    await this.#tryAgain();
  }

  async #tryAgain() {
    this.tried += 1;
    if (this.tried > MOST_TRIES) return this.fail("refused");
    const wait = AGAIN * 2 ** (this.tried - 1);
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (this.pc.signalingState === "have-local-offer") {
      await this.pc.setLocalDescription({ type: "rollback" });
    }
    this.#again = true;
  }
}
