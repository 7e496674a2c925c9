// What operators do about what was given up, in a browser, against the real server and a receiver that refuses.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { receiver } from "../lib/receiver.mjs";
import { start } from "../lib/server.mjs";
import { keep, signIn, tabTo, until } from "../lib/steps.mjs";

const FOLLOWERS = "/staff/followers";

describe("the operators' page", { skip: process.env.SARSEN_URL ? "needs a server with a receiver of its own" : false }, () => {
  let server, browser, context, page, problems, told;

  before(async () => {
    told = await receiver("pas", ["Patient"]);
    server = await start(told.setting);
    browser = await launch();
    // The letters of the people that the demo begins with.
    for (let heard = -1; heard !== told.heard.length; ) {
      heard = told.heard.length;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    told.heard.splice(0);
  });

  beforeEach(async () => {
    ({ context, page, problems } = await open(browser, server.origin));
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(problems, []);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await told?.close();
  });

  /** A row of a section's table, each cell by its heading. */
  async function row(section, words) {
    const cells = await page.getByRole("region", { name: section }).getByRole("row").filter({ hasText: words }).first()
      .locator("th, td").evaluateAll((found) => found.map((cell) => {
        const heading = cell.querySelector(".nhsuk-table__heading").textContent.trim();
        return [heading, cell.querySelector(".app-cell").innerText.replace(/\s+/g, " ").trim()];
      }));
    return Object.fromEntries(cells);
  }

  /** Looks at the page until `seen` says of it that it is so. */
  async function look(what, seen) {
    return until(what, async () => {
      await page.goto(FOLLOWERS);
      return seen();
    });
  }

  const sender = () => row("Reactors and senders", "outbox/webhook");
  const givenUp = () => page.getByRole("region", { name: "Given up" }).getByRole("button").count();

  /** No finding of axe and no sideways scrolling, at the desk and at 320 px. */
  async function clean() {
    for (const viewport of [WIDTHS.desk, WIDTHS.small]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await findings(page), [], `at ${viewport.width} px`);
      assert.equal(await sideways(page), null);
    }
    await page.setViewportSize(WIDTHS.desk);
  }

  test("sends whoever is not signed in to the sign-in page", async () => {
    for (const address of [FOLLOWERS, `${FOLLOWERS}/decide?kind=letter&follower=webhook&bucket=1&key=1`]) {
      await page.goto(address);
      assert.match(page.url(), /\/sign-in$/);
    }
  });

  test("shows where each reactor, sender and view stands", async () => {
    await signIn(page, server.token);
    await page.getByRole("contentinfo").getByRole("link", { name: "Followers" }).click();
    assert.equal(await page.locator("h1").textContent(), "Followers");
    await look("the followers run", async () => (await page.getByText("Not running").count()) === 0 && (await page.getByText("outbox/webhook").count()) > 0);
    const reactor = await row("Reactors and senders", "subscription");
    assert.equal(reactor.State, "Up to date");
    assert.match(reactor.Position, /^[\d,]+$/);
    assert.equal(reactor["Last error"], "None");
    await look("the lookup is ready", async () => (await row("Views", "person-lookup")).State === "Ready");
    const view = await row("Views", "person-lookup");
    assert.equal(view.Position, reactor.Position);
    assert.equal(view.Waiting, "0 changes Nothing waits");
    assert.ok(Number(view.People.replaceAll(",", "")) >= 12, view.People);
    assert.match(view.Memory, /\d+ (KiB|MiB)/);
    await clean();
  });

  test("shows what waits for a receiver that fails, and what is tried again arrives by itself", async () => {
    await signIn(page, server.token);
    told.answer(503);
    const before = Number((await look("the reactor runs", () => row("Reactors and senders", "subscription"))).Position.replaceAll(",", ""));
    await keep(server, { family: "Featherstone", given: "Marigold" });
    await look("the letter waits", async () => (await sender()).State === "Trying again");
    const waiting = await sender();
    assert.match(waiting.Waiting, /^1 letter for \d+ seconds?$/);
    assert.equal(waiting["Last error"], "The receiver failed");
    await look("the reactor's position rises", async () => {
      return Number((await row("Reactors and senders", "subscription")).Position.replaceAll(",", "")) > before;
    });
    told.answer(200);
    await look("the letter arrives", async () => (await sender()).State === "Up to date");
    const tries = told.heard.splice(0);
    assert.equal(tries.filter((one) => one.status === 200).length, 1);
    assert.equal(new Set(tries.map((one) => one.key)).size, 1, "each try bears the same key");
  });

  test("lets an operator try again or drop what was given up, by keyboard, and asks for what is missing", async () => {
    await signIn(page, server.token);
    told.answer(410);
    const kept = [await keep(server, { family: "Hollingworth" }), await keep(server, { family: "Vandersteen" })];
    await look("both letters are given up", async () => (await givenUp()) === 2);
    assert.equal((await sender()).State, "Gave up");
    assert.equal((await sender())["Given up"], "2");
    const [first, second] = told.heard.splice(0);
    assert.ok(!(await page.content()).includes("Hollingworth"), "nothing about a person stands on the page");
    const letter = await row("Given up", first.key);
    assert.equal(letter.What, "Letter of webhook to pas");
    assert.equal(letter.Error, "The receiver refused it");
    assert.equal(letter.Tries, "1");
    await clean();

    await page.goto(FOLLOWERS);
    await tabTo(page, new RegExp(`Decide about Letter ${first.key} `));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/decide?**");
    assert.equal(await page.locator("h1").textContent(), "Decide about what was given up");
    await clean();
    await tabTo(page, /^Confirm$/);
    await page.keyboard.press("Enter");
    await page.locator(".nhsuk-error-summary").waitFor();
    assert.match(await page.title(), /^Error: /);
    const summary = page.locator(".nhsuk-error-summary");
    assert.ok(await summary.evaluate((box) => box === document.activeElement || box.contains(document.activeElement)), "the summary has the focus");
    await clean();
    await tabTo(page, /^Select why$/);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "reason");

    // A way without a reason is not enough, and what was chosen stays chosen.
    await page.getByLabel("Try it again").focus();
    await page.keyboard.press("Space");
    await tabTo(page, /^Confirm$/);
    await page.keyboard.press("Enter");
    await page.locator(".nhsuk-error-summary").waitFor();
    assert.deepEqual(await page.locator(".nhsuk-error-summary a").allTextContents(), ["Select why"]);
    assert.ok(await page.getByLabel("Try it again").isChecked());
    assert.equal(told.heard.length, 0, "nothing was sent meanwhile");

    told.answer(200);
    await page.getByLabel("The cause is mended").focus();
    await page.keyboard.press("Space");
    await tabTo(page, /^Confirm$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${FOLLOWERS}`);
    await until("the letter arrives", () => told.heard.length > 0);
    assert.equal(await givenUp(), 1);

    await tabTo(page, new RegExp(`Decide about Letter ${second.key} `));
    await page.keyboard.press("Enter");
    await page.getByLabel("Drop it for good").focus();
    await page.keyboard.press("Space");
    await page.getByLabel("It is no longer needed").focus();
    await page.keyboard.press("Space");
    await tabTo(page, /^Confirm$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${FOLLOWERS}`);
    assert.equal(await page.getByRole("heading", { name: "Given up" }).count(), 0);
    await look("nothing waits", async () => (await sender()).State === "Up to date");

    // One more change shows that the sender has gone past both.
    await keep(server, { family: "Last" });
    await until("the next letter arrives", () => told.heard.length > 1);
    const [again, next] = told.heard;
    assert.equal(told.heard.length, 2, "the letter that was tried again came once, the dropped one never");
    assert.deepEqual([again.key, again.body, again.signed], [first.key, first.body, true]);
    assert.ok(kept.includes(again.body.changes[0].id));
    assert.notEqual(next.key, second.key);
    assert.ok(!JSON.stringify(told.heard).includes("Hollingworth"));
  });

  test("says that it is gone when somebody else has decided", async () => {
    await signIn(page, server.token);
    await page.goto(`${FOLLOWERS}/decide?kind=letter&follower=webhook&bucket=1&key=subscription/1/1/0`);
    assert.equal(await page.locator("h1").textContent(), "Page not found");
  });
});
