// Let the time that is left run down, in the words that the server uses (pages/times.py).

const TICK = 10_000;

export function leftInWords(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 0) return "overdue";
  if (minutes < 1) return "less than a minute left";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days) return `${days} d ${hours} h left`;
  return hours ? `${hours} h ${minutes % 60} min left` : `${minutes} min left`;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const words = leftInWords(Date.parse(time.dateTime) - Date.now());
    if (time.textContent !== words) time.textContent = words;
    if (words === "overdue") time.closest(".badge")?.classList.replace("wait", "danger");
  }
}

export function startCountdowns() {
  tick();
  setInterval(tick, TICK);
}
