// The service worker: keeps the page, the program and the assets of one
// version, so that the clock opens at once and with no network, and sends the
// waiting presses when there is a network again and perhaps no page. It never
// answers for the API, sign-in or the page's form, and keeps nothing of theirs.
//
// The server puts its values in place of the names in capitals.
const VERSION = __VERSION__;
const LANGUAGE = __LANGUAGE__; // of the page it keeps
const ROUTES = __ROUTES__; // paths that the page answers
const DESK = __DESK__; // and those of the supervisors' program, which is not kept
const ASSETS = __ASSETS__; // SHA-256 by versioned path, never changing

const PREFIX = "timeclock-";
const CACHE = PREFIX + VERSION + "-" + LANGUAGE;
const SHELL = "/shell"; // key of the kept page; not a path of the server
const PATIENCE = 3000; // ms a reload waits for the network before the kept page

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

// install keeps all of the version or fails as a whole; the version before it
// goes on until then. A network that answers for the server, or half, makes it
// fail. The page is fetched without cookies: what is kept belongs to nobody.
async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch("/?lang=" + LANGUAGE, { credentials: "omit", cache: "no-cache", redirect: "error" });
  if (page.headers.get(RULES.header) !== VERSION) throw new Error("not the page of " + VERSION);
  await cache.put(SHELL, page);
  for (const [path, hash] of Object.entries(ASSETS)) {
    const answer = (await kept(path)) || (await fetch(path, { redirect: "error" }));
    if (!answer.ok || (await hashOf(answer.clone())) !== hash) throw new Error("not whole: " + path);
    await cache.put(path, answer);
  }
  await self.skipWaiting();
}

async function hashOf(answer) {
  const hash = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// kept gives a file of any version that is kept: a name stands for one content.
function kept(path) {
  return caches.match(path, { ignoreVary: true });
}

// The open pages are not claimed, and go on as they are. They are told that
// there is a new version, which the next opening shows.
self.addEventListener("activate", (event) => {
  event.waitUntil(announce());
});

async function announce() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage({ kind: "update", version: VERSION });
}

// A page says that its program runs. Once that is of this version, no other is
// needed. One in another language has had it chosen: the server gives the worker
// that keeps it.
self.addEventListener("message", (event) => {
  const { kind, version, language } = event.data || {};
  if (kind !== "started" || version !== VERSION) return;
  event.waitUntil(language === LANGUAGE ? dropOthers() : self.registration.update().catch(() => {}));
});

async function dropOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (ROUTES.includes(url.pathname)) event.respondWith(page(request));
    else if (DESK.includes(url.pathname)) event.respondWith(away(request));
    return;
  }
  if (url.pathname.startsWith("/web/")) event.respondWith(asset(request, url.pathname));
});

async function asset(request, path) {
  return (await kept(path)) || fetch(request);
}

// page gives the kept page at once. Who loads again wants to know what the
// server says: so a version that does not work is left behind.
async function page(request) {
  const mine = await caches.match(SHELL, { cacheName: CACHE });
  if (!mine) return fetch(request);
  if (request.cache !== "no-cache" && request.cache !== "reload") return mine;
  const answered = fetch(request).then(whole).catch(() => null);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  return (await Promise.race([answered, late])) || mine;
}

// away asks the server. With no network the kept page says so.
async function away(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    return (await caches.match(SHELL, { cacheName: CACHE })) || Promise.reject(gone);
  }
}

// whole gives a page of our server once all of it is there; null for any other
// answer.
async function whole(answer) {
  if (!answer.ok || !answer.headers.has(RULES.header)) return null;
  const body = await answer.arrayBuffer();
  return new Response(body, { headers: answer.headers });
}

// Background Sync: the browser has a network again. Failing asks it to try once
// more later.
self.addEventListener("sync", (event) => {
  if (event.tag === RULES.syncTag) event.waitUntil(sendWaiting());
});

async function sendWaiting() {
  if (!(await drain())) throw new Error("presses are still waiting");
}
