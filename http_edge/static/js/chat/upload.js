// Bring a file to a conversation by tus 1.0.0, in parts; a broken upload goes on where it was.
//
// A file: {key, name, type, size, blob, file, ready}; *file* is the clinic's id once it has one.

const PART = 128 * 1024;
const TUS = { "Tus-Resumable": "1.0.0" };
const FIRST_LOOK = 250;
const LONGEST_LOOK = 4000;
const LATER = new Set([401, 408, 409, 423, 425, 429]);
const GONE = new Set([404, 410]);

// The clinic does not take this file: *message* says why.
export class Unfit extends Error {}
// It is not there (any more), or nobody could say: try again.
class Later extends Error {}

const rootOf = (conversation) => `/api/v1/conversations/${conversation}/files`;
export const fileOf = (conversation, id) => `${rootOf(conversation)}/${id}`;

// Upload *item*, and wait until it is found to be good; resolve to its id.
// *progress* is told "uploading" (with a share from 0 to 1), "checking" or "quarantined".
export async function upload(conversation, item, { save, progress = () => {}, signal } = {}) {
  if (item.ready) return item.file;
  for (;;) {
    if (!item.file) {
      item.file = await create(conversation, item, signal);
      await save();
    }
    const url = fileOf(conversation, item.file);
    if (!(await sendParts(url, item, progress, signal))) {
      Object.assign(item, { file: "", key: crypto.randomUUID() });
      continue;
    }
    await inspected(url, item, progress, signal);
    item.ready = true;
    await save();
    return item.file;
  }
}

// The owner does not want it any more.
export async function takeBack(conversation, item) {
  if (!item.file) return;
  const headers = TUS;
  await fetch(fileOf(conversation, item.file), { method: "DELETE", headers }).catch(() => {});
}

async function create(conversation, item, signal) {
  const headers = {
    ...TUS,
    "Upload-Length": String(item.size),
    "Upload-Metadata": `filename ${encoded(item.name)}`,
    "Idempotency-Key": item.key,
  };
  const answer = await fetch(rootOf(conversation), { method: "POST", headers, signal });
  await check(answer, item);
  return answer.headers.get("Location").split("/").at(-1);
}

function encoded(name) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(name)));
}

// Send what is not there yet; return whether the upload is (still) there.
async function sendParts(url, item, progress, signal) {
  const head = await fetch(url, { method: "HEAD", headers: TUS, signal });
  if (GONE.has(head.status)) return false;
  await check(head, item);
  const size = Number(head.headers.get("Upload-Length")); // a picture that was written anew is smaller
  let offset = Number(head.headers.get("Upload-Offset"));
  while (offset < size) {
    progress("uploading", offset / size);
    offset = await sendPart(url, item, offset, signal);
  }
  return true;
}

async function sendPart(url, item, offset, signal) {
  const headers = {
    ...TUS,
    "Upload-Offset": String(offset),
    "Content-Type": "application/offset+octet-stream",
  };
  const body = item.blob.slice(offset, offset + PART);
  const answer = await fetch(url, { method: "PATCH", headers, body, signal });
  await check(answer, item);
  return Number(answer.headers.get("Upload-Offset"));
}

// Wait until the clinic has looked at it.
async function inspected(url, item, progress, signal) {
  for (let wait = FIRST_LOOK; ; wait = Math.min(wait * 1.6, LONGEST_LOOK)) {
    const answer = await fetch(url, { signal });
    await check(answer, item);
    const { stage, sentence } = await answer.json();
    if (stage === "ready") return;
    if (stage === "refused" || stage === "withdrawn") throw new Unfit(sentence);
    progress(stage, 1);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function check(answer, item) {
  if (answer.ok) return;
  if (answer.status >= 500 || LATER.has(answer.status)) throw new Later(String(answer.status));
  const problem = await answer.json().catch(() => ({}));
  const said = problem.errors?.[0]?.detail ?? problem.detail ?? "It was not taken.";
  throw new Unfit(`“${item.name}”: ${said}`);
}
