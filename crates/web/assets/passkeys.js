// @ts-check
// Asks the browser for a passkey, or to make one, and sends the answer with the form it stands in.
// Without this script, or where a browser knows no passkeys, those forms stay hidden.

/** @type {(bytes: ArrayBuffer) => string} */
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @type {(text: string) => ArrayBuffer} */
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0)).buffer;

/** @type {(known: any[] | undefined) => any[] | undefined} */
const withIds = (known) => known?.map((one) => ({ ...one, id: toBytes(one.id) }));

/** What the server asks, with bytes where the browser wants bytes. @param {any} asked */
function decoded({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.allowCredentials) options.allowCredentials = withIds(options.allowCredentials);
  if (options.excludeCredentials) options.excludeCredentials = withIds(options.excludeCredentials);
  return { publicKey: options };
}

/** What the browser answers, as text. @param {any} credential */
function encoded({ id, rawId, type, response }) {
  /** @type {Record<string, any>} */
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = toText(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({ id, rawId: toText(rawId), type, response: answer, extensions: {} });
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const answer = await fetch(form.dataset.options || "", { method: "POST", headers: { accept: "application/json" } });
  // Led elsewhere: a proof is asked for first, or nobody is signed in any more.
  if (answer.redirected) return location.assign(answer.url);
  if (!answer.ok) throw new Error(answer.statusText);
  const { ceremony, options } = await answer.json();
  const wanted = decoded(options);
  const credentials = navigator.credentials;
  const credential = await (form.dataset.passkey === "make" ? credentials.create(wanted) : credentials.get(wanted));
  /** @type {(name: string) => HTMLInputElement} */
  const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field("ceremony").value = ceremony;
  field("credential").value = encoded(credential);
  form.submit();
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const said = form.querySelector("[data-passkey-state]");
    if (button?.hasAttribute("aria-busy")) return;
    button?.setAttribute("aria-busy", "true");
    if (said) said.textContent = form.dataset.waiting || "";
    try {
      await ask(form);
    } catch (error) {
      const known = error instanceof DOMException && error.name === "InvalidStateError";
      if (said) said.textContent = (known ? form.dataset.known : form.dataset.failed) || "";
      button?.removeAttribute("aria-busy");
    }
  });
}
