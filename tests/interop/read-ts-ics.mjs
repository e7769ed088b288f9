// Reads a calendar with ts-ics. Usage: node read-ts-ics.mjs MODULE FILE
// One line per event: UID, first day, day after the last, title, description (its line breaks as U+001F).
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, file] = process.argv.slice(2);
const { convertIcsCalendar } = await import(pathToFileURL(module).href);
const calendar = convertIcsCalendar(undefined, readFileSync(file, "utf8"));
const day = ({ date }) => date.toISOString().slice(0, 10);
for (const event of calendar.events) {
  if (event.recurrenceRule || event.start.type !== "DATE") throw new Error(`not one all-day event: ${event.uid}`);
  const description = event.description.replaceAll("\n", "\u001f");
  console.log([event.uid, day(event.start), day(event.end), event.summary, description].join("\t"));
}
console.log(["calendar", calendar.name].join("\t"));
