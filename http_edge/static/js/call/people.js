// Who is there, and what a host does with each: hold, remove, invite, hand over.

import { parsePage } from "../trusted.js";
import { choose } from "./choose.js";
import { taken } from "./words.js";

const PART = { host: "Doctor", patient: "Patient", guest: "Guest", doctor: "Invited doctor" };
const WHERE = {
  waiting: ["Waiting", "wait"],
  in_call: ["In the call", "ok"],
  held: ["On hold", "warn"],
  returning: ["Coming back", "warn"],
};

export class People {
  #shown = "";

  constructor(root, session) {
    Object.assign(this, { root, session });
    this.list = document.getElementById("people");
    root.addEventListener("submit", (event) => this.#submitted(event));
    this.list.addEventListener("click", ({ target }) => this.#clicked(target.closest("button[data-act]")));
  }

  // The form to invite stands beside the call while it goes on.
  place(inCall) {
    if (!inCall) return;
    const form = this.root.querySelector('form[data-act="invite"]');
    const place = this.root.querySelector('[data-place="invite"]');
    if (form && place) place.append(form);
  }

  show(view) {
    const now = JSON.stringify(view.people.map(({ person, legs }) => [person, legs[0]?.state]));
    if (now === this.#shown) return;
    this.#shown = now;
    const focused = document.activeElement?.closest?.("#people [data-act]");
    this.list.replaceChildren(...view.people.map((each) => this.#row(each, view)));
    if (focused) this.#find(focused)?.focus();
  }

  #find({ dataset: { act, user } }) {
    return this.list.querySelector(`[data-act="${act}"][data-user="${CSS.escape(user)}"]`);
  }

  #row({ person, legs }, view) {
    const row = document.getElementById("t-person").content.firstElementChild.cloneNode(true);
    const [words, tone] = WHERE[legs[0]?.state] ?? ["Not here", ""];
    row.querySelector("strong").textContent = person.user === view.me ? `${person.name} (you)` : person.name;
    row.querySelector(".muted").textContent = person.as_what || PART[person.part];
    Object.assign(row.querySelector(".badge"), { textContent: words, className: `badge ${tone}` });
    if (view.part === "host" && view.hosting && person.user !== view.me && legs.length) {
      const held = legs[0].state === "held";
      const acts = row.querySelector("[data-acts]");
      acts.append(button(held ? "go-on" : "hold", held ? "Go on" : "Hold", person));
      acts.append(button("remove", "Remove", person));
    }
    return row;
  }

  async #clicked(pressed) {
    if (!pressed) return;
    const { act, user, name } = pressed.dataset;
    if (act !== "remove") return taken(await this.session.act({ type: "HoldPerson", user, held: act === "hold" }));
    const sure = await choose(`Take ${name} out of the call?`, [["yes", "Remove", "danger"], ["", "No", "second"]]);
    if (sure) taken(await this.session.act({ type: "RemovePerson", user }));
  }

  #submitted(event) {
    const form = event.target;
    const act = { invite: () => this.#invite(form), transfer: () => this.#transfer(form) }[form.dataset.act];
    if (!act || !form.closest("[data-place]")) return;
    event.preventDefault();
    act();
  }

  async #invite(form) {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const page = answer && parsePage(await answer.text());
    const link = page?.querySelector("#guest-link .secret")?.textContent.trim();
    const once = page?.querySelector('form[data-act="invite"] [name=once]')?.value;
    if (once) form.elements.once.value = once;
    if (link) form.reset();
    this.#showLink(link, page?.querySelector(".errors li")?.textContent.trim());
  }

  #showLink(link, wrong) {
    const place = document.getElementById("invitation");
    const words = document.createElement("p");
    words.setAttribute("role", "status");
    words.textContent = link ? "Send them this link. It is shown this once." : wrong || "No link could be made. Try again.";
    if (!link) return place.replaceChildren(words);
    const shown = Object.assign(document.createElement("p"), { className: "secret", tabIndex: 0, textContent: link });
    const copy = Object.assign(document.createElement("button"), { type: "button", className: "button second", textContent: "Copy the link" });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(link).catch(() => {});
      copy.textContent = "Copied";
    });
    place.replaceChildren(words, shown, copy);
    shown.focus();
  }

  async #transfer(form) {
    const { doctor, take_over: over } = form.elements;
    const { value: id, selectedOptions } = doctor;
    const who = { id, name: selectedOptions[0].textContent };
    const done = taken(await this.session.act({ type: "InviteDoctor", doctor: who, take_over: over.value === "yes" }));
    if (done) form.closest("details").open = false;
  }
}

function button(act, words, { user, name }) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words });
  made.className = `button slim ${act === "remove" ? "danger" : "second"}`;
  Object.assign(made.dataset, { act, user, name });
  made.setAttribute("aria-label", `${words}: ${name}`);
  return made;
}
