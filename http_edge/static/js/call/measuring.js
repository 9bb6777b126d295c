// How the last second went, over the connection that there is now.

import { heardOf, orLost, sentOver } from "./quality.js";

const SECOND = 1000;

export class Measuring {
  #before = null; // {link, sample}

  // Return {heard: [[leg, quality], ...], sent: quality} once a second, else null.
  take(link, step, silence) {
    if (!link?.isConnected || !link.sample) return null;
    const { sample } = link;
    const before = this.#before;
    if (before?.link === link && sample.at - before.sample.at < SECOND) return null;
    this.#before = { link, sample };
    if (before?.link !== link) return null;
    const heard = [...heardOf(before.sample, sample)];
    for (const [leg, quality] of heard) quality.word = orLost(quality.word, silence(leg));
    return { heard, sent: sentOver(before.sample, sample, step, sample.at - link.connectedAt) };
  }
}
