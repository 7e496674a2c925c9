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

  /** Looks at every state at one width, two pages side by side, and tells what `look` finds wrong. */
  async function every(viewport, look) {
    const left = [...states];
    const found = [];
    const walk = async () => {
      const { context, page, problems } = await open(browser, server.origin, { viewport });
      for (let state = left.shift(); state; state = left.shift()) {
        await page.goto(state);
        await unfold(page);
        for (const finding of await look(page)) found.push(`${state}: ${finding}`);
      }
      await context.close();
      found.push(...problems);
    };
    await Promise.all([walk(), walk()]);
    assert.deepEqual(found, []);
  }

  for (const [name, viewport] of [["phone", WIDTHS.phone], ["desk", WIDTHS.desk]]) {
    test(`is clean to axe at ${viewport.width} px (${name})`, () => every(viewport, findings));
  }

  test("never scrolls sideways at 320 px, nor at 400% zoom", () =>
    every(WIDTHS.small, async (page) => [await sideways(page)].filter(Boolean)));
});
