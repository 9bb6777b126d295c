// The page's key pair: frame keys travel wrapped for one reader each, whom the clinic can't play.
//
// ECDH P-256 of both pages' keys, HKDF-SHA-256 (salt: the call's id; info: from whom to whom), then
// AES-256-GCM; what travels is 12 bytes of IV and the ciphertext, in base64url.

import { toBytes, toText } from "./bytes.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const IV_BYTES = 12;
const DIGITS = 1_000_000;

// Whether this browser can encrypt frames end to end.
export const canSeal = () => "RTCRtpScriptTransform" in globalThis;

export class PageKey {
  #pair = crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);

  // The raw public key in base64url; empty where it would be of no use.
  async raw() {
    if (!canSeal()) return "";
    return toText(await crypto.subtle.exportKey("raw", (await this.#pair).publicKey));
  }

  // Wrap the frame key *bytes* for the page of *to* with the public key *theirs*.
  async wrap(bytes, theirs, { call, from, to }) {
    const key = await this.#shared(theirs, { call, from, to });
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes);
    return toText([...iv, ...new Uint8Array(sealed)]);
  }

  // Return the 32 bytes; what was wrapped for somebody else, or changed on its way, throws.
  async unwrap(wrapped, theirs, { call, from, to }) {
    const key = await this.#shared(theirs, { call, from, to });
    const bytes = toBytes(wrapped);
    const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, IV_BYTES) };
    return crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES));
  }

  async #shared(theirs, { call, from, to }) {
    const reader = await crypto.subtle.importKey("raw", toBytes(theirs), CURVE, false, []);
    const { privateKey } = await this.#pair;
    const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: reader }, privateKey, 256);
    const secret = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    const encoder = new TextEncoder();
    const info = encoder.encode(`carewire frame key ${from} ${to}`);
    const derivation = { name: "HKDF", hash: "SHA-256", salt: encoder.encode(call), info };
    const aes = { name: "AES-GCM", length: 256 };
    return crypto.subtle.deriveKey(derivation, secret, aes, false, ["encrypt", "decrypt"]);
  }
}

// The six digits that all read alike when nobody stands between them.
export async function checkCode(keys) {
  const raw = keys.map(toBytes).sort(compare);
  const joined = new Uint8Array(await new Blob(raw).arrayBuffer());
  const digest = new DataView(await crypto.subtle.digest("SHA-256", joined));
  return String(digest.getUint32(0) % DIGITS).padStart(6, "0");
}

function compare(one, other) {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return one[at] - other[at];
  }
  return one.length - other.length;
}
