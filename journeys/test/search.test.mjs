// What staff do to find somebody whose name they only heard, in a browser, against the real server.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { keep, keepResource, operate, people, searchFor, signIn, tabTo } from "../lib/steps.mjs";

/** How long the server gathers changes before its lookup takes them in, in milliseconds. */
const GATHER = 3000;

/** An NHS number that was traced, as a Patient has it. */
function nhsNumber(value) {
  const england = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland";
  return {
    extension: [{
      url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
      valueCodeableConcept: { coding: [{ system: england, code: "01" }] },
    }],
    system: "https://fhir.nhs.uk/Id/nhs-number",
    value,
  };
}

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

  /** Searches until the page says that nothing is missing; what it then lists. */
  async function settled(asked) {
    for (let turn = 0; turn < 60; turn++) {
      await searchFor(page, asked);
      if ((await page.locator(".app-missing").count()) === 0) return people(page);
      await page.waitForTimeout(200);
    }
    assert.fail("the search never settles");
  }

  /** No finding of axe and no sideways scrolling, at the desk and at 320 px. */
  async function clean() {
    for (const viewport of [WIDTHS.desk, WIDTHS.small]) {
      await page.setViewportSize(viewport);
      assert.deepEqual(await findings(page), [], `at ${viewport.width} px`);
      assert.equal(await sideways(page), null);
    }
    await page.setViewportSize(WIDTHS.desk);
  }

  /** The one person found, who must be of this family. */
  async function theOnly(asked, family) {
    const found = await settled(asked);
    assert.deepEqual(found.map((one) => one.name.split(",")[0]), [family], JSON.stringify(asked));
    return found[0];
  }

  test("says that it is updating right after one's own change, and finds the person all the same", async () => {
    await settled({ name: "nobody at all" });
    // The lookup gathers only what comes after a rest: it has to have taken in all that the demo began with.
    await page.waitForTimeout(2 * GATHER);
    await keep(server, { family: "Featherstone", given: "Marigold" });
    await searchFor(page, { name: "marigold featherstone" });
    assert.match(await page.locator(".app-missing").textContent(), /Updating/);
    assert.equal((await people(page)).length, 1);
    assert.deepEqual(await findings(page), []);
  });

  test("finds a name with a slip and a birthday the wrong way round, and says what to check", async () => {
    await keep(server, { family: "Hollingworth", given: "Rosalind" });
    const found = await settled({ name: "rosalind holingworth", born: ["3", "12", "1940"] });
    await clean();
    assert.equal(found.length, 1);
    assert.match(found[0].text, /HOLLINGWORTH, Rosalind/);
    assert.match(found[0].text, /Check: name is spelt differently, date of birth differs/);
    assert.deepEqual(await findings(page), []);
    await page.locator(`a[href="${found[0].href}"]`).click();
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
  });

  test("finds by half a postcode, and by a telephone number in any spelling", async () => {
    await keep(server, {
      family: "Quillfeather",
      given: "Ottoline",
      telecom: [{ system: "phone", value: "+44 1632 960 123" }],
      address: [{ line: ["1 Mill Lane"], city: "Bradford on Avon", postalCode: "BA15 1ZZ" }],
    });
    const half = await theOnly({ name: "ottoline", postcode: "ba15" }, "QUILLFEATHER");
    assert.ok(!half.text.includes("Check:"), half.text);
    await theOnly({ telephone: "(01632) 960123" }, "QUILLFEATHER");
    await clean();
    assert.equal((await settled({ name: "ottoline", postcode: "SN1" })).length, 0);
    await clean();
  });

  test("finds by a former NHS number, and opens the record under the one that replaced it", async () => {
    const numbered = (family, value) => keep(server, { family, given: "Ottoline", identifier: [nhsNumber(value)] });
    const former = await numbered("Marchbanks", "9990548595");
    const present = await numbered("Marchbanks", "9990548609");
    const survivor = { name: "survivor", valueReference: { reference: `Patient/${present}` } };
    await operate(server, `Patient/${former}/$join`, [survivor, { name: "reason", valueCode: "superseded-nhs-number" }]);
    const found = await theOnly({ nhsNumber: "999 054 8595" }, "MARCHBANKS");
    assert.match(found.text, /Joined to another entry, under which the record opens/);
    await clean();
    await page.locator(`a[href="${found.href}"]`).click();
    const banner = await page.locator(".app-person").innerText();
    assert.match(banner, /999\s054\s8609/);
    assert.match(banner, /Also known as\s+MARCHBANKS, Ottoline, NHS number 999\s054\s8595: joined on/);
  });

  test("can be done by keyboard alone, from the first field to the record", async () => {
    await settled({ name: "howe" });
    await page.goto("/staff/person");
    await page.getByLabel("Name", { exact: true }).focus();
    await page.keyboard.type("howe");
    await tabTo(page, /^Search$/);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/search/**");
    await tabTo(page, /^HOWE/);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.includes("search"));
    assert.equal(await page.locator("h1").textContent(), "First two minutes");
  });

  test("shows two joined records as one, under both names, and each by itself after parting", async () => {
    const allergyOf = (id, text) => keepResource(server, {
      resourceType: "AllergyIntolerance",
      patient: { reference: `Patient/${id}` },
      clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }] },
      code: { text },
    });
    const reason = (code) => ({ name: "reason", valueCode: code });
    const old = await keep(server, { family: "Wintergarden", given: "Maud" });
    const now = await keep(server, { family: "Summerhill", given: "Maud" });
    await allergyOf(old, "Penicillin");
    await allergyOf(now, "Latex");

    const survivor = { name: "survivor", valueReference: { reference: `Patient/${now}` } };
    await operate(server, `Patient/${old}/$join`, [survivor, reason("duplicate")]);
    for (const id of [old, now]) {
      await page.goto(`/staff/person/${id}`);
      const banner = await page.locator(".app-person").innerText();
      assert.match(banner, /SUMMERHILL, Maud/);
      assert.match(banner, /Also known as\s+WINTERGARDEN, Maud/);
      assert.match(banner, /joined on \d+ \w+ \d{4}/);
      const allergies = await page.locator(".app-person__allergies").innerText();
      assert.match(allergies, /Penicillin/);
      assert.match(allergies, /Latex/);
    }
    await clean();

    await operate(server, `Patient/${old}/$part`, [reason("different-people")]);
    for (const [id, name, own, other] of [[old, "WINTERGARDEN", "Penicillin", "Latex"], [now, "SUMMERHILL", "Latex", "Penicillin"]]) {
      await page.goto(`/staff/person/${id}`);
      const banner = await page.locator(".app-person").innerText();
      assert.ok(banner.includes(name) && !banner.includes("Also known as"), banner);
      assert.ok(banner.includes(own) && !banner.includes(other), banner);
    }
  });
});
