"""How an agreement stands, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from calendars.catalogue import msg, say
from calendars.wording import day_words, days, names
from scheduler.agreement import State
from scheduler.plan import Agreement, Directory, Extension
from scheduler.standing import Standing

_STATES = {
    State.NOT_YET: msg("Not yet in force"),
    State.IN_FORCE: msg("In force"),
    State.NOTICE_OPEN: msg("In force; time to give notice"),
    State.TACITLY_RENEWED: msg("In force, renewed tacitly"),
    State.LAPSED: msg("Ended"),
    State.SUPERSEDED: msg("Replaced by another"),
    State.UNKNOWN: msg("Term not stated"),
}


def state_words(state: State, lang: str) -> str:
    """How it stands, in a few words."""
    return say(lang, _STATES[state])


def agreement_details(standing: Standing, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    """Label and value: whose it is, its term, how it goes on, and the day by which notice must be given."""
    agreement, stands = standing.agreement, standing.health
    yield say(lang, "Parties"), names(agreement.parties, directory, lang)
    if agreement.signed:
        yield say(lang, "Signed"), day_words(agreement.signed, lang)
    if agreement.term:
        yield say(lang, "Term"), days(agreement.term, lang)
    if agreement.extension is not Extension.NONE:
        yield say(lang, "Renewal"), _renewal(agreement, lang)
    if stands.ends and stands.renewals:
        yield say(lang, "Runs until"), day_words(stands.ends, lang)
    if stands.notice and stands.state is not State.LAPSED:
        yield say(lang, "Notice by"), day_words(stands.notice, lang)


def _renewal(agreement: Agreement, lang: str) -> str:
    if agreement.extension is Extension.EXPRESS:
        return say(lang, "in writing")
    if agreement.every == 1:
        return say(lang, "of itself, every year")
    return say(lang, "of itself, every {years} years", years=agreement.every)
