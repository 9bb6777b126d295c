// Ask with more than one way to go on; resolve to the one that was chosen ("": none).

export function choose(question, ways, { words = "" } = {}) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "ask" });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const title = Object.assign(document.createElement("h2"), { id: "choose-title", textContent: question });
  const more = Object.assign(document.createElement("p"), { textContent: words, hidden: !words });
  const row = Object.assign(document.createElement("p"), { className: "row" });
  dialog.setAttribute("aria-labelledby", title.id);
  for (const [value, label, kind] of ways) {
    const button = Object.assign(document.createElement("button"), { value, className: `button ${kind}` });
    button.textContent = label;
    row.append(button);
  }
  form.append(title, more, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  const answered = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  return Object.assign(answered, { close: () => dialog.close("") });
}
