// Let the time that is left run down, in the words that the server uses (pages/times.py).

const TICK = 10_000;
const SECOND = 1000;

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

// A time that is held while somebody decides runs down by the second.
function tickHeld() {
  for (const time of document.querySelectorAll("time[data-held]")) {
    const left = Math.ceil((Date.parse(time.dateTime) - Date.now()) / SECOND);
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
    time.textContent = left > 0 ? clock : "Over: others may take it now";
    if (left <= 0) time.classList.replace("ok", "danger");
    say(left > 60 ? "" : left > 0 ? "One minute is left." : "The time is not held any more.");
  }
}

// What is read out: once when it gets short, once when it is over.
function say(words) {
  const status = document.querySelector("[data-held-said]");
  if (status && status.textContent !== words) status.textContent = words;
}

export function startCountdowns() {
  tick();
  setInterval(tick, TICK);
  tickHeld();
  if (document.querySelector("time[data-held]")) setInterval(tickHeld, SECOND);
}
