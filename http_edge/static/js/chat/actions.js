// What can be done with a message: answer, edit, delete; with one that did not leave: again, remove.

import { askFirst } from "../ask.js";

const OFFLINE = "There is no connection just now. Try again when it is back.";

export class Actions {
  constructor(thread, { socket, outbox, items, composer, people, say }) {
    Object.assign(this, { socket, outbox, items, composer, people, say });
    this.conversation = thread.dataset.conversation;
  }

  start() {
    const { list } = this.items;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => event.key === "Escape" && this.#close(event.target));
    document.addEventListener("click", (event) => this.#closeOthers(event.target));
  }

  #clicked(event) {
    const chosen = event.target.closest("[data-do]");
    const item = chosen?.closest(".item");
    if (!item) return;
    event.preventDefault();
    this.#close(chosen);
    this[chosen.dataset.do](item);
  }

  reply(item) {
    const { author, number } = item.dataset;
    const text = item.querySelector(".text")?.textContent ?? "";
    this.composer.answer({ number: Number(number), author, text }, this.people.name(author));
  }

  edit(item) {
    if (item.querySelector(".editing")) return;
    const template = document.getElementById("t-editing");
    const form = template.content.firstElementChild.cloneNode(true);
    const text = item.querySelector(".text");
    const field = form.querySelector("textarea");
    const done = () => (form.remove(), (text.hidden = false), this.#focus(item));
    field.value = text?.textContent ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(item, form, field.value.trim(), done);
    });
    form.querySelector("[type=button]").addEventListener("click", done);
    text.hidden = true;
    text.after(form);
    field.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  async #save(item, form, text, done) {
    const wrong = form.querySelector(".wrong");
    const said = text ? await this.#tell("edit", item, { text }) : "Write something, or delete the message.";
    wrong.hidden = !said;
    wrong.textContent = said;
    if (said) return;
    this.items.bubbles.edit(item, text);
    done();
  }

  async delete(item) {
    const question = "Delete this message for everybody? That there was one stays to be seen.";
    if (!(await askFirst(question, { yes: "Delete", no: "Keep it" }))) return this.#focus(item);
    const said = await this.#tell("delete", item, {});
    if (said) return this.say(said);
    this.items.bubbles.delete(item);
    this.#focus(item);
  }

  retry(item) {
    this.outbox.retry(item.dataset.key);
    this.#goOn();
  }

  async remove(item) {
    const question = "Remove this message? It was not sent, and what you wrote is gone then.";
    if (!(await askFirst(question, { yes: "Remove", no: "Keep it" }))) return;
    await this.outbox.remove(item.dataset.key);
    this.#goOn();
  }

  // Tell the clinic; resolve to what went wrong, in words, or to nothing.
  async #tell(type, item, more) {
    const { conversation } = this;
    const number = Number(item.dataset.number);
    const frame = { type, id: crypto.randomUUID(), conversation, number, ...more };
    const answer = await this.socket.ask(frame).catch(() => ({ sentence: OFFLINE }));
    return answer.type === "done" ? "" : answer.sentence;
  }

  // Where one goes on once an item is gone: at the form, or in the list where nobody may write.
  #goOn() {
    (document.getElementById("write-text") ?? document.getElementById("log")).focus();
  }

  #focus(item) {
    const summary = item.querySelector(".more > summary");
    if (summary) return summary.focus();
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
  }

  #close(within) {
    const open = within.closest(".more[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }

  #closeOthers(target) {
    for (const open of this.items.list.querySelectorAll(".more[open]")) {
      if (!open.contains(target)) open.open = false;
    }
  }
}
