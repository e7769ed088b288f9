// Reads a calendar with node-ical. Usage: node read-node-ical.mjs MODULE FILE
// One line per event: UID, first day, day after the last, title, description (its line breaks as U+001F).
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, file] = process.argv.slice(2);
const { default: ical } = await import(pathToFileURL(module).href);
const found = ical.sync.parseICS(readFileSync(file, "utf8"));
// node-ical gives a day as midnight where the reader lives.
const day = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
for (const event of Object.values(found)) {
  if (event.type !== "VEVENT") continue;
  if (event.rrule || event.datetype !== "date") throw new Error(`not one all-day event: ${event.uid}`);
  const description = event.description.replaceAll("\n", "\u001f");
  console.log([event.uid, day(event.start), day(event.end), event.summary, description].join("\t"));
}
console.log(["calendar", found.vcalendar["WR-CALNAME"], found.vcalendar.name].join("\t"));
