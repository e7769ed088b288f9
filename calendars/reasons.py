"""Why an occurrence is what it is: the facts of `scheduler.explain` as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from calendars.catalogue import msg, say
from calendars.decisions import decision_words
from calendars.gate import one_line
from calendars.turnwords import reason_words
from calendars.wording import (
    amount_words,
    day_words,
    days,
    document_words,
    gap_word,
    local_day,
    name,
    names,
    rank_word,
    status_of,
)
from scheduler.explain import Code, Fact
from scheduler.plan import Directory, Document, Kind
from scheduler.rotation import Reason
from scheduler.rules import DUE_DAY, Unit
from scheduler.window import Precision, Window

_CAP = 2000

Fields = Mapping[str, Any]
Sentence = Callable[[Fields, Directory, str], str]


def explain_lines(facts: Iterable[Fact], directory: Directory, lang: str, kind: Kind | None = None) -> tuple[str, ...]:
    """One sentence for each fact, in the order given; `kind` of duty decides the word for its status."""
    said = (_SENTENCES[fact.code]({**fact.fields, "kind": kind}, directory, lang) for fact in facts)
    return tuple(one_line(sentence, _CAP) for sentence in said)


def _document(fields: Fields, directory: Directory, lang: str) -> str:
    document = Document(fields["number"], fields["date"], fields["issuer"], fields["title"])
    said = f"{document_words(document, lang)}, {name(document.issuer, directory, lang)}"
    return say(lang, "From: {document}.", document=said)


def _clauses(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "Under clause {clauses}.", clauses=", ".join(fields["clauses"]))


def _words(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "Words of the date: “{words}”.", words=fields["words"])


def _stated(fields: Fields, _directory: Directory, lang: str) -> str:
    cycle, clauses = fields["cycle"], ", ".join(fields["clauses"])
    if not clauses:
        return say(lang, "The document itself names {cycle}.", cycle=cycle)
    return say(lang, "The document itself names {cycle} (clause {clauses}).", cycle=cycle, clauses=clauses)


def _cycle(fields: Fields, _directory: Directory, lang: str) -> str:
    if fields["every"] == 1:
        return say(lang, "Every year: {first_year} + {index} = {year}.", **_numbers(fields))
    return say(lang, "Every {every} years: {first_year} + {every}·{index} = {year}.", **_numbers(fields))


def _numbers(fields: Fields) -> dict[str, object]:
    return {key: fields[key] for key in ("first_year", "every", "index", "year")}


def _turn(fields: Fields, directory: Directory, lang: str) -> str:
    order = names(fields["order"], directory, lang, " → ")
    host = fields["host"]
    if host is None:
        return say(lang, "Turn {index} (order: {order}): host not set.", index=fields["index"] + 1, order=order)
    said = name(host, directory, lang)
    told = say(lang, "Turn {index} (order: {order}): {host} hosts.", index=fields["index"] + 1, order=order, host=said)
    due = fields["order"][fields["position"]]
    if host == due and fields["reason"] is not Reason.WAITED:
        return told
    return f"{told} {say(lang, 'Why: {reason}.', reason=reason_words(fields['reason'], lang))}"


def _anniversary(fields: Fields, _directory: Directory, lang: str) -> str:
    origin: date = fields["origin"]
    return say(
        lang,
        "From {origin}: {year} − {first_year} = {ordinal} years ({rank}; Decree 145/2013, article 3.1).",
        origin=day_words(origin, lang),
        year=fields["year"],
        first_year=origin.year,
        ordinal=fields["ordinal"],
        rank=rank_word(fields["rank"], lang),
    )


_BEFORE_START = msg("The last day before {anchor} begins on {first}: {day}; a day off moves it earlier.")
_BEFORE_START_LESS = msg(
    "The last day before {anchor} begins on {first}, less {lead}: {day}; a day off moves it earlier."
)
_LAST_DAY = msg("The last day of {anchor}: {day}.")
_LAST_DAY_LESS = msg("The last day of {anchor} ({last}), less {lead}: {day}; a day off moves it earlier.")


_AFTER_START = msg(
    "{lead} after {anchor} begins on {first}, that day not counted: {day}; a term that ends on a day off runs to the "
    "next working day (Civil Code, articles 147 and 148)."
)
_AFTER_END = msg(
    "{lead} after the last day of {anchor} ({last}), that day not counted: {day}; a term that ends on a day off runs "
    "to the next working day (Civil Code, articles 147 and 148)."
)


def _relative(fields: Fields, _directory: Directory, lang: str) -> str:
    first, last, anchor = fields["first"], fields["last"], fields["anchor"]
    if fields["same"]:
        window = days(_window(first, last, fields.get("precision")), lang)
        return say(lang, "Same time as {anchor} ({window}).", anchor=anchor, window=window)
    count = fields["days"]
    if fields.get("forward"):
        sentence = _AFTER_END if fields["edge"] == "end" else _AFTER_START
    elif fields["edge"] == "end":
        sentence = _LAST_DAY_LESS if count else _LAST_DAY
    else:
        sentence = _BEFORE_START_LESS if count else _BEFORE_START
    return say(
        lang,
        sentence,
        anchor=anchor,
        first=_day(first, lang),
        last=_day(last, lang),
        day=_day(fields["day"], lang),
        lead=amount_words(count, Unit(fields["unit"]), lang),
    )


_REPORT = msg(
    "Reporting period: {period}; figures from {opens} to {closes}; due on {day}, the {due_day}th of its last month "
    "(Decree 09/2019)."
)
_REPORT_OWN = msg(
    "Reporting period: {period}; figures from {opens} to {closes} (Decree 09/2019); due on {day}, as the plan says."
)


def _periodic(fields: Fields, _directory: Directory, lang: str) -> str:
    if fields["due_day"] == DUE_DAY:
        return say(lang, _REPORT, due_day=DUE_DAY, **_report_days(fields, lang))
    return say(lang, _REPORT_OWN, **_report_days(fields, lang))


def _report_days(fields: Fields, lang: str) -> dict[str, str]:
    period = days(_window(fields["first"], fields["last"], fields["precision"]), lang)
    return {"period": period} | {name: _day(fields[name], lang) for name in ("opens", "closes", "day")}


def _recurrence(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(
        lang,
        "The recurrence {rrule} from {first} gives {day}.",
        rrule=fields["rrule"],
        first=_day(fields["first"], lang),
        day=_day(fields["day"], lang),
    )


def _time(fields: Fields, _directory: Directory, lang: str) -> str:
    window = _window(fields["first"], fields["last"], fields["precision"])
    return say(lang, "Time: {window}.", window=days(window, lang))


def _moves(fields: Fields, _directory: Directory, lang: str) -> str:
    if fields["way"] == "earlier":
        return say(lang, "A single day that is a day off moves to the working day before it.")
    return say(lang, "A single day that is a day off moves to the working day after it.")


def _day_off(fields: Fields, directory: Directory, lang: str) -> str:
    said = ", ".join(day_words(day, lang) for day in fields["days"])
    parties, off = names(fields["parties"], directory, lang), fields["name"].in_(lang)
    return say(lang, "Day off of {parties}: {days} ({name}).", parties=parties, days=said, name=off)


def _waits(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "It is counted from {duties}, which has no days yet.", duties=", ".join(fields["duties"]))


def _host_open(_fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "The document does not say who hosts.")


def _to_set(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "Still to set: {gaps}.", gaps=", ".join(gap_word(gap, lang) for gap in fields["gaps"]))


def _period(fields: Fields, _directory: Directory, lang: str) -> str:
    term = _term(fields, lang)
    if fields["inside"]:
        return say(lang, "Inside the term of the plan ({term}).", term=term)
    return say(lang, "Outside the term of the plan ({term}).", term=term)


def _agreement(fields: Fields, _directory: Directory, lang: str) -> str:
    title, inside = fields["title"].in_(lang), fields["inside"]
    last, ends = fields["last"], fields.get("ends")
    if inside is None:
        return say(lang, "Rests on: {title}; its term is not stated.", title=title)
    if inside and last and ends and ends > last:
        term, last = _term(fields, lang), day_words(ends, lang)
        return say(lang, "Rests on: {title} ({term}), tacitly renewed until {last}.", title=title, term=term, last=last)
    if inside:
        return say(lang, "Rests on: {title} ({term}), in force then.", title=title, term=_term(fields, lang))
    if fields.get("state") == "superseded":
        return say(lang, "Rests on: {title}; another agreement stands in its place then.", title=title)
    return say(lang, "Rests on: {title} ({term}), not in force then.", title=title, term=_term(fields, lang))


def _no_agreement(_fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "No agreement named in the plan covers it.")


def _held(fields: Fields, directory: Directory, lang: str) -> str:
    window = days(_window(fields["first"], fields["last"], None), lang)
    if fields["host"] is None:
        return say(lang, "The document reports it held: {window}.", window=window)
    host = name(fields["host"], directory, lang)
    return say(lang, "The document reports it held: {window}; {host} hosted.", window=window, host=host)


def _assumed(_fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "Not in the text (assumed).")


def _note(fields: Fields, _directory: Directory, lang: str) -> str:
    return say(lang, "Remark: {note}", note=fields["note"])


def _status(fields: Fields, _directory: Directory, lang: str) -> str:
    day = day_words(local_day(fields["changed_at"]), lang)
    status = status_of(fields["status"], fields["kind"], lang)
    if fields["sequence"] == 0:
        return say(lang, "Status: {status}; recorded on {day}, unchanged since.", status=status, day=day)
    return say(
        lang,
        "Status: {status}; change {sequence}, recorded on {day}.",
        status=status,
        sequence=fields["sequence"],
        day=day,
    )


def _term(fields: Fields, lang: str) -> str:
    return days(_window(fields["first"], fields["last"], Precision.PERIOD), lang)


def _window(first: date | None, last: date | None, precision: object) -> Window:
    return Window.of(first, last, Precision(str(precision)) if precision else Precision.DAYS)


def _day(day: date | None, lang: str) -> str:
    return "" if day is None else day_words(day, lang)


_SENTENCES: Mapping[Code, Sentence] = {
    Code.DECIDED: decision_words,
    Code.WITHDRAWN: decision_words,
    Code.DOCUMENT: _document,
    Code.CLAUSES: _clauses,
    Code.WORDS: _words,
    Code.STATED: _stated,
    Code.ROTATION: _cycle,
    Code.TURN: _turn,
    Code.YEARLY: _cycle,
    Code.ANNIVERSARY: _anniversary,
    Code.RELATIVE: _relative,
    Code.WAITS: _waits,
    Code.PERIODIC: _periodic,
    Code.RECURRENCE: _recurrence,
    Code.WINDOW: _time,
    Code.MOVES: _moves,
    Code.DAY_OFF: _day_off,
    Code.HOST_OPEN: _host_open,
    Code.TO_SET: _to_set,
    Code.PERIOD: _period,
    Code.AGREEMENT: _agreement,
    Code.NO_AGREEMENT: _no_agreement,
    Code.HELD: _held,
    Code.ASSUMED: _assumed,
    Code.NOTE: _note,
    Code.STATUS: _status,
}
