// What staff do with a person's record, in a browser, against the real server and real data.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { SECTIONS, searchFor, signIn, somebodyWithTrend } from "../lib/steps.mjs";

describe("a person's record", () => {
  let server, browser, context, page, problems, someone;

  before(async () => {
    server = await start();
    browser = await launch();
    const first = await open(browser, server.origin);
    await signIn(first.page, server.token);
    someone = await somebodyWithTrend(first.page);
    await first.context.close();
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

  /** The words of somebody's name that a search takes. */
  const nameOf = (person) => person.name.replace(/\(.*\)/, "").replace(/[,]/g, " ").trim();

  test("is found by name, opened, read along the timeline, and a result followed over time", async () => {
    await signIn(page, server.token);
    await searchFor(page, { name: nameOf(someone) });
    assert.match(await page.locator("h1").textContent(), /found/);
    await page.locator(`a[href="${someone.href}"]`).click();
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
    assert.ok((await page.locator(".app-person__allergies").textContent()).trim().length > 10, "allergies are never blank");

    await page.getByRole("link", { name: "See the full story" }).click();
    assert.equal(await page.locator("h1").textContent(), "Timeline");
    await page.getByLabel("Kind").selectOption("result");
    await page.getByRole("button", { name: "Show" }).click();
    assert.match(page.url(), /kind=result/);
    const kinds = await page.locator(".app-moment__kind").allTextContents();
    assert.ok(kinds.length > 0 && kinds.every((kind) => kind.startsWith("Result")), kinds.slice(0, 5).join());

    await page.goto(someone.series);
    assert.ok(await page.locator("svg.app-chart--wide").isVisible());
    assert.ok(!(await page.locator("svg.app-chart--narrow").first().isVisible()));
    assert.match(await page.locator(".app-trend__summary").first().textContent(), /values from .* First .* last /);
    const points = await page.locator("svg.app-chart--wide .app-chart__mark").count();
    assert.ok(points >= 2 && (await page.locator("main table tbody tr").count()) >= 2, "the chart has a table twin");
  });

  test("keeps who it is about in view while the page is scrolled", async () => {
    await signIn(page, server.token);
    await page.goto(`${someone.href}/timeline`);
    await page.mouse.wheel(0, 3000);
    await page.waitForFunction(() => window.scrollY > 200);
    const box = await page.locator(".app-person").boundingBox();
    assert.ok(Math.abs(box.y) < 1, `the banner stands at ${box.y}`);
  });

  test("puts nothing about a person into an address, and finds the way back", async () => {
    const addresses = [];
    page.on("request", (request) => addresses.push(decodeURIComponent(request.url())));
    await signIn(page, server.token);
    await searchFor(page, { name: nameOf(someone), postcode: "" });
    await page.locator(`a[href="${someone.href}"]`).click();
    await page.goBack();
    assert.match(await page.locator("h1").textContent(), /found/);
    for (const section of SECTIONS) await page.goto(`${someone.href}${section}`);
    const words = nameOf(someone).toLowerCase().split(/\s+/).filter((word) => word.length > 3);
    for (const address of addresses) {
      assert.ok(!words.some((word) => address.toLowerCase().includes(word)), address);
    }
  });

  test("answers wrong input with words at the field, and says when nobody is found", async () => {
    await signIn(page, server.token);
    await searchFor(page, { nhsNumber: "943 476 5918", born: ["31", "2", "1940"] });
    assert.match(await page.title(), /^Error: /);
    const summary = page.locator(".nhsuk-error-summary");
    assert.ok(await summary.evaluate((box) => box === document.activeElement || box.contains(document.activeElement)), "the summary has the focus");
    await summary.getByRole("link", { name: /real date/ }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "born-day");
    assert.equal(await page.getByLabel("NHS number").inputValue(), "943 476 5918");
    assert.deepEqual(await findings(page), []);

    await searchFor(page, { name: "Nobody of this name" });
    assert.equal(await page.locator("h1").textContent(), "Nobody found");
    await searchFor(page, {});
    assert.match(await page.title(), /^Error: /);
    await page.goto("/staff/person/nobody-with-this-id");
    assert.equal(await page.locator("h1").textContent(), "Page not found");
  });

  test("refuses a wrong token, and closes the pages on signing out", async () => {
    await page.goto("/sign-in");
    await page.getByLabel("Development token").fill("not the development token");
    await page.getByRole("button", { name: "Sign in" }).click();
    assert.match(await page.title(), /^Error: Sign in/);
    await signIn(page, server.token);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in?out");
    await page.goto(someone.href);
    assert.match(page.url(), /\/sign-in$/);
  });

  test("can be walked by keyboard alone, with the focus always seen", async () => {
    await signIn(page, server.token);
    await page.goto(`${someone.href}/problems`);
    await page.keyboard.press("Tab");
    const skip = page.locator(".nhsuk-skip-link");
    assert.ok(await skip.evaluate((link) => link === document.activeElement), "the skip link comes first");
    assert.ok((await skip.boundingBox()).x >= 0, "the skip link is seen when it has the focus");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "maincontent");

    await page.goto(`${someone.href}/timeline`);
    const seen = [];
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const box = element.getBoundingClientRect();
        const banner = document.querySelector(".app-person");
        const style = getComputedStyle(element);
        const hidden = !banner.contains(element) && box.bottom <= banner.getBoundingClientRect().bottom && box.top >= 0 && box.height > 0
          && getComputedStyle(banner).position === "sticky" && banner.getBoundingClientRect().top <= 0;
        const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || style.backgroundColor === "rgb(255, 235, 59)";
        return { what: element.textContent.trim().slice(0, 30) || element.name, top: box.top, bottom: box.bottom, hidden, marked };
      });
      if (!focus) break;
      seen.push(focus);
    }
    assert.ok(seen.length > 15, `${seen.length} stops`);
    assert.deepEqual(seen.filter((focus) => focus.hidden), [], "no focus lies under the banner");
    assert.deepEqual(seen.filter((focus) => !focus.marked), [], "every focus is marked");
    assert.deepEqual(seen.filter((focus) => focus.bottom < 0 || focus.top > WIDTHS.desk.height), [], "every focus is in the window");
  });

  test("is clean to axe in every section, at both widths", async () => {
    for (const viewport of [WIDTHS.phone, WIDTHS.desk]) {
      const { context, page, problems } = await open(browser, server.origin, { viewport });
      await signIn(page, server.token);
      const found = [];
      for (const address of ["/staff/person", ...SECTIONS.map((section) => `${someone.href}${section}`), someone.series]) {
        await page.goto(address);
        for (const finding of await findings(page)) found.push(`${address} at ${viewport.width} px: ${finding}`);
      }
      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(problems, []);
    }
  });

  test("never scrolls sideways at 320 px", async () => {
    await page.setViewportSize(WIDTHS.small);
    await signIn(page, server.token);
    const found = [];
    for (const address of ["/staff/person", ...SECTIONS.map((section) => `${someone.href}${section}`), someone.series]) {
      await page.goto(address);
      const wide = await sideways(page);
      if (wide) found.push(`${address}: ${wide}`);
    }
    assert.deepEqual(found, []);
  });
});

