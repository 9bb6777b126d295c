// A worker: encrypts each encoded frame before it is sent, and decrypts each that comes.
//
// A sealed frame is a clear beginning, which relays and depacketizers read, then AES-256-GCM of the
// rest with that beginning as additional data (ciphertext and tag), 12 bytes of IV, and one byte
// that names the key. The IV is 4 bytes drawn for the key and a counter of 8: it never comes again.

const KEY_FRAME = 10; // bytes of VP8 that stay clear
const DELTA_FRAME = 3;
const AUDIO = 1;
const IV_BYTES = 12;
const PREFIX_BYTES = 4;
const TRAILER = IV_BYTES + 1;
const TAG = 16;
const KIDS = 256;
const OLD_KEY_FOR = 10_000; // milliseconds for which frames under the key before are on their way
const ASK_AGAIN = 300; // milliseconds after a request for a key frame
const WAIT = 500; // for a key that comes a little later than the first frame under it

const keys = new Map(); // leg -> Map(kid -> key)
const receivers = new Map(); // id of a transform -> {leg, transformer}
const waiting = new Map(); // "leg kid" -> {promise, resolve}, once for each key that is missed
let mine = null; // {kid, key, prefix, count}
let isSealed = null; // null: not known yet; then nothing passes

onrtctransform = ({ transformer }) => {
  const { id, side, kind, leg } = transformer.options;
  if (side === "receive") receivers.set(id, { leg, transformer });
  const change = side === "send" ? (frame, to) => send(frame, to, kind) : receive(id, kind);
  const stream = new TransformStream({ transform: saying(id, change) });
  transformer.readable.pipeThrough(stream).pipeTo(transformer.writable).catch(() => {});
};

// Say once that frames pass here.
function saying(id, change) {
  let isSaid = false;
  return (frame, to) => {
    if (!isSaid) postMessage(id);
    isSaid = true;
    return change(frame, to);
  };
}

onmessage = ({ data }) => {
  if (data.what === "sealed") isSealed = data.on;
  if (data.what === "mine") mine = { ...data, count: 0n };
  if (data.what === "theirs") learn(data);
  if (data.what === "forget") keys.delete(data.leg);
  if (data.what === "assign") Object.assign(receivers.get(data.id) ?? {}, { leg: data.leg });
  if (data.what === "drop") receivers.delete(data.id);
};

function clearOf(frame, kind) {
  if (kind === "audio") return AUDIO;
  return frame.type === "key" ? KEY_FRAME : DELTA_FRAME;
}

async function send(frame, to, kind) {
  if (isSealed === null || (isSealed && !mine)) return;
  if (isSealed) frame.data = await seal(frame.data, clearOf(frame, kind));
  to.enqueue(frame);
}

async function seal(data, most) {
  const plain = new Uint8Array(data);
  const clear = plain.subarray(0, Math.min(most, plain.length));
  const { key, kid, prefix } = mine;
  const iv = new Uint8Array(IV_BYTES);
  iv.set(prefix);
  new DataView(iv.buffer).setBigUint64(PREFIX_BYTES, mine.count++);
  const algorithm = { name: "AES-GCM", iv, additionalData: clear };
  const sealed = await crypto.subtle.encrypt(algorithm, key, plain.subarray(clear.length));
  const whole = new Uint8Array(clear.length + sealed.byteLength + TRAILER);
  whole.set(clear);
  whole.set(new Uint8Array(sealed), clear.length);
  whole.set(iv, whole.length - TRAILER);
  whole[whole.length - 1] = kid;
  return whole.buffer;
}

function receive(id, kind) {
  let isBroken = false; // something is missing: what comes is of no use without a key frame
  return async (frame, to) => {
    const { leg, transformer } = receivers.get(id) ?? {};
    if (isSealed === null || !leg || !frame.data.byteLength) return;
    const opened = await unsealed(leg, frame, kind);
    if (!opened) return void (isBroken = true);
    if (isBroken && frame.type === "delta") askForKeyFrame(transformer);
    isBroken &&= frame.type === "delta";
    frame.data = opened;
    to.enqueue(frame);
  };
}

// Where nobody seals, somebody may not know it yet; unread, that would be noise.
async function unsealed(leg, frame, kind) {
  const whole = new Uint8Array(frame.data);
  if (isSealed) return open(leg, whole, clearOf(frame, kind));
  const isKnown = keys.get(leg)?.has(whole.at(-1));
  return (isKnown && (await open(leg, whole, clearOf(frame, kind)))) || frame.data;
}

async function open(leg, whole, clear) {
  if (whole.length < clear + TAG + TRAILER) return null;
  const known = await keyFor(leg, whole.at(-1));
  if (!known) return null;
  const end = whole.length - TRAILER;
  const iv = whole.slice(end, end + IV_BYTES);
  const additionalData = whole.subarray(0, clear);
  const algorithm = { name: "AES-GCM", iv, additionalData };
  const sealed = whole.subarray(clear, end);
  const plain = await crypto.subtle.decrypt(algorithm, known, sealed).catch(() => null);
  return plain && joined(additionalData, plain);
}

function joined(clear, plain) {
  const opened = new Uint8Array(clear.length + plain.byteLength);
  opened.set(clear);
  opened.set(new Uint8Array(plain), clear.length);
  return opened.buffer;
}

// The key, waited for once: frames that come meanwhile stand in line behind. One from before those
// that are known was told to others only, and never comes.
function keyFor(leg, kid) {
  const known = keys.get(leg)?.get(kid);
  if (known) return known;
  if ([...(keys.get(leg)?.keys() ?? [])].some((newer) => isOlder(kid, newer))) return null;
  const missed = `${leg} ${kid}`;
  if (!waiting.has(missed)) {
    const { promise, resolve } = withResolvers();
    waiting.set(missed, { leg, kid, promise, resolve });
    setTimeout(resolve, WAIT, null);
  }
  return waiting.get(missed).promise;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

function learn({ leg, kid, key }) {
  const known = keys.get(leg) ?? new Map();
  keys.set(leg, known);
  for (const [old, before] of known) setTimeout(forget, OLD_KEY_FOR, known, old, before);
  known.set(kid, key);
  for (const [missed, { leg: from, kid: of, resolve }] of waiting) {
    if (from !== leg || (of !== kid && !isOlder(of, kid))) continue;
    waiting.delete(missed);
    resolve(of === kid ? key : null);
  }
}

// Keys are numbered upwards, and begin anew after the last number.
function isOlder(kid, than) {
  const behind = (than - kid + KIDS) % KIDS;
  return behind > 0 && behind < KIDS / 2;
}

// Unless a newer key has that number by now.
function forget(known, kid, before) {
  if (known.get(kid) === before) known.delete(kid);
}

let asked = 0;

function askForKeyFrame(transformer) {
  if (performance.now() - asked < ASK_AGAIN) return;
  asked = performance.now();
  transformer.sendKeyFrameRequest?.().catch(() => {});
}
