// Who came into the call and who went, for who hears the page.

import { isInside } from "./legs.js";
import { say } from "./words.js";

const SAID = {
  in_call: "is in the call",
  held: "is on hold",
  returning: "has lost the connection; their place is kept",
  "": "has left the call",
};

export class Comings {
  #known = null; // user -> {name, state}

  // Say what is another since the last view; nothing of the first one, nor of oneself.
  show(view, inCall) {
    const now = inCall ? statesOf(view) : null;
    const known = this.#known;
    this.#known = now;
    if (!now || !known) return;
    const gone = [...known].filter(([user]) => !now.has(user)).map(([, { name }]) => ({ name, state: "" }));
    const came = [...now].filter(([user, { state }]) => known.get(user)?.state !== state);
    const changes = [...gone, ...came.map(([, one]) => one)];
    if (changes.length) say(changes.map(({ name, state }) => `${name} ${SAID[state]}.`).join(" "));
  }
}

function statesOf(view) {
  const others = view.people.filter(({ person, legs }) => person.user !== view.me && legs.some(isInside));
  return new Map(others.map(({ person, legs }) => [person.user, { name: person.name, state: legs[0].state }]));
}
