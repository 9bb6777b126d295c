// Where this page stands in its call, read from the session's view and what happened here before.

import { isInside } from "./legs.js";

export const meIn = (view) => view.people.find(({ person }) => person.user === view.me);
export const hostIn = (view) => view.people.find(({ person }) => person.part === "host");
export const nameOf = (view, user) =>
  view.people.find(({ person }) => person.user === user)?.person.name ?? "Somebody";

export const ringsForMe = (view) => view.rings.filter(({ to }) => to === view.me);
export const ringsByMe = (view) => view.rings.filter(({ by }) => by === view.me);

// Whether somebody who lets others in is in the call.
export function isHosted(view) {
  return view.people.some(({ person, legs }) => {
    const lets = person.part === "host" || !view.hosting;
    return lets && person.user !== view.me && legs.some(isInside);
  });
}

export const mayComeIn = (view) => ringsForMe(view).length > 0 || isHosted(view);

const isWaiting = ({ state, was }) => state === "waiting" || (state === "returning" && was === "waiting");

// Which room of the page to show. *past*: what this page has done, see `past.js`.
export function roomOf(view, leg, past) {
  if (past.out) return "out";
  const mine = meIn(view)?.legs[0];
  if (past.elsewhere) return "moved";
  if (mine?.id === leg) return isInside(mine) ? "call" : "waiting";
  if (!view.open) return isEarly(view) ? "early" : "over";
  if (past.left) return "left";
  if (mine && (isInside(mine) || (past.seated && isWaiting(mine)))) return "moved";
  if (past.entered) return view.started_at ? "moved" : "over";
  return before(view, past);
}

function before(view, past) {
  if (view.ask_outcome && !past.again) return "over";
  if (!view.hosting || view.part === "host" || view.part === "doctor") return "ready";
  return view.part === "patient" && !meIn(view)?.arrived_at ? "door" : "waiting";
}

function isEarly({ opens_at: opensAt }) {
  return Boolean(opensAt) && Date.parse(opensAt) > Date.now();
}

// Why the call is not here any more, in words: [title, what to do].
export function whyMoved(view, leg, past) {
  const mine = meIn(view)?.legs[0];
  if (mine?.state === "returning") return ["Your place in the call is kept", "Join here to go on."];
  if (past.elsewhere || (mine && mine.id !== leg)) {
    return ["You take part in another window", "Join here to go on in this one."];
  }
  if (past.number < view.number) return ["The call begins again", "Join when you are ready."];
  if (past.gone) return ["You left the call", "It goes on without you. You can join again."];
  return ["You are not in the call any more", "It goes on. Join again to be in it."];
}
