// What comes of a call: pictures on the stage, sound in the ears, and in words how well it goes.

import { Hearing } from "./hearing.js";
import { Media } from "./media.js";
import { Said } from "./said.js";
import { Stage } from "./stage.js";

export class Playing {
  #coming = null; // the media of a call that this page asks to be in
  media = null; // while this page is in the call

  constructor(session, choices) {
    Object.assign(this, { session, said: new Said(), stage: new Stage(session.leg, choices) });
    this.hearing = new Hearing({
      speaking: (leg, whether) => this.stage.setSpeaking(leg, whether),
      silent: (whether) => (document.getElementById("resume").hidden = !whether),
    });
  }

  // Be ready for the call as *view* shows it, in which this page asks to be.
  prepare(tracks, view) {
    this.#forget();
    this.#coming = this.#mediaOf();
    this.#coming.prepare(tracks, view);
  }

  // This page is in the call now, or (*whether* not) it was not let in.
  entered(whether) {
    if (whether) this.#coming?.enter();
    else this.#forget();
  }

  // Begin with these tracks of mine, on this *step* of the ladder (or "auto").
  start(tracks, step) {
    this.media = this.#coming ?? this.#mediaOf();
    this.#coming = null;
    window.carewire = { ...window.carewire, call: { session: this.session, media: this.media } };
    this.media.start(tracks);
    if (step !== "auto") this.media.setLadder(step);
  }

  #mediaOf() {
    const hooks = {
      onStream: (leg, source, track) => this.#streamed(leg, source, track),
      onState: (leg, state, words) => this.said.state(this.session.view, leg, state, words),
      onQuality: (leg, quality) => this.#measured(leg, quality),
      onSealing: (state, code) => this.said.sealing(state, code),
      onStep: (step, words) => this.said.step(step, words),
    };
    return new Media(this.session, hooks);
  }

  #forget() {
    this.#coming?.stop();
    this.#coming = null;
  }

  stop() {
    if (!this.media) return;
    this.media.stop();
    this.media = null;
    this.hearing.clear();
    this.stage.clear();
    this.said.clear();
  }

  #streamed(leg, source, track) {
    if (source === "microphone") this.hearing.setTrack(leg, track);
    else this.stage.setTrack(leg, source, track);
  }

  #measured(leg, quality) {
    const { view } = this.session;
    this.stage.setQuality(leg, quality.said ?? quality.word);
    const person = view.people.find(({ legs }) => legs[0]?.id === leg)?.person;
    if (person) this.said.quality(person.user === view.me ? "You send" : person.name, quality);
  }
}
