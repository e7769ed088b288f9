"""What `luanphien contacts …` prints: people, how their mail stands, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.catalogue import msg
from calendars.headline import headline
from calendars.wording import day_words, local_day, name
from config.contactfile import fields_of, quiet_words
from config.words import tell
from notifications.advice import in_short
from notifications.contacts import CalendarWay, Contact, Mails, Rank, folded
from notifications.due import Reminder, State
from notifications.people import Standing, Taken
from scheduler.occurrence import Record
from scheduler.plan import Directory
from scheduler.succession import heir_of

RANKS = {
    Rank.SPECIALIST: msg("specialist officer"),
    Rank.HEAD: msg("head of section"),
    Rank.DEPUTY_DIRECTOR: msg("deputy director"),
}
MAILS = {
    Mails.SINGLE: msg("each reminder on its day"),
    Mails.DIGEST: msg("together, at the beginning of the week"),
}
CALENDARS = {
    CalendarWay.FEED: msg("by a subscribed feed"),
    CalendarWay.INVITATIONS: msg("by invitations in the mail"),
    CalendarWay.NONE: msg("not from here"),
}
WEEKDAYS = {
    "mon": msg("Mondays"),
    "tue": msg("Tuesdays"),
    "wed": msg("Wednesdays"),
    "thu": msg("Thursdays"),
    "fri": msg("Fridays"),
    "sat": msg("Saturdays"),
    "sun": msg("Sundays"),
}

Mail = tuple[Reminder, Record | None]


@dataclass(frozen=True, slots=True)
class Room:
    """Where and when things are said: the directory, the language, the day, and what is known of addresses."""

    directory: Directory
    lang: str
    today: date
    standings: Mapping[str, Standing]

    def standing(self, contact: Contact) -> Standing:
        """What is known of a person's address."""
        return self.standings.get(folded(contact.address), Standing(folded(contact.address)))

    def tell(self, msgid: str, **fields: object) -> str:
        """Words of the catalogue."""
        return tell(self.lang, msgid, **fields)


def people_lines(people: Sequence[Contact], room: Room) -> Iterator[RenderableType]:
    """Everyone below their organisation, those who do the work first."""
    ordered = sorted(people, key=lambda c: (name(c.organisation, room.directory, room.lang), *_place(c)))
    for _, group in groupby(ordered, key=lambda contact: contact.organisation):
        staff = list(group)
        yield Styled(body_words(staff[0], room), style="bold cyan")
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for contact in staff:
            who = Styled.assemble((contact.name, "bold"), f" · {room.tell(RANKS[contact.rank])}")
            grid.add_row(contact.id, Group(who, Styled(f"{contact.address} · ").append_text(state(contact, room))))
        yield Padding(grid, (0, 0, 1, 2))


