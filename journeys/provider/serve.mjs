// A real, certified OpenID provider (npm oidc-provider) on a free port of this machine, for tests alone. It signs in
// whomever it was told to, without asking, and does what NHS CIS2 and NHS login do beyond the standard: their claims,
// `vtr`, and an assertion of who is signed in.
//
//   node provider/serve.mjs
//
// It reads one JSON line of settings from standard input ({ clients }), prints one ({ issuer, pem }), and then takes
// orders over HTTP under /control: `account` (the claims of whoever signs in next), `login` (how they do: `acr`, or `ts`, a
// time at which they signed in; or an `error` instead), `rotate` (sign with a new key from now on) and `asked` (the
// parameters of the last request). It ends when its standard input is closed.

import { createServer } from "node:http";
import { createInterface } from "node:readline";

import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const CLAIMS = [
  "vot", "nhs_number", "identity_proofing_level", "idassurancelevel", "authentication_assurance_level", "nhsid_useruid",
  "nhsid_nrbac_roles", "selected_roleid",
];

let issuer;
let clients;
let callback;
let provider;
let account = { sub: "nobody" };
let login = {};
let asked = {};
let keys = 0;

async function signWithNewKey() {
  keys += 1;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true, modulusLength: 2048 });
  const key = { ...(await exportJWK(privateKey)), kid: `key-${keys}`, use: "sig", alg: "RS256" };
  provider = new Provider(issuer, {
    clients,
    jwks: { keys: [key] },
    claims: { openid: ["sub", "vot"], profile: CLAIMS, nationalrbacaccess: CLAIMS, selectedrole: CLAIMS },
    scopes: ["openid", "profile", "nationalrbacaccess", "associatedorgs", "selectedrole"],
    acrValues: ["AAL1", "AAL2", "AAL3"],
    conformIdTokenClaims: true,
    extraParams: ["vtr", "asserted_login_identity"],
    clientAuthMethods: ["client_secret_basic", "private_key_jwt", "none"],
    enabledJWA: { clientAuthSigningAlgValues: ["RS256", "RS512", "ES384"] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["a key of these tests"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...account, sub: id }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600 },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope(ctx.oidc.params.scope);
      await grant.save();
      return grant;
    },
  });
  provider.on("server_error", (_, error) => console.error(error));
  provider.on("grant.error", (_, error) => console.error("grant refused:", error.error_description));
  callback = provider.callback();
}

function body(request) {
  return new Promise((resolve) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => resolve(text));
  });
}

async function control(request, response) {
  if (request.url === "/control/account") account = JSON.parse(await body(request));
  else if (request.url === "/control/login") login = JSON.parse(await body(request));
  else if (request.url === "/control/rotate") await signWithNewKey();
  else if (request.url === "/control/asked") {
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(asked));
  }
  response.end();
}

async function answer(request, response) {
  const url = new URL(request.url, issuer);
  if (url.pathname.startsWith("/control/")) return control(request, response);
  if (url.pathname === "/auth") asked = Object.fromEntries(url.searchParams);
  if (url.pathname.startsWith("/interaction/")) {
    const result = login.error ? login : { login: { accountId: account.sub, ...login } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  return callback(request, response);
}

const lines = createInterface({ input: process.stdin });
lines.once("line", async (line) => {
  ({ clients } = JSON.parse(line));
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end();
    });
  });
  server.listen(0, "127.0.0.1", async () => {
    issuer = `http://127.0.0.1:${server.address().port}`;
    // A client whose `jwks` is "make" is given an RSA key, whose private half is told.
    let pem;
    for (const client of clients.filter((one) => one.jwks === "make")) {
      const pair = await generateKeyPair("RS512", { extractable: true, modulusLength: 2048 });
      const key = { ...(await exportJWK(pair.publicKey)), kid: "ours", use: "sig", alg: "RS512" };
      client.jwks = { keys: [key] };
      pem = await exportPKCS8(pair.privateKey);
    }
    await signWithNewKey();
    console.log(JSON.stringify({ issuer, pem }));
  });
});
lines.once("close", () => process.exit(0));
