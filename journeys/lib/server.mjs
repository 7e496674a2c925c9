// The real server: the one named by SARSEN_URL and SARSEN_TOKEN, or `sarsen demo` started for this run on a free port with
// a folder of its own, and stopped at the end.

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** How long a first start may take, in milliseconds: the demo loads its people first. */
const PATIENCE = 180_000;

function binary() {
  if (process.env.JOURNEYS_BINARY) return process.env.JOURNEYS_BINARY;
  const targets = [process.env.CARGO_TARGET_DIR, join(homedir(), ".cache", "sarsen", "target"), join(root, "target")];
  const found = targets.filter(Boolean).map((target) => join(target, "debug", "sarsen")).find(existsSync);
  if (!found) throw new Error("no sarsen binary: `cargo build -p cli`, or set JOURNEYS_BINARY, or SARSEN_URL and SARSEN_TOKEN");
  return found;
}

/**
 * { origin, token, stop }. `settings` go into the environment of the server that is started for this run; `prepare` is given its
 * folder and a way to run `sarsen` before it starts.
 */
export async function start(settings = {}, prepare = async () => {}) {
  if (process.env.SARSEN_URL) {
    if (!process.env.SARSEN_TOKEN) throw new Error("SARSEN_URL is set, SARSEN_TOKEN is not");
    return { origin: new URL(process.env.SARSEN_URL).origin, token: process.env.SARSEN_TOKEN, stop: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "sarsen-journeys-"));
  await prepare(folder, async (...words) => (await promisify(execFile)(binary(), words, { cwd: root })).stdout);
  const child = spawn(binary(), ["demo", "--address", "127.0.0.1:0", "--data", folder, "--people", "50", "--samples", "--gallery"], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await said(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the server has said where it listens, what the token is, and that its region is whole. */
function said(child) {
  return new Promise((resolve, reject) => {
    let heard = "";
    const timer = setTimeout(() => reject(new Error(`the server did not start in time:\n${heard}`)), PATIENCE);
    const listen = (chunk) => {
      heard += chunk;
      const address = heard.match(/listening on (http:\/\/\S+)/);
      const token = heard.match(/development token: (\S+)/);
      // Who looks at what changes wants nothing to grow meanwhile.
      const whole = heard.includes("the region is whole");
      if (address && token && whole) {
        clearTimeout(timer);
        resolve({ origin: new URL(address[1]).origin, token: token[1] });
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${heard}`));
    });
  });
}
