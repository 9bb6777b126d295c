// What this browser keeps of what was typed: messages that wait to leave, and drafts.
//
// Everything is kept under the user who typed it, and only that user's pages read it.

const NAME = "carewire";
const VERSION = 1;

let opening = null;

function create(db) {
  const messages = db.createObjectStore("messages", { keyPath: "order", autoIncrement: true });
  messages.createIndex("id", "id", { unique: true });
  messages.createIndex("user", "user");
  db.createObjectStore("drafts", { keyPath: ["user", "conversation"] });
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => create(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("Another page keeps the store from opening."));
    request.onsuccess = () => {
      const forget = () => (opening = null);
      request.result.onclose = forget;
      request.result.onversionchange = () => (request.result.close(), forget());
      resolve(request.result);
    };
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

// Whether this browser can keep anything; without that, forms work as they do without a script.
export async function canKeep() {
  if (!navigator.locks || !globalThis.indexedDB || !globalThis.crypto?.randomUUID) return false;
  return open().then(() => true, () => false);
}

// Do *work* in one transaction on *stores*; resolve to what it returns once all of it is kept.
export async function transact(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    work(transaction, (found) => (result = found));
  });
}
