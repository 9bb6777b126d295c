// The one place where a text becomes HTML: pages of our own, read from our own server.

const policy = globalThis.trustedTypes?.createPolicy("app", { createHTML: (text) => text });

export function parsePage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
}
