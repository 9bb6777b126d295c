// Starts what a page of a call needs: the whole call, or the check of a device alone.

import { socket, Socket } from "../socket.js";
import { Check } from "./check.js";
import { Devices } from "./devices.js";
import { Call } from "./page.js";
import { watchLine } from "./line.js";
import { Session } from "./session.js";

export async function startCall(root) {
  const { call, me, part, base, alone } = root.dataset;
  if (part === "guest") inOwnZone(root);
  const line = part === "guest" ? new Socket(`${base}/live`) : socket;
  const session = new Session(line, { call, me });
  if (alone === "check") return startAlone(session);
  watchLine(line, part === "guest");
  await new Call(root, session).start();
}

// Nobody has asked a guest for their zone: their browser knows it.
function inOwnZone(root) {
  const how = { dateStyle: "full", timeStyle: "short" };
  for (const time of root.querySelectorAll("time[datetime*=T]")) {
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, how);
  }
}

// The check on a page of its own.
async function startAlone(session) {
  const trouble = (words) => check.trouble(words);
  const devices = new Devices({ changed: (source, track) => check.changed(source, track), trouble });
  const check = new Check(document.getElementById("check"), session, devices);
  await devices.choices.read();
}
