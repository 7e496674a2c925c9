// Sets up, on the page that explains it, that this device keeps what was seen (kept.js), and takes it away again.

const SCOPE = "/me";
const part = document.getElementById("offline");
const state = document.getElementById("offline-state");
const keep = document.getElementById("offline-keep");
const remove = document.getElementById("offline-remove");

if (part && "serviceWorker" in navigator && "indexedDB" in window && window.crypto?.subtle) {
  document.getElementById("offline-cannot").hidden = true;
  part.hidden = false;
  keep.addEventListener("click", () => begin().catch(failed));
  remove.addEventListener("click", () => end().catch(failed));
  navigator.serviceWorker.addEventListener("message", (event) => event.data === "kept" && say(true));
  // The worker's scope takes in this page, so whether it is there is asked of the browser.
  navigator.serviceWorker.getRegistration(SCOPE).then((found) => say(Boolean(found)), failed);
}

function say(kept) {
  state.textContent = kept ? "Your pages are kept on this device." : "Nothing is kept on this device.";
  keep.hidden = kept;
  remove.hidden = !kept;
}

function failed() {
  state.textContent = "That did not work. Your browser may not allow sites to keep anything, for instance in a private window.";
}

async function begin() {
  state.textContent = "Keeping your pages…";
  await navigator.serviceWorker.register("/me/worker.js", { scope: SCOPE });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage("keep");
}

async function end() {
  const found = await navigator.serviceWorker.getRegistration(SCOPE);
  await found?.unregister();
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("sarsen-kept");
    request.onsuccess = resolve;
    request.onerror = request.onblocked = reject;
  });
  for (const name of await caches.keys()) await caches.delete(name);
  say(false);
}
