// What is heard of the others: one element of sound each, kept playing; and who speaks.

const EVERY = 250;
const LOUD = 0.02;

export class Hearing {
  #heard = new Map(); // leg -> {audio, track, analyser}
  #context = null;

  // *speaking(leg, whether)* now and then; *silent(whether)* when the browser wants a touch first.
  constructor({ speaking, silent }) {
    Object.assign(this, { speaking, silent });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.resume());
    setInterval(() => this.#listen(), EVERY);
  }

  setTrack(leg, track) {
    const known = this.#heard.get(leg);
    if (known?.track === track) return;
    known?.audio.remove();
    this.#heard.delete(leg);
    if (!track) return;
    const audio = Object.assign(document.createElement("audio"), { autoplay: true, hidden: true });
    audio.srcObject = new MediaStream([track]);
    if (this.sink) audio.setSinkId?.(this.sink).catch(() => {});
    document.body.append(audio);
    this.#heard.set(leg, { audio, track, analyser: this.#analyserOf(track) });
    this.resume();
  }

  // Have everything play again; where the browser wants a touch first, say so.
  async resume() {
    const all = [...this.#heard.values()];
    const played = await Promise.all(all.map(({ audio }) => audio.play().then(() => true, isPlaying(audio))));
    await this.#context?.resume().catch(() => {});
    this.silent(played.includes(false));
  }

  setSink(id) {
    this.sink = id;
    for (const { audio } of this.#heard.values()) audio.setSinkId?.(id).catch(() => {});
  }

  clear() {
    for (const leg of [...this.#heard.keys()]) this.setTrack(leg, null);
    this.silent(false);
  }

  #analyserOf(track) {
    this.#context ??= new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    return analyser;
  }

  #listen() {
    for (const [leg, { analyser }] of this.#heard) this.speaking(leg, loudness(analyser) > LOUD);
  }
}

// How loud it is just now, from 0 to 1.
export function loudness(analyser) {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
}

// A newer `play` overtakes an older one: that is no silence.
const isPlaying = (audio) => (error) => error.name !== "NotAllowedError" || !audio.paused;
