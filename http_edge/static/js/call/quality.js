// How well it goes, from getStats: what came of each stream, what was lost, in one word for people.

import { keyOf } from "./legs.js";

const GOOD = { loss: 0.02, rtt: 0.25, jitter: 0.03, freeze: 0.05 };
const FAIR = { loss: 0.06, rtt: 0.5, jitter: 0.08, freeze: 0.3 };
const NEEDED = { 720: 500_000, 360: 200_000, 180: 80_000, audio: 20_000 }; // bits per second
const RAMP = 5000; // milliseconds in which a sender still finds out what the network carries
const SETTLED = 8000; // milliseconds after which what one sends may be spoken of
const LOST_AFTER = 2000;
const ORDER = ["good", "fair", "poor", "lost"];

const NOTHING = { packets: 0, bytes: 0, lost: 0, frames: 0, energy: 0, freeze: 0, jitter: 0 };

export const worst = (words) => words.reduce((one, other) => (rank(one) >= rank(other) ? one : other), "good");
const rank = (word) => ORDER.indexOf(word);

// Read what *link* has measured since it stands. Times are seconds, rates bits per second.
export async function sampleOf(link) {
  const report = await link.pc.getStats();
  const stats = [...report.values()];
  const streams = new Map();
  const sections = new Map([...link.receives].map(([{ mid }, what]) => [mid, what]));
  for (const stat of stats.filter(({ type }) => type === "inbound-rtp")) {
    const what = sections.get(stat.mid);
    if (what) streams.set(keyOf(what.leg, what.source), streamOf(stat, what));
  }
  return { at: performance.now(), streams, path: pathOf(stats, report), sent: sentOf(stats) };
}

function streamOf(stat, { leg, source }) {
  return {
    leg,
    source,
    packets: stat.packetsReceived ?? 0,
    bytes: stat.bytesReceived ?? 0,
    lost: stat.packetsLost ?? 0,
    frames: stat.framesDecoded ?? 0,
    energy: stat.totalAudioEnergy ?? 0,
    freeze: stat.totalFreezesDuration ?? 0,
    jitter: stat.jitter ?? 0,
    width: stat.frameWidth ?? 0,
    height: stat.frameHeight ?? 0,
  };
}

function pathOf(stats, report) {
  const transport = stats.find(({ type }) => type === "transport");
  const pair = report.get(transport?.selectedCandidatePairId);
  const local = report.get(pair?.localCandidateId);
  return {
    rtt: pair?.currentRoundTripTime ?? 0,
    rate: pair?.availableOutgoingBitrate ?? 0,
    protocol: local?.protocol ?? "",
    kind: local?.candidateType ?? "",
  };
}

function sentOf(stats) {
  const remote = stats.filter(({ type }) => type === "remote-inbound-rtp");
  const outbound = stats.filter(({ type }) => type === "outbound-rtp");
  return {
    loss: Math.max(0, ...remote.map(({ fractionLost }) => fractionLost ?? 0)),
    rtt: Math.max(0, ...remote.map(({ roundTripTime }) => roundTripTime ?? 0)),
    isLimited: outbound.some(({ qualityLimitationReason }) => qualityLimitationReason === "bandwidth"),
    packets: packetsOf(outbound),
    bytes: outbound.reduce((sum, { bytesSent }) => sum + (bytesSent ?? 0), 0),
  };
}

// How many packets have left through each section.
function packetsOf(outbound) {
  const packets = {};
  for (const { mid, packetsSent = 0 } of outbound) packets[mid] = (packets[mid] ?? 0) + packetsSent;
  return packets;
}

// Say how it went for each leg between two samples of one link: {word, bitrate, loss, rtt}.
export function heardOf(before, now) {
  const legs = new Map();
  for (const [key, stream] of now.streams) {
    const was = before.streams.get(key) ?? NOTHING;
    const words = legs.get(stream.leg) ?? [];
    legs.set(stream.leg, [...words, between(was, stream)]);
  }
  const seconds = Math.max(0.1, (now.at - before.at) / 1000);
  return new Map([...legs].map(([leg, parts]) => [leg, summed(parts, seconds, now.path.rtt)]));
}

// A counter that fell began anew, with another section or connection.
function between(was, is) {
  const from = was.packets > is.packets ? NOTHING : was;
  const packets = is.packets - from.packets;
  const lost = Math.max(0, is.lost - from.lost);
  const { jitter } = is;
  return { packets, lost, jitter, bytes: is.bytes - from.bytes, freeze: is.freeze - from.freeze };
}

function summed(parts, seconds, rtt) {
  const packets = sum(parts, "packets");
  const lost = sum(parts, "lost");
  const loss = packets + lost ? lost / (packets + lost) : 0;
  const jitter = Math.max(...parts.map((part) => part.jitter));
  const freeze = sum(parts, "freeze") / seconds;
  const word = wordOf({ loss, rtt, jitter, freeze });
  return { word, loss, rtt, bitrate: Math.round((sum(parts, "bytes") * 8) / seconds) };
}

const sum = (parts, name) => parts.reduce((all, part) => all + part[name], 0);

function wordOf(measured) {
  const isWithin = (limits) => Object.keys(limits).every((name) => measured[name] <= limits[name]);
  if (isWithin(GOOD)) return "good";
  return isWithin(FAIR) ? "fair" : "poor";
}

// Say how what I send arrives, on this *step* of the ladder, *age* milliseconds after it began.
// *said* is for people: of what was lost or late alone, and nothing ("") while it is too early.
export function sentOver(before, now, step, age) {
  const { loss, bytes } = now.sent;
  const rtt = Math.max(now.sent.rtt, now.path.rtt);
  const isNarrow = age > RAMP && isBelow(now, NEEDED[step] ?? 0);
  const arrives = wordOf({ loss, rtt, jitter: 0, freeze: 0 });
  const said = age > SETTLED ? arrives : "";
  const bitrate = Math.round(((bytes - before.sent.bytes) * 8000) / (now.at - before.at));
  return { word: isNarrow ? "poor" : arrives, said, bitrate, loss, rtt };
}

function isBelow({ sent, path }, needed) {
  return sent.isLimited && path.rate > 0 && path.rate < needed;
}

// "lost" when nothing has come for a while from somebody of whom something must come.
export const orLost = (word, silentFor) => (silentFor > LOST_AFTER ? "lost" : word);
