// The service worker where KB_OFFLINE is off: forgets what an earlier one kept, and goes.
"use strict";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) {
    if (name.startsWith("kb-")) await caches.delete(name);
  }
  await registration.unregister();
}
