// Let this browser be told when no page of the clinic is open: asked for by a button, never before,
// and until somebody signs out.

import { scriptAt } from "./trusted.js";

const BLOCKED = "This browser does not let the clinic tell you anything. Allow it in its settings.";
const FAILED = "That did not work just now. Try again in a moment.";
const TOLD = "This browser is told from now on.";
const LEAVING = 2000; // so long does signing out wait for the end of it

const isKnown = () => "serviceWorker" in navigator && "PushManager" in globalThis;

async function register() {
  await navigator.serviceWorker.register(scriptAt("/sw.js"));
  return navigator.serviceWorker.ready;
}

async function subscribe(applicationServerKey) {
  const { pushManager } = await register();
  const known = await pushManager.getSubscription();
  return known ?? pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

async function allow(key) {
  if ((await Notification.requestPermission()) !== "granted") return BLOCKED;
  const subscription = await subscribe(key);
  const answer = await tell(subscription);
  if (answer.ok) return TOLD;
  await subscription.unsubscribe();
  return (await answer.json().catch(() => ({}))).detail ?? FAILED;
}

// Tell the clinic of *subscription*; the same one again takes its own place, and has the same id.
function tell(subscription, signal) {
  return fetch("/api/v1/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(subscription),
    signal,
  });
}

// Have this browser told no more. It never fails, and takes two seconds at most: where the clinic
// does not hear of it, the push service tells it that the subscription is gone.
export async function endPush() {
  if (!isKnown()) return;
  const over = new Promise((resolve) => setTimeout(resolve, LEAVING));
  await Promise.race([forget(AbortSignal.timeout(LEAVING)).catch(() => {}), over]);
}

async function forget(signal) {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  const told = tell(subscription, signal).catch(() => null);
  await subscription.unsubscribe();
  const answer = await told;
  if (!answer?.ok) return;
  const { id } = await answer.json();
  await fetch(`/api/v1/push/subscriptions/${id}`, { method: "DELETE", signal });
}

export function startPush() {
  const place = document.getElementById("push");
  if (!place || !isKnown()) return;
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = await allow(place.dataset.key).catch(() => FAILED);
    button.disabled = false;
    if (said.textContent === TOLD) location.reload();
  });
}
