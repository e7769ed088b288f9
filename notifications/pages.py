"""The pages behind a mail's links: plain values in, HTML out. One matter, one button, no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from calendars.catalogue import catalogue
from calendars.catalogue import say as say_of_calendars
from calendars.headline import subject
from calendars.pages.frame import Frame, around
from calendars.wording import INDOCHINA, day_words, days, kind_word, status_word
from notifications.due import Reason
from notifications.forms import MOST_WORDS, Draft, Fault
from notifications.sections import rows_of
from notifications.words import say
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory

EMPTY = Draft()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """What a mail was about, as it stands now. `lines`: who hosts, for which step the mail was, and to whom it went."""

    key: str
    kind: str
    title: str
    when: str
    state: str
    status: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One page. `notice` comes first, `receipt` tells what is recorded, `lines` and `names` what the button does.

    `after` is said more quietly. Without `button` there is no form. `words` is the label of its text, None: it has
    none; `days`: it asks for two days, and the text is required. `again`: the button takes back what it did.
    """

    title: str
    notice: str | None = None
    receipt: tuple[str, ...] = ()
    item: ItemWords | None = None
    lines: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    button: str | None = None
    words: str | None = None
    days: bool = False
    draft: Draft = field(default=EMPTY)
    again: bool = False


def slip_page(slip: Slip, frame: Frame) -> str:
    """HTML of a page, in the layout of all pages."""
    mend = [(name, fault_words(fault, frame.lang)) for name, fault in slip.draft.faults.items()]
    template = _engine().get_template("slip.html")
    words = partial(_say, frame.lang)
    return template.render(around(frame), slip=slip, mend=mend, most=MOST_WORDS, say=words)


def item_words(
    occurrence: Occurrence, reader: str, directory: Directory, lang: str, lines: Iterable[str | None]
) -> ItemWords:
    """An occurrence as it stands now; who hosts is told by the side of the organisation `reader`, as in mails."""
    hosts = tuple(f"{label}: {value}" for label, value in rows_of(occurrence, reader, directory, lang, ("Host",)))
    return ItemWords(
        key=occurrence.key,
        kind=kind_word(occurrence.kind, lang),
        title=subject(occurrence, directory, lang),
        when=days(occurrence.window, lang),
        state=occurrence.status.value,
        status=status_word(occurrence, lang),
        lines=tuple(filter(None, (*hosts, *lines))),
    )


def moment(at: datetime, lang: str) -> str:
    """A time as people read it where all three countries live: 20/9/2022 07:30."""
    local = at.astimezone(INDOCHINA)
    return f"{day_words(local.date(), lang)} {local:%H:%M}"


def outdated_words(reason: Reason, lang: str, *, duty: bool) -> str:
    """Why a mail does not fit any more how things stand."""
    held = say(lang, "This mail is out of date: meanwhile it was recorded as held.")
    done = say(lang, "This mail is out of date: meanwhile it was recorded as done.")
    words = {
        Reason.HELD: done if duty else held,
        Reason.CANCELLED: say(lang, "This mail is out of date: meanwhile it was cancelled."),
        Reason.SKIPPED: say(lang, "This mail is out of date: meanwhile it was skipped."),
        Reason.JOINT: say(lang, "This mail is out of date: meanwhile it became one meeting with another."),
        Reason.MOVED: say(lang, "This mail is out of date: how it stands now is told below."),
    }
    return words.get(reason) or say(lang, "This mail is out of date: no plan asks for it any more.")


def fault_words(fault: Fault, lang: str) -> str:
    """What to do about a field."""
    long = say(lang, "The text is too long: shorten it to {most} characters.", most=MOST_WORDS)
    words = {
        Fault.MISSING: say(lang, "Say why you wish it."),
        Fault.TOO_LONG: long,
        Fault.CONTROL: say(lang, "The text holds characters that cannot be kept: type it again without them."),
        Fault.NO_DAY: say(lang, "This is no day that can be taken: write it like 2026-12-31, or choose it."),
        Fault.PAST: say(lang, "This day is past: choose one to come."),
        Fault.REVERSED: say(lang, "The last day lies before the first one: put them in order."),
        Fault.NO_FIRST: say(lang, "The first day is missing: give it, or leave both empty."),
    }
    return words[fault]


@cache
def _engine() -> Environment:
    """Our own pages, and the layout they stand in."""
    return Environment(
        loader=ChoiceLoader([PackageLoader("notifications", "templates/pages"), PackageLoader("calendars")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _say(lang: str, msgid: str, /, **fields: object) -> str:
    """Our own words; what we have none for is said by the layout, and has its words there."""
    own: Mapping[str, str] = catalogue(lang, "notifications")
    return say(lang, msgid, **fields) if msgid in own else say_of_calendars(lang, msgid, **fields)
