// What a teacher does in the academy: tells Clara's story step by step, shows her record, turns the clock, takes all back.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { searchFor, signIn, tabTo } from "../lib/steps.mjs";

const ACADEMY = "/staff/academy";
const STEPS = 13;

describe("the academy", () => {
  let server, browser, context, page, problems;

  before(async () => {
    server = await start();
    browser = await launch();
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
  });

  const story = () => page.getByRole("region", { name: "Clara Harebourne, 85" });

  async function clean() {
    for (const viewport of [WIDTHS.desk, WIDTHS.small]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await findings(page), [], `at ${viewport.width} px`);
      assert.equal(await sideways(page), null);
    }
    await page.setViewportSize(WIDTHS.desk);
  }

  /** Presses one of the story's buttons and waits for the page that follows. */
  async function press(name) {
    await Promise.all([page.waitForEvent("domcontentloaded"), story().getByRole("button", { name }).click()]);
  }

  test("sends whoever is not signed in to the sign-in page", async () => {
    await page.goto(ACADEMY);
    assert.match(page.url(), /\/sign-in$/);
  });

  test("tells Clara's story to its end, by keyboard at first, and her record shows it", async () => {
    await signIn(page, server.token);
    await page.getByRole("contentinfo").getByRole("link", { name: "Academy" }).click();
    assert.equal(await page.locator("h1").textContent(), "Academy");
    assert.ok(await page.getByText("The people in them are invented").isVisible());
    await clean();
    await tabTo(page, /^Start the story of Clara Harebourne$/);
    await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
    assert.ok(await story().getByText(`1 of ${STEPS} steps told.`).isVisible());
    await tabTo(page, /^Next step of the story of Clara Harebourne$/);
    await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
    for (let told = 2; told < STEPS; told += 1) {
      assert.ok(await story().getByText(`${told} of ${STEPS} steps told.`).isVisible(), `after ${told} steps`);
      await press(/^Next step/);
    }
    assert.ok(await story().getByText(`Told to its end: all ${STEPS} steps.`).isVisible());
    assert.equal(await story().getByRole("button", { name: /^Next step/ }).count(), 0);
    await clean();

    await story().getByRole("link", { name: "Open Clara’s record" }).click();
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
    const banner = await page.locator(".app-person").textContent();
    assert.match(banner, /Harebourne/i);
    assert.match(await page.locator(".app-person__allergies").textContent(), /Trimethoprim/);
    assert.match(await page.locator("main").textContent(), /High risk of falls/);
    const record = page.url();
    await page.goto(`${record}/encounters`);
    assert.match(await page.locator("main").textContent(), /Rapid response at home/);
    await page.goto(`${record}/plans`);
    assert.match(await page.locator("main").textContent(), /the hub answers me at once and sends the rapid response team/);
    await page.goto(`${record}/results`);
    assert.match(await page.locator("main").textContent(), /Blood pressure/);
  });

  test("tells a step once, though two teachers send it", async () => {
    await signIn(page, server.token);
    await page.goto(ACADEMY);
    await press(/^Start again/);
    await page.getByText("It shows the time of day.").waitFor();
    const other = await context.newPage();
    await other.goto(ACADEMY);
    await press(/^Next step/);
    const late = other.getByRole("region", { name: "Clara Harebourne, 85" }).getByRole("button", { name: /^Next step/ });
    await Promise.all([other.waitForEvent("domcontentloaded"), late.click()]);
    assert.match(await other.getByRole("alert").textContent(), /nothing was told twice/);
    assert.match(await other.title(), /^Not done: /);
    assert.deepEqual(await findings(other), []);
    await other.close();
    await page.goto(ACADEMY);
    assert.ok(await story().getByText(`2 of ${STEPS} steps told.`).isVisible());
  });

  test("sets the clock forward to a step, which is then told at its time", async () => {
    await signIn(page, server.token);
    await page.goto(ACADEMY);
    const next = page.locator("[aria-current='step']").first();
    const due = (await next.textContent()).match(/Due (.* \d\d:\d\d)/)[1];
    await press(/^Set the clock forward to it/);
    assert.ok(await story().getByText(`3 of ${STEPS} steps told.`).isVisible());
    assert.ok((await story().textContent()).includes(due));
    assert.match(await page.getByRole("note", { name: "About the data" }).textContent(), /Care clock/);
    await Promise.all([page.waitForEvent("domcontentloaded"), page.getByRole("button", { name: "Set back to the time of day" }).click()]);
  });

  test("takes the story back, and nobody of the name is found any more", async () => {
    await signIn(page, server.token);
    await page.goto(ACADEMY);
    await press(/^Take back/);
    assert.ok(await story().getByText(`Not started. ${STEPS} steps.`).isVisible());
    assert.equal(await story().getByRole("link", { name: "Open Clara’s record" }).count(), 0);
    await searchFor(page, { name: "Harebourne" });
    assert.doesNotMatch(await page.locator("main").textContent(), /Mrs/);
  });

  test("turns the care clock, and every page says that it does not show the time of day", async () => {
    await signIn(page, server.token);
    await page.goto(ACADEMY);
    assert.ok(await page.getByText("It shows the time of day.").isVisible());
    const turn = async (name) => {
      await Promise.all([page.waitForEvent("domcontentloaded"), page.getByRole("button", { name }).click()]);
    };
    await turn("Run fast: a day a minute");
    assert.ok(await page.getByText("Fast: a day passes each minute.").isVisible());
    await page.goto("/staff/person");
    assert.match(await page.getByRole("note", { name: "About the data" }).textContent(), /Care clock/);
    await page.goto(ACADEMY);
    await turn("Pause the clock");
    assert.ok(await page.getByText("Paused: no time passes for care.").isVisible());
    await clean();
    await turn("Set back to the time of day");
    assert.doesNotMatch(await page.getByRole("note", { name: "About the data" }).textContent(), /Care clock/);
  });

  test("works without JavaScript", async () => {
    const plain = await open(browser, server.origin, { javaScriptEnabled: false });
    await signIn(plain.page, server.token);
    await plain.page.goto(ACADEMY);
    const jasek = plain.page.getByRole("region", { name: "Jasek Zaremski, 48" });
    await jasek.getByRole("button", { name: /^Start/ }).click();
    await jasek.getByText("1 of 14 steps told.").waitFor();
    await jasek.getByRole("button", { name: /^Next step/ }).click();
    await jasek.getByText("2 of 14 steps told.").waitFor();
    await jasek.getByRole("button", { name: /^Take back/ }).click();
    await jasek.getByText("Not started. 14 steps.").waitFor();
    await plain.context.close();
    assert.deepEqual(plain.problems, []);
  });
});
