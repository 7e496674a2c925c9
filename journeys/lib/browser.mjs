// Debian's Chromium, and pages that fail a journey when they break a rule of ours.

import { chromium } from "playwright-core";

const EXECUTABLE = process.env.JOURNEYS_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const WIDTHS = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 }, small: { width: 320, height: 640 } };

export function launch() {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/**
 * A page in a context of its own. `problems` gathers what must never happen: an error in the console, a breach of the
 * content-security policy, a script error, a request to another origin, an answer of 500 or above.
 */
export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: WIDTHS.desk, baseURL: origin, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    // A browser notes every answer of 400 and above as a failed load; those answers are pages here, and tested as such.
    const isDesigned = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !isDesigned) problems.push(`console: ${message.text()}`);
    if (/Content Security Policy/i.test(message.text())) problems.push(`policy: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`another origin: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} from ${response.url()}`);
  });
  return { context, page, problems };
}

/** Whether the page can be scrolled sideways, and what sticks out. */
export function sideways(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= window.innerWidth) return null;
    const out = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 3)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return `${wide} px of ${window.innerWidth}: ${out.join(", ")}`;
  });
}
