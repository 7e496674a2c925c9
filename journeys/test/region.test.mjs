// What people see of the synthetic region: the map and the list are one, each place opens, and nothing needs the map. A
// server into which no region was grown shows its states in the gallery, and the journey walks the sample there.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";
import { links, signIn, tabTo } from "../lib/steps.mjs";

const REGION = "/staff/region";
const SAMPLE = "/gallery/region/grown";

describe("the region", () => {
  let server, browser, context, page, problems, isGrown, map;

  before(async () => {
    server = await start();
    browser = await launch();
    const first = await open(browser, server.origin);
    await signIn(first.page, server.token);
    await first.page.goto(REGION);
    isGrown = (await first.page.locator("[data-region-map]").count()) > 0;
    // The demo that is started here grows one; a server that was named may hold none.
    assert.ok(isGrown || process.env.SARSEN_URL, "no region was grown into the demo's record");
    map = isGrown ? REGION : SAMPLE;
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

  const drawn = () => page.locator('[data-region-map][data-state="drawn"]').waitFor();
  const panel = () => page.locator("[data-map-picked]");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());

  /** No finding of axe and no sideways scrolling, at the desk and at 320 px, with what is folded open. */
  async function clean(words) {
    for (const size of [WIDTHS.desk, WIDTHS.small]) {
      await page.setViewportSize(size);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      assert.deepEqual(await findings(page), [], `${words} at ${size.width} px`);
      assert.equal(await sideways(page), null, `${words} at ${size.width} px`);
    }
    await page.setViewportSize(WIDTHS.desk);
  }

  /** The classes of the legend whose colour is nowhere on the map as it is drawn. */
  async function unpainted() {
    const shot = (await page.locator(".maplibregl-canvas").screenshot()).toString("base64");
    return page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const brush = new OffscreenCanvas(image.width, image.height).getContext("2d");
      brush.drawImage(image, 0, 0);
      const { data } = brush.getImageData(0, 0, image.width, image.height);
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) seen.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
      const swatches = [...document.querySelectorAll(".app-legend__swatch:not(.app-legend__swatch--0)")];
      return swatches.map((swatch) => getComputedStyle(swatch).backgroundColor).filter((colour) => !seen.has(colour));
    }, shot);
  }

  /** Where the ring of an organisation's point begins in a picture of the map; null when there is none. */
  async function ringed(shot) {
    return page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const brush = new OffscreenCanvas(image.width, image.height).getContext("2d");
      brush.drawImage(image, 0, 0);
      const { data } = brush.getImageData(0, 0, image.width, image.height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] === 0x7c && data[at + 1] === 0x28 && data[at + 2] === 0x55) {
          return { x: (at / 4) % image.width, y: Math.floor(at / 4 / image.width) + 2 };
        }
      }
      return null;
    }, shot.toString("base64"));
  }

  test("sends whoever is not signed in to the sign-in page", async () => {
    for (const path of ["", "/ages", "/areas.geojson", "/figures", "/organisations", "/area/E01014370", "/organisation/J83001"]) {
      await page.goto(`${REGION}${path}`);
      assert.match(page.url(), /\/sign-in$/, path);
    }
  });

  test("is reached from the foot of every page, and says what is invented or that there is none", async () => {
    await signIn(page, server.token);
    await page.getByRole("contentinfo").getByRole("link", { name: "Region" }).click();
    const words = isGrown ? "All people here, and all figures about them, are invented." : "No synthetic region was grown into this record.";
    await page.getByText(words).waitFor();
    await clean("the region");
  });

  test("draws the map from our own origin alone, in classes that the legend says in words", async () => {
    await signIn(page, server.token);
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(map);
    await drawn();
    assert.ok(asked.every((url) => url.startsWith(server.origin)), asked.join("\n"));
    assert.ok(asked.some((url) => url.endsWith("/maplibre-gl-worker.mjs")), "the worker is a file of ours");
    const legend = await page.locator(".app-legend__line").allInnerTexts();
    assert.ok(legend.length >= 2 && legend.every((line) => /^(Class \d: .*\d|Striped: under 10 people)/.test(line.trim())), legend.join("\n"));
    const classes = await page.evaluate(() => JSON.parse(document.getElementById("classes").textContent));
    assert.equal(Object.keys(classes).length, await page.locator(".app-areas tbody tr").count(), "each area of the list has a class");
    assert.deepEqual(await unpainted(), [], "each class of the legend is on the map");
    await clean("the map");
  });

  test("keeps the map and the list on one area, whichever is pointed at", async () => {
    await signIn(page, server.token);
    await page.goto(map);
    await drawn();
    await page.locator("details").first().locator("summary").click();
    const row = page.locator(".app-areas tbody tr").nth(1);
    const name = await row.locator("a").innerText();
    await row.locator("a").focus();
    await panel().waitFor();
    assert.ok((await panel().innerText()).includes(name));
    assert.ok(await row.evaluate((one) => one.classList.contains("app-areas__picked")));

    // A click into the middle of the map chooses what lies there, and the address names it.
    await page.reload();
    await drawn();
    const canvas = page.locator(".maplibregl-canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await canvas.click({ position: { x: box.width / 2 + 6, y: box.height / 2 + 6 } });
    await panel().waitFor();
    const code = decodeURIComponent(new URL(page.url()).hash.slice(1));
    assert.match(code, /^E01\d{6}$/);
    await page.getByRole("link", { name: "Show it in the list" }).click();
    const chosen = page.locator(`[id="${code}"]`);
    await assert.doesNotReject(chosen.locator("a").waitFor({ state: "visible" }));
    assert.equal(await focused(), await chosen.locator("a").innerText());

    // The address alone chooses it again.
    await page.reload();
    await drawn();
    await panel().waitFor();
    assert.ok((await panel().innerText()).includes(await chosen.locator("a").textContent()));
  });

  test("shows organisations over the areas when asked, and one that is pointed at opens", async () => {
    await signIn(page, server.token);
    await page.goto(map);
    await drawn();
    const before = await page.locator(".maplibregl-canvas").screenshot();
    await page.getByLabel("Organisations").focus();
    await page.keyboard.press("Space");
    await page.waitForTimeout(1_000);
    const canvas = page.locator(".maplibregl-canvas");
    await canvas.scrollIntoViewIfNeeded();
    const point = await ringed(await canvas.screenshot());
    assert.ok(point, "an organisation is drawn");
    assert.ok(!(await ringed(before)), "none is drawn before");
    await canvas.click({ position: point });
    await page.locator("[data-picked-open][href*='/organisation/']").waitFor();
    assert.match(await panel().innerText(), /, people served: /);
  });

  test("is walked by keyboard: past the map, into the list, to an area", async () => {
    await signIn(page, server.token);
    await page.goto(map);
    await drawn();
    await tabTo(page, /^Skip the map and go to the list$/);
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "List of areas");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("details").first().evaluate((one) => one.open));
    await page.keyboard.press("Tab");
    const name = await focused();
    await panel().waitFor();
    assert.ok((await panel().innerText()).includes(name), "the focused row is the chosen area");
    if (isGrown) {
      await page.keyboard.press("Enter");
      await page.waitForURL(`**${REGION}/area/**`);
      assert.equal(await page.locator("h1").innerText(), name);
      await clean("an area");
    }
    // The map itself takes the focus and gives it back.
    await page.goto(map);
    await drawn();
    await page.locator(".maplibregl-canvas").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Zoom in");
  });

  test("says the same without a script", async () => {
    const plain = await open(browser, server.origin, { javaScriptEnabled: false });
    await signIn(plain.page, server.token);
    await plain.page.goto(map);
    await plain.page.getByText("The list says the same without it.").waitFor();
    const rows = await links(plain.page, ".app-areas tbody a");
    assert.ok(rows.length >= 24 && rows.every((href) => href.startsWith(`${REGION}/area/E01`)));
    await plain.context.close();
    assert.deepEqual(plain.problems, []);
  });

  test("leaves the words about the list where the browser has no WebGL", async () => {
    await signIn(page, server.token);
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await page.goto(map);
    await page.locator('[data-region-map][data-state="refused"]').waitFor();
    assert.ok(await page.getByText("The list says the same without it.").isVisible());
    assert.ok(await page.locator("[data-map-buttons]").isHidden());
  });

  test("colours and lists by the measure that one chooses, and refuses one that is not there", async (t) => {
    if (!isGrown) return t.skip("no region was grown into this record");
    await signIn(page, server.token);
    await page.goto(REGION);
    const label = await page.getByLabel("Measure").locator("option").nth(1).innerText();
    await page.getByLabel("Measure").selectOption({ index: 1 });
    await page.getByLabel("Order of the list").selectOption("highest");
    await page.getByRole("button", { name: "Show" }).click();
    await page.waitForURL("**measure=**order=highest**");
    assert.equal(await page.locator("#measure-shown").innerText(), label);
    await drawn();
    await page.goto(`${REGION}?measure=no-such-measure`);
    await page.getByText("The field “measure” of the address").waitFor();
    await clean("a measure that is not there");
  });

  test("shows ages, organisations and figures, each as a table too, and each organisation opens", async (t) => {
    if (!isGrown) return t.skip("no region was grown into this record");
    await signIn(page, server.token);
    for (const [name, heading] of [["Ages", "Ages"], ["Organisations", "Organisations"], ["Generated beside published", "Generated beside published"]]) {
      await page.goto(REGION);
      await page.getByRole("navigation", { name: "Pages of the region" }).getByRole("link", { name }).click();
      assert.equal(await page.locator("h1").innerText(), heading);
      assert.ok((await page.locator("main table tbody tr").count()) > 0, heading);
      await clean(heading);
    }
    await page.goto(`${REGION}/organisations`);
    const first = page.locator(".app-organisations tbody a").first();
    const name = await first.innerText();
    await first.click();
    assert.equal(await page.locator("h1").innerText(), name);
    await clean("an organisation");
  });
});
