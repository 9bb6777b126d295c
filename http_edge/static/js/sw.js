// What this browser does for the clinic while no page of it is open: show what it is told.
// It keeps nothing and answers no request: pages come from the clinic alone.

"use strict";

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

function show(data) {
  const notice = read(data);
  const { title = "Carewire", body = "Something waits for you.", url = "/notices", tag } = notice;
  const more = tag ? { tag, renotify: true } : {};
  return self.registration.showNotification(title, {
    body,
    icon: "/static/logo.svg",
    data: { url },
    requireInteraction: notice.urgent === true,
    ...more,
  });
}

// Only pages of ours are opened, whatever a notice says.
async function open(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url === url.href);
  if (there) await there.focus();
  else await self.clients.openWindow(url.href);
}

async function subscribeAnew({ oldSubscription }) {
  if (!oldSubscription) return;
  const subscription = await self.registration.pushManager.subscribe(oldSubscription.options);
  await fetch("/api/v1/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(subscription),
  });
}
