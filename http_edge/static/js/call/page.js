// The page of a call: puts together session, media, devices and everything that one sees and does.

import { actsOf } from "./acts.js";
import { Check } from "./check.js";
import { Comings } from "./comings.js";
import { Controls } from "./controls.js";
import { Devices } from "./devices.js";
import { Leaving } from "./leaving.js";
import { bringChat, bringNote, Panel } from "./panel.js";
import { Past } from "./past.js";
import { People } from "./people.js";
import { Place } from "./place.js";
import { Playing } from "./playing.js";
import { Recording } from "./recording.js";
import { Ringback } from "./ringback.js";
import { checkIn, hasArrived, Room } from "./room.js";
import { mayComeIn, meIn, ringsForMe, roomOf } from "./standing.js";
import { banner, briefly, say, taken } from "./words.js";

const TROUBLE = 20_000; // milliseconds for which one reads of a device

export class Call {
  #past;
  #comings = new Comings();
  #joining = false;
  #seat = null; // while a place in the waiting room is being taken

  constructor(root, session) {
    const { me, conversation, appointment, medium } = root.dataset;
    Object.assign(this, { root, session, me, medium });
    this.#past = new Past(root.dataset.call);
    this.devices = new Devices({
      changed: (source, track) => this.#changed(source, track),
      trouble: (words) => briefly(words, TROUBLE, "device"),
    });
    this.room = new Room(root, session);
    this.playing = new Playing(session, this.devices.choices);
    this.stage = this.playing.stage;
    this.hearing = this.playing.hearing;
    this.people = new People(root, session);
    this.recording = new Recording(session);
    this.leaving = new Leaving(session, this.#past);
    this.ringback = new Ringback(me);
    this.place = new Place(session);
    const load = {
      chat: (body) => bringChat(body, conversation, me),
      notes: (body) => bringNote(body, appointment),
    };
    this.panel = new Panel(load, (name) => this.#panelChanged(name));
    this.controls = new Controls(root, actsOf(this));
  }

  async start() {
    this.devices.choices.onChange(() => this.#showChoices());
    await this.devices.choices.read();
    this.check = this.#startCheck();
    this.session.on("view", (view) => this.#see(view));
    this.session.on("refused", (refused) => this.#refused(refused));
    this.#startForms();
    if (this.session.view) this.#see(this.session.view);
  }

  // Be in the call with this page; *ring* who is not there. *before*: as this tab was in it.
  async join(medium, ring = false, before = null) {
    const { session, devices } = this;
    if (this.#joining || this.room.shown === "call") return;
    if (this.#past.elsewhere) return location.assign(`${this.root.dataset.base}?join=${medium}`);
    this.#joining = true;
    this.#past.left = false;
    if (before) await devices.openAs(before);
    else await this.#openFor(medium);
    this.playing.prepare(devices.tracks, session.view);
    const answer = await session.act({ type: "JoinCall", medium, sends: devices.sends, ring });
    this.playing.entered(answer.type === "acted");
    taken(answer);
    this.#joining = false;
  }

  async #openFor(medium) {
    const { devices } = this;
    const wants = medium === "video" && !this.#isAudioOnly ? ["microphone", "camera"] : ["microphone"];
    if (medium === "audio") await devices.turn("camera", false);
    for (const source of wants) devices.muted.delete(source);
    await devices.open(wants);
  }

  // Ring once more who did not come.
  async ringAgain() {
    const { session, devices } = this;
    taken(await session.act({ type: "JoinCall", medium: session.mine.medium, sends: devices.sends, ring: true }));
  }

  #see(view) {
    if (!this.room.shown) this.#past.recall(view);
    const room = roomOf(view, this.session.leg, this.#past);
    if (room === "call") this.#past.enter(view.number);
    else if (this.room.shown === "call") this.#past.end(view);
    if (room === "waiting" && this.session.mine) this.#past.seated = true;
    const changed = this.room.show(room, view, this.session.leg, this.#past);
    if (changed) this.#entered(room);
    if (room === "call") this.stage.setView(view);
    this.people.show(view);
    this.controls.label("leave", view.part === "host" ? "End" : "Leave");
    this.recording.show(view);
    this.#comings.show(view, room === "call");
    this.ringback.show(view, room === "call");
    this.room.tellLine(view);
    this.#goOn(view, room);
    this.room.lasted(view);
  }

  // What this page does by itself in its room.
  #goOn(view, room) {
    if (room === "waiting") {
      if (!this.session.mine && !this.#seat) this.#seat = this.#takeSeat();
      if (mayComeIn(view)) this.join(this.medium);
    }
    if (room === "moved") this.#comeBack(view);
    const wanted = new URLSearchParams(location.search).get("join");
    if (!wanted || !view.open) return;
    history.replaceState(null, "", location.pathname);
    if (room !== "call" && (mayComeIn(view) || ringsForMe(view).length)) this.join(wanted, view.part === "host");
  }

  // This tab was in the call a moment ago: its page was loaded again, or left and come back to.
  async #comeBack(view) {
    const before = await this.place.before(view);
    if (before) this.join(before.on.includes("camera") ? "video" : "audio", false, before);
  }

  async #takeSeat() {
    if (!this.#past.seated) this.#openForWaiting();
    taken(await this.session.act({ type: "TakeSeat" }));
    this.#seat = null;
  }

  // One's own picture while waiting, unless the check found no camera or it was turned off.
  #openForWaiting() {
    const video = this.medium === "video" && this.check?.isGood("camera") !== false && !this.#isAudioOnly;
    this.devices.open(video ? ["microphone", "camera"] : ["microphone"]);
  }

  #entered(room) {
    const inCall = room === "call";
    this.people.place(inCall);
    this.panel.close();
    banner("");
    if (inCall) return this.#play();
    this.playing.stop();
    this.place.giveUp();
    if (!["waiting", "door", "ready"].includes(room)) this.devices.close();
    this.#showOwn();
  }

  #play() {
    this.playing.start(this.devices.tracks, this.#isAudioOnly ? "audio" : "auto");
    this.#tellTracks(this.session.mine);
    this.#showOwn();
  }

  // A device was opened, closed, muted: seen here, sent there, told to all.
  #changed(source, track) {
    this.devices.choices.read();
    this.#showOwn();
    if (!this.playing.media) return;
    this.playing.media.setTrack(source, track);
    this.stage.setTrack(this.session.leg, source, track);
    this.#tellTracks();
  }

  // *told*: what the session knows already, by joining.
  #tellTracks(told = null) {
    const { sends, muted } = this.devices;
    if (!this.playing.media || !this.session.mine) return;
    this.place.keep(this.devices);
    const isTold = told && !muted.size && !told.muted.length && `${[...told.sends].sort()}` === `${[...sends].sort()}`;
    if (!isTold) this.session.act({ type: "SetTracks", sends, muted: [...muted] });
  }

  #showOwn() {
    const { devices } = this;
    const camera = devices.isOn("camera") ? devices.tracks.get("camera") : null;
    this.room.see(camera, devices.choices.isBehind(camera));
    for (const source of ["camera", "screen"]) this.stage.setTrack(this.session.leg, source, devices.tracks.get(source) ?? null);
    const on = { microphone: devices.isOn("microphone"), camera: Boolean(camera), screen: devices.isOn("screen") };
    this.controls.show({ ...on, "audio-only": this.#isAudioOnly });
    this.controls.offer("flip", devices.choices.cameras.length > 1 && Boolean(camera));
    this.controls.offer("screen", Boolean(navigator.mediaDevices?.getDisplayMedia));
  }

  #showChoices() {
    this.devices.choices.fill(this.root, (source, id) => {
      if (source === "speaker") this.hearing.setSink(id);
      this.devices.choose(source, id);
    });
    this.controls.offer("flip", this.devices.choices.cameras.length > 1);
  }

  get #isAudioOnly() {
    return sessionStorage.getItem("audio-only") === "yes";
  }

  pinAudio() {
    const only = !this.#isAudioOnly;
    sessionStorage.setItem("audio-only", only ? "yes" : "no");
    this.playing.media?.setLadder(only ? "audio" : "auto");
    if (only) this.devices.turn("camera", false);
    this.#showOwn();
    say(only ? "Audio only." : "Video again.");
  }

  turnLayout() {
    this.stage.turnLayout();
    this.controls.show({ layout: this.stage.isSpeaker });
  }

  #panelChanged(name) {
    const names = ["chat", "notes", "people", "settings"];
    this.controls.show(Object.fromEntries(names.map((each) => [each, each === name])));
    if (name === "chat") this.controls.mark("chat", 0);
  }

