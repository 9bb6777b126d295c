// What is typed and not sent, kept for each user and conversation: {text, replyTo, quote, files}.

import { transact } from "./store.js";

export function readDraft(user, conversation) {
  return transact("drafts", "readonly", (transaction, answer) => {
    const request = transaction.objectStore("drafts").get([user, conversation]);
    request.onsuccess = () => answer(request.result ?? null);
  });
}

export function keepDraft(user, conversation, draft) {
  return transact("drafts", "readwrite", (transaction) => {
    const drafts = transaction.objectStore("drafts");
    const empty = !draft.text.trim() && !draft.files.length && !draft.replyTo;
    if (empty) drafts.delete([user, conversation]);
    else drafts.put({ ...draft, user, conversation });
    transaction.commit(); // at once: the page may be leaving
  });
}
