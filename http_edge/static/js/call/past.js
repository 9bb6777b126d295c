// What this page has done with its call, as far as it matters for what it shows next. That somebody
// left the call, or was in it until it ended, is kept for this tab: they are told so again when the
// page is loaded anew, and are not taken back into the waiting room.

export class Past {
  #key;
  entered = false; // was in the call
  seated = false; // had a place in the waiting room
  left = false; // left the waiting room, to be told when it starts
  gone = false; // left the call by themselves
  again = false; // wants to go on though the call has ended
  elsewhere = false; // another window has taken over
  out = false; // who sits here takes no part in it any more
  number = 0; // of the call that this page was in

  constructor(call) {
    this.#key = `call over ${call}`;
  }

  // Take up what was kept, once it is known which call it is now.
  recall({ number }) {
    if (sessionStorage.getItem(this.#key) !== String(number)) return;
    Object.assign(this, { entered: true, gone: true, number });
  }

  // The page is in call *number*.
  enter(number) {
    Object.assign(this, { entered: true, gone: false, again: false, number });
    sessionStorage.removeItem(this.#key);
  }

  // The page is in the call no more: it has ended, or it was left.
  end({ started_at: goesOn }) {
    if (this.gone || !goesOn) sessionStorage.setItem(this.#key, String(this.number));
  }

  // Begin anew.
  forget() {
    Object.assign(this, { entered: false, seated: false, left: false, gone: false, again: true });
    sessionStorage.removeItem(this.#key);
  }
}
