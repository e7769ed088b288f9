"""What is said about decisions on pages."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.catalogue import msg
from scheduler.amendment import Verb
from scheduler.plan import Gap

MEANINGS: Mapping[Verb, str] = {
    Verb.CONFIRM: msg("Both sides agreed on days. Calendars show them, and reminders are counted from them."),
    Verb.PROPOSE: msg("Our side suggests days; they are shown as proposed until they are fixed."),
    Verb.POSTPONE: msg("It takes place later, even in another year. Whose turn it is stays as it is."),
    Verb.SKIP: msg("It does not take place in this cycle. Say whether the turn passes or waits."),
    Verb.CANCEL: msg("It does not take place. What that means for later turns is as the plan says."),
    Verb.HELD: msg("It took place: on which days, where, and who hosted."),
    Verb.DONE: msg("The work, report or deadline is settled."),
    Verb.SWAP: msg("Two cycles trade hosts; all others stay as they are."),
    Verb.HOST: msg("Somebody else hosts this one cycle; all others stay as they are."),
    Verb.JOIN: msg("From a cycle on one party more takes turns."),
    Verb.LEAVE: msg("From a cycle on a party takes no more turns."),
    Verb.AWAIT_PARTNER: msg("We asked, and wait for an answer until a day; reminders say so."),
    Verb.SET: msg("Give what the document does not say: its place in the plan stays as it is."),
    Verb.UNDO: msg("It is as if it had not been decided; both stay in the history."),
}

LABELS: Mapping[str, str] = {
    "first": msg("First day"),
    "last": msg("Last day"),
    "place": msg("Place"),
    "host": msg("Who hosted"),
    "party": msg("Party"),
    "other": msg("With the turn of"),
    "turn": msg("The turn"),
    "since": msg("From the cycle of the year"),
    "after": msg("Takes turns after"),
    "until": msg("Until the day"),
    "also": msg("Held together with"),
    "value": msg("Value"),
    "why": msg("Reason"),
}

HINTS: Mapping[str, str] = {
    "last": msg("May stay empty if it is one day."),
    "new": msg("May stay empty if the new days are not known yet."),
    "place": msg("Where it takes place, if it is known."),
    "host": msg("Only if somebody else hosted than is written here."),
    "also": msg("One meeting that fulfils several turns is recorded once, for all of them."),
    "after": msg("At the end, if nothing is chosen."),
    "why": msg("Which letter, minutes or talk it rests on. It stays in the history for good."),
}

FAULTS: Mapping[str, str] = {
    "missing": msg("Fill this in."),
    "too-long": msg("This is too long: at most {most} characters."),
    "control": msg("It holds characters that cannot be kept; they are taken out here. Look it over."),
    "no-day": msg("This is no day. Write it as 2026-09-05."),
    "no-year": msg("This is no year. Write four digits."),
    "no-first": msg("Give the first day, too."),
    "reversed": msg("The last day is before the first."),
    "choose": msg("Choose one."),
}

GAPS: Mapping[Gap, str] = {
    Gap.FIRST_YEAR: msg("The year of the first cycle, such as 2027."),
    Gap.ORDER: msg("Who hosts first, second and so on; each party once, at least two."),
    Gap.FIRST_HOST: msg("Who hosts the first cycle; the others follow."),
    Gap.CYCLE: msg("How often it falls due and, if the plan does not say, from which year on."),
    Gap.DATES: msg("Days, or words as documents have them: 15/6/2027, tháng 6/2027, quý III/2027."),
    Gap.DEADLINE: msg("The last day, such as 15/6/2027; of a periodic report the day of the month, such as 20."),
    Gap.LEAD: msg("Which bodies lead."),
    Gap.PLACE: msg("Where it takes place."),
}

FIXES: Mapping[str, str] = {
    "take that back first with decide undo": msg("Take that back first, under “What was decided”."),
    "use decide done": msg("Record it as done instead."),
    "use decide held with its days": msg("Record it as held instead, with its days."),
    "use decide confirm for days to come": msg("Fix days to come instead, and record it once they have passed."),
    "give a later day; days that were brought forward are fixed with decide confirm": msg(
        "Give a later day; if the days were brought forward, fix them under “Fix the days” instead."
    ),
    "luanphien list shows what is": msg("Look for it on the page of next turns."),
    "luanphien list names the keys": msg("Look for it on the page of next turns."),
    "luanphien explain KEY shows the numbers": msg("The numbers stand under “What was decided”."),
    "name the host of one cycle with decide host": msg("Name the host of one cycle instead."),
    "take it back first: luanphien decide undo {number}": msg("Take decision {number} back first."),
    "use --passes": msg("Let the turn pass."),
    "give the first year too: {unit},YEAR": msg("Give the first year, too."),
    "set the order: HOST,HOST,HOST": msg("Set the order of hosts instead."),
    "write HOST,HOST": GAPS[Gap.ORDER],
    "write a phrase the reference lists, or FIRST/LAST, such as 2021-09-01/2021-09-30": GAPS[Gap.DATES],
}
"""What the command line advises, as it is done on pages."""

PASSES = msg("passes: the next host is as planned")
WAITS = msg("waits: who should have hosted does so next time")
UNSAID = msg("not said")
AS_IT_STANDS = msg("as it stands: {host}")
NOT_SET = msg("not set")

OVER = msg("{status}: to change that, take the decision back first, under “What was decided”.")
BY_TEXT = msg("{status}: the plan itself says so. If that is wrong, mend the plan.")
NO_WAY = msg("There is nothing to decide on it.")
ELSEWHERE = msg("One meeting fulfils several turns; it is decided on at the one that carries it.")
NOT_YOURS = msg("This is for {bodies} to decide: they lead it, or own its plan. You act for {own}.")
ACTS_FOR_NOBODY = msg(
    "You act for no organisation. You look after the programme and can name one yourself: "
    "luanphien officers change {officer} --organisation ID"
)
NO_VERB = msg("No decision has this name. The page of the meeting or duty leads to all there are.")
NO_KEY = msg("Nothing has this key. The page of next turns leads to all there are.")
NO_NUMBER = msg("No decision has this number. The numbers stand under “What was decided”.")
NO_GAP = msg("The text does not leave this open, or it was set meanwhile.")
NO_SUCCESSOR = msg("A successor is written into the plan or the directory, not decided.")

OFF = msg("{day} is a day off in {country}: {name}")
CLASH = msg("On these days, with the same partner or under the same plan: {title} ({when})")

AWAY = msg("{title}: {host} hosts by turn, but {place} is elsewhere. If another party hosted, say so.")

BY_WHOM = msg("By whom, and why")
TAKEN_BACK = msg("taken back")

PARTS = msg("It is one meeting with this one, and would be no more: {title}")
MORE_MEETINGS = msg("{count} more meetings are not shown here; “luanphien decide” takes any key.")
BEYOND = msg("It lies beyond the years that are kept. Decide on it when its time comes nearer.")
BUSY = msg("Nothing was stored: somebody else is changing the store just now. Send it again in a moment.")
