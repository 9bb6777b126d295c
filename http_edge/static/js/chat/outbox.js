// The outbox: every message stands here, on disk, before anything of it is sent; and it stays until
// the clinic has said that it stands there. A message: {order, id, user, conversation, text,
// replyTo, quote, files, at, state, said}; state is "waiting", or "failed" with the sentence said.

import { transact } from "./store.js";

export class Outbox {
  #listeners = new Set();
  #others = new BroadcastChannel("outbox");

  constructor(user) {
    this.user = user;
    this.#others.onmessage = ({ data }) => data.user === user && this.#hear(data);
  }

  // Call *listener* with {what, id, conversation, ...} for each change, in this tab or another.
  listen(listener) {
    this.#listeners.add(listener);
  }

  // Keep a message, and forget the draft that it was; in one step, so that neither is lost.
  async add(message) {
    const { user } = this;
    const kept = { ...message, user, state: "waiting", said: "" };
    await transact(["messages", "drafts"], "readwrite", (transaction) => {
      transaction.objectStore("messages").add(kept);
      transaction.objectStore("drafts").delete([user, message.conversation]);
    });
    this.tell({ what: "added", id: message.id, conversation: message.conversation });
    return kept;
  }

  // Every message of this user that has not left, in the order in which they were written.
  async all() {
    return transact("messages", "readonly", (transaction, answer) => {
      const request = transaction.objectStore("messages").index("user").getAll(this.user);
      request.onsuccess = () => answer(request.result.sort((one, two) => one.order - two.order));
    });
  }

  async of(conversation) {
    return (await this.all()).filter((message) => message.conversation === conversation);
  }

  async get(id) {
    return transact("messages", "readonly", (transaction, answer) => {
      const request = transaction.objectStore("messages").index("id").get(id);
      request.onsuccess = () => answer(request.result?.user === this.user ? request.result : null);
    });
  }

  // Keep *changes* of a message that is there still; resolve to whether it was.
  async change(id, changes) {
    const found = await transact("messages", "readwrite", (transaction, answer) => {
      const messages = transaction.objectStore("messages");
      messages.index("id").get(id).onsuccess = ({ target: { result } }) => {
        if (result?.user !== this.user) return;
        messages.put({ ...result, ...changes });
        answer(result);
      };
    });
    const { state, said } = changes;
    if (found && state) this.tell({ what: state, id, said, conversation: found.conversation });
    return Boolean(found);
  }

  // It stands in the clinic's journal under *number*: nothing of it is needed here any more.
  async sent(id, number) {
    const message = await this.#drop(id);
    if (message) this.tell({ what: "sent", id, number, conversation: message.conversation });
  }

  async remove(id) {
    const message = await this.#drop(id);
    if (message) this.tell({ what: "removed", id, conversation: message.conversation });
    return message;
  }

  retry(id) {
    return this.change(id, { state: "waiting", said: "" });
  }

  async #drop(id) {
    return transact("messages", "readwrite", (transaction, answer) => {
      const messages = transaction.objectStore("messages");
      messages.index("id").get(id).onsuccess = ({ target: { result } }) => {
        if (result?.user !== this.user) return;
        messages.delete(result.order);
        answer(result);
      };
    });
  }

  // Tell every page of this user in this browser.
  tell(change) {
    this.#others.postMessage({ ...change, user: this.user });
    this.#hear(change);
  }

  #hear(change) {
    for (const listener of this.#listeners) listener(change);
  }
}
