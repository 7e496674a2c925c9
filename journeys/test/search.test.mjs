// What staff do to find somebody whose name they only heard, in a browser, against the real server.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { launch, open } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { people, searchFor, signIn } from "../lib/steps.mjs";

/** How long the server gathers changes before its lookup takes them in, in milliseconds. */
const GATHER = 3000;

describe("finding a person", { skip: process.env.SARSEN_URL ? "needs a server with a setting of its own" : false }, () => {
  let server, browser, context, page, problems;

  before(async () => {
    server = await start({ SARSEN_VIEWS__GATHER_MILLISECONDS: String(GATHER) });
    browser = await launch();
  });

  beforeEach(async () => {
    ({ context, page, problems } = await open(browser, server.origin));
    await signIn(page, server.token);
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(problems, []);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Keeps an invented person, as the one who is signed in here. */
  async function keep(family, given) {
    const answer = await fetch(`${server.origin}/fhir/Patient`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/fhir+json" },
      body: JSON.stringify({ resourceType: "Patient", name: [{ family, given: [given] }], birthDate: "1940-03-12" }),
    });
    assert.equal(answer.status, 201, await answer.text());
  }

  /** Searches until the page says that nothing is missing; what it then lists. */
  async function settled(asked) {
    for (let turn = 0; turn < 60; turn++) {
      await searchFor(page, asked);
      if ((await page.locator(".app-missing").count()) === 0) return people(page);
      await page.waitForTimeout(200);
    }
    assert.fail("the search never settles");
  }

  test("says that it is updating right after one's own change, and finds the person all the same", async () => {
    await settled({ name: "nobody at all" });
    await keep("Featherstone", "Marigold");
    await searchFor(page, { name: "marigold featherstone" });
    assert.match(await page.locator(".app-missing").textContent(), /Updating/);
    assert.equal((await people(page)).length, 1);
    assert.deepEqual(await findings(page), []);
  });

  test("finds a name with a slip and a birthday the wrong way round, and says what to check", async () => {
    await keep("Hollingworth", "Rosalind");
    const found = await settled({ name: "rosalind holingworth", born: ["3", "12", "1940"] });
    assert.equal(found.length, 1);
    assert.match(found[0].text, /HOLLINGWORTH, Rosalind/);
    assert.match(found[0].text, /Check: name is spelt differently, date of birth differs/);
    assert.deepEqual(await findings(page), []);
    await page.locator(`a[href="${found[0].href}"]`).click();
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
  });
});
