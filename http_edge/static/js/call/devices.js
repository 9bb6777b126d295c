// Camera, microphone, screen: opened when they are wanted, closed when they are not, got back when
// the system took them away (a phone call on iOS, an unplugged headset, a page in the background).

import { Choices } from "./choices.js";
import { complaint } from "./complaint.js";

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SCREEN = { video: { frameRate: { max: 15 } }, audio: false };
const SILENT_FOR = 2000; // milliseconds after which a muted microphone is got anew

export class Devices {
  #wanted = new Set();
  #timers = new Map();
  #opening = new Map();
  #stopped = false;
  tracks = new Map(); // source -> MediaStreamTrack
  muted = new Set(); // sources that are there and carry nothing

  // *changed(source, track|null)* at each change, *trouble(words)* when something can't be had.
  constructor({ changed, trouble }) {
    Object.assign(this, { changed, trouble, choices: new Choices() });
    document.addEventListener("visibilitychange", () => this.#seen());
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#plugged());
    addEventListener("pagehide", () => this.stop());
  }

  get sends() {
    return [...new Set([...this.tracks.keys(), ...this.muted])];
  }

  isOn(source) {
    return this.tracks.has(source) && !this.muted.has(source);
  }

  // Open what of *sources* is not open; asked for together, so that people are asked once.
  async open(sources) {
    const missing = sources.filter((source) => !this.tracks.has(source));
    for (const source of sources) this.#wanted.add(source);
    if (!missing.length || this.#stopped) return;
    const together = await this.#get(missing).catch(() => null);
    if (together) return missing.forEach((source) => this.#take(source, trackOf(together, source)));
    const wrong = [];
    for (const source of missing) wrong.push(await this.#openOne(source));
    this.#complain(wrong);
  }

  // Be as before: *on* is open, of which what is *muted* carries nothing.
  openAs({ on, muted }) {
    this.muted = new Set(muted);
    return this.open(on);
  }

  async turn(source, on) {
    if (source === "microphone" && this.tracks.has(source)) return this.#mute(source, !on);
    if (on) {
      this.muted.delete(source);
      return this.open([source]);
    }
    this.muted.add(source);
    this.#drop(source);
  }

  async choose(source, id) {
    this.choices.choose(source, id);
    if (this.tracks.has(source)) await this.#again(source);
  }

  // The other camera: on phones the one on the other side.
  async flip() {
    this.choices.flip();
    await this.#again("camera");
  }

  async share() {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN).catch(() => null);
    if (!stream) return;
    const [track] = stream.getVideoTracks();
    track.contentHint = "detail";
    this.#wanted.add("screen");
    this.#take("screen", track);
  }

  unshare() {
    this.muted.delete("screen");
    this.#drop("screen");
  }

  // Lights off: nothing is open after this.
  stop() {
    this.#stopped = true;
    this.close();
  }

  close() {
    for (const track of this.tracks.values()) track.stop();
    this.tracks.clear();
    this.#wanted.clear();
  }

  #complain(wrong) {
    const words = complaint(wrong.filter(Boolean));
    if (words) this.trouble(words);
  }

  async #openOne(source) {
    try {
      this.#take(source, trackOf(await this.#get([source]), source));
    } catch (error) {
      this.#wanted.delete(source);
      return { source, why: error.name };
    }
    return null;
  }

  async #get(sources) {
    const { choices } = this;
    const video = sources.includes("camera") && { ...VIDEO, ...choices.of("camera") };
    const audio = sources.includes("microphone") && { ...AUDIO, ...choices.of("microphone") };
    if (!navigator.mediaDevices) throw new DOMException("", "NotAllowedError");
    return navigator.mediaDevices.getUserMedia({ video, audio });
  }

  #take(source, track) {
    if (this.#stopped || !this.#wanted.has(source)) return track.stop();
    this.tracks.get(source)?.stop();
    this.tracks.set(source, track);
    track.enabled = !this.muted.has(source);
    track.onended = () => this.#ended(source, track);
    track.onmute = () => this.#muted(source, track);
    track.onunmute = () => clearTimeout(this.#timers.get(source));
    this.changed(source, track);
  }

  #drop(source) {
    this.#wanted.delete(source);
    this.tracks.get(source)?.stop();
    this.tracks.delete(source);
    this.changed(source, null);
  }

  #mute(source, muted) {
    const track = this.tracks.get(source);
    track.enabled = !muted;
    if (muted) this.muted.add(source);
    else this.muted.delete(source);
    this.changed(source, track);
  }

  // The system has taken it: a shared screen was ended, a device was unplugged or is used elsewhere.
  #ended(source, track) {
    if (this.tracks.get(source) !== track) return;
    if (source === "screen") return this.unshare();
    if (document.visibilityState === "visible") this.#again(source);
  }

  // A phone call, or another app: iOS gives silence, and does not always give the sound back.
  #muted(source, track) {
    if (source === "screen") return;
    clearTimeout(this.#timers.get(source));
    const look = () => this.tracks.get(source) === track && track.muted && this.#seen();
    this.#timers.set(source, setTimeout(look, SILENT_FOR));
  }

  // Back on the page: what was lost meanwhile is opened anew.
  #seen() {
    if (document.visibilityState !== "visible" || this.#stopped) return;
    for (const source of this.#wanted) {
      const track = this.tracks.get(source);
      if (source !== "screen" && (!track || track.readyState === "ended" || track.muted)) this.#again(source);
    }
  }

  async #plugged() {
    await this.choices.read();
    for (const [source, track] of this.tracks) if (track.readyState === "ended") this.#again(source);
  }

  // Open *source* anew and put the new track in the place of the old; one attempt at a time.
  async #again(source) {
    if (this.#opening.has(source) || !this.#wanted.has(source)) return;
    this.#opening.set(source, true);
    this.tracks.get(source)?.stop();
    this.#complain([await this.#openOne(source)]);
    this.#opening.delete(source);
    if (!this.#wanted.has(source) && this.tracks.delete(source)) this.changed(source, null);
  }
}

function trackOf(stream, source) {
  return source === "camera" ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
}
