// From good pictures down to a phone number, and up again: slowly up, quickly down, sound to the end.
//
// Pure: told each second how it goes, it says on which step to be. It may be pinned to a step.

export const STEPS = ["720", "360", "180", "audio", "chat", "phone"];

const DOWN_AFTER = 4; // bad seconds
const UP_AFTER = 15; // good seconds
const LONGEST_UP = 120;
const HASTE = 10; // a step that is left within so many seconds was taken too early
const BAD = new Set(["poor", "lost"]);

// What is said of a step, in words for who is in the call: of the first one down nobody need know.
export const WORDS = {
  720: "",
  360: "",
  180: "The connection is slow: pictures are small. Sound goes first.",
  audio: "The connection is too slow for pictures: you still hear each other.",
  chat: "The connection is very slow. You can write to each other in the chat.",
  phone: "The connection does not carry your voices. Please go on by telephone.",
};

export function lower(one, other) {
  return STEPS[Math.max(STEPS.indexOf(one), STEPS.indexOf(other))];
}

export class Ladder {
  #at = 0;
  #bad = 0;
  #good = 0;
  #since = 0; // seconds on this step
  #upAfter = UP_AFTER;
  #hasRisen = false;
  #pinned = null;
  #held = null; // the step before nothing came at all: it is as good when all is back

  get step() {
    return this.#pinned ?? STEPS[this.#at];
  }

  // The step of what is sent: below "audio" nothing changes but what is suggested.
  get sending() {
    const at = STEPS.indexOf(this.step);
    return STEPS[Math.min(at, STEPS.indexOf("audio"))];
  }

  // Stay on *step*, or find one's own again ("auto").
  pin(step) {
    this.#pinned = step === "auto" ? null : step;
  }

  // Take in how the last second was; return whether the step is another now.
  hear(word) {
    const before = this.step;
    this.#since += 1;
    this.#hold(word === "lost");
    this.#bad = BAD.has(word) ? this.#bad + 1 : 0;
    this.#good = word === "good" ? this.#good + 1 : 0;
    if (this.#bad >= DOWN_AFTER) this.#down();
    else if (this.#good >= this.#upAfter) this.#up();
    return this.step !== before;
  }

  #hold(isLost) {
    if (isLost) this.#held ??= this.#at;
    else if (this.#held !== null) this.#move(this.#held - this.#at);
    if (!isLost) this.#held = null;
  }

  #down() {
    const wasHasty = this.#hasRisen && this.#since <= HASTE;
    this.#upAfter = wasHasty ? Math.min(this.#upAfter * 2, LONGEST_UP) : this.#upAfter;
    this.#move(1);
    this.#hasRisen = false;
  }

  // What has held for a while was right: the next step up waits no longer than the first.
  #up() {
    if (this.#hasRisen && this.#since > this.#upAfter) this.#upAfter = UP_AFTER;
    this.#move(-1);
    this.#hasRisen = true;
  }

  #move(by) {
    const at = Math.max(0, Math.min(STEPS.length - 1, this.#at + by));
    if (at !== this.#at) this.#since = 0;
    this.#at = at;
    this.#bad = 0;
    this.#good = 0;
  }
}
