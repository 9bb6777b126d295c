// Let this browser be told when no page of the clinic is open: asked for by a button, never before.

import { scriptAt } from "./trusted.js";

const BLOCKED = "This browser does not let the clinic tell you anything. Allow it in its settings.";
const FAILED = "That did not work just now. Try again in a moment.";
const TOLD = "This browser is told from now on.";

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
  const answer = await fetch("/api/v1/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(subscription),
  });
  if (answer.ok) return TOLD;
  await subscription.unsubscribe();
  return (await answer.json().catch(() => ({}))).detail ?? FAILED;
}

export function startPush() {
  const place = document.getElementById("push");
  if (!place || !("serviceWorker" in navigator) || !("PushManager" in globalThis)) return;
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
