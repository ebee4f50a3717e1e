// The service worker: keeps the shell, the program and the assets of one
// version, so that the clock opens with no network. It never touches the
// API, sign-in, or a press.
//
// The server puts its values in place of the three names in capitals.
"use strict";

const VERSION = "__VERSION__";
const ROUTES = __ROUTES__; // paths that the shell answers
const ASSETS = __ASSETS__; // versioned paths, never changing

const PREFIX = "timeclock-";
const CACHE = PREFIX + VERSION;
const SHELL = "/shell"; // key of the cached page; not a path of the server
const PATIENCE = 3000; // ms to wait for the network before the cached page

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

// install keeps all of the version or fails as a whole; the version before it
// stays until then. The page is fetched without cookies: what is kept belongs
// to nobody.
async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch("/", { credentials: "omit", cache: "no-cache", redirect: "error" });
  if (!page.ok) throw new Error("shell answered " + page.status);
  await cache.put(SHELL, page);
  await cache.addAll(ASSETS);
  await self.skipWaiting();
}

// The open pages are not claimed: on a first visit that would look to them
// like an update.
self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldVersions());
});

async function dropOldVersions() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (ROUTES.includes(url.pathname)) event.respondWith(page(request));
    return;
  }
  if (ASSETS.includes(url.pathname)) event.respondWith(asset(request));
});

async function asset(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) || fetch(request);
}

// page prefers the network, and falls back on the kept page when there is
// none, when it takes too long, or when the server is in trouble.
async function page(request) {
  const network = fetch(request);
  const kept = await (await caches.open(CACHE)).match(SHELL);
  if (!kept) return network;
  const answered = network.then((answer) => (answer.status >= 500 ? kept : answer), () => kept);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([answered, late]);
}
