// How this page is to be connected, from the view of the session alone.

import { isNewer, isThere, legOf, legsOf } from "./legs.js";

// Return {key, mode, epoch, others, newer, ice}, or null when nothing is to flow. With another key
// it is another connection; *others* are the legs at its far end, or behind the relay.
export function planOf(view, me) {
  const mine = legOf(view, me);
  if (!mine || !isThere(mine)) return null;
  const others = legsOf(view).filter((leg) => leg.id !== me && isThere(leg));
  if (!others.length) return null;
  const { mode, epoch } = view;
  const ice = view.ice.map(serverOf);
  if (mode === "relay") return { key: `relay ${epoch}`, mode, epoch, others, ice, newer: false };
  if (!view.may_direct || others.length > 1) return null;
  const [other] = others;
  const key = `direct ${epoch} ${other.id}`;
  return { key, mode, epoch, others, ice, newer: isNewer(mine, other) };
}

// *view* as it will be once its own person is in the call with page *leg* alone.
export function entered(view, leg) {
  const mine = { id: leg, state: "in_call", sends: [], muted: [] };
  const people = view.people.map((each) => (each.person.user === view.me ? { ...each, legs: [mine] } : each));
  return { ...view, people };
}

function serverOf({ urls, username, credential }) {
  return username ? { urls, username, credential } : { urls };
}
