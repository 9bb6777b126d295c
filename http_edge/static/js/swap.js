// Put a newer section in the place of an older one, and keep what somebody is doing in it.

const FIELDS = "input:not([type=hidden]), textarea, select";

// A field is the same in both when it has the same id, or the same name in the same form.
function keyOf(field) {
  if (field.id) return `#${field.id}`;
  return `${field.form?.getAttribute("action")} ${field.name} ${field.value}`;
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  if (field instanceof HTMLSelectElement) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  return field.value !== field.defaultValue;
}

function typedIn(section) {
  const typed = new Map();
  for (const field of section.querySelectorAll(FIELDS)) {
    if (changed(field)) typed.set(keyOf(field), { value: field.value, checked: field.checked });
  }
  return typed;
}

function retype(section, typed) {
  for (const field of section.querySelectorAll(FIELDS)) {
    const kept = typed.get(keyOf(field));
    if (!kept) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.checked;
    else if (!(field instanceof HTMLSelectElement) || hasOption(field, kept.value)) field.value = kept.value;
  }
}

function hasOption(select, value) {
  return [...select.options].some((option) => option.value === value);
}

// Where something stands, said so that it is found again: its item, then its turn among its kind.
function placeOf(element, section) {
  if (element.id) return { id: element.id };
  const item = element.closest("[data-key]");
  const within = item && section.contains(item) ? item : section;
  const kind = element.localName;
  const turn = [...within.querySelectorAll(kind)].indexOf(element);
  return { key: item?.dataset.key, kind, turn };
}

function findPlace(section, place) {
  if (place.id) return section.querySelector(`#${CSS.escape(place.id)}`);
  const within = place.key
    ? section.querySelector(`[data-key="${CSS.escape(place.key)}"]`)
    : section;
  return within?.querySelectorAll(place.kind)[place.turn] ?? null;
}

function remember(section) {
  const active = document.activeElement;
  const focused = active && active !== section && section.contains(active);
  return {
    typed: typedIn(section),
    opened: [...section.querySelectorAll("details[open]")].map((one) => placeOf(one, section)),
    focus: focused ? placeOf(active, section) : null,
    selection: focused && selectionOf(active),
  };
}

function selectionOf(field) {
  try {
    return [field.selectionStart, field.selectionEnd];
  } catch {
    return null;
  }
}

function restore(section, kept) {
  for (const place of kept.opened) {
    const details = findPlace(section, place);
    if (details) details.open = true;
  }
  retype(section, kept.typed);
  if (!kept.focus) return;
  const field = findPlace(section, kept.focus);
  if (!field) {
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
    return;
  }
  field.focus({ preventScroll: true });
  if (kept.selection?.[0] != null && field.setSelectionRange) {
    try {
      field.setSelectionRange(...kept.selection);
    } catch {
      // this kind of field has no selection
    }
  }
}

function keysOf(section) {
  return new Set([...section.querySelectorAll("[data-key]")].map((item) => item.dataset.key));
}

export function swap(section, newer) {
  const kept = remember(section);
  const before = keysOf(section);
  const fresh = document.importNode(newer, true);
  section.replaceChildren(...fresh.childNodes);
  for (const { name, value } of fresh.attributes) {
    if (name.startsWith("data-") || name === "aria-label") section.setAttribute(name, value);
  }
  for (const item of section.querySelectorAll("[data-key]")) {
    if (!before.has(item.dataset.key)) item.classList.add("fresh");
  }
  restore(section, kept);
  section.dispatchEvent(new CustomEvent("swapped", { bubbles: true }));
}
