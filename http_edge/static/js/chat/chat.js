// What is written on any page of somebody signed in leaves from every page of theirs.

import { askFirst } from "../ask.js";
import { beforeSigningOut } from "../sign_out.js";
import { socket } from "../socket.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { canKeep } from "./store.js";

function reader() {
  const [, user] = (document.getElementById("bell")?.dataset.address ?? "").split("notify/");
  return document.getElementById("thread")?.dataset.me ?? user;
}

export async function startChat() {
  const user = reader();
  if (!user || !(await canKeep())) return;
  const outbox = new Outbox(user);
  new Sender(outbox, socket).start();
  beforeSigningOut(() => isNothingLost(outbox));
  socket.start();
  const thread = document.getElementById("thread");
  if (!thread) return;
  const { startThread } = await import("./thread.js");
  await startThread(thread, outbox);
}

// Signing out empties this browser: what has not left yet would be lost.
async function isNothingLost(outbox) {
  const unsent = (await outbox.all()).length;
  const many = unsent === 1 ? "A message of yours has" : `${unsent} messages of yours have`;
  const question = `${many} not been sent yet. Signing out removes what was not sent.`;
  return !unsent || askFirst(question, { yes: "Sign out", no: "Stay" });
}
