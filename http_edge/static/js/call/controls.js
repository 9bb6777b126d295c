// Buttons and keys: each does one thing by name, and shows whether it is on.

const KEYS = {
  m: "microphone",
  v: "camera",
  s: "screen",
  c: "chat",
  n: "notes",
  p: "people",
  o: "settings",
  l: "layout",
  f: "full",
  e: "leave",
};
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const UNWANTED = "call-keys-off"; // kept where somebody wants no keys of ours
const NOT_BEFORE = new Set(["screen", "people", "layout", "full", "leave"]);

export class Controls {
  // *acts*: name -> what to do.
  constructor(root, acts) {
    Object.assign(this, { root, acts });
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("change", ({ target }) => target.matches("input[data-do]") && this.#do(target.dataset.do));
    addEventListener("keydown", (event) => this.#pressed(event));
    this.show({ keys: this.#areWanted });
  }

  // Show what is on: name -> whether.
  show(on) {
    for (const [name, is] of Object.entries(on)) {
      for (const button of this.root.querySelectorAll(`[data-do="${name}"]`)) showOne(button, is);
    }
  }

  offer(name, whether) {
    for (const button of this.root.querySelectorAll(`.control[data-do="${name}"]`)) button.hidden = !whether;
  }

  // Call what *name* does *label*, on its button and in the list of keys.
  label(name, label) {
    for (const shown of this.root.querySelectorAll(`[data-label="${name}"]`)) shown.textContent = label;
    for (const button of this.root.querySelectorAll(`.control[data-do="${name}"][title]`)) {
      button.title = `${label} (${button.getAttribute("aria-keyshortcuts")})`;
    }
  }

  // Letters alone may do nothing where they come from a voice or an unsteady hand.
  turnKeys() {
    if (this.#areWanted) localStorage.setItem(UNWANTED, "yes");
    else localStorage.removeItem(UNWANTED);
    this.show({ keys: this.#areWanted });
  }

  get #areWanted() {
    return !localStorage.getItem(UNWANTED);
  }

  // A dot on a button: there is something new behind it.
  mark(name, count) {
    for (const button of this.root.querySelectorAll(`.control[data-do="${name}"]`)) {
      button.querySelector(".count")?.remove();
      if (!count) continue;
      const shown = Object.assign(document.createElement("span"), { className: "count", textContent: count });
      shown.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: " new" }));
      button.append(shown);
    }
  }

  #clicked({ target }) {
    const button = target.closest("button[data-do]");
    if (button && this.root.contains(button)) this.#do(button.dataset.do);
  }

  #pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const name = event.key === "Escape" ? "close-panel" : KEYS[event.key.toLowerCase()];
    const inCall = this.root.classList.contains("in-call");
    if (!name || (!inCall && NOT_BEFORE.has(name)) || !this.#offered(name)) return;
    if (name !== "close-panel" && !this.#areWanted) return;
    if (name !== "close-panel") event.preventDefault();
    this.#do(name);
  }

  #offered(name) {
    return [...this.root.querySelectorAll(`[data-do="${name}"]`)].some((button) => !button.hidden);
  }

  #do(name) {
    this.acts[name]?.();
  }
}

function showOne(button, is) {
  if (button.matches("input")) button.checked = is;
  else if (button.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", is);
  else button.setAttribute("aria-pressed", is);
}
