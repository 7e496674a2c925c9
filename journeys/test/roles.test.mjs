// Six kinds of people sign in and open every page that their role leads to: what is theirs is there, clean to axe and on a small
// screen; what is not is refused in words.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { links, tabTo } from "../lib/steps.mjs";

/** Where each begins, something that is theirs, and something that is not there for them. */
const ROLES = [
  { button: /^GP/, begins: "/", has: "/staff/person", not: ["/me", "/staff/followers", "/staff/privacy"] },
  { button: /^Community nurse/, begins: "/", has: "/staff/person", not: ["/me/record", "/staff/followers"] },
  { button: /^Hub operator/, begins: "/", has: "/staff/person", not: ["/me", "/staff/privacy"] },
  { button: /^Ward and discharge nurse/, begins: "/", has: "/staff/person", not: ["/me", "/staff/privacy"] },
  { button: /^Privacy officer/, begins: "/", has: "/staff/privacy", not: ["/me"] },
  { button: /^Jasek, for himself/, begins: "/me", has: "/me/for", not: ["/staff/person", "/staff/privacy", "/shortcuts"] },
];

describe("people of six roles", { skip: process.env.SARSEN_URL ? "needs the accounts of a demo" : false }, () => {
  let server, browser;

  before(async () => {
    server = await start();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const { button, begins, has, not } of ROLES) {
    test(`${button.source.slice(1)}: what is theirs is there and clean, what is not is refused`, async () => {
      const { context, page, problems } = await open(browser, server.origin, { viewport: WIDTHS.small });
      await page.goto("/sign-in");
      await page.getByRole("button", { name: button }).click();
      await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
      await page.goto("/");
      assert.equal(new URL(page.url()).pathname, begins);

      const pages = new Set([begins, has, "/account", "/accessibility"]);
      for (const path of [begins, has]) {
        await page.goto(path);
        for (const href of await links(page, "main a[href^='/'], footer a[href^='/']")) if (pages.size < 25) pages.add(href.split("#")[0]);
      }
      for (const path of pages) {
        const answer = await page.goto(path);
        assert.equal(answer.status(), 200, path);
        assert.equal(await page.locator("h1").count(), 1, path);
        assert.deepEqual(await findings(page), [], path);
        assert.equal(await sideways(page), null, path);
      }
      // Who one is here, at the head of each page, and a way to it by keyboard alone.
      await page.goto(has);
      assert.match(await page.getByRole("navigation", { name: "Account" }).textContent(), new RegExp(button.source.slice(1).split(",")[0]));
      await tabTo(page, /^Sign out$/);
      for (const path of not) {
        const answer = await page.goto(path);
        assert.ok([403, 404].includes(answer.status()), `${path}: ${answer.status()}`);
        assert.deepEqual(await findings(page), [], path);
      }
      await context.close();
      assert.deepEqual(problems, []);
    });
  }
});
