// The one place where texts become HTML or the address of a script: both only from our own server.

const OURS = /^\/(static\/js\/call\/)?[a-z]+\.js$/;

const policy = globalThis.trustedTypes?.createPolicy("app", {
  createHTML: (text) => text,
  createScriptURL: (path) => {
    if (!OURS.test(path)) throw new TypeError(`${path} is no script of ours.`);
    return path;
  },
});

export function parsePage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
}

export function scriptAt(path) {
  return policy ? policy.createScriptURL(path) : path;
}
