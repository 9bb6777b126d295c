// Put the reader where the errors are listed.

export function focusErrors() {
  document.querySelector(".errors")?.focus();
}
