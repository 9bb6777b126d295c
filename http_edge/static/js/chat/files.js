// Files that go with the next message: chosen, dropped or pasted; shown, and uploaded at once.

import { sizeInWords } from "./clocks.js";
import { takeBack, Unfit, upload } from "./upload.js";

const MOST_FILES = 10;
const MOST_BYTES = 25 * 1024 * 1024;
const AGAIN = 5000;
const SAID = {
  checking: "Being checked",
  quarantined: "Can’t be checked just now. You can send it: it leaves as soon as it was checked",
};

export class Files {
  #list = [];
  #uploading = null;

  constructor(conversation, { tray, field, drop, changed, refuse }) {
    Object.assign(this, { conversation, tray, changed, refuse });
    field.addEventListener("change", () => {
      this.add(field.files);
      field.value = "";
    });
    drop.addEventListener("dragover", (event) => this.#over(event, drop));
    drop.addEventListener("dragleave", () => drop.classList.remove("dropping"));
    drop.addEventListener("drop", (event) => this.#dropped(event, drop));
    addEventListener("online", () => this.#uploadNext());
  }

  // The files as they are kept with a draft or a message.
  get list() {
    return this.#list.map(({ key, name, type, size, blob, file, ready }) => {
      return { key, name, type, size, blob, file, ready };
    });
  }

  get faulty() {
    return this.#list.some((item) => item.wrong);
  }

  add(files) {
    for (const blob of files) {
      const trouble = this.#troubleWith(blob);
      if (trouble) this.refuse(trouble);
      else this.#take({ key: crypto.randomUUID(), name: blob.name, type: blob.type, size: blob.size, blob });
    }
    this.changed();
    this.#uploadNext();
  }

  restore(files) {
    for (const file of files) this.#take({ ...file });
    this.#uploadNext();
  }

  // Hand over all of them: whoever takes them goes on with the upload.
  take() {
    const taken = this.list;
    this.#stop();
    this.#list = [];
    for (const made of [...this.tray.children]) made.remove();
    return taken;
  }

  #troubleWith(blob) {
    if (this.#list.length >= MOST_FILES) return `At most ${MOST_FILES} files go with one message.`;
    if (!blob.size) return `“${blob.name}” is empty.`;
    if (blob.size <= MOST_BYTES) return "";
    return `“${blob.name}” has ${sizeInWords(blob.size)}; at most 25 MB are taken.`;
  }

  #take(item) {
    Object.assign(item, { file: item.file ?? "", ready: item.ready ?? false, wrong: "" });
    item.row = this.#row(item);
    this.tray.append(item.row);
    this.#list.push(item);
    this.#show(item, item.ready ? "ready" : "waiting");
  }

  #row(item) {
    const template = document.getElementById("t-attached");
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector(".file-name").textContent = `${item.name} (${sizeInWords(item.size)})`;
    row.querySelector(".preview").append(...this.#preview(item));
    const remove = row.querySelector("[data-do=remove]");
    remove.setAttribute("aria-label", `Remove ${item.name}`);
    remove.addEventListener("click", () => this.#remove(item));
    return row;
  }

  #preview(item) {
    if (!item.type.startsWith("image/")) return [];
    item.shown = URL.createObjectURL(item.blob);
    return [Object.assign(document.createElement("img"), { src: item.shown, alt: "" })];
  }

  #show(item, stage, share = 0) {
    const progress = item.row.querySelector("progress");
    progress.hidden = stage !== "uploading";
    progress.value = share;
    progress.setAttribute("aria-label", `Upload of ${item.name}`);
    item.row.dataset.stage = stage;
    const said = item.row.querySelector(".said");
    const words = item.wrong || SAID[stage] || "";
    if (said.textContent !== words) said.textContent = words;
  }

  #remove(item) {
    const place = this.#list.indexOf(item);
    if (this.#uploading?.item === item) this.#stop();
    this.#list.splice(place, 1);
    const next = this.#list[place] ?? this.#list[place - 1];
    item.row.remove();
    if (item.shown) URL.revokeObjectURL(item.shown);
    takeBack(this.conversation, item);
    this.changed();
    if (next) next.row.querySelector("[data-do=remove]").focus();
    else document.getElementById("write-text").focus();
    this.#uploadNext();
  }

  #stop() {
    this.#uploading?.end.abort();
    this.#uploading = null;
  }

  // One at a time, in order. What can't be brought now is tried again later, or with its message.
  async #uploadNext() {
    const item = this.#list.find((each) => !each.ready && !each.wrong);
    if (!item || this.#uploading || !navigator.onLine) return;
    const end = new AbortController();
    const mine = (this.#uploading = { item, end });
    try {
      const progress = (stage, share) => end.signal.aborted || this.#show(item, stage, share);
      await upload(this.conversation, item, { save: () => this.changed(), progress, signal: end.signal });
      this.#show(item, "ready");
    } catch (error) {
      if (end.signal.aborted) return;
      if (error instanceof Unfit) this.#refused(item, error.message);
      else setTimeout(() => this.#uploadNext(), AGAIN);
    }
    if (this.#uploading !== mine) return;
    this.#uploading = null;
    if (item.ready || item.wrong) this.#uploadNext();
  }

  #refused(item, words) {
    item.wrong = words;
    item.row.classList.add("wrong");
    this.#show(item, "refused");
  }

  #over(event, drop) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("dropping");
  }

  #dropped(event, drop) {
    drop.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add(event.dataTransfer.files);
  }
}

