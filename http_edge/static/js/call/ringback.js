// What the stage says while nobody else is on it: whom it calls, who does not come and why.

import { Ringing } from "../ringing.js";
import { isInside } from "./legs.js";
import { meIn, nameOf, ringsByMe } from "./standing.js";

const TONE = { notes: [440, 480], every: 4000 };
const ON_HOLD = "You are on hold: nobody hears or sees you. Stay on this page; you are brought back.";
const DECLINED = {
  not_now: "does not take the call now.",
  in_a_minute: "comes in a minute.",
  write_instead: "would rather write.",
};
const WHY = { busy: "is in another call.", timed_out: "did not answer." };

export class Ringback {
  #tone = new Ringing("ringback", TONE);

  constructor(me) {
    this.me = me;
    this.shown = document.getElementById("ringback");
    this.again = document.getElementById("ring-again");
  }

  // *inCall*: whether this page is in the call.
  show(view, inCall) {
    const calls = inCall && isAlone(view) ? ringsByMe(view) : [];
    const words = inCall ? wordsOf(view, calls) : "";
    this.shown.hidden = !words;
    if (this.shown.textContent !== words) this.shown.textContent = words;
    this.again.hidden = !inCall || !isAlone(view) || calls.length > 0 || !mayRing(view);
    if (calls.length) this.#tone.start(this.me);
    else this.#tone.stop();
  }
}

function isAlone(view) {
  return !view.people.some(({ legs, person }) => person.user !== view.me && legs.some(isInside));
}

const mayRing = (view) => !view.hosting || view.part === "host";

function wordsOf(view, calls) {
  if (meIn(view)?.legs[0]?.state === "held") return ON_HOLD;
  const unanswered = view.unanswered.map((each) => `${nameOf(view, each.to)} ${whyNot(each)}`);
  if (calls.length) return `Calling ${calls.map(({ to }) => nameOf(view, to)).join(" and ")}…`;
  if (unanswered.length) return unanswered.join(" ");
  return isAlone(view) ? "Nobody else is here." : "";
}

function whyNot({ how, reason }) {
  return DECLINED[reason] ?? WHY[how] ?? "did not come.";
}
