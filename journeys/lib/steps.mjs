// What people do, in the words of the journeys.

import assert from "node:assert/strict";

export async function signIn(page, token) {
  await page.goto("/");
  await page.waitForURL("**/sign-in");
  await page.getByLabel("Development token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/staff/person");
}

/** Searches by what is given: name, nhsNumber, born as [day, month, year], postcode. */
export async function searchFor(page, { name, nhsNumber, born, postcode }) {
  await page.goto("/staff/person");
  if (name) await page.getByLabel("Name", { exact: true }).fill(name);
  if (nhsNumber) await page.getByLabel("NHS number").fill(nhsNumber);
  if (born) {
    for (const [label, value] of [["Day", born[0]], ["Month", born[1]], ["Year", born[2]]]) {
      await page.getByLabel(label, { exact: true }).fill(value);
    }
  }
  if (postcode) await page.getByLabel("Postcode").fill(postcode);
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
        if ((await page.locator("svg.app-chart").count()) > 0) return { ...person, series: href };
      }
    }
  }
  assert.fail("nobody in the demo has a result with a trend");
}

export function links(page, selector) {
  return page.locator(selector).evaluateAll((found) => found.map((link) => link.getAttribute("href")));
}

export const SECTIONS = ["", "/timeline", "/problems", "/medicines", "/allergies", "/results", "/encounters", "/documents", "/plans", "/other"];
