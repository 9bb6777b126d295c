// Which connections there are. A new one is set up beside the old one, which goes once pictures and
// sound come over the new: make before break.

import { Direct } from "./direct.js";
import { carriesAll, shownOver } from "./flow.js";
import { entered, planOf } from "./plan.js";
import { Relayed } from "./relayed.js";
import { Watchdog } from "./watchdog.js";

const OLD_FOR = 3000; // milliseconds for which an old connection stays beside a new one at most
const LINGER = 1500; // the other side may be a little later
const AGAIN = 3000;
const MOST_EARLY = 300;

export class Links {
  #early = []; // signals of a connection that the view does not show yet
  #dogs = new Map(); // link -> Watchdog
  all = []; // the newest is the last
  plan = null;
  made = 0;

  // *tell*: `changed()` after each change of what there is. *local*: source -> track.
  constructor({ session, sealing, local, tell }) {
    Object.assign(this, { session, sealing, local, tell });
  }

  get newest() {
    return this.all.at(-1) ?? null;
  }

  // Be as *view* says, sending as *step* of the ladder says.
  follow(view, step) {
    const { leg } = this.session;
    this.step = step;
    this.plan = planOf(view, leg);
    this.#close((link) => !this.#isWanted(link));
    if (!this.plan) return this.tell.changed();
    if (this.newest?.plan.key === this.plan.key) this.newest.update(this.plan);
    else this.#make(0, this.plan.newer);
    for (const early of this.#early.splice(0)) this.hear(early);
    this.tell.changed();
  }

  // Set up what is needed once this page is in the call of *view*, as far as that can be known;
  // nothing is told of it before `enter`.
  prepare(view, step) {
    const { leg } = this.session;
    const plan = planOf(entered(view, leg), leg);
    if (plan?.mode !== "relay") return;
    Object.assign(this, { step, plan });
    this.#make(0, plan.newer, true);
  }

  enter() {
    for (const link of this.all) link.enter?.();
  }

  // Take what another leg tells about a direct connection to it.
  hear({ leg, signal, body }) {
    const said = typeof body === "string" ? read(body) : body;
    if (!said) return;
    const { epoch, attempt } = said;
    const isAhead = epoch > (this.plan?.epoch ?? -1) || this.plan?.others.every(({ id }) => id !== leg);
    if (isAhead) return this.#keep({ leg, signal, body: said });
    const isOffer = signal === "description" && said.type === "offer";
    if (isOffer && this.plan.mode === "direct" && attempt > this.newest.attempt) this.#make(attempt, false);
    const link = this.all.find((one) => one.plan.epoch === epoch && one.attempt === attempt);
    if (link?.other?.id === leg) link.hear({ signal, body: said });
  }

  setTrack(source, track) {
    for (const link of this.all) link.setTrack(source, track).catch(() => {});
  }

  setStep(step) {
    this.step = step;
    for (const link of this.all) link.setStep(step);
  }

  // Return "leg source" -> the track to show: of the newest connection over which it flows.
  shown() {
    return shownOver(this.all, this.plan?.others ?? []);
  }

  // Whether all that has to come does, over one connection.
  get isSettled() {
    return this.all.length === 1 && carriesAll(this.newest, this.all);
  }

  // Act on the samples that each link has just got.
  tend() {
    for (const link of this.all) {
      if (link.sample) this.#dogs.get(link).watch(link.sample, link.plan.others);
      if (link.sample && link.isOpenWide) this.renew(link);
    }
    const { newest } = this;
    if (this.all.length < 2 || !newest.isConnected) return;
    newest.carriesSince ??= carriesAll(newest, this.all) ? performance.now() : null;
    const { carriesSince, connectedAt } = newest;
    const isOver = performance.now() - connectedAt > OLD_FOR;
    const isMade = carriesSince !== null && performance.now() - carriesSince > LINGER;
    if (isOver || isMade) this.#close((link) => link !== newest);
  }

  silence(leg) {
    return this.#dogs.get(this.newest)?.silence(leg) ?? 0;
  }

  // The network of this device is another, or back.
  seekPath() {
    if (this.newest?.isConnected) this.#dogs.get(this.newest).act();
  }

  close() {
    this.#close(() => true);
  }

  // --- told by links

  arrived() {
    this.tell.changed();
  }

  connected(link) {
    const { tookMs } = link;
    this.#report(link, { connected: true, took_ms: tookMs });
    const { pc } = link;
    pc.addEventListener("iceconnectionstatechange", () => {
      if (pc.iceConnectionState === "disconnected") this.#dogs.get(link)?.act();
    });
    this.tell.changed();
  }

  failed(link, why) {
    if (link !== this.newest) return this.#close((one) => one === link);
    this.#report(link, { connected: false, why });
    setTimeout(() => this.renew(link), link.isConnected ? 0 : AGAIN);
    this.tell.changed();
  }

  // --- told by watchdogs

  restart(link) {
    if (link === this.newest) link.restart();
    this.tell.changed();
  }

  renew(link) {
    if (link === this.newest && !link.closed) this.#make(link.attempt + 1, true);
  }

  back(link, leg) {
    this.session.sendSignal(leg, "need_frame");
    if (link === this.newest) this.#report(link, { connected: true });
  }

  silent(leg) {
    this.session.act({ type: "LoseLeg", leg });
  }

  #make(attempt, offers, waits = false) {
    const { session, sealing, local, plan, step } = this;
    const Kind = plan.mode === "relay" ? Relayed : Direct;
    const link = new Kind({ session, owner: this, sealing, plan, local, attempt, offers, step, waits });
    this.made += 1;
    this.all.push(link);
    this.#dogs.set(link, new Watchdog(link, this));
    // Of connections that never stood, one at a time is enough.
    this.#close((one) => one !== link && !one.isConnected);
  }

  #close(isMeant) {
    for (const link of this.all.filter(isMeant)) {
      this.all = this.all.filter((one) => one !== link);
      this.#dogs.delete(link);
      this.tell.closing(link);
      link.close();
    }
    this.tell.changed();
  }

  // A connection to who is gone has to go; one of before may stay beside the next. The one to the
  // relay is to nobody: it stays when somebody goes on in another window.
  #isWanted(link) {
    const { plan } = this;
    if (!plan) return false;
    return link.plan.key === plan.key || link.plan.others.some((leg) => plan.others.some(({ id }) => id === leg.id));
  }

  #keep(early) {
    this.#early = [...this.#early, early].slice(-MOST_EARLY);
  }

  #report({ plan }, what) {
    const to = plan.mode === "direct" ? plan.others[0].id : "";
    this.session.act({ type: "ReportPath", epoch: plan.epoch, to, ...what });
  }
}

// What another page says may be anything.
function read(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
