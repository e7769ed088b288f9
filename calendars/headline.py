"""The title of an occurrence in calendars and mail: one line in which all that matters stands."""

from __future__ import annotations

from calendars.catalogue import msg, say
from calendars.eyes import Part, others_than, part_of
from calendars.gate import LINE_CAP, one_line, shortened
from calendars.wording import DUTIES, ends_known, is_long, language_of, name, names, rank_word
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import MEETINGS, Directory, Kind

_MOST_PARTNERS = 3

_NO_DATE = msg("DATE NOT SET: {title}")
_PROJECTED = msg("PROJECTED: {title}")
_BY_STATUS = {
    Status.CANCELLED: msg("CANCELLED: {title}"),
    Status.SKIPPED: msg("SKIPPED: {title}"),
    Status.POSTPONED: msg("POSTPONED: {title}"),
}
_BY_PART = {
    Part.RECEIVES: msg("Receive {whom}: {title}"),
    Part.VISITS: msg("Visit to {whom}: {title}"),
    Part.PRESIDES: msg("Visit to {whom}, we chair: {title}"),
}


def headline(occurrence: Occurrence, directory: Directory, lang: str, eyes: str | None = None) -> str:
    """One plain line of at most 255 characters: what is unusual about it, its title, which one, who hosts.

    By the `eyes` of a party that receives or travels it says that instead: a visit received, a journey made. No control
    character, no backslash. When it is too long the title gives way, never the prefix or the host.
    """
    seen = part_of(eyes, occurrence, directory) is not None
    title = _whole(occurrence.title.in_(lang)) if seen else _title(occurrence, directory, lang)
    line = _around(title, occurrence, directory, lang, eyes)
    excess = len(line) - LINE_CAP
    if excess > 0:
        line = _around(shortened(title, max(len(title) - excess, 1)), occurrence, directory, lang, eyes)
    return one_line(line)


def subject(occurrence: Occurrence, directory: Directory, lang: str) -> str:
    """Its title and partner alone, with no word on status or host: a heading where these stand beside it."""
    return one_line(_title(occurrence, directory, lang))


def _title(occurrence: Occurrence, directory: Directory, lang: str) -> str:
    """The title and, unless it names them, the partners of a meeting: in one language, which may be a fallback."""
    title = _whole(occurrence.title.in_(lang))
    partners = (occurrence.leg,) if occurrence.leg else occurrence.partners
    if occurrence.kind not in MEETINGS or not 0 < len(partners) <= _MOST_PARTNERS:
        return title
    spoken = language_of(occurrence.title, lang)
    said = title.casefold()
    if any(name(partner, directory, spoken).casefold() in said for partner in partners):
        return title
    return f"{title} – {names(partners, directory, spoken)}"


def _whole(words: str) -> str:
    return one_line(words, len(words) + 1)


def _around(title: str, occurrence: Occurrence, directory: Directory, lang: str, eyes: str | None = None) -> str:
    phrase = _with_host(_with_mark(title, occurrence, lang), occurrence, directory, lang, eyes)
    prefix = _prefix(occurrence)
    if occurrence.status is Status.PROJECTED and prefix != _PROJECTED:
        phrase = say(lang, "{title} – projected", title=phrase)
    if occurrence.status is Status.POSTPONED and is_long(occurrence.window) and not occurrence.window.fixed:
        phrase = say(lang, "{title} (new dates not set)", title=phrase)
    return say(lang, prefix, title=phrase) if prefix else phrase


def _with_mark(title: str, occurrence: Occurrence, lang: str) -> str:
    mark = occurrence.anniversary
    if mark is None:
        return title
    rank = rank_word(mark.rank, lang)
    if str(mark.ordinal) in title.split():
        return f"{title} ({rank})"
    return say(lang, "{title}: {years} years ({rank})", title=title, years=mark.ordinal, rank=rank)


def _with_host(title: str, occurrence: Occurrence, directory: Directory, lang: str, eyes: str | None) -> str:
    part = part_of(eyes, occurrence, directory)
    if part is not None and eyes is not None:
        where = occurrence.place or occurrence.host
        visited = (where,) if where else others_than(eyes, occurrence)
        whom = occurrence.travels if part is Part.RECEIVES else visited
        return say(lang, _BY_PART[part], title=title, whom=names(whom, directory, lang))
    if occurrence.host is None:
        return say(lang, "{title}: host not set", title=title) if occurrence.kind in MEETINGS else title
    host = name(occurrence.host, directory, lang)
    if occurrence.place is None or occurrence.place == occurrence.host:
        return say(lang, "{title}: {host} hosts", title=title, host=host)
    place = name(occurrence.place, directory, lang)
    return say(lang, "{title}: {host} hosts in {place}", title=title, host=host, place=place)


def _prefix(occurrence: Occurrence) -> str | None:
    by_status = _BY_STATUS.get(occurrence.status)
    if by_status:
        return by_status
    duty, window = occurrence.kind in DUTIES, occurrence.window
    long = is_long(window)
    if occurrence.status is Status.HELD:
        return _when_held(duty=duty, undated=long and not window.fixed)
    if long and duty and ends_known(occurrence):
        return msg("DEADLINE: {title}")
    if long:
        return msg("LAST DAY: {title}") if window.fixed else _NO_DATE
    if occurrence.status is Status.PROJECTED and occurrence.kind is not Kind.ANNIVERSARY:
        return _PROJECTED
    single_day = occurrence.kind in (Kind.DEADLINE, Kind.REPORT) and window.length == 1
    return msg("Due: {title}") if single_day else None


def _when_held(*, duty: bool, undated: bool) -> str | None:
    if duty:
        return msg("DONE: {title}")
    return msg("HELD: {title}") if undated else None
