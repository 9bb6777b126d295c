// What comes over which connection.

import { audibleOf, keyOf, kindOf } from "./legs.js";

// Whether something of it can be seen or heard over this link.
function flows(link, key) {
  const stream = link.sample?.streams.get(key);
  if (!stream || !link.tracks.has(key)) return false;
  return kindOf(stream.source) === "video" ? stream.frames > 0 : stream.packets > 0;
}

// Return "leg source" -> track: of the newest of *links* over which it flows.
export function shownOver(links, legs) {
  const shown = new Map();
  for (const key of legs.flatMap((leg) => leg.sends.map((source) => keyOf(leg.id, source)))) {
    const having = links.filter((link) => link.tracks.has(key));
    const link = having.findLast((one) => flows(one, key)) ?? having[0];
    if (link) shown.set(key, link.tracks.get(key));
  }
  return shown;
}

// Whether all comes over *link* that must come, and that another one of *links* has: who is only
// coming is not waited for.
export function carriesAll(link, links) {
  const { others } = link.plan;
  const due = others.flatMap((leg) => audibleOf(leg).map((source) => keyOf(leg.id, source)));
  const older = links.filter((one) => one !== link);
  const isDue = (key) => !older.length || older.some((one) => one.tracks.has(key));
  return due.filter(isDue).every((key) => flows(link, key));
}