describe("without JavaScript", () => {
  let server, browser;

  before(async () => {
    server = await start();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("the whole walk works: sign in, wrong input, search, open, filter, trend, sign out", async () => {
    const { context, page, problems } = await open(browser, server.origin, { javaScriptEnabled: false });
    await signIn(page, server.token);
    await searchFor(page, { nhsNumber: "123" });
    assert.match(await page.title(), /^Error: /);
    await searchFor(page, { name: "a" });
    const first = page.locator(".app-people tbody a").first();
    assert.ok((await page.locator(".app-people tbody a").count()) > 0, "somebody is found");
    await first.click();
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
    for (const section of ["Timeline", "Problems", "Medicines", "Allergies", "Results", "Encounters", "Documents", "Plans", "Other records"]) {
      await page.getByRole("navigation", { name: "Sections of the record" }).getByRole("link", { name: section, exact: true }).click();
      assert.equal(await page.locator("h1").textContent(), section);
    }
    await page.getByRole("link", { name: "Timeline", exact: true }).click();
    await page.getByRole("button", { name: "Show" }).click();
    assert.equal(await page.locator("h1").textContent(), "Timeline");
    await page.getByRole("button", { name: "Sign out" }).click();
    assert.equal(await page.locator("h1").textContent(), "Sign in");
    await context.close();
    assert.deepEqual(problems, []);
  });
});
