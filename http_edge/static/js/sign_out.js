// Signing out: ask about what would be lost, and have nobody told anything in this browser any more.
//
// Whatever goes wrong on the way, signing out works.

import { endPush } from "./push.js";
import { socket } from "./socket.js";

const steps = [];

// Call *step* before somebody signs out; when it resolves to false, they stay.
export function beforeSigningOut(step) {
  steps.push(step);
}

export function startSignOut() {
  const form = document.querySelector('form[action="/sign-out"]');
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const step of steps) {
      if ((await step().catch(() => true)) === false) return;
    }
    await endPush();
    socket.stop(); // who hears that the session is over reads the page anew, and loses the answer
    form.submit();
  });
}
