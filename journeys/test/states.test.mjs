// Every designed state of every page: axe at two widths, no sideways scrolling at 320 px, nothing in the console, nothing
// from elsewhere. The states come from the gallery, which the server shows when it was started with --gallery.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { links } from "../lib/steps.mjs";

/** Folded text is part of a state. */
function unfold(page) {
  return page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
}

describe("every designed state", () => {
  let server, browser, states;

  before(async () => {
    server = await start();
    browser = await launch();
    const { context, page } = await open(browser, server.origin);
    await page.goto("/gallery");
    states = await links(page, "main a[href^='/gallery/']");
    await context.close();
    assert.ok(states.length > 50, `the gallery shows ${states.length} states`);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [name, viewport] of [["phone", WIDTHS.phone], ["desk", WIDTHS.desk]]) {
    test(`is clean to axe at ${viewport.width} px (${name})`, async () => {
      const { context, page, problems } = await open(browser, server.origin, { viewport });
      const found = [];
      for (const state of states) {
        await page.goto(state);
        await unfold(page);
        for (const finding of await findings(page)) found.push(`${state}: ${finding}`);
      }
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(problems, []);
    });
  }

  test("never scrolls sideways at 320 px, nor at 400% zoom", async () => {
    const { context, page, problems } = await open(browser, server.origin, { viewport: WIDTHS.small });
    const found = [];
    for (const state of states) {
      await page.goto(state);
      await unfold(page);
      const wide = await sideways(page);
      if (wide) found.push(`${state}: ${wide}`);
    }
    await context.close();
    assert.deepEqual(found, []);
    assert.deepEqual(problems, []);
  });
});
