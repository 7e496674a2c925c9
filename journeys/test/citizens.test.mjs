// What citizens do: Clara reads her record and sees who looked, on a small phone without JavaScript; her daughter acts for her;
// a phone that keeps what was seen shows it without a network, and forgets it when she signs out.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { links, tellStory } from "../lib/steps.mjs";

describe("citizens", { skip: process.env.SARSEN_URL ? "needs a server that it can stop" : false }, () => {
  let server, browser, origin;

  before(async () => {
    server = await start();
    // Browsers let a page keep what it saw only over TLS, or from this name.
    origin = server.origin.replace("127.0.0.1", "localhost");
    browser = await launch();
    const { context, page, problems } = await open(browser, origin);
    await tellStory(page, "Clara", server.token);
    await context.close();
    assert.deepEqual(problems, []);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function press(page, words) {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: words }).click();
    await page.waitForURL((address) => address.pathname.startsWith("/me"));
  }

  /** Every page that can be reached from the first by links below it. */
  async function everyPage(page, first) {
    const seen = new Set([first]);
    for (const path of seen) {
      await page.goto(path);
      for (const href of await links(page, `main a[href^='${first}'], nav a[href^='${first}']`)) if (seen.size < 60) seen.add(href.split("#")[0]);
    }
    return [...seen];
  }

  test("Clara reads all of hers on a small phone without JavaScript", async () => {
    const { context, page, problems } = await open(browser, origin, { javaScriptEnabled: false, viewport: WIDTHS.small });
    await press(page, /^Clara, for herself/);
    const pages = await everyPage(page, "/me");
    assert.ok(pages.length > 15, pages.join(" "));
    for (const path of pages) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), 200, path);
      assert.equal(await page.locator("h1").count(), 1, path);
    }
    await page.goto("/me/details");
    await page.getByRole("button", { name: /Save/ }).click();
    assert.equal(await page.locator("h1").count(), 1);
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("her pages are clean to axe and fit 320 px", async () => {
    const { context, page, problems } = await open(browser, origin, { viewport: WIDTHS.small });
    await press(page, /^Clara, for herself/);
    for (const path of await everyPage(page, "/me")) {
      await page.goto(path);
      assert.deepEqual(await findings(page), [], path);
      assert.equal(await sideways(page), null, path);
    }
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("Clara says no to being looked for and takes it back, without JavaScript", async () => {
    const { context, page, problems } = await open(browser, origin, { javaScriptEnabled: false, viewport: WIDTHS.small });
    await press(page, /^Clara, for herself/);
    await page.goto("/me/sharing");
    await page.getByRole("button", { name: "Leave my record out" }).click();
    assert.match(await page.locator("main").textContent(), /You said no on .*Your whole record is left out/s);
    await page.goto("/me/risk");
    assert.match(await page.locator("main").textContent(), /Nobody is looking for you in this way/);
    await page.goto("/me/record");
    assert.ok((await page.locator(".app-entries strong").count()) > 0, "her record opens as before");
    await page.goto("/me/sharing");
    await page.getByRole("button", { name: "Look at my record again" }).click();
    assert.match(await page.locator("main").textContent(), /You have not said no/);
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("her daughter sees what she was given, and that she acts for Clara", async () => {
    const { context, page, problems } = await open(browser, origin, { viewport: WIDTHS.phone });
    await press(page, /^Clara’s daughter/);
    await page.goto("/me/for");
    await page.locator("main a[href^='/me/for/']").first().click();
    assert.match(await page.locator(".app-acting").textContent(), /You are acting for/);
    assert.deepEqual(await findings(page), []);
    for (const path of ["/me/record", "/me/looked", "/me/sharing"]) assert.equal((await page.goto(path)).status(), 404, path);
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("a first load is under 100 kB", async () => {
    const { context, page } = await open(browser, origin, { viewport: WIDTHS.phone });
    const devtools = await context.newCDPSession(page);
    await press(page, /^Clara, for herself/);
    await devtools.send("Network.enable");
    await devtools.send("Network.clearBrowserCache");
    let bytes = 0;
    devtools.on("Network.loadingFinished", (finished) => (bytes += finished.encodedDataLength));
    await page.goto("/me/record", { waitUntil: "networkidle" });
    await context.close();
    assert.ok(bytes > 1000 && bytes < 100_000, `${bytes} bytes`);
  });

  test("a phone keeps what was seen, encrypted, reads it with the server gone, and forgets it at sign-out", async () => {
    const { context, page } = await open(browser, origin, { viewport: WIDTHS.phone });
    await press(page, /^Clara, for herself/);
    await page.goto("/me/record");
    const words = (await page.locator("main").textContent()).replace(/\s+/g, " ");
    const medicine = await page.locator(".app-entries strong").first().textContent();
    assert.ok(words.includes(medicine));
    await page.goto("/me/offline");
    assert.match(await page.locator("#offline-state").textContent(), /Nothing is kept/);
    await page.getByRole("button", { name: "Keep my pages on this device" }).click();
    await page.getByText("Your pages are kept on this device.").waitFor();
    assert.deepEqual(await findings(page), []);
    await page.goto("/me/looked");

    // No byte of the record, no token, and a key that cannot be read.
    const kept = await page.evaluate(async () => {
      const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("sarsen-kept");
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const all = (store, what) =>
        new Promise((resolve) => {
          const request = database.transaction(store).objectStore(store)[what]();
          request.onsuccess = () => resolve(request.result);
        });
      const pages = await all("pages", "getAll");
      const text = pages.map((page) => new TextDecoder("latin1").decode(page.bytes)).join("\n");
      const [key] = await all("keys", "getAll");
      const exported = await crypto.subtle.exportKey("raw", key).then(() => "read", (error) => error.name);
      const names = await all("pages", "getAllKeys");
      database.close();
      return { names, exported, text };
    });
    assert.ok(kept.names.includes("/me/record"), kept.names.join(" "));
    assert.ok(!kept.names.some((name) => name.startsWith("/me/for")), kept.names.join(" "));
    assert.equal(kept.exported, "InvalidAccessError");
    for (const plain of [medicine, "<html", "csrf"]) assert.ok(!kept.text.includes(plain), plain);

    // Everything to the server fails, as it does in a tunnel.
    await context.setOffline(true);
    await page.goto("/me/record");
    assert.match(await page.locator(".app-kept").textContent(), /No connection.*This is what you saw on.*call 999/s);
    assert.ok((await page.locator("main").textContent()).includes(medicine));
    assert.equal(await page.locator("form").count(), 0);
    const answer = await page.goto("/me/record/letters");
    assert.match(await page.locator("main").textContent(), /not kept on this device/);
    assert.equal(answer.status(), 503);

    await context.setOffline(false);
    await page.goto("/me");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in?out");
    const left = await page.evaluate(async () => ({
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
    assert.deepEqual(left, { workers: 0, databases: 0, caches: 0 });
    await context.close();
  });

  test("a phone that was signed out from elsewhere forgets what it kept as soon as it meets the server", async () => {
    const { context, page } = await open(browser, origin, { viewport: WIDTHS.phone });
    await press(page, /^Clara, for herself/);
    await page.goto("/me/offline");
    await page.getByRole("button", { name: "Keep my pages on this device" }).click();
    await page.getByText("Your pages are kept on this device.").waitFor();
    await context.setOffline(true);
    await page.goto("/me/record");
    assert.match(await page.locator(".app-kept").textContent(), /No connection/);

    const other = await open(browser, origin);
    await press(other.page, /^Clara, for herself/);
    await other.page.goto("/account");
    await other.page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await other.page.getByText("You are signed out there.").waitFor();
    await other.context.close();

    await context.setOffline(false);
    await page.goto("/me");
    await page.waitForURL("**/sign-in*");
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length === 0);
    assert.equal(await page.evaluate(async () => (await caches.keys()).length), 0);
    await context.setOffline(true);
    await assert.rejects(page.goto("/me/record"), /ERR_INTERNET_DISCONNECTED/);
    await context.close();
  });
});
