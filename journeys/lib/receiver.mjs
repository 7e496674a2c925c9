// Another system that is told of changes: it answers as it is bid, and remembers what came.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const SECRET = "a secret of thirty-two characters or more";

/** { url, setting, answer(status), heard, close }. `heard` has for each letter its key, its body, what was answered, and whether
 * it was signed with the secret. */
export async function receiver(name, types) {
  const heard = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const [, time, mac] = (request.headers["sarsen-signature"] ?? "").match(/^t=(\d+),v1=([0-9a-f]+)$/) ?? [];
    const right = createHmac("sha256", SECRET).update(`${time}.`).update(body).digest("hex");
    heard.push({ key: request.headers["idempotency-key"], body: JSON.parse(body), signed: mac === right, status });
    response.writeHead(status).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/told`;
  return {
    url,
    heard,
    /** The settings that name it, as an environment variable. */
    setting: { SARSEN_WEBHOOKS: `[{name="${name}",url="${url}",types=${JSON.stringify(types)},organisation="*",secret="${SECRET}"}]` },
    answer: (next) => (status = next),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
