// A sound that comes again and again, from one tab of a person, until it is stopped. Browsers want a
// key or a click before anything is heard.

export class Ringing {
  #context = null;
  #timer = 0;
  #release = null;
  #wanted = false;

  // *name* tells one kind of sound from another; *notes* in hertz, again every so many milliseconds.
  constructor(name, { notes, every }) {
    Object.assign(this, { name, notes, every });
  }

  async start(user) {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#context ??= new AudioContext();
    if (!(await this.#allowed()) || !this.#wanted) return;
    navigator.locks.request(`${this.name} of ${user}`, () => this.#hold());
  }

  stop() {
    this.#wanted = false;
    clearInterval(this.#timer);
    document.documentElement.removeAttribute("data-sounding");
    this.#release?.();
    this.#release = null;
  }

  #hold() {
    if (!this.#wanted) return;
    document.documentElement.dataset.sounding = "yes";
    this.#chime();
    this.#timer = setInterval(() => this.#chime(), this.every);
    return new Promise((resolve) => (this.#release = resolve));
  }

  // Without a key or a click there is no sound, and no promise that ever says so.
  #allowed() {
    const allowed = () => this.#context.state === "running";
    if (allowed()) return true;
    return new Promise((resolve) => {
      const touched = async () => {
        await this.#context.resume();
        for (const type of ["pointerdown", "keydown"]) removeEventListener(type, touched);
        resolve(allowed());
      };
      for (const type of ["pointerdown", "keydown"]) addEventListener(type, touched);
      this.#context.resume().then(() => resolve(allowed()));
    });
  }

  #chime() {
    this.notes.forEach((note, place) => this.#play(note, this.#context.currentTime + place * 0.28));
  }

  #play(note, at) {
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    tone.frequency.value = note;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.7);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 0.75);
  }
}
