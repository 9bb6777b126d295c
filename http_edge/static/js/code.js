// Take the code of a one-time link out of the address: it stands behind the #, so it was never sent.

export function takeCodes() {
  const form = document.querySelector("form[data-code-from-link]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!form || !code) return;
  form.elements.code.value = code;
  history.replaceState(null, "", location.pathname);
  const next = [...form.elements].find((field) => field.name !== "code" && field.type !== "hidden");
  next?.focus();
}
