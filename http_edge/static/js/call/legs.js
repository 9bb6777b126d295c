// Who is in a call, read from a view of its session (`CallView`).

export const VIDEO = new Set(["camera", "screen"]);

export const kindOf = (source) => (VIDEO.has(source) ? "video" : "audio");
export const keyOf = (leg, source) => `${leg} ${source}`;

export const legsOf = (view) => (view?.people ?? []).flatMap((each) => each.legs);
export const legOf = (view, id) => legsOf(view).find((leg) => leg.id === id) ?? null;

// Whose line broke is in the call until its place is given up: media do not need the line.
export function isThere({ state, was }) {
  return state === "in_call" || (state === "returning" && was === "in_call");
}

// In the call, held or not: who may know what is said in it.
export function isInside(leg) {
  return isThere(leg) || leg.state === "held" || (leg.state === "returning" && leg.was === "held");
}

// The one of two legs who came later: it makes the first offer, and gives way.
export function isNewer(one, other) {
  const [since, before] = [Date.parse(one.since), Date.parse(other.since)];
  return since === before ? one.id > other.id : since > before;
}

// What *leg* sends and has not muted: this much must come from it.
export const audibleOf = (leg) => leg.sends.filter((source) => !leg.muted.includes(source));
