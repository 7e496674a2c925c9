// The worker of the citizens' pages: keeps the pages of one's own record that were opened, encrypted, and shows them when there
// is no connection. A page sets it up (offline.js) and signing out takes it away, with all that it kept (Clear-Site-Data).
//
// The key is made here and can be used but not read, by any script; it stands in the browser's database, so what is kept is as
// safe as the device is. Forms are cut out before a page is kept: they could not be sent, and carry the session's token.

const KEPT = /^\/me(\/record(\/[a-z-]+)?|\/looked)?$/;
const ASSET = /\/assets\/[0-9a-f]+\/[\w./-]+\.(?:css|js|mjs|svg)/g;
const DAYS = 14;
const DAY = 24 * 60 * 60 * 1000;
/** How often all that is kept is brought up to date while there is a connection. */
const FRESH = 15 * 60 * 1000;
const ASSETS = "sarsen-assets";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && KEPT.test(address.pathname)) event.respondWith(navigate(event, address.pathname));
  else if (request.mode === "navigate" && address.pathname.startsWith("/me")) event.respondWith(fetch(request).catch(notKept));
  else if (address.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

self.addEventListener("message", (event) => {
  if (event.data !== "keep") return;
  // What a person reads first is there at once, not only after they have opened it.
  event.waitUntil(refresh(["/me", "/me/record"]).then(() => event.source?.postMessage("kept")));
});

async function navigate(event, path) {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return shown(path);
  }
  const copy = answer.clone();
  const after = answer.type === "opaqueredirect" ? signedOut() : keep(path, copy).then(() => refreshAll(path));
  event.waitUntil(after.catch(() => {}));
  return answer;
}

async function asset(request) {
  const cache = await caches.open(ASSETS);
  return (await cache.match(request.url)) ?? fetch(request);
}

/** Keeps a page, or forgets it when it is not there any more. A redirect says only that nobody is signed in. */
async function keep(path, answer) {
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 429 || answer.status >= 500) return;
  await heldBy(answer.headers.get("sarsen-reader"));
  if (answer.status !== 200) return forget(path);
  const words = (await answer.text()).replace(/<form[\s\S]*?<\/form>/g, "");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: named(path) }, await key(), new TextEncoder().encode(words));
  await put("pages", path, { iv, bytes, at: Date.now() });
  const cache = await caches.open(ASSETS);
  const wanted = [...new Set(words.match(ASSET) ?? [])];
  for (const url of wanted) if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  // A script loads others, and a release's assets are all of one folder: those of earlier ones go.
  const folder = wanted[0]?.match(/\/assets\/[0-9a-f]+\//)?.[0];
  for (const old of folder ? await cache.keys() : []) if (!old.url.includes(folder)) await cache.delete(old);
  if (folder) await cache.add(`${folder}nhsuk-frontend.js`).catch(() => {});
}

/** The page as it was last seen, and when; or that it was not kept. */
async function shown(path) {
  const held = await get("pages", path).catch(() => undefined);
  if (!held || Date.now() - held.at > DAYS * DAY) {
    if (held) await forget(path);
    return notKept();
  }
  let words;
  try {
    words = new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: held.iv, additionalData: named(path) }, await key(), held.bytes));
  } catch {
    await forget(path);
    return notKept();
  }
  const at = new Date(held.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/London" });
  const banner = `<div class="app-kept" role="status"><p><strong>No connection.</strong> This is what you saw on ${at}. It may have changed since. In an emergency call 999. For urgent help call 111.</p></div>`;
  return page(words.replace(/<main\b[^>]*>/, (main) => main + banner), 200);
}

function notKept() {
  return page(
    `<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>No connection</title></head>
<body><main><h1>No connection</h1><p>This page is not kept on this device. Try again when you have a connection.</p>
<p>In an emergency call 999. For urgent help call 111.</p><p><a href="/me">What is kept on this device</a></p></main></body></html>`,
    503,
  );
}

function page(words, status) {
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'";
  return new Response(words, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

/** Brings all that is kept up to date, at most every quarter of an hour: what was taken from the record goes from the device. */
async function refreshAll(but) {
  const last = (await get("about", "refreshed")) ?? 0;
  if (Date.now() - last < FRESH) return;
  await put("about", "refreshed", Date.now());
  await refresh((await names("pages")).filter((path) => path !== but));
}

async function refresh(paths) {
  for (const path of paths) {
    const answer = await fetch(path, { redirect: "manual", credentials: "same-origin" }).catch(() => null);
    if (!answer) return;
    if (answer.type === "opaqueredirect") return signedOut();
    await keep(path, answer);
  }
}

/** Nobody is signed in. Where that is because this device was signed out from elsewhere, nothing that was kept stays. */
async function signedOut() {
  const answer = await fetch("/me/kept", { cache: "no-store", credentials: "same-origin" });
  if (answer.status !== 410) return;
  for (const store of ["keys", "pages", "about"]) await clear(store);
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
}

/** Forgets everything that was kept for somebody else. */
async function heldBy(reader) {
  if (!reader) return;
  const before = await get("about", "reader");
  if (before && before !== reader) {
    await clear("pages");
    await clear("keys");
  }
  if (before !== reader) await put("about", "reader", reader);
}

async function key() {
  const held = await get("keys", "pages");
  if (held) return held;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await put("keys", "pages", made);
  return made;
}

const named = (path) => new TextEncoder().encode(path);
const forget = (path) => change("pages", (store) => store.delete(path));
const clear = (name) => change(name, (store) => store.clear());
const put = (name, at, value) => change(name, (store) => store.put(value, at));
const get = (name, at) => ask(name, (store) => store.get(at));
const names = (name) => ask(name, (store) => store.getAllKeys());
const change = (name, what) => ask(name, what, "readwrite");

async function ask(name, what, mode = "readonly") {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("sarsen-kept", 1);
    opening.onupgradeneeded = () => ["pages", "keys", "about"].forEach((store) => opening.result.createObjectStore(store));
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = what(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
