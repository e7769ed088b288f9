"""The description of an occurrence: plain text, a line for each thing an officer asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calendars.catalogue import msg, say
from calendars.eyes import Voice, duty_words
from calendars.gate import lines
from calendars.wording import days, document_words, gap_word, is_long, mark_words, name, names, status_word
from scheduler.lacking import Term, may_lack
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import MEETINGS, Directory

_OUTSIDE: Mapping[tuple[Term, ...], str] = {
    (): msg(
        "Outside the term of the plan or of the agreement it rests on: counted on by the cycle; it needs a new plan or "
        "agreement."
    ),
    (Term.PLAN,): msg("Outside the term of the plan: counted on by the cycle; it needs a new plan."),
    (Term.AGREEMENT,): msg(
        "Outside the term of the agreement it rests on: counted on by the cycle; it needs a new agreement."
    ),
    (Term.PLAN, Term.AGREEMENT): msg(
        "Outside the terms of the plan and of the agreement it rests on: counted on by the cycle; it needs a new plan "
        "and a new agreement."
    ),
}


def describe(record: Record, directory: Directory, voice: Voice, page_url: str) -> str:
    """Lines "label: value" without markup (several clients show raw HTML), the reader's own duty first, the link to
    its page last.
    """
    occurrence, lang = record.occurrence, voice.lang
    duty = duty_words(voice, occurrence, directory)
    told = [duty] if duty else []
    told += [
        say(lang, "{label}: {value}", label=label, value=value) for label, value in details(occurrence, directory, lang)
    ]
    told += remarks(occurrence, lang)
    if is_long(occurrence.window):
        told.append(say(lang, "Calendars show it on the last day of this time."))
    told.append(say(lang, "{label}: {value}", label=say(lang, "Page"), value=page_url))
    return lines("\n".join(told))


def details(occurrence: Occurrence, directory: Directory, lang: str) -> tuple[tuple[str, str], ...]:
    """Label and value of everything known, in the order people ask: when, status, who, under what, on what paper."""
    return (
        *_when(occurrence, lang),
        *_meeting(occurrence, directory, lang),
        *further_details(occurrence, directory, lang),
    )


def further_details(occurrence: Occurrence, directory: Directory, lang: str) -> tuple[tuple[str, str], ...]:
    """The same without days, status, host, place and travellers, for a page that shows these in its own way."""
    return (
        *_bodies(occurrence, directory, lang),
        *_what(occurrence, lang),
        *_source(occurrence, directory, lang),
    )


def remarks(occurrence: Occurrence, lang: str, lacks: tuple[Term, ...] = ()) -> list[str]:
    """Whole sentences on how sure it is. `lacks`: the terms a projected one lies outside of; empty: not known."""
    told = []
    if occurrence.status is Status.PROJECTED:
        told.append(say(lang, _OUTSIDE[lacks or may_lack(occurrence)]))
    if occurrence.assumed:
        told.append(say(lang, "Not in the text (assumed)."))
    return told


def _when(occurrence: Occurrence, lang: str) -> Iterator[tuple[str, str]]:
    yield say(lang, "When"), days(occurrence.window, lang)
    yield say(lang, "Status"), status_word(occurrence, lang)
    if occurrence.anniversary:
        yield say(lang, "Marks"), mark_words(occurrence.anniversary, lang)


def _meeting(occurrence: Occurrence, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    if occurrence.host:
        yield say(lang, "Host"), name(occurrence.host, directory, lang)
    elif occurrence.kind in MEETINGS:
        yield say(lang, "Host"), say(lang, "not set")
    if occurrence.place and occurrence.place != occurrence.host:
        yield say(lang, "Place"), name(occurrence.place, directory, lang)
    if occurrence.travels:
        yield say(lang, "Travels"), names(occurrence.travels, directory, lang)


def _bodies(occurrence: Occurrence, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    if occurrence.partners:
        yield say(lang, "Partners"), names(occurrence.partners, directory, lang)
    if occurrence.leads:
        yield say(lang, "Lead"), names(occurrence.leads, directory, lang, "; ")
    if occurrence.coordinating:
        yield say(lang, "Coordinating"), names(occurrence.coordinating, directory, lang, "; ")


def _what(occurrence: Occurrence, lang: str) -> Iterator[tuple[str, str]]:
    if occurrence.conditions:
        yield say(lang, "Conditions"), "; ".join(occurrence.conditions)
    if occurrence.quantity:
        yield say(lang, "Quantity"), occurrence.quantity
    if occurrence.to_set:
        yield say(lang, "Still to set"), ", ".join(gap_word(gap, lang) for gap in occurrence.to_set)


def _source(occurrence: Occurrence, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    yield say(lang, "Under"), source_words(occurrence, lang)
    yield say(lang, "Issued by"), name(occurrence.document.issuer, directory, lang)
    if occurrence.expression:
        yield say(lang, "Words of the document"), f"“{occurrence.expression}”"


def source_words(occurrence: Occurrence, lang: str) -> str:
    """Clause and document in one phrase."""
    document = document_words(occurrence.document, lang)
    if not occurrence.clauses:
        return document
    return f"{say(lang, 'clause {clauses}', clauses=', '.join(occurrence.clauses))}, {document}"
