// Say what has reached this browser, and what was read: the page is seen, and the item is in view.

const PAUSE = 400;

export class Marks {
  #timer = 0;

  constructor(thread, socket, people, items, log) {
    Object.assign(this, { socket, people, items, log });
    this.conversation = thread.dataset.conversation;
  }

  start() {
    this.socket.on("following", () => this.look());
    this.log.addEventListener("scroll", () => this.look(), { passive: true });
    document.addEventListener("visibilitychange", () => this.look());
    this.look();
  }

  // Something may be new, or may have been read, since.
  look() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), PAUSE);
  }

  #say() {
    const theirs = this.items.numbered.filter((item) => this.#counts(item));
    const mark = this.people.markOf(this.people.me);
    const delivered = Math.max(mark.delivered, numberOf(theirs.at(-1)));
    const read = Math.max(mark.read, this.#seen(theirs));
    if (delivered <= mark.delivered && read <= mark.read) return;
    const { conversation } = this;
    this.socket.send({ type: "mark", conversation, delivered: Math.max(delivered, read), read });
  }

  #counts(item) {
    const { author } = item.dataset;
    return author && author !== this.people.me;
  }

  #seen(theirs) {
    if (document.visibilityState !== "visible") return 0;
    const { bottom } = this.log.getBoundingClientRect();
    const inView = (item) => item.getBoundingClientRect().top + 16 < bottom;
    return numberOf(theirs.findLast(inView));
  }
}

const numberOf = (item) => Number(item?.dataset.number ?? 0);
