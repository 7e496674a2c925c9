// Asks the browser for a passkey and sends its answer with the form. Without this file a password and a code do.
const form = document.querySelector("form[data-passkey]");
const words = form?.querySelector("[data-passkey-words]");

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const text = (buffer) => {
  let plain = "";
  for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const asked = (options) => {
  const key = options.publicKey;
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const list of [key.excludeCredentials, key.allowCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return { publicKey: key };
};

const answered = (credential) => {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) response.attestationObject = text(given.attestationObject);
  if (given.authenticatorData) response.authenticatorData = text(given.authenticatorData);
  if (given.signature) response.signature = text(given.signature);
  if (given.userHandle) response.userHandle = text(given.userHandle);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    extensions: credential.getClientExtensionResults(),
  };
};

if (form && words) {
  if (window.PublicKeyCredential) {
    words.textContent = "Your browser asks for your fingerprint, face or PIN.";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const options = asked(JSON.parse(form.dataset.passkeyOptions));
        const credential =
          form.dataset.passkey === "create"
            ? await navigator.credentials.create(options)
            : await navigator.credentials.get(options);
        form.elements.credential.value = JSON.stringify(answered(credential));
        form.submit();
      } catch {
        words.textContent = "The passkey was not used. Load this page again to try once more, or use your password and a code.";
      }
    });
  } else {
    words.textContent = "This browser has no passkeys. Use your password and a code.";
  }
}
