// The check before a call: four steps, each of which may be skipped; remembered in this browser.

import { keep, kept } from "./choices.js";
import { echo } from "./echo.js";
import { loudness } from "./hearing.js";

const KEPT = "device-check";
const STEPS = ["camera", "microphone", "sound", "echo"];
const SAID = { good: ["Works", "ok"], bad: ["Does not work", "danger"], skipped: ["Not checked", ""] };
const HELP = {
  camera: "Is the camera covered, or used by another program? You can talk without it.",
  microphone: "Is the microphone muted, or another one chosen? Without it the doctor can’t hear you.",
  sound: "Turn up the volume, or choose another loudspeaker or headset.",
  echo: "The connection could not be checked. The call may work all the same.",
};
const TONES = [523, 659, 784];

export class Check {
  #found = {};
  #at = "";
  #context = null;
  #listening = 0;
  #ending = null;

  constructor(root, session, devices) {
    Object.assign(this, { root, session, devices });
    this.#found = kept(KEPT).found ?? {};
    this.#part(".check-start").hidden = false;
    this.#remember();
    this.#part("[data-do=check-start]").addEventListener("click", () => this.start());
    this.#part("[data-do=check-play]").addEventListener("click", () => this.#play());
    root.addEventListener("click", ({ target }) => target.dataset.say && this.#said(target));
  }

  // What the check found about *step*: true, false, or nothing.
  isGood(step) {
    return { good: true, bad: false }[this.#found[step]];
  }

  start() {
    this.#found = {};
    this.#part(".steps").hidden = false;
    this.#part(".check-start").hidden = true;
    this.devices.choices.fill(this.root, (source, id) => this.#chosen(source, id));
    this.#go("camera");
  }

  // No more: what was found so far counts.
  end() {
    this.#ending?.abort();
    clearInterval(this.#listening);
    if (this.#at) this.#tell();
    this.#at = "";
  }

  changed(source, track) {
    if (source === "camera") this.#see(track);
    if (source === "microphone" && this.#at === "microphone") this.#listen(track);
    this.devices.choices.read().then(() => this.devices.choices.fill(this.root, (...what) => this.#chosen(...what)));
  }

  trouble(words) {
    const shown = this.#part("[data-trouble]");
    shown.textContent = words;
    shown.hidden = !words;
  }

  async #go(step) {
    this.#at = step;
    for (const name of STEPS) this.#open(name, name === step);
    clearInterval(this.#listening);
    if (step === "camera" || step === "microphone") await this.#device(step);
    if (step === "echo") await this.#echo();
    if (!step) this.#finish();
  }

  async #device(source) {
    this.trouble("");
    await this.devices.open([source]);
    const track = this.devices.tracks.get(source) ?? null;
    await this.devices.choices.read();
    this.devices.choices.fill(this.root, (...what) => this.#chosen(...what));
    if (source === "camera") this.#see(track);
    else this.#listen(track);
  }

  #see(track) {
    const video = this.#part("[data-see]");
    video.srcObject = track ? new MediaStream([track]) : null;
    if (track) video.play().catch(() => {});
  }

  #listen(track) {
    clearInterval(this.#listening);
    if (!track) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
    const analyser = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const level = this.#part("[data-level]");
    this.#listening = setInterval(() => (level.value = Math.min(100, loudness(analyser) * 400)), 100);
  }

  async #play() {
    this.#context ??= new AudioContext();
    await this.#context.resume();
    const { speaker } = this.devices.choices.chosen;
    if (speaker) await this.#context.setSinkId?.(speaker).catch(() => {});
    TONES.forEach((tone, at) => this.#tone(tone, this.#context.currentTime + at * 0.5));
  }

  #tone(frequency, at) {
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.45);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  }

  async #echo() {
    this.#ending = new AbortController();
    const bar = this.#part("progress[data-echo]");
    const progress = (seconds) => (bar.value = seconds);
    const { signal } = this.#ending;
    const found = await echo(this.session, this.devices.tracks, { progress, signal }).catch(() => null);
    if (signal.aborted || this.#at !== "echo") return;
    this.#found.echo = found;
    this.#say("echo", found ? "good" : "bad", found && inWords(found));
    this.#go("");
  }

  #said(button) {
    const step = button.closest("[data-step]").dataset.step;
    if (step !== this.#at) return;
    const { say } = button.dataset;
    this.#found[step] = step === "echo" ? null : say;
    if (step === "echo") this.#ending?.abort();
    this.#say(step, say);
    this.#go(STEPS[STEPS.indexOf(step) + 1] ?? "");
    if (say === "bad") this.trouble(HELP[step]);
  }

  #say(step, said, words = "") {
    const shown = this.root.querySelector(`[data-step="${step}"] [data-result]`);
    const [usual, tone] = SAID[said];
    Object.assign(shown, { hidden: false, textContent: words || usual, className: `badge ${tone}` });
    if (step === "echo" && said === "bad") this.trouble(HELP.echo);
  }

  #open(step, isNow) {
    const item = this.root.querySelector(`[data-step="${step}"]`);
    item.querySelector(".step-body").hidden = !isNow;
    if (isNow) {
      item.setAttribute("aria-current", "step");
      item.querySelector("button")?.focus({ preventScroll: true });
    } else item.removeAttribute("aria-current");
  }

  #finish() {
    this.#tell();
    const done = this.#part("[data-done]");
    done.textContent = "The check is done. The doctor sees what it found.";
    this.#part(".check-start").hidden = false;
    this.#part("[data-do=check-start]").textContent = "Check again";
    this.#part("[data-do=check-start]").classList.add("second");
    this.#part("[data-do=check-start]").focus({ preventScroll: true });
    this.#remember();
    if (this.root.parentElement.dataset.alone) this.devices.close();
  }

  // Tell the session, and remember it here: next time there is less to do.
  #tell() {
    const { camera = "skipped", microphone = "skipped", sound = "skipped", echo: found = null } = this.#found;
    const at = new Date().toISOString();
    const { device } = this.root.dataset;
    keep(KEPT, { found: { camera, microphone, sound, echo: found }, at });
    this.session.act({ type: "RecordCheck", check: { camera, microphone, sound, echo: found, device, at } });
  }

  #remember() {
    const { at } = kept(KEPT);
    if (!at) return;
    const day = new Date(at).toLocaleDateString();
    this.#part("[data-remembered]").textContent = `Last checked in this browser on ${day}.`;
  }

  #chosen(source, id) {
    this.devices.choose(source, id);
  }

  #part(selector) {
    return this.root.querySelector(selector);
  }
}

function inWords({ round_trip_ms: trip, loss_percent: loss }) {
  return `Works: ${trip} ms, ${Math.round(loss)} % lost`;
}
