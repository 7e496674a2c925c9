// Signing in as people do: an account that is set up and used without JavaScript, and a passkey in a browser that has one.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { findings } from "../lib/axe.mjs";
import { WIDTHS, launch, open, sideways } from "../lib/browser.mjs";
import { start } from "../lib/server.mjs";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows for a key, so many half minutes from now (RFC 6238). */
function code(key, steps = 0) {
  let bits = "";
  for (const letter of key.replaceAll(" ", "")) bits += LETTERS.indexOf(letter).toString(2).padStart(5, "0");
  const bytes = bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const from = digest[19] & 15;
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

describe("signing in", () => {
  let server, browser, origin, setup;

  before(async () => {
    server = await start({}, async (folder, sarsen) => {
      const words = ["user", "--data", folder, "add", "n.example", "--role", "clinician", "--title", "Practice nurse"];
      setup = (await sarsen(...words)).match(/\/set-up: (\S+)/)[1];
    });
    // Browsers have passkeys for a name, not for a number.
    origin = server.origin.replace("127.0.0.1", "localhost");
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** An invented person of the demo, by their button. */
  async function press(page, words) {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: words }).click();
    await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  }

  test("an invented person comes in by a button, without JavaScript, and sees where they are signed in", async () => {
    const { context, page, problems } = await open(browser, origin, { javaScriptEnabled: false, viewport: WIDTHS.small });
    await press(page, /^Community nurse/);
    await page.goto("/account");
    assert.match(await page.locator("main").textContent(), /You are signed in as: Community nurse/);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in?out");
    await page.goto("/account");
    assert.match(page.url(), /sign-in/);
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("the pages of signing in are clean to axe and fit a small screen", async () => {
    const { context, page, problems } = await open(browser, origin, { viewport: WIDTHS.small });
    const look = async (path) => {
      await page.goto(path);
      assert.deepEqual(await findings(page), [], path);
      assert.equal(await sideways(page), null, path);
    };
    for (const path of ["/sign-in", "/set-up", "/sign-in/passkey"]) await look(path);
    await press(page, /^GP/);
    for (const path of ["/account", "/account/passkey", "/confirm?next=/account", "/switch"]) await look(path);
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("a passkey is added, and signs its holder in again", async () => {
    const { context, page, problems } = await open(browser, origin);
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await press(page, /^Care co-ordinator/);
    await page.goto("/account");
    assert.match(await page.locator("main").textContent(), /You have no passkey/);
    await page.getByRole("link", { name: "Add a passkey" }).click();
    await page.getByLabel("What to call it").fill("This desk");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL("**/account");
    assert.match(await page.locator("main").textContent(), /This desk/);
    const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
    assert.equal(credentials.length, 1);

    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in?out");
    await page.getByRole("link", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/staff/person");
    await page.goto("/account");
    assert.match(await page.locator("main").textContent(), /You are signed in as: Care co-ordinator/);

    // Showing again who one is goes back to where one was.
    await page.goto("/confirm?passkey=1&next=/account");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/account");

    // One that was removed opens nothing.
    await page.getByRole("button", { name: /^Remove/ }).click();
    assert.match(await page.locator("main").textContent(), /The passkey was removed/);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.goto("/sign-in/passkey");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("The passkey was not accepted").first().waitFor();
    await context.close();
    assert.deepEqual(problems, []);
  });

  test("an account is set up with its code and used with an app's codes, without JavaScript", async () => {
    const { context, page, problems } = await open(browser, origin, { javaScriptEnabled: false });
    await page.goto("/set-up");
    await page.getByLabel("Set-up code").fill(setup);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Password").fill("three blue herons");
    await page.getByRole("button", { name: "Continue" }).click();
    const key = await page.locator("code").first().textContent();
    await page.getByLabel("Code", { exact: true }).fill(code(key, -1));
    await page.getByRole("button", { name: "Continue" }).click();
    assert.equal(await page.locator("main code").count(), 10);
    await page.getByRole("link", { name: "Sign in", exact: true }).click();
    await page.getByLabel("Sign-in name").fill("n.example");
    await page.getByLabel("Password").fill("three blue herons");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Code", { exact: true }).fill(code(key));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/staff/person");
    await context.close();
    assert.deepEqual(problems, []);
  });
});
