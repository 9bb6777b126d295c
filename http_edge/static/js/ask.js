// Ask before something that can't be taken back; resolve to whether it is wanted.

function button(words, kind, value) {
  const made = Object.assign(document.createElement("button"), { className: `button ${kind}`, value });
  made.textContent = words;
  return made;
}

export function askFirst(question, { yes, no, kind = "danger" }) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "ask" });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const words = Object.assign(document.createElement("p"), { id: "ask-words" });
  const choices = Object.assign(document.createElement("p"), { className: "row" });
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  choices.append(button(no, "second", ""), button(yes, kind, "yes"));
  form.append(words, choices);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
