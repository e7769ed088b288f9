"""Findings of the deep check as sentences, grouped for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.text import Text as Styled

from calendars.catalogue import msg
from calendars.wording import day_words, days, gap_word, mark_words, name, names
from config.screens import bullet
from config.words import tell
from scheduler.amendment import days_of
from scheduler.anniversary import Anniversary
from scheduler.plan import Directory, Text
from scheduler.survey import Finding, Matter, Severity

Fields = Mapping[str, Any]
Sentence = Callable[[Fields, Directory, str], str]

HEADINGS = {
    Matter.NO_HOST: msg("Turns that nobody hosts yet"),
    Matter.OVERLOAD: msg("Crowded years"),
    Matter.CLASH: msg("One organisation, the same days"),
    Matter.DAY_OFF: msg("On days off"),
    Matter.HEAVY_YEAR: msg("Years with several round anniversaries"),
    Matter.TO_SET: msg("Still to set"),
    Matter.LAPSING: msg("Agreements about to end"),
    Matter.LAPSED: msg("Agreements that have ended while meetings rest on them"),
    Matter.RECIPROCITY: msg("Who has received whom"),
}


def findings_lines(findings: Iterable[Finding], directory: Directory, lang: str) -> Iterator[RenderableType]:
    """Findings under a heading for each matter, warnings in yellow; one line that says so when there are none."""
    nothing = True
    for code, found in groupby(findings, key=lambda finding: finding.code):
        nothing = False
        yield from (Styled(), Styled(tell(lang, HEADINGS[code]), style="bold"))
        for finding in found:
            style = "yellow" if finding.severity is Severity.WARNING else ""
            yield bullet(finding_words(finding, directory, lang), style)
    if nothing:
        yield Styled(tell(lang, "Nothing to look into"), style="bold")


def finding_words(finding: Finding, directory: Directory, lang: str) -> str:
    """One finding in one sentence."""
    return _SENTENCES[finding.code](finding.fields, directory, lang)


def finding_json(finding: Finding, directory: Directory, lang: str) -> dict[str, Any]:
    """A finding as the public JSON has it: its fields, ids and days as they are, and its words in `lang`."""
    fields = {key: _plain(value, lang) for key, value in finding.fields.items()}
    words = finding_words(finding, directory, lang)
    return {"code": finding.code.value, "severity": finding.severity.value, **fields, "words": words}


def _no_host(fields: Fields, directory: Directory, lang: str) -> str:
    title, leg = fields["title"].in_(lang), fields["leg"]
    line = f"{title} – {name(leg, directory, lang)}" if leg else title
    return f"{line}: {', '.join(fields['cycles'])} ({fields['obligation']})"


def _overload(fields: Fields, directory: Directory, lang: str) -> str:
    return tell(
        lang,
        "{party}, {year}: {count} meetings, {hosting} to host, {travelling} to travel to",
        **{**fields, "party": name(fields["party"], directory, lang)},
    )


def _clash(fields: Fields, directory: Directory, lang: str) -> str:
    one, other = (title.in_(lang) for title in fields["titles"])
    body = name(fields["organisation"], directory, lang)
    when = days(days_of(fields["first"], fields["last"]), lang)
    return f"{body}, {when}: {one}; {other}"


def _day_off(fields: Fields, directory: Directory, lang: str) -> str:
    when = ", ".join(day_words(day, lang) for day in fields["days"])
    whose, why = names(fields["parties"], directory, lang), fields["name"].in_(lang)
    return f"{fields['title'].in_(lang)}, {when}: {why} ({whose})"


def _heavy_year(fields: Fields, _directory: Directory, lang: str) -> str:
    said = [
        f"{mark['title'].in_(lang)}: {mark_words(Anniversary(mark['ordinal'], mark['rank']), lang)}"
        for mark in fields["marks"]
    ]
    return f"{fields['year']}: {'; '.join(said)}"


def _to_set(fields: Fields, _directory: Directory, lang: str) -> str:
    gaps = ", ".join(gap_word(gap, lang) for gap in fields["gaps"])
    return f"{fields['title'].in_(lang)}: {gaps}"


def _lapsing(fields: Fields, _directory: Directory, lang: str) -> str:
    title, ends, notice = fields["title"].in_(lang), day_words(fields["ends"], lang), fields["notice"]
    if notice is None:
        return tell(lang, "{title}: ends on {ends}, and nothing follows it yet", title=title, ends=ends)
    by = day_words(notice, lang)
    return tell(lang, "{title}: ends on {ends}; notice due by {notice}", title=title, ends=ends, notice=by)


def _lapsed(fields: Fields, _directory: Directory, lang: str) -> str:
    said = {"title": fields["title"].in_(lang), "ended": day_words(fields["ended"], lang), "count": len(fields["keys"])}
    if fields["successor"] is None:
        return tell(lang, "{title}: ended on {ended}; meetings that rest on it: {count}", **said)
    message = "{title}: ended on {ended}; meetings that rest on it, not on {successor}: {count}"
    return tell(lang, message, **said, successor=fields["successor"])


def _reciprocity(fields: Fields, directory: Directory, lang: str) -> str:
    home, partner = (name(fields[side], directory, lang) for side in ("home", "partner"))
    counts = {"home": home, "partner": partner, "hosted": fields["hosted"], "visited": fields["visited"]}
    said = tell(lang, "{home} – {partner}: {home} hosted {hosted}, {partner} hosted {visited}", **counts)
    if fields["owing"] is not None:
        owing = name(fields["owing"], directory, lang)
        said += "; " + tell(lang, "{owing} is {outstanding} behind", owing=owing, outstanding=fields["outstanding"])
    if fields["unknown"]:
        said += "; " + tell(lang, "host not known: {unknown}", unknown=fields["unknown"])
    if fields["unrecorded"]:
        said += "; " + tell(lang, "nothing recorded: {unrecorded}", unrecorded=fields["unrecorded"])
    return said


def _plain(value: object, lang: str) -> object:
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, Mapping):
        return {key: _plain(item, lang) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, lang) for item in value]
    return value.isoformat() if isinstance(value, date) else value


_SENTENCES: Mapping[Matter, Sentence] = {
    Matter.NO_HOST: _no_host,
    Matter.OVERLOAD: _overload,
    Matter.CLASH: _clash,
    Matter.DAY_OFF: _day_off,
    Matter.HEAVY_YEAR: _heavy_year,
    Matter.TO_SET: _to_set,
    Matter.LAPSING: _lapsing,
    Matter.LAPSED: _lapsed,
    Matter.RECIPROCITY: _reciprocity,
}
