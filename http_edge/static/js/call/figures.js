// What tests, robots and the curious read of a call: sums over all connections that it has had.

import { keyOf } from "./legs.js";

const SUMMED = ["packets", "bytes", "lost", "frames", "energy", "freeze"];

export class Figures {
  #before = new Map(); // "leg source" -> sums of connections that are gone
  #seen = new Map(); // "leg source" -> {frames, at}: when a new frame was noticed last
  #gaps = new Map(); // leg -> the longest time without one, in milliseconds
  restarts = 0;

  // A new sample of *link* was taken.
  note(link) {
    for (const [key, stream] of link.sample.streams) {
      if (stream.source !== "microphone") this.#noteFrames(key, stream);
    }
  }

  // *link* goes: what it has brought counts all the same.
  keep(link) {
    this.restarts += link.restarts;
    for (const [key, stream] of link.sample?.streams ?? []) {
      this.#before.set(key, added(this.#before.get(key), stream));
    }
  }

  of({ all, made }) {
    const sums = new Map(this.#before);
    const streams = all.flatMap((link) => [...(link.sample?.streams ?? [])]);
    for (const [key, stream] of streams) sums.set(key, added(sums.get(key), stream));
    const restarts = all.reduce((sum, link) => sum + link.restarts, this.restarts);
    const [newest] = all.slice(-1);
    const connected = Boolean(newest?.isConnected);
    const { tookMs = 0, sample } = newest ?? {};
    return { legs: this.#legs(sums), made, restarts, connected, took_ms: tookMs, path: sample?.path ?? null };
  }

  #legs(sums) {
    const legs = {};
    for (const [key, stream] of sums) {
      const [leg, source] = key.split(" ");
      const one = (legs[leg] ??= { framesDecoded: 0, totalAudioEnergy: 0, gap: this.#gaps.get(leg) ?? 0 });
      one.framesDecoded += stream.frames;
      one.totalAudioEnergy += stream.energy;
      one[source] = stream;
    }
    return legs;
  }

  // What stood still at a look has done so since the look before that at which it had moved.
  #noteFrames(key, { leg, frames }) {
    const now = performance.now();
    const seen = this.#seen.get(key);
    if (seen?.frames === frames) return void (seen.stood = true);
    const gap = seen?.stood ? Math.round(now - seen.at) : 0;
    this.#gaps.set(leg, Math.max(this.#gaps.get(leg) ?? 0, gap));
    this.#seen.set(key, { frames, at: now, stood: false });
  }
}

function added(before, stream) {
  const sums = { ...stream };
  for (const name of SUMMED) sums[name] += before?.[name] ?? 0;
  return sums;
}
