// Whether the page still hears of its call: said when it does not for a while, and what to do.

import { Close } from "../socket.js";
import { banner } from "./words.js";

const PATIENCE = 5000; // milliseconds in which a line may be back before anybody is told
const SAID = {
  [Close.SIGNED_OUT]: "You are signed out. Sign in again to go on.",
  [Close.TOO_MANY_SOCKETS]: "Too many windows of yours are open. Close some, then come back to this one.",
};
const LOST = "No line to the clinic. It is tried again by itself; check your network.";

// *guest*: there is nothing to sign in to; the page says itself that their link is over.
export function watchLine(line, guest) {
  let timer = 0;
  const stop = () => (timer = clearTimeout(timer) ?? 0);
  line.on("open", () => {
    stop();
    banner("", "line");
  });
  // Each attempt that fails is told, too: patience began with the first.
  line.on("closed", (code) => {
    if (SAID[code]) stop();
    if (guest && code === Close.SIGNED_OUT) return;
    if (SAID[code]) banner(SAID[code], "line");
    else timer ||= setTimeout(() => banner(LOST, "line"), PATIENCE);
  });
}
