// "5 minutes ago" instead of a date and an hour; the exact instant stays in the title.
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
// Hours as the reader chose them, or else of this machine.
const timeZone = document.documentElement.dataset.timeZone || undefined;
const exact = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short", timeZone });
const STEPS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

function relative(seconds) {
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, "second");
}

function tellTimes(within = document) {
  for (const place of within.querySelectorAll("[data-at]")) {
    const at = Number(place.dataset.at) / 1000;
    if (!Number.isFinite(at) || at <= 0) continue;
    place.textContent = relative((at - Date.now()) / 1000);
    place.title = exact.format(at);
  }
}
tellTimes();
setInterval(tellTimes, 60000);
document.addEventListener("htmx:afterSettle", () => tellTimes());
