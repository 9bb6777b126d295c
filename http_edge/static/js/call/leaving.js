// Leaving and ending: asked first; what comes after is told by the session.

import { choose } from "./choose.js";
import { taken } from "./words.js";

export class Leaving {
  constructor(session, past) {
    Object.assign(this, { session, past });
  }

  // Leave, or (as a host) end for everybody, after a question.
  async ask() {
    const { view } = this.session;
    const isHost = view.part === "host" && view.hosting;
    const wanted = isHost ? await this.#askHost() : await this.#askOthers();
    if (wanted === "end") return taken(await this.session.act({ type: "EndCall" }));
    if (wanted !== "leave") return false;
    this.past.gone = true;
    return taken(await this.session.act({ type: "LeaveCall" }));
  }

  // Leave the waiting room, and be told when the doctor starts. *seat*: until one has one, if one does.
  async andBeTold(seat) {
    this.past.left = true;
    await seat;
    await this.session.act({ type: "LeaveCall", tell: true });
  }

  #askHost() {
    return choose("End the call for everybody?", [
      ["end", "End for everybody", "danger"],
      ["leave", "Only I leave", "second"],
      ["", "Stay", "second"],
    ]);
  }

  #askOthers() {
    return choose("Leave the call?", [
      ["leave", "Leave", "danger"],
      ["", "Stay", "second"],
    ]);
  }
}
