// Choose the browser's own time zone where nobody has chosen one yet.

export function guessZones() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll("select[data-guess-zone]")) {
    const known = [...select.options].some((option) => option.text === zone);
    if (known && !select.value) select.value = zone;
  }
}