def person_screen(contact: Contact, room: Room, mails: Sequence[Mail], span: tuple[date, date]) -> RenderableType:
    """One person: how they are written to, how their address stands, and the mail they get in a span of days."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in _facts(contact, room):
        grid.add_row(label, value)
    head = Styled.assemble((contact.name, "bold"), "  ", (contact.id, "dim"))
    first, last = (day_words(day, room.lang) for day in span)
    heading = room.tell("Mail from {first} to {last}", first=first, last=last)
    return Group(head, Padding(grid, (0, 0, 1, 2)), Styled(heading, style="bold"), *_mail_lines(mails, room))


def taken_screen(
    taken: Taken, removed: Sequence[Contact], asked: Sequence[Contact], room: Room, *, preview: bool
) -> RenderableType:
    """Who was added, changed and removed, and who is asked to confirm an address."""
    counts = {"added": len(taken.added), "changed": len(taken.changed), "removed": len(removed)}
    heading = "Would add {added}, change {changed}, remove {removed}"
    if not preview:
        heading = "People added: {added}, changed: {changed}, removed: {removed}"
    if not any(counts.values()):
        heading = "Everyone is in the list just so already; nothing changes"
    lines: list[RenderableType] = [Styled(room.tell(heading, **counts), style="bold")]
    lines += [_line("+", "green", contact) for contact in taken.added]
    lines += [_line("~", "yellow", after, *_differences(before, after)) for before, after in taken.changed]
    lines += [_line("−", "red", contact) for contact in removed]
    return Group(*lines, *asked_lines(asked, room, preview=preview))


def asked_lines(asked: Sequence[Contact], room: Room, *, preview: bool = False) -> Iterator[RenderableType]:
    """Who is asked to confirm an address, and when that mail goes; nothing for nobody."""
    if not asked:
        return
    addresses = ", ".join(dict.fromkeys(contact.address for contact in asked))
    if preview:
        yield Styled(room.tell("Would be asked to confirm the address: {addresses}", addresses=addresses))
        return
    yield Styled(room.tell("Asked by mail to confirm the address: {addresses}", addresses=addresses))
    hint = "That mail goes with luanphien remind --once, or by itself while luanphien serve runs. Reminders come after."
    yield Styled(room.tell(hint), style="yellow")


def state(contact: Contact, room: Room) -> Styled:
    """Whether mail reaches a person, and why not."""
    found, lang = room.standing(contact), room.lang
    if found.unsubscribed_at is not None:
        day = day_words(local_day(found.unsubscribed_at), lang)
        return Styled(room.tell("wants no more mail since {day}", day=day), style="red")
    if found.suspended_at is not None:
        said = {"count": found.hard_bounces, "day": day_words(local_day(found.suspended_at), lang)}
        words = room.tell("{count} mails came back; none goes there since {day}: telephone", **said)
        return Styled(words, style="red")
    if found.official:
        return Styled(room.tell("an organisation's own address, good as it is"), style="green")
    if found.verified_at is not None:
        day = day_words(local_day(found.verified_at), lang)
        return Styled(room.tell("confirmed on {day}", day=day), style="green")
    if found.asked_at is not None:
        day = day_words(local_day(found.asked_at), lang)
        return Styled(room.tell("asked on {day}, not confirmed yet: no reminders", day=day), style="yellow")
    return Styled(room.tell("not asked yet to confirm it: no reminders"), style="yellow")


def body_words(contact: Contact, room: Room) -> str:
    """The organisation of a person, and who has its duties now where it has ended."""
    heir = heir_of(contact.organisation, room.today, room.directory)
    own = name(contact.organisation, room.directory, room.lang)
    if not heir.known:
        return room.tell("{body} (has ended; who took over is not known)", body=own)
    if heir.organisation == contact.organisation:
        return own
    return room.tell("{body} (now {successor})", body=own, successor=name(heir.organisation, room.directory, room.lang))


def person_json(contact: Contact, room: Room) -> dict[str, Any]:
    known = asdict(room.standing(contact))
    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in known.items()}
    return fields_json(contact) | {"address": plain}


def taken_json(taken: Taken, gone: Sequence[Contact], asked: Sequence[Contact], *, stored: bool) -> dict[str, Any]:
    return {
        "stored": stored,
        "errors": [],
        "added": [fields_json(contact) for contact in taken.added],
        "changed": [{"before": fields_json(before), "after": fields_json(after)} for before, after in taken.changed],
        "removed": [fields_json(contact) for contact in gone],
        "asked": [contact.id for contact in asked],
    }


def fields_json(contact: Contact) -> dict[str, Any]:
    return {"id": contact.id, **fields_of(contact)}


def _facts(contact: Contact, room: Room) -> Iterator[tuple[str, RenderableType]]:
    found = room.standing(contact)
    yield room.tell("Organisation"), Styled(f"{body_words(contact, room)} ({contact.organisation})")
    yield room.tell("Rank"), Styled(room.tell(RANKS[contact.rank]))
    yield room.tell("Address"), Styled(f"{contact.address} · ").append_text(state(contact, room))
    if found.last_bounce is not None:
        words = room.tell("{count} in a row, the last: {said}", count=found.hard_bounces, said=found.last_bounce)
        yield room.tell("Came back"), Styled(words, style="yellow")
    yield room.tell("Language"), Styled(contact.lang)
    yield room.tell("Mails"), Styled(room.tell(MAILS[contact.mails]))
    yield room.tell("Calendar"), Styled(room.tell(CALENDARS[contact.calendar]))
    if quiet := quiet_words(contact.quiet):
        days = (room.tell(WEEKDAYS[word]) if word in WEEKDAYS else _span_words(word, room.lang) for word in quiet)
        yield room.tell("No mail on"), Styled(", ".join(days))


def _span_words(span: str, lang: str) -> str:
    return " – ".join(day_words(date.fromisoformat(day), lang) for day in span.split("/"))


def _mail_lines(mails: Sequence[Mail], room: Room) -> Iterator[RenderableType]:
    going = [mail for mail in mails if mail[0].state is not State.EXPIRED]
    if not going:
        yield Padding(Styled(room.tell("None"), style="dim"), (0, 0, 0, 2))
    for day, group in groupby(going, key=lambda mail: mail[0].send_on):
        yield Padding(Styled(day_words(day, room.lang), style="bold"), (0, 0, 0, 2))
        for reminder, record in group:
            if record is None:
                line = Styled(room.tell("the week and the month ahead"))
            else:
                why = f"  ({in_short(reminder, room.lang)})"
                line = Styled.assemble(headline(record.occurrence, room.directory, room.lang), (why, "dim"))
            yield Padding(line, (0, 0, 0, 4))


def _differences(before: Contact, after: Contact) -> Iterable[str]:
    old, new = fields_of(before), fields_of(after)
    return [f"{field}: {_plain(old[field])} → {_plain(new[field])}" for field in old if old[field] != new[field]]


def _plain(value: object) -> str:
    return (", ".join(value) or "—") if isinstance(value, list) else str(value)


def _line(mark: str, style: str, contact: Contact, *more: str) -> RenderableType:
    """What becomes of a person; what does not fit goes on under its own beginning."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, style=style)
    grid.add_column(overflow="fold")
    what = Styled(f"{contact.id}  {contact.name} · {contact.organisation} · {contact.address}")
    grid.add_row(mark, Group(what, *(Styled(f"  {line}", style="yellow") for line in more)))
    return grid


def _place(contact: Contact) -> tuple[str, int, str]:
    return contact.organisation, tuple(Rank).index(contact.rank), contact.id
