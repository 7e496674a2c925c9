// An app that Sarsen knows nothing of but its registration: the SMART JavaScript client completes a launch against the real
// server, on its own and from a record, in a browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { launch, sideways, WIDTHS } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { keepResource, searchFor, signIn } from "../lib/steps.mjs";

const NUMBER = "9990548609";
const SCOPE = "launch launch/patient openid fhirUser offline_access patient/*.rs";

/** The app: a page that asks, and one that is come back to and shows the person. */
async function app() {
  const client = await readFile(fileURLToPath(import.meta.resolve("fhirclient/build/fhir-client.min.js")));
  const page = (script) => `<!doctype html><title>app</title><script src="/client.js"></script><pre id="said"></pre><script>${script}</script>`;
  const say = "const say = (what) => { document.getElementById('said').textContent = JSON.stringify(what); };";
  const pages = {
    "/launch.html": page(`
      const given = new URLSearchParams(location.search);
      FHIR.oauth2.authorize({ clientId: "charts", scope: ${JSON.stringify(SCOPE)}, redirectUri: "/back.html",
        iss: given.get("iss"), pkceMode: "required" });`),
    "/back.html": page(`${say}
      FHIR.oauth2.ready().then(async (client) => {
        const person = await client.patient.read();
        const told = client.state.tokenResponse;
        await client.refresh();
        const again = await client.patient.read();
        say({ id: person.id, again: again.id, patient: told.patient, scope: told.scope, user: client.getFhirUser() });
      }).catch((error) => say({ error: String(error) }));`),
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://app").pathname;
    if (path === "/client.js") return response.setHeader("content-type", "text/javascript").end(client);
    if (!pages[path]) return response.writeHead(404).end();
    response.setHeader("content-type", "text/html").end(pages[path]);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

describe("an app", { skip: process.env.SARSEN_URL ? "needs a server that knows the app" : false }, () => {
  let charts, server, browser, person;
  const status = {
    url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
    valueCodeableConcept: {
      coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", code: "01" }],
    },
  };

  before(async () => {
    charts = await app();
    const uri = `${charts.origin}/back.html`;
    const client = `{id="charts",name="Growth charts",scopes="${SCOPE}",redirect_uris=["${uri}"],launch_uri="${charts.origin}/launch.html"}`;
    server = await start({ SARSEN_ACCESS__CLIENTS: `[${client}]` });
    browser = await launch();
    person = await keepResource(server, {
      resourceType: "Patient",
      identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: NUMBER, extension: [status] }],
      name: [{ family: "Ashgrove", given: ["Iris"] }],
      birthDate: "1940-03-12",
    });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    charts?.close();
  });

  async function comeIn(page) {
    await page.goto(`${charts.origin}/launch.html?iss=${encodeURIComponent(`${server.origin}/fhir`)}`);
    await page.getByLabel("Development token").fill(server.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Let Growth charts in?" }).waitFor();
  }

  test("is let in for one person, reads their record, refreshes, and can do nothing else", async () => {
    const context = await browser.newContext({ viewport: WIDTHS.desk });
    const page = await context.newPage();
    await comeIn(page);
    assert.deepEqual(await findings(page), []);
    await page.setViewportSize(WIDTHS.small);
    assert.equal(await sideways(page), null);
    await page.getByRole("button", { name: "Let it in", exact: true }).click();
    await page.getByText("Enter the NHS number of somebody whose record you may open").first().waitFor();
    await page.getByLabel("NHS number of the person").fill(NUMBER);
    await page.getByRole("button", { name: "Let it in", exact: true }).click();
    await page.waitForURL(`${charts.origin}/back.html**`);
    await page.waitForFunction(() => document.getElementById("said").textContent !== "");
    const said = JSON.parse(await page.locator("#said").textContent());
    assert.deepEqual([said.error, said.id, said.again, said.patient], [undefined, person, person, person]);
    assert.equal(said.scope, SCOPE);
    await context.close();
  });

  test("opened from a record is let in for that person, whoever chose their id, and asks for no number", async () => {
    const other = "9990548617";
    const kept = await fetch(`${server.origin}/fhir/Patient/hospital-4711`, {
      method: "PUT",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/fhir+json" },
      body: JSON.stringify({
        resourceType: "Patient",
        id: "hospital-4711",
        identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: other, extension: [status] }],
        name: [{ family: "Elmwood", given: ["Otto"] }],
        birthDate: "1951-07-08",
      }),
    });
    assert.equal(kept.status, 201, await kept.text());
    const context = await browser.newContext({ viewport: WIDTHS.desk, baseURL: server.origin });
    const page = await context.newPage();
    await signIn(page, server.token);
    await searchFor(page, { nhsNumber: other });
    await page.getByRole("link", { name: /ELMWOOD/i }).first().click();
    await page.waitForURL(/\/staff\/person\/[^/?]+$/);
    const record = page.url();
    assert.ok(!record.includes("4711"), record);
    await page.goto(`${record}/apps`);
    assert.deepEqual(await findings(page), []);
    await page.getByRole("button", { name: "Open Growth charts" }).click();
    await page.getByRole("heading", { name: "Let Growth charts in?" }).waitFor();
    assert.equal(await page.getByLabel("NHS number of the person").count(), 0);
    await page.getByRole("button", { name: "Let it in", exact: true }).click();
    await page.waitForURL(`${charts.origin}/back.html**`);
    await page.waitForFunction(() => document.getElementById("said").textContent !== "");
    const said = JSON.parse(await page.locator("#said").textContent());
    assert.deepEqual([said.error, said.id, said.patient], [undefined, "hospital-4711", "hospital-4711"]);
    await context.close();
  });

  test("that is not let in is told so, and gets nothing", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await comeIn(page);
    await page.getByRole("button", { name: "Do not let it in" }).click();
    await page.waitForURL(`${charts.origin}/back.html?error=access_denied**`);
    await context.close();
  });

  test("whose address is not registered gets nobody sent to it", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const elsewhere = encodeURIComponent("http://127.0.0.1:1/back.html");
    const answer = await page.goto(`${server.origin}/oauth/authorize?client_id=charts&redirect_uri=${elsewhere}&response_type=code`);
    assert.equal(answer.status(), 400);
    await page.getByRole("heading", { name: "This app cannot be let in" }).waitFor();
    await context.close();
  });
});
