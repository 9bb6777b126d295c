// Recording: asked of everybody, agreed to by everybody, seen by everybody, stopped by anybody.

import { choose } from "./choose.js";
import { nameOf } from "./standing.js";
import { say, taken } from "./words.js";

const KEPT =
  "Picture and sound of everybody are kept with the visit. Doctors of this visit can look at them, " +
  "and say why each time. The recording stops as soon as somebody does not agree any more.";

const ASKED = "Everybody is asked whether the call may be recorded.";

export class Recording {
  #asked = ""; // the recording that this page has asked about
  #dialog = null;
  #state = "";

  constructor(session) {
    this.session = session;
    this.sign = document.getElementById("recording-sign");
  }

  async ask() {
    const sure = await choose("Ask everybody whether the call may be recorded?", [
      ["yes", "Ask", ""],
      ["", "No", "second"],
    ], { words: KEPT });
    if (sure) taken(await this.session.act({ type: "AskRecording" }));
  }

  async stop() {
    const recording = this.session.view.recording?.recording.id;
    if (recording) taken(await this.session.act({ type: "StopRecording", recording }));
  }

  show(view) {
    const { recording, running = false, asked = [], refused = [] } = view.recording ?? {};
    this.sign.hidden = !running;
    const state = running ? "running" : refused.length ? "refused" : asked.length ? "asked" : "";
    if (state !== this.#state) this.#say(state, view, refused);
    this.#state = state;
    if (asked.includes(view.me) && recording.id !== this.#asked) this.#consent(recording, view);
    if (!asked.includes(view.me)) this.#dialog?.close();
  }

  async #consent(recording, view) {
    this.#asked = recording.id;
    this.#dialog = choose(`May the call be recorded? ${nameOf(view, recording.by)} asks.`, [
      ["yes", "I agree", ""],
      ["no", "I do not agree", "second"],
    ], { words: KEPT });
    const said = await this.#dialog;
    this.#dialog = null;
    if (!said) return;
    taken(await this.session.act({ type: "Consent", recording: recording.id, agreed: said === "yes" }));
  }

  #say(state, view, refused) {
    if (state === "running") say("The call is being recorded.");
    if (this.#state === "running" && state !== "asked") say("The recording has stopped.");
    if (state === "refused") say(`${nameOf(view, refused[0])} does not agree. Nothing is recorded.`);
    if (state !== "asked") return;
    const joined = this.#state === "running";
    say(joined ? "The recording has stopped. Who has joined is asked first." : ASKED);
  }
}