  async leaveAndBeTold() {
    await this.leaving.andBeTold(this.#seat);
    this.devices.close();
    this.#see(this.session.view);
  }

  backToWaiting() {
    Object.assign(this.#past, { left: false, seated: false });
    this.#see(this.session.view);
  }

  again() {
    this.#past.forget();
    this.#see(this.session.view);
  }

  // The page hears of its call no more: another window has taken over, or it takes no part in it.
  #refused({ code, sentence }) {
    const { view } = this.session;
    if (!view || code === "too_many_calls") return banner(sentence);
    const isElsewhere = code === "attended_elsewhere";
    this.#past[isElsewhere ? "elsewhere" : "out"] = true;
    if (!isElsewhere) this.session.stop();
    this.#see(view);
  }

  #startCheck() {
    const root = document.getElementById("check");
    return root && new Check(root, this.session, this.devices);
  }

  // Check in by a script: the page stays, and becomes the waiting room.
  #startForms() {
    const form = document.getElementById("check-in");
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      this.check?.end();
      if (!(await checkIn(form))) return location.reload();
      if (!hasArrived(this.session.view)) meIn(this.session.view).arrived_at = new Date().toISOString();
      this.#see(this.session.view);
    });
    document.addEventListener("swapped", ({ target }) => {
      const unread = Number(document.getElementById("bell")?.dataset.unread ?? 0);
      if (target.id === "bell" && this.panel.open !== "chat") this.controls.mark("chat", unread);
    });
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }
}
