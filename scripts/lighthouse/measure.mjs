// Lighthouse over the citizen's pages of a running `sarsen demo`, signed in as Clara, with its own throttled phone: prints the four
// scores (indexing by search engines apart: a record is not for them), what loads, and when the page can be used, and ends with 1 when a score is below 95.
//   node scripts/lighthouse/measure.mjs          starts a demo of its own (the binary of JOURNEYS_BINARY or the target folder)

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import lighthouse from "lighthouse";

const { chromium } = await import("../../journeys/node_modules/playwright-core/index.mjs");
const { start } = await import("../../journeys/lib/server.mjs");
const { tellStory } = await import("../../journeys/lib/steps.mjs");

const PAGES = ["/sign-in", "/me", "/me/record", "/me/looked", "/me/sharing", "/me/details"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FLOOR = 95;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const server = await start();
const profile = await mkdtemp(join(tmpdir(), "sarsen-lighthouse-"));
const port = await freePort();
const origin = server.origin.replace("127.0.0.1", "localhost");
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.JOURNEYS_CHROMIUM ?? "/usr/bin/chromium",
  baseURL: origin,
  args: ["--headless", "--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
});
let low = 0;
try {
  const page = await context.newPage();
  await tellStory(page, "Clara", server.token);
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /^Clara, for herself/ }).click();
  await page.waitForURL((address) => address.pathname.startsWith("/me"));
  for (const path of PAGES) {
    const result = await lighthouse(`${origin}${path}`, { port, output: "json", logLevel: "error", disableStorageReset: true, onlyCategories: CATEGORIES, skipAudits: ["is-crawlable"] });
    const { categories, audits, finalDisplayedUrl } = result.lhr;
    const scores = CATEGORIES.map((name) => [name, Math.round(100 * (categories[name].score ?? 0))]);
    const kilobytes = (audits["total-byte-weight"].numericValue ?? 0) / 1000;
    const interactive = (audits.interactive?.numericValue ?? audits["largest-contentful-paint"].numericValue) / 1000;
    console.log(`${new URL(finalDisplayedUrl).pathname}: ${scores.map((pair) => pair.join(" ")).join(", ")}; ${kilobytes.toFixed(0)} kB; usable after ${interactive.toFixed(2)} s`);
    for (const [name, score] of scores) {
      if (score >= FLOOR) continue;
      low += 1;
      const why = categories[name].auditRefs.map((ref) => audits[ref.id]).filter((audit) => audit.score !== null && audit.score < 0.9);
      for (const audit of why) console.log(`  ${name}: ${audit.id}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ""}`);
    }
  }
} finally {
  await context.close();
  await server.stop();
  await rm(profile, { recursive: true, force: true });
}
process.exitCode = low > 0 ? 1 : 0;
