// Who takes part in a thread, and how far each has read.

const SIDE = (role) => (role === "patient" ? "patient" : "clinic");

export class People {
  constructor(thread) {
    this.me = thread.dataset.me;
    this.mine = SIDE(thread.dataset.role);
    this.marks = new Map();
    this.read(document.getElementById("members"));
  }

  // Take the list as the page has it; marks only grow.
  read(list) {
    this.members = new Map();
    for (const { dataset, textContent } of list.children) {
      this.members.set(dataset.user, { name: textContent, side: SIDE(dataset.role) });
      this.mark(dataset.user, Number(dataset.delivered ?? 0), Number(dataset.read ?? 0));
    }
  }

  mark(user, delivered, read) {
    const before = this.markOf(user);
    this.marks.set(user, {
      delivered: Math.max(before.delivered, delivered),
      read: Math.max(before.read, read),
    });
  }

  markOf(user) {
    return this.marks.get(user) ?? { delivered: 0, read: 0 };
  }

  name(user) {
    if (user === this.me) return "You";
    return this.members.get(user)?.name ?? "Somebody before";
  }

  // How far message *number* of this side has come: whoever of the other one is furthest counts, as
  // in `thread_wording.reached`.
  reached(number) {
    let state = "sent";
    for (const [user, { side }] of this.members) {
      const mark = this.markOf(user);
      if (side === this.mine) continue;
      if (mark.read >= number) return "read";
      if (mark.delivered >= number) state = "delivered";
    }
    return state;
  }
}
