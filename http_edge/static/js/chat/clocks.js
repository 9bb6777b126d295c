// Instants in words, in the reader's zone, as the server says them (pages/times.py).

const HALF_HOUR = 1_800_000;
const formats = new Map();

function format(zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  }
  return formats.get(key);
}

const wall = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(at);

// `2026-03-03`
export function dayOf(at, zone) {
  return format(zone, { year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(at)
    .filter(({ type }) => type !== "literal")
    .map(({ value }) => value)
    .reverse()
    .join("-");
}

// `Tuesday 3 March 2026`
export function dayInWords(at, zone) {
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const parts = format(zone, long).formatToParts(at);
  const part = (wanted) => parts.find(({ type }) => type === wanted).value;
  return `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}`;
}

// `Today`, `Yesterday`, or the day in words
export function dayToReader(at, zone, now = new Date()) {
  const day = dayOf(at, zone);
  if (day === dayOf(now, zone)) return "Today";
  const [year, month, date] = dayOf(now, zone).split("-").map(Number);
  const before = new Date(Date.UTC(year, month - 1, date - 1)).toISOString().slice(0, 10);
  return day === before ? "Yesterday" : dayInWords(at, zone);
}

// `10:30`; in an hour that comes twice, which of both it is: `02:30 (UTC+1)`
export function clock(at, zone) {
  const shown = wall(at, zone);
  const around = [-2, -1, 1, 2].map((each) => wall(new Date(+at + each * HALF_HOUR), zone));
  return around.includes(shown) ? `${shown} (${offset(at, zone)})` : shown;
}

function offset(at, zone) {
  const parts = format(zone, { timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName").value;
  const [, sign = "+", hours = "0", minutes = "00"] = /GMT(?:([+-])(\d+):(\d+))?/.exec(name);
  return `UTC${sign}${Number(hours)}${minutes === "00" ? "" : `:${minutes}`}`;
}

// `Tuesday 3 March 2026 at 10:30`
export function momentInFull(at, zone) {
  return `${dayInWords(at, zone)} at ${clock(at, zone)}`;
}

// `40 s`, `12 min`, `1 h 5 min`: how long a call was, as `thread_wording.call_length` says it
export function lengthInWords(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

const KB = 1024;
const MB = KB * KB;

// `340 KB`, `2.5 MB`
export function sizeInWords(bytes) {
  return bytes < MB ? `${Math.max(1, Math.round(bytes / KB))} KB` : `${(bytes / MB).toFixed(1)} MB`;
}
