// One's place in the call, kept by this tab: who loads the page again, or comes back to it, goes on
// as they were, with what was muted muted. A copy of the tab does not take the place of the first.

const KEPT = "place";
const SOON = 8000; // milliseconds after loading in which a page takes up where the one before was

const lockOf = (leg) => `place ${leg}`;

export class Place {
  #before = read();
  #release = null;

  constructor(session) {
    this.session = session;
    if (this.#before?.call !== session.call) this.#before = null;
  }

  // What the page before this one had on in the call, when its place is still kept and it is gone.
  async before(view) {
    const kept = this.#before;
    const mine = view.people.find(({ person }) => person.user === view.me)?.legs[0];
    if (!kept || mine?.id !== kept.leg || performance.now() > SOON) return null;
    const { held } = await navigator.locks.query();
    if (held.some(({ name }) => name === lockOf(kept.leg))) return null;
    this.#before = null;
    return kept;
  }

  // This page is in the call, with these devices.
  keep({ tracks, muted }) {
    const { call, leg } = this.session;
    const on = [...tracks.keys()].filter((source) => source !== "screen");
    sessionStorage.setItem(KEPT, JSON.stringify({ call, leg, on, muted: [...muted] }));
    if (this.#release) return;
    this.#release = () => {};
    navigator.locks.request(lockOf(leg), () => new Promise((resolve) => (this.#release = resolve)));
  }

  // This page is in the call no more, by somebody's will.
  giveUp() {
    if (!this.#release) return;
    sessionStorage.removeItem(KEPT);
    this.#release();
    this.#release = null;
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}
