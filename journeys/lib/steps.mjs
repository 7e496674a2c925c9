// What people do, in the words of the journeys.

import assert from "node:assert/strict";

export async function signIn(page, token) {
  await page.goto("/");
  await page.waitForURL("**/sign-in");
  await page.getByLabel("Development token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/staff/person");
}

/** Searches by what is given: name, nhsNumber, born as [day, month, year], postcode, telephone. */
export async function searchFor(page, { name, nhsNumber, born, postcode, telephone }) {
  await page.goto("/staff/person");
  if (name) await page.getByLabel("Name", { exact: true }).fill(name);
  if (nhsNumber) await page.getByLabel("NHS number").fill(nhsNumber);
  if (born) {
    for (const [label, value] of [["Day", born[0]], ["Month", born[1]], ["Year", born[2]]]) {
      await page.getByLabel(label, { exact: true }).fill(value);
    }
  }
  if (postcode) await page.getByLabel("Postcode").fill(postcode);
  if (telephone) await page.getByLabel("Telephone").fill(telephone);
  await page.getByRole("button", { name: "Search" }).click();
}

/** People on the results page: name, and what stands beside it. */
export function people(page) {
  return page.locator(".app-people tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector("a").textContent.trim(),
      href: row.querySelector("a").getAttribute("href"),
      text: row.textContent.replace(/\s+/g, " ").trim(),
    })),
  );
}

/** Finds somebody through the search whose record has results with a chart; their address. */
export async function somebodyWithTrend(page) {
  for (const letter of ["a", "e", "m", "s", "r", "b", "c", "d"]) {
    await searchFor(page, { name: letter });
    for (const person of (await people(page)).slice(0, 6)) {
      await page.goto(`${person.href}/results`);
      for (const href of await links(page, "main table a[href*='/results/']")) {
        await page.goto(href);
        const summary = page.locator(".app-trend__summary").first();
        // Of one value there is a chart and no course.
        if ((await summary.count()) > 0 && / values from /.test(await summary.textContent())) return { ...person, series: href };
      }
    }
  }
  assert.fail("nobody in the demo has a result with a trend");
}

export function links(page, selector) {
  return page.locator(selector).evaluateAll((found) => found.map((link) => link.getAttribute("href")));
}

export const SECTIONS = ["", "/timeline", "/problems", "/medicines", "/allergies", "/results", "/encounters", "/documents", "/plans", "/other"];

/** Keeps a resource through the FHIR door, as the one who is signed in here; its id. */
export async function keepResource(server, resource) {
  const answer = await fetch(`${server.origin}/fhir/${resource.resourceType}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/fhir+json" },
    body: JSON.stringify(resource),
  });
  const kept = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(kept));
  return kept.id;
}

/** Keeps an invented person; their id. `more` is laid over the Patient. */
export function keep(server, { family, given, ...more }) {
  const name = [{ family, given: given ? [given] : undefined }];
  return keepResource(server, { resourceType: "Patient", name, birthDate: "1940-03-12", ...more });
}

/** Calls one of Sarsen's operations on a whole record. */
export async function operate(server, path, parameter) {
  const answer = await fetch(`${server.origin}/fhir/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/fhir+json" },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Tells the story of somebody to its end in the academy, as the development token's holder. */
export async function tellStory(page, name, token) {
  await signIn(page, token);
  await page.goto("/staff/academy");
  const story = page.getByRole("region", { name: new RegExp(`^${name} `) });
  const press = async (words) => {
    await Promise.all([page.waitForEvent("domcontentloaded"), story.getByRole("button", { name: words }).click()]);
  };
  await press(/^Start the story/);
  while ((await story.getByRole("button", { name: /^Next step/ }).count()) > 0) await press(/^Next step/);
}

/** Waits until something is so, at most half a minute; what it then is. */
export async function until(what, seen) {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const found = await seen();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`never so: ${what}`);
}

/** Presses Tab until the focus is on what reads so. */
export async function tabTo(page, words) {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press("Tab");
    const read = await page.evaluate(() => document.activeElement.textContent.replace(/\s+/g, " ").trim());
    if (words.test(read)) return;
  }
  assert.fail(`no way by keyboard to ${words}`);
}
