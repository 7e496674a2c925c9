// From a figure of a practice to the people behind it, to a worklist, and back to the figure, in a browser, against the real server.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { keep, tabTo, until } from "../lib/steps.mjs";

const PAGES = ["", "/conditions", "/segments", "/movement", "/frailty", "/funnel"];
/** So many of each sex, of three ages: some are hidden for the sake of the demo's few people, and the oldest are shown. */
const MANY = 12;
/** As figures tell it: to the nearest five. */
const ROUNDED = 5 * Math.round(MANY / 5);

describe("the population", { skip: process.env.SARSEN_URL ? "needs the accounts of a demo" : false }, () => {
  let server, browser, context, page, problems;

  before(async () => {
    server = await start();
    browser = await launch();
    ({ context, page } = await open(browser, server.origin));
    await enter(/^GP/);
    const [code] = (await page.getByRole("navigation", { name: "Account" }).textContent()).match(/[A-Z]\d{5}/) ?? assert.fail("the GP's practice is not named");
    await context.close();
    const headers = { authorization: `Bearer ${server.token}` };
    const found = await (await fetch(`${server.origin}/fhir/Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code|${code}`, { headers })).json();
    const practice = { reference: `Organization/${found.entry[0].resource.id}` };
    for (const birthDate of ["1921-05-01", "1939-05-01", "1944-05-01"]) {
      for (const gender of ["female", "male"]) {
        for (let at = 0; at < MANY; at += 1) {
          await keep(server, { family: `Zartbitter${"abcdefghijkl"[at]}`, given: "Kim", gender, birthDate, generalPractitioner: [practice] });
        }
      }
    }
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

  async function enter(button) {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  }

  async function clean(words) {
    for (const viewport of [WIDTHS.small, WIDTHS.desk]) {
      await page.setViewportSize(viewport);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      assert.deepEqual(await findings(page), [], `${words} at ${viewport.width} px`);
      assert.equal(await sideways(page), null, `${words} at ${viewport.width} px`);
    }
    if (process.env.POPULATION_PICTURES) {
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = false)));
        await page.screenshot({ path: `${process.env.POPULATION_PICTURES}/${words.replace(/\W+/g, "-")}-${width}.png`, fullPage: true });
      }
    }
    await page.setViewportSize(WIDTHS.desk);
  }

  /** The figure of the women of over 90, once everybody is taken in. */
  const oldest = () => page.getByRole("link", { name: /: 90 and over, Female$/ });

  test("a GP walks the figures, opens one, sends the people behind it to work, and sees them in the funnel", async () => {
    await enter(/^GP/);
    await page.goto("/");
    await page.getByRole("link", { name: "The population" }).click();
    await until("the women are counted", async () => {
      await page.goto("/staff/population");
      return (await oldest().count()) > 0 && Number.parseInt(await oldest().textContent(), 10) >= ROUNDED;
    });
    for (const path of PAGES) {
      await page.goto(`/staff/population${path}`);
      await clean(`population${path}`);
    }

    // The table that stands with each chart can be had as a file, and the chart as a picture.
    await page.goto("/staff/population");
    for (const [name, begins] of [[/^table \(CSV\)/, /^figure,scope,day,five-years,sex,people,hidden/], [/^picture \(SVG\)/, /^<svg /]]) {
      const file = await page.getByRole("link", { name }).getAttribute("href");
      const answer = await page.request.get(file);
      assert.equal(answer.status(), 200);
      assert.match(answer.headers()["content-disposition"], /^attachment; filename="ages-\d{4}-\d\d-\d\d\.(csv|svg)"$/);
      assert.match(await answer.text(), begins);
    }

    await tabTo(page, /: 90 and over, Female$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Age: 90 and over; Sex: Female/ }).waitFor();
    await until("everybody is listed", async () => {
      await page.reload();
      return (await page.getByRole("row").filter({ hasText: "ZARTBITTER" }).count()) === MANY;
    });
    await clean("people");

    await page.getByRole("button", { name: "Send to work" }).click();
    await page.getByRole("link", { name: "Choose what is offered" }).click();
    await clean("people with an error");
    await page.getByLabel("Help to prevent falls").check();
    await page.getByRole("button", { name: "Send to work" }).click();
    await page.waitForURL(/\/staff\/population\/funnel\?.*work=/);
    const answer = () => page.getByRole("link", { name: /: Female, Offered, no answer yet$/ });
    await until("they are in the funnel", async () => {
      await page.reload();
      return (await answer().count()) > 0 && Number.parseInt(await answer().textContent(), 10) >= ROUNDED;
    });
    await clean("funnel of those who were sent");
    await answer().click();
    await page.getByText("What was offered: Help to prevent falls").waitFor();
    await clean("people who were sent");
  });

  test("a co-ordinator without scripts finds them on the worklist, and reads the same figures", async () => {
    await context.close();
    ({ context, page, problems } = await open(browser, server.origin, { javaScriptEnabled: false }));
    await enter(/^Care co-ordinator/);
    await page.goto("/staff/risk?show=offered");
    for (const path of PAGES) {
      const answer = await page.goto(`/staff/population${path}`);
      assert.equal(answer.status(), 200, path);
      assert.ok((await page.getByRole("table").count()) > 0, path);
    }
  });

  test("a nurse of another team is told who may open a list of the practice", async () => {
    await enter(/^Community nurse/);
    const answer = await page.goto("/staff/population/people?scope=region%3Aall&sex=female");
    assert.equal(answer.status(), 403);
    await page.getByText("A list by name is for those who treat these people").waitFor();
    assert.equal(await page.getByText("ZARTBITTER").count(), 0);
    await clean("refused");
  });
});
