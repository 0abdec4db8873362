// Lets the page open without a network: keeps the files of this build, and gives them when the server cannot be reached.
// Reports themselves are kept elsewhere (IndexedDB); nothing of the API passes through here.
// The two names in capitals below are filled in by the build: every file of it, and a hash over their names.

const files = __FILES__;
const cache_name = "assay-page-__BUILD__";
const patience_ms = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cache_name).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forget_other_builds().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && !url.pathname.startsWith("/api/")) event.respondWith(page(request));
  else if (files.includes(url.pathname)) event.respondWith(file(request));
});

async function forget_other_builds() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("assay-page-") && name !== cache_name).map((name) => caches.delete(name)));
}

// The server's page if it answers in time, so that a new release is seen at once; else the one of this build.
async function page(request) {
  const kept = await caches.match("/", { cacheName: cache_name });
  if (!kept) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), patience_ms));
  return Promise.race([fetch(request).catch(() => kept), late]);
}

// Names carry a hash of the content: what is kept under one is what the server would send.
async function file(request) {
  return (await caches.match(request, { cacheName: cache_name })) ?? fetch(request);
}
