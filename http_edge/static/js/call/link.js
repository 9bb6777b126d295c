// One connection over which media travel, to another page or to the relay: what both have in common.
//
// Its owner is told `arrived(link, leg, source, track)`, `connected(link)` and `failed(link, why)`.

import { kindOf, keyOf } from "./legs.js";
import { encodingsOf, preferCodecs, sendKeyFrame, setStep } from "./senders.js";

const MANY = 60; // packets after which some frame must have been seen

export class Link {
  #timer = 0;
  senders = new Map(); // source -> transceiver
  receives = new Map(); // transceiver -> {leg, source, opened: the number of what decrypts it}
  sealed = new Map(); // source -> the number of what encrypts it
  tracks = new Map(); // "leg source" -> what has arrived
  closed = false;
  isConnected = false;
  tookMs = 0;
  startedAt = performance.now();
  connectedAt = 0;
  restarts = 0;

  // *plan*: {key, mode, epoch, others, ice}; *local*: source -> track; *attempt* counts from 0.
  constructor({ session, owner, sealing, plan, local, attempt, step }) {
    Object.assign(this, { session, owner, sealing, plan, local, attempt, step });
    this.pc = this.connection();
  }

  connection() {
    const pc = new RTCPeerConnection({ iceServers: this.plan.ice, bundlePolicy: "max-bundle" });
    pc.ontrack = ({ transceiver }) => this.arrived(transceiver);
    pc.onconnectionstatechange = () => pc === this.pc && this.#state(pc.connectionState);
    pc.onsignalingstatechange = () => pc.signalingState === "stable" && this.setStep(this.step);
    return pc;
  }

  // Be as *plan* says from now on: others send other things, or credentials of a server are new.
  follow(plan) {
    const isNew = JSON.stringify(plan.ice) !== JSON.stringify(this.plan.ice);
    this.plan = plan;
    if (isNew) this.pc.setConfiguration({ iceServers: plan.ice, bundlePolicy: "max-bundle" });
  }

  // What the relay or the other page must hear of *source* alone is its own section.
  addSender(source, simulcast) {
    const kind = kindOf(source);
    const sendEncodings = encodingsOf(source, { simulcast });
    const track = this.local.get(source) ?? kind;
    const transceiver = this.pc.addTransceiver(track, { direction: "sendonly", sendEncodings });
    this.sendThrough(transceiver, source);
    return transceiver;
  }

  sendThrough(transceiver, source) {
    this.senders.set(source, transceiver);
    preferCodecs(transceiver, source);
    this.sealed.set(source, this.sealing.seal(transceiver.sender, kindOf(source)));
  }

  addReceiver(leg, source) {
    const transceiver = this.pc.addTransceiver(kindOf(source), { direction: "recvonly" });
    preferCodecs(transceiver, source);
    this.openFrom(transceiver, leg, source);
    return transceiver;
  }

  // What decrypts is there before anything else happens; later, Chromium would pass it by.
  openFrom(transceiver, leg, source) {
    const opened = this.sealing.open(transceiver.receiver, kindOf(source), leg);
    this.receives.set(transceiver, { leg, source, opened });
  }

  // A track is shown once what decrypts it has got a frame: sealed sound would be a loud noise.
  arrived(transceiver) {
    const { opened } = this.receives.get(transceiver) ?? {};
    if (opened !== undefined) this.sealing.whenSeen(opened, () => this.#show(transceiver));
  }

  #show(transceiver) {
    const what = this.receives.get(transceiver);
    if (!what || this.closed) return;
    this.tracks.set(keyOf(what.leg, what.source), transceiver.receiver.track);
    this.owner.arrived(this);
  }

  // Whether frames pass by what encrypts or decrypts them: such a connection is good for nothing.
  get isOpenWide() {
    const { streams, sent } = this.sample;
    const unseen = (id) => !this.sealing.hasSeen(id);
    const isHeard = ({ leg, source }) => (streams.get(keyOf(leg, source))?.packets ?? 0) > MANY;
    const comes = [...this.receives.values()].some((what) => isHeard(what) && unseen(what.opened));
    const isSent = (source) => (sent.packets[this.senders.get(source)?.mid] ?? 0) > MANY;
    return comes || [...this.sealed].some(([source, id]) => isSent(source) && unseen(id));
  }

  // Send *track* as *source* from now on; null: nothing for now.
  async setTrack(source, track) {
    const transceiver = this.senders.get(source);
    if (transceiver) await transceiver.sender.replaceTrack(track);
    else if (track) this.needSender(source);
  }

  async setStep(step) {
    this.step = step;
    for (const [source, { sender }] of this.senders) await setStep(sender, source, step);
  }

  sendKeyFrames() {
    for (const [source, { sender }] of this.senders) {
      if (kindOf(source) === "video" && sender.track) sendKeyFrame(sender);
    }
  }

  // Sections by source, for the other side: {mid: source}.
  midsOf(transceivers) {
    const mids = {};
    for (const [source, { mid }] of transceivers) if (mid !== null) mids[mid] = source;
    return mids;
  }

  // Report *why* unless it is connected within so many milliseconds.
  expect(milliseconds, why) {
    clearTimeout(this.#timer);
    if (this.isConnected) return;
    this.#timer = setTimeout(() => this.isConnected || this.fail(why), milliseconds);
  }

  fail(why) {
    clearTimeout(this.#timer);
    if (!this.closed) this.owner.failed(this, why);
  }

  close() {
    this.closed = true;
    clearTimeout(this.#timer);
    for (const { opened } of this.receives.values()) this.sealing.drop(opened);
    this.pc.close();
  }

  #state(state) {
    if (this.closed) return;
    if (state === "failed") this.fail("ice_failed");
    if (state !== "connected") return;
    clearTimeout(this.#timer);
    const isFirst = !this.isConnected;
    this.isConnected = true;
    if (!isFirst) return;
    this.connectedAt = performance.now();
    this.tookMs = Math.round(this.connectedAt - this.startedAt);
    this.setStep(this.step);
    this.#watchPath();
    this.owner.connected(this);
  }

  // On another path the other side may have missed something: let it see again at once.
  #watchPath() {
    const [sender] = this.pc.getSenders();
    const path = sender?.transport?.iceTransport;
    if (path) path.onselectedcandidatepairchange = () => this.sendKeyFrames();
  }
}
