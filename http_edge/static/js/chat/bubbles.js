// Items of a thread, made from the page's templates: the same markup as the server's.

import { clock, lengthInWords, momentInFull, sizeInWords } from "./clocks.js";

const WORDS = { sending: "Sending", sent: "Sent", delivered: "Delivered", read: "Read", failed: "Not sent" };
const DELETED = "This message was deleted.";

function stamp(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function setTime(time, at, words) {
  time.dateTime = at;
  time.textContent = words;
}

export function setState(item, state) {
  const shown = item.querySelector(".state");
  if (!shown || shown.dataset.state === state) return;
  shown.dataset.state = state;
  shown.firstElementChild.textContent = WORDS[state];
}

export class Bubbles {
  #pictures = new Map(); // file key -> the address under which its blob can be shown

  constructor(thread, people) {
    this.at = `/messages/${thread.dataset.conversation}`;
    this.zone = thread.dataset.zone;
    this.mayWrite = thread.dataset.mayWrite === "yes";
    this.people = people;
  }

  // A message, a visit's step, a call or an automatic reply, as the conversation tells it.
  item(frame) {
    const made = this[frame.type](frame);
    made.id = `m${frame.number}`;
    made.dataset.number = frame.number;
    made.dataset.at = frame.at;
    setTime(made.querySelector(".at"), frame.at, clock(new Date(frame.at), this.zone));
    return made;
  }

  message(frame) {
    const mine = frame.author === this.people.me;
    const made = stamp(mine ? "t-mine" : "t-message");
    Object.assign(made.dataset, { author: frame.author, key: frame.key });
    made.querySelector(".who").textContent = this.people.name(frame.author);
    this.#fill(made, frame.text, frame.quote, frame.files.map((file) => this.#file(file)));
    made.querySelector(".edited").remove();
    if (!mine) made.querySelector(".state").remove();
    if (mine) setState(made, this.people.reached(frame.number));
    this.#link(made, frame.number, mine);
    return made;
  }

  visit(frame) {
    const steps = document.getElementById("t-visit").content;
    const made = steps.querySelector(`[data-step="${frame.step}"]`).cloneNode(true);
    const start = made.querySelector(".start");
    const link = made.querySelector("a");
    const place = this.people.mine === "patient" ? "appointments" : "visits";
    if (link) link.href = `/${place}/${frame.appointment}`;
    if (start && frame.start) {
      setTime(start, frame.start, momentInFull(new Date(frame.start), this.zone));
    } else start?.remove();
    return made;
  }

  called({ by, seconds }) {
    const missed = by === this.people.me ? "unanswered" : "missed";
    const kind = seconds ? "taken" : missed;
    const kinds = document.getElementById("t-call").content;
    const made = kinds.querySelector(`[data-call="${kind}"]`).cloneNode(true);
    if (seconds) made.querySelector(".length").textContent = lengthInWords(seconds);
    return made;
  }

  automatic(frame) {
    const made = stamp("t-automatic");
    made.querySelector(".text").textContent = frame.text;
    made.querySelector(".danger-words").textContent = frame.emergency;
    if (!frame.opens_at) made.querySelector(".opens").remove();
    else {
      const words = momentInFull(new Date(frame.opens_at), this.zone);
      setTime(made.querySelector(".start"), frame.opens_at, words);
    }
    return made;
  }

  // A message of the outbox, that has no number yet.
  unsent(message) {
    const made = stamp("t-mine");
    Object.assign(made.dataset, { author: this.people.me, key: message.id, at: message.at });
    this.#fill(made, message.text, message.quote, message.files.map((file) => this.#kept(file)));
    made.querySelector(".edited").remove();
    made.querySelector(".more")?.remove();
    setTime(made.querySelector(".at"), message.at, clock(new Date(message.at), this.zone));
    this.setUnsent(made, message);
    return made;
  }

  setUnsent(item, { state, said }) {
    setState(item, state === "failed" ? "failed" : "sending");
    item.querySelector(".unsent")?.remove();
    if (state !== "failed") return;
    const note = stamp("t-unsent");
    note.querySelector(".why").textContent = said;
    item.querySelector(".bubble").append(note);
  }

  day(words, day) {
    const made = stamp("t-day");
    made.dataset.day = day;
    setTime(made.querySelector("time"), day, words);
    return made;
  }

  edit(item, text) {
    item.querySelector(".text").textContent = text;
    if (item.querySelector(".edited")) return;
    const edited = Object.assign(document.createElement("span"), { className: "edited" });
    edited.textContent = "edited";
    item.querySelector(".meta").prepend(edited, " ");
  }

  delete(item) {
    for (const part of item.querySelectorAll(".quote, .files, .edited, .state, .more, .editing")) {
      part.remove();
    }
    item.classList.add("gone");
    this.#text(item, DELETED);
  }

  #fill(made, text, quote, files) {
    if (quote) this.#quote(made.querySelector(".quote"), quote);
    else made.querySelector(".quote").remove();
    if (files.length) made.querySelector(".files").append(...files);
    else made.querySelector(".files").remove();
    this.#text(made, text);
  }

  #text(made, words) {
    let text = made.querySelector(".text");
    if (!words) return text?.remove();
    if (!text) {
      text = Object.assign(document.createElement("p"), { className: "text" });
      made.querySelector(".meta").before(text);
    }
    text.hidden = false;
    text.textContent = words;
  }

  #quote(made, { number, author, text }) {
    made.href = `${this.at}?around=${number}#m${number}`;
    made.querySelector(".quote-who").textContent = this.people.name(author);
    made.querySelector(".quote-text").textContent = text || "A file";
  }

  #file({ file, name, size, width, height }) {
    const made = stamp(width ? "t-picture" : "t-paper");
    made.querySelector("a").href = `${this.at}/files/${file}?show`;
    if (width) this.#picture(made, `${this.at}/files/${file}/small`, name, width, height);
    else this.#paper(made, name, size);
    return made;
  }

  // A file that this browser holds still.
  #kept({ key, name, type, size, blob }) {
    const shown = type.startsWith("image/");
    const made = stamp(shown ? "t-picture" : "t-paper");
    if (!this.#pictures.has(key)) this.#pictures.set(key, URL.createObjectURL(blob));
    if (shown) this.#picture(made, this.#pictures.get(key), name);
    else this.#paper(made, name, size);
    made.dataset.file = key;
    return made;
  }

  #picture(made, source, name, width, height) {
    const image = made.querySelector("img");
    Object.assign(image, { src: source, alt: `Picture: ${name}` });
    if (width) Object.assign(image, { width, height });
  }

  #paper(made, name, size) {
    made.querySelector(".file-name").textContent = name;
    made.querySelector(".file-size").textContent = sizeInWords(size);
  }

  // What can be done with it, as links that work without a script too.
  #link(made, number, mine) {
    const more = made.querySelector(".more");
    if (!this.mayWrite) return more?.remove();
    for (const link of more.querySelectorAll("[data-do]")) {
      const what = link.dataset.do;
      if (what !== "reply" && !mine) link.parentElement.remove();
      link.href = what === "reply" ? `${this.at}?reply_to=${number}#write` : `${this.at}/${number}/${what}`;
    }
  }
}
