// From somebody frail on the list to what came of an offer, by the people of one practice, in a browser, against the real server.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { keep, keepResource, tabTo, until } from "../lib/steps.mjs";

/** Codes of nine different deficits: moderate frailty. */
const DEFICITS = ["21134002", "87522002", "239873007", "49436004", "160734000", "414545008", "433144002", "26929004", "46635009"];

describe("the risk list", { skip: process.env.SARSEN_URL ? "needs the accounts of a demo" : false }, () => {
  let server, browser, context, page, problems, person;

  before(async () => {
    server = await start();
    browser = await launch();
    // Somebody frail comes to the practice of the demo's GP.
    ({ context, page } = await open(browser, server.origin));
    await enter(/^GP/);
    const [code] = (await page.getByRole("navigation", { name: "Account" }).textContent()).match(/[A-Z]\d{5}/) ?? assert.fail("the GP's practice is not named");
    await context.close();
    const headers = { authorization: `Bearer ${server.token}` };
    const found = await (await fetch(`${server.origin}/fhir/Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code|${code}`, { headers })).json();
    const practice = { reference: `Organization/${found.entry[0].resource.id}` };
    person = await keep(server, { family: "Zartbitter", given: "Mathilda", generalPractitioner: [practice] });
    for (const deficit of DEFICITS) {
      await keepResource(server, {
        resourceType: "Condition", subject: { reference: `Patient/${person}` }, recordedDate: "2020-05-04",
        code: { coding: [{ system: "http://snomed.info/sct", code: deficit }] },
      });
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

  const row = () => page.getByRole("row").filter({ hasText: "ZARTBITTER" });

  /** Opens a part of the list and looks again until the person is on it, or is not. */
  function listed(path, there) {
    return until(`${there ? "on" : "off"} ${path}`, async () => {
      await page.goto(path);
      return ((await row().count()) > 0) === there;
    });
  }

  async function clean() {
    for (const viewport of [WIDTHS.small, WIDTHS.desk]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await findings(page), []);
      assert.equal(await sideways(page), null);
    }
  }

  test("a GP sees who is frail and why, says what she thinks, and makes an offer in one step", async () => {
    await enter(/^GP/);
    await page.goto("/");
    await page.getByRole("link", { name: "Who to offer help to" }).click();
    await listed("/staff/risk", true);
    const words = (await row().innerText()).replace(/\s+/g, " ");
    assert.match(words, /Moderate frailty 9 of 36 deficits/);
    assert.match(words, /since 4 May 2020/);
    assert.match(words, /No medicine is recorded within 12 months/);
    await clean();
    await tabTo(page, /^Look again$/);
    await row().getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: /ZARTBITTER/ }).waitFor();
    await clean();

    // A form that is not whole says what is missing, and keeps what was typed.
    await page.getByLabel("Why?").fill("Not short of anything");
    await page.getByRole("button", { name: "Keep it in the record" }).click();
    await page.getByRole("link", { name: "Choose what you think of it" }).click();
    assert.equal(await page.getByLabel("Why?").inputValue(), "Not short of anything");
    await clean();
    await page.getByLabel("More worried than the index says").check();
    await page.getByLabel("Why?").fill("She has stopped going out since the spring");
    await page.getByRole("button", { name: "Keep it in the record" }).click();
    await page.getByText("She has stopped going out since the spring").waitFor();

    await page.getByLabel("A comprehensive assessment at home").check();
    await page.getByRole("button", { name: "Offer it" }).click();
    await page.getByText("It is offered.").waitFor();
    await listed("/staff/risk", false);
    await listed("/staff/risk?show=offered", true);
  });

  test("a list that is open changes by itself, but never under a focus", async () => {
    await enter(/^GP/);
    await listed("/staff/risk?show=offered", true);
    await page.getByText("This list keeps itself up to date.").waitFor();
    await page.getByText(/Last heard \d\d:\d\d/).waitFor();
    // One deficit more, while somebody stands on the person.
    const link = row().getByRole("link");
    await link.focus();
    await keepResource(server, {
      resourceType: "Condition", subject: { reference: `Patient/${person}` }, recordedDate: "2021-05-04",
      code: { coding: [{ system: "http://snomed.info/sct", code: "38341003" }] },
    });
    await page.getByText(/The list changed at \d\d:\d\d\. It is shown when you leave it\./).waitFor();
    assert.match(await row().innerText(), /9 of 36 deficits/);
    assert.ok(await link.evaluate((element) => element === document.activeElement), "the focus was lost");
    await page.getByRole("heading", { level: 1 }).click();
    await page.getByText("10 of 36 deficits").waitFor();
    await page.getByText(/The list changed at \d\d:\d\d\.$/).waitFor();

    // The same under a pointer that rests on the list.
    await row().hover();
    await keepResource(server, {
      resourceType: "Condition", subject: { reference: `Patient/${person}` }, recordedDate: "2021-05-04",
      code: { coding: [{ system: "http://snomed.info/sct", code: "13645005" }] },
    });
    await page.getByText(/It is shown when you leave it\./).waitFor();
    assert.match(await row().innerText(), /10 of 36 deficits/);
    await page.getByRole("heading", { level: 1 }).hover();
    await page.getByText("11 of 36 deficits").waitFor();
    await clean();
  });

  test("the care co-ordinator of the practice notes a yes and what came of it, without scripts", async () => {
    await context.close();
    ({ context, page, problems } = await open(browser, server.origin, { javaScriptEnabled: false }));
    await enter(/^Care co-ordinator/);
    await listed("/staff/risk?show=offered", true);
    await row().getByRole("link").click();
    await page.getByRole("button", { name: "They said yes" }).click();
    await page.getByText("It is accepted.").waitFor();
    await page.getByRole("button", { name: "It was done" }).click();
    await page.getByText("Choose what came of it").first().waitFor();
    await page.getByLabel(/what came of it/).selectOption({ label: "A care plan was made" });
    await page.getByRole("button", { name: "It was done" }).click();
    await page.getByText("It is done. A care plan was made.").waitFor();
    await listed("/staff/risk?show=paused", true);
    assert.match(await row().textContent(), /Helped; not asked before/);
  });

  test("a nurse of another team finds nobody of the practice", async () => {
    await enter(/^Community nurse/);
    const answer = await page.goto(`/staff/risk/person/${person}`);
    assert.equal(answer.status(), 404);
    assert.deepEqual(await findings(page), []);
  });
});
