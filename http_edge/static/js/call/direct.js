// A connection from this page to another one: perfect negotiation (webrtc-pc 10.7), with numbers.
//
// Who came later offers first, with sections for what both send, so that one answer is enough; it
// also gives way when both offer. A body says of which epoch and attempt it is; a description has a
// number (`neg`), an answer the number that it answers (`re`), a candidate that of its description.

import { Link } from "./link.js";

const WITHIN = 2500; // milliseconds from when both have described themselves
const ANSWER_WITHIN = 6000;

export class Direct extends Link {
  #neg = 0; // of my newest description
  #theirs = 0; // of their newest description that counts
  #making = false;
  #ignored = false;
  #early = []; // candidates of a description that has not come yet
  #turn = Promise.resolve();

  constructor(options) {
    super(options);
    [this.other] = options.plan.others;
    this.polite = options.plan.newer;
    if (options.offers) this.#begin();
    this.expect(ANSWER_WITHIN, options.offers ? "no_answer" : "no_offer");
  }

  connection() {
    const pc = super.connection();
    pc.onnegotiationneeded = () => pc === this.pc && this.#offer();
    pc.onicecandidate = ({ candidate }) => pc === this.pc && this.#tellCandidate(candidate);
    return pc;
  }

  // What the other leg has told about this attempt, in order.
  hear({ signal, body }) {
    const change = signal === "candidate" ? () => this.#add(body) : () => this.#describe(body);
    this.#turn = this.#turn.then(() => this.closed || change()).catch(() => this.fail("signalling"));
  }

  // Find a path anew. Both sides may; one that gives way does.
  restart() {
    this.restarts += 1;
    if (this.#theirs) this.pc.restartIce();
    else this.#tellAgain();
  }

  needSender(source) {
    if (this.#theirs || this.#neg) this.addSender(source, false);
  }

  // Sections that the other side may fill are there from the start; *off*: want no pictures.
  receivePictures(off) {
    for (const [transceiver, { source }] of this.receives) {
      const wanted = off && source === "camera" ? "inactive" : "recvonly";
      if (transceiver.direction !== wanted) transceiver.direction = wanted;
    }
  }

  update(plan) {
    this.follow(plan);
    [this.other] = plan.others;
  }

  #begin() {
    for (const source of this.local.keys()) this.addSender(source, false);
    for (const source of this.other.sends) this.addReceiver(this.other.id, source);
  }

  async #offer() {
    const { pc } = this;
    if (this.closed) return;
    this.#making = true;
    this.#neg += 1; // before any candidate of it comes
    // Overtaken by their offer: what is still needed is asked for again once that is answered.
    const isMade = await pc.setLocalDescription().then(() => true, () => false);
    if (pc !== this.pc) return;
    this.#making = false;
    if (isMade && pc.signalingState === "have-local-offer") this.#tellDescription();
  }

  #tellDescription(re = 0) {
    const { type, sdp } = this.pc.localDescription;
    const receives = new Map();
    for (const [{ mid }, { source }] of this.receives) if (mid !== null) receives.set(source, { mid });
    const sections = { sends: this.midsOf(this.senders), receives: this.midsOf(receives) };
    this.#tell("description", { type, sdp, neg: this.#neg, re, ...sections });
  }

  // They may never have had it, or not in time.
  #tellAgain() {
    if (this.pc.signalingState !== "have-local-offer") return;
    this.#neg += 1;
    this.#tellDescription();
  }

  #tellCandidate(candidate) {
    if (candidate) this.#tell("candidate", { ...candidate.toJSON(), neg: this.#neg });
  }

  #tell(signal, what) {
    const { epoch } = this.plan;
    const body = JSON.stringify({ ...what, epoch, attempt: this.attempt });
    this.session.sendSignal(this.other.id, signal, body);
  }

  async #describe(description) {
    if (description.neg <= this.#theirs) return;
    if (description.type === "offer") await this.#hearOffer(description);
    else await this.#hearAnswer(description);
  }

  async #hearOffer({ type, sdp, neg, sends, receives }) {
    const collides = this.#making || this.pc.signalingState !== "stable";
    this.#ignored = collides && !this.polite;
    if (this.#ignored) return;
    if (collides && !this.#theirs) this.#renew();
    await this.#apply({ type, sdp }, neg, sends);
    this.#fill(receives);
    this.#neg += 1;
    await this.pc.setLocalDescription();
    this.#tellDescription(neg);
    this.expect(WITHIN, "timeout");
    for (const source of this.local.keys()) {
      if (!this.senders.has(source)) this.addSender(source, false);
    }
  }

  async #hearAnswer({ type, sdp, neg, re, sends }) {
    if (re !== this.#neg || this.pc.signalingState !== "have-local-offer") return;
    await this.#apply({ type, sdp }, neg, sends);
    this.expect(WITHIN, "timeout");
  }

  // My first offer goes: its sections would stand beside theirs.
  #renew() {
    this.pc.close();
    this.senders.clear();
    this.sealed.clear();
    this.receives.clear();
    this.#making = false;
    this.pc = this.connection();
  }

  async #apply(description, neg, sends) {
    const { pc } = this;
    this.arriving = sends;
    await pc.setRemoteDescription(description);
    this.#theirs = neg;
    const early = this.#early.splice(0);
    for (const candidate of early) await this.#add(candidate);
  }

  // Tracks arrive while their description is applied; it says which is what.
  arrived(transceiver) {
    const source = this.arriving?.[transceiver.mid];
    if (source && !this.receives.has(transceiver)) {
      this.openFrom(transceiver, this.other.id, source);
    }
    super.arrived(transceiver);
  }

  // Send into the sections that they have made for what I send.
  #fill(receives = {}) {
    for (const transceiver of this.pc.getTransceivers()) {
      const source = receives[transceiver.mid];
      if (!source || this.senders.get(source) === transceiver) continue;
      transceiver.direction = "sendonly";
      transceiver.sender.replaceTrack(this.local.get(source) ?? null);
      this.sendThrough(transceiver, source);
    }
  }

  // A candidate of a description that counts no more is dropped.
  async #add({ neg, epoch, attempt, ...candidate }) {
    if (neg > this.#theirs) return void this.#early.push({ neg, ...candidate });
    const { sdp } = this.pc.remoteDescription ?? { sdp: "" };
    const { usernameFragment } = candidate;
    if (usernameFragment && !sdp.includes(`ice-ufrag:${usernameFragment}\r`)) return;
    await this.pc.addIceCandidate(candidate).catch(() => {});
  }
}
