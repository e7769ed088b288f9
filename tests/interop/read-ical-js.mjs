// Reads a calendar with ical.js. Usage: node read-ical-js.mjs MODULE FILE
// One line per event: UID, first day, day after the last, title, description (its line breaks as U+001F).
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, file] = process.argv.slice(2);
const { default: ICAL } = await import(pathToFileURL(module).href);
const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component, { strictExceptions: true });
  if (event.isRecurring() || !event.startDate.isDate) throw new Error(`not one all-day event: ${event.uid}`);
  const description = event.description.replaceAll("\n", "\u001f");
  console.log([event.uid, event.startDate.toString(), event.endDate.toString(), event.summary, description].join("\t"));
}
console.log(["calendar", calendar.getFirstPropertyValue("x-wr-calname"), calendar.getFirstPropertyValue("name")].join("\t"));
