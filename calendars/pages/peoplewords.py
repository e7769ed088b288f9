"""The words of the pages of people, by what things are called inside."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import get_day_names

from calendars.catalogue import msg, say

RANKS: Mapping[str, str] = {
    "specialist": msg("specialist officer"),
    "head": msg("head of section"),
    "deputy-director": msg("deputy director"),
}
MAILS: Mapping[str, str] = {
    "single": msg("each reminder on its day"),
    "digest": msg("together, at the beginning of the week"),
}
CALENDARS: Mapping[str, str] = {
    "feed": msg("by a subscribed feed"),
    "invitations": msg("by invitations in the mail"),
    "none": msg("not from here"),
}
ROLES: Mapping[str, str] = {
    "lead": msg("their organisation leads it"),
    "coordinating": msg("their organisation coordinates it"),
    "owner": msg("their organisation owns the plan"),
    "superior": msg("nobody below them answered"),
    "partner": msg("their organisation is the partner"),
}
"""Why somebody gets a reminder."""

STANDINGS: Mapping[str, str] = {
    "unsubscribed": msg("wants no more mail since {day}"),
    "suspended": msg("suspended since {day}: {count} mails came back"),
    "official": msg("an organisation's own address, good as it is"),
    "verified": msg("confirmed on {day}"),
    "asked": msg("asked on {day}, not confirmed yet"),
    "unasked": msg("not asked yet to confirm it"),
}
"""How an address stands."""

FIXES: Mapping[str, str] = {
    "unsubscribed": msg("Only if they say that they want it again: let mail go again, and write down who said so."),
    "suspended": msg("Telephone and correct the address, or let mail go again once the mailbox is in order."),
    "asked": msg("They press the button in that mail. If it is lost: ask again, or telephone and confirm it yourself."),
    "unasked": msg("Ask them to confirm it: no reminders go there before."),
}

SILENCES: Mapping[str, str] = {
    "unsubscribed": msg("None: they want no more mail."),
    "suspended": msg("None: the address is suspended, since mails came back."),
    "asked": msg("None as long as the address is not confirmed."),
    "unasked": msg("None as long as the address is not confirmed."),
}
"""Why no reminders go to an address that stands so."""

NO_REMINDERS = msg("None: nothing that is theirs falls into these days.")

CHOICES: Mapping[str, str] = {
    "": msg("any"),
    "open": msg("mail reaches them"),
    "waiting": msg("not confirmed yet"),
    "closed": msg("suspended, or wants no more"),
}
"""How people may be narrowed, by how their address stands."""

PASSAGES: Mapping[str, str] = {
    "asked": msg("asked to confirm the address"),
    "verified": msg("address confirmed"),
    "unsubscribed": msg("wants no more mail"),
    "resubscribed": msg("wants mail again"),
    "bounced": msg("a mail came back"),
    "suspended": msg("suspended: mails came back"),
    "reopened": msg("mail goes again"),
    "added": msg("put on the list"),
    "changed": msg("details changed"),
    "removed": msg("taken off the list"),
}
"""What is written down of an address."""

ACTS: Mapping[str, str] = {
    "edit": msg("Change details"),
    "ask": msg("Ask again to confirm"),
    "confirm": msg("Confirm it yourself"),
    "reopen": msg("Let mail go again"),
    "remove": msg("Take off the list"),
}

GETS: Mapping[str, str] = {
    "ask": msg(
        "A mail goes to {address} that asks to confirm the address. Reminders follow once its button was pressed."
    ),
    "confirm": msg("The address {address} counts as confirmed from now on, and reminders go there."),
    "reopen": msg("Mail goes to {address} again, and mails that come back are counted anew."),
    "remove": msg("{name} gets no more mail, and what is known of the address is forgotten."),
}
"""What will happen."""

DONE: Mapping[str, str] = {
    "ask": msg("The mail that asks to confirm the address goes with the next round."),
    "confirm": msg("The address is confirmed."),
    "reopen": msg("Mail goes there again."),
    "saved": msg("Saved."),
    "asked": msg("Saved. A mail that asks to confirm the address goes with the next round."),
}

REFUSALS: Mapping[str, str] = {
    "closed": msg("No mail goes to this address: it has to be let go again first."),
    "verified": msg("The address is confirmed already."),
    "lately": msg(
        "They were asked less than an hour ago. Ask again in {minutes} min, or telephone and confirm it yourself."
    ),
    "open": msg("Mail goes to this address already."),
    "others": msg(
        "Somebody of another organisation has the same address: whoever looks after the installation decides."
    ),
}
"""Why an address stays as it is."""

FIELDS: Mapping[str, str] = {
    "id": msg("Id"),
    "name": msg("Full name"),
    "organisation": msg("Organisation"),
    "rank": msg("Rank"),
    "mail": msg("Mail address"),
    "lang": msg("Language of mails"),
    "mails": msg("Reminders"),
    "calendar": msg("Events in their calendar"),
    "quiet": msg("No mail on"),
}

FAULTS: Mapping[str, str] = {
    "id": msg("An id is of 1 to 64 small letters without marks, digits and hyphens, such as lan, and not “new”."),
    "taken": msg("Somebody has this id already, or an organisation has: take another one."),
    "name": msg("Write the name on one line of 1 to 200 characters, without “=?”."),
    "organisation": msg("Choose an organisation that you act for."),
    "rank": msg("Choose one of the list."),
    "lang": msg("Choose one of the list."),
    "mails": msg("Choose one of the list."),
    "calendar": msg("Choose one of the list."),
    "mail": msg("Write the one address they read, without a name, such as lan@quang-tri.gov.vn."),
    "away": msg("Write days such as 20/12/2026 or 20/12/2026 - 31/12/2026, no more than a year, with commas between."),
    "quiet": msg("Leave one working day on which mail may come, or take the person off the list."),
}
"""What is wrong with a field, and what to write."""

ANEW = msg("Add a person")
CHANGING = msg("Change details")
NOTE_ASK = msg("A mail goes to {address} that asks to confirm the address; no reminders go there before.")
NOTE_KNOWN = msg("The address {address} is confirmed already: reminders go there from now on.")
NOTE_CLOSED = msg("No mail goes to {address}: it is suspended, or its owner wants no more.")
NOTE_ALSO = msg("{names} has the same address: both get their mail there.")
NOTE_OTHERS = msg("Somebody of another organisation has the same address.")
NOTE_WAITING = msg("What waits to be mailed to {address} goes to the new address.")
NOTE_SAME = msg("Nothing would change: it is in the list just so.")
OWN_SIDE = msg("that of their side")
NOTHING = msg("none")
CAME_BACK = msg("Came back in a row")

NO_PERSON = msg("There is no such person here, or they are of an organisation that you do not act for.")
NO_DEED = msg("There is no such act. Open the person and choose one.")
NO_CHOICE = msg("There is no such choice. Choose one from the list.")
CUT = msg("People {first} – {last} of {count}; the others stand on other pages.")
STALE = msg("Somebody has changed this since you looked. Look again, and decide anew.")
LOOK_AGAIN = msg("Look again")
FOR_HEADS = msg("Heads change details, ask again and let mail go again.")
NOT_YOURS = msg("You see this because it is your own address; heads of the organisation change it.")


def standing_words(standing: str, day: str, count: int, lang: str) -> str:
    """How an address stands."""
    return say(lang, STANDINGS[standing], day=day, count=count)


def body_words(name: str, successor: str | None, lang: str, *, known: bool) -> str:
    """The organisation of a person, and who has its duties now where it has ended."""
    if not known:
        return say(lang, "{body} (has ended; who took over is not known)", body=name)
    return name if successor is None else say(lang, "{body} (now {successor})", body=name, successor=successor)


def why_words(purpose: str, role: str, lang: str) -> str:
    """Why somebody gets a reminder: what it asks for, and in which part."""
    return f"{purpose}; {say(lang, ROLES[role])}"


def weekday(number: int, lang: str) -> str:
    """A day of the week; Monday is 0."""
    return str(get_day_names("wide", "stand-alone", locale=lang)[number])
