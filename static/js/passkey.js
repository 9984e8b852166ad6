// Passkeys: asks the browser for one and sends the answer with the button's form.
// The button says what for (data-passkey) and, unless it is for signing in, with what (data-options).
(() => {
  const ask = {
    create: (options) =>
      navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(withoutPassword(options)),
      }),
    get: (options) =>
      navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      }),
  };

  const withoutPassword = (options) => ({
    ...options,
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  });

  const optionsFor = async (button) => {
    if (button.dataset.options) return JSON.parse(button.dataset.options);
    const answer = await fetch(button.form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()).request_options;
  };

  const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!able) {
      button.hidden = true;
      continue;
    }
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const trouble = document.getElementById("passkey-trouble");
      if (trouble) trouble.hidden = true;
      try {
        const options = (await optionsFor(button)).publicKey;
        const credential = await ask[button.dataset.passkey](options);
        button.form.elements.credential.value = JSON.stringify(credential.toJSON());
        button.form.submit();
      } catch {
        if (trouble) trouble.hidden = false;
      }
    });
  }
})();
