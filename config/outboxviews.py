"""The outbox on pages: mails as the pages have them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from calendars.catalogue import say
from calendars.headline import headline
from calendars.pages.choices import Choice
from calendars.pages.outbox import Entry, Passed, Shelf, Told, age_words
from calendars.pages.outboxwords import (
    LAST,
    NEXT,
    OF_ALL,
    OF_TROUBLED,
    REFUSALS,
    SENT_ON,
    SINCE,
    SPECIAL,
    STATES,
    TRIES,
    note_words,
    reason_words,
    state_words,
    trouble_words,
    waiting_words,
)
from calendars.wording import language_of, name
from config.outboxscreens import Eyes
from config.outboxwords import moment_words
from notifications.advice import purpose_words
from notifications.byhand import Refusal
from notifications.contacts import PERSON
from notifications.diagnosis import diagnose
from notifications.outbook import TROUBLED, Envelope, Line, Passage
from notifications.shown import without_secrets
from notifications.tables import DeliveryState

TROUBLE = "trouble"
"""What asks for all mails that somebody may have to look at."""

_WAITS = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)


def states_of(chosen: str) -> tuple[DeliveryState, ...] | None:
    """The states that a choice stands for, none of them: all; None: there is no such choice."""
    if chosen == TROUBLE:
        return TROUBLED
    if not chosen:
        return ()
    return (DeliveryState(chosen),) if chosen in list(DeliveryState) else None


def shelf(
    counts: Mapping[DeliveryState, int],
    mails: Sequence[Envelope],
    asked: tuple[str, str],
    eyes: Eyes,
    now: datetime,
) -> Shelf:
    """One page of mails, asked for by a state and an address."""
    state, address = asked
    offered = (("", say(eyes.lang, OF_ALL)), (TROUBLE, say(eyes.lang, OF_TROUBLED)))
    every = (*offered, *((one, say(eyes.lang, words)) for one, words in STATES.items()))
    return Shelf(
        counts=tuple(f"{number} {state_words(one, eyes.lang)}" for one, number in counts.items()),
        states=tuple(Choice(value, label, value == state) for value, label in every),
        address=address,
        mails=tuple(entry(mail, eyes, now) for mail in mails),
        narrowed=bool(state or address),
    )


def entry(mail: Envelope, eyes: Eyes, now: datetime) -> Entry:
    """One mail in short."""
    troubled = mail.state in TROUBLED
    what, fix, said = None, waiting_words(eyes.lang) if mail.state is DeliveryState.HELD else None, None
    if troubled and mail.last_error:
        what, fix = trouble_words(diagnose(mail.last_error), mail.state, eyes.lang)
        said = without_secrets(mail.last_error)
    age = age_words(int((now - mail.created_at).total_seconds()) // 60, eyes.lang)
    return Entry(
        id=mail.id,
        address=mail.address,
        state=mail.state.value,
        how=state_words(mail.state, eyes.lang),
        since=f"{moment_words(mail.created_at, eyes.zone, eyes.lang)} ({age})",
        trouble=troubled,
        what=what,
        fix=fix,
        said=said,
    )


def facts(mail: Envelope, since: str, eyes: Eyes) -> tuple[tuple[str, str], ...]:
    """What else is known of a mail, as labels and values."""
    lang, zone = eyes.lang, eyes.zone
    found = [(say(lang, SINCE), since)]
    if mail.sent_at is not None:
        found.append((say(lang, SENT_ON), moment_words(mail.sent_at, zone, lang)))
    if mail.state in _WAITS:
        found.append((say(lang, NEXT), moment_words(mail.next_try_at, zone, lang)))
    found.append((say(lang, TRIES), str(mail.attempt)))
    if mail.deadline is not None and mail.state in (*_WAITS, DeliveryState.HELD):
        found.append((say(lang, LAST), moment_words(mail.deadline, zone, lang)))
    return tuple(found)


def told(line: Line, eyes: Eyes) -> Told:
    """One thing a mail tells."""
    lang, record = eyes.lang, eyes.records.get(line.occurrence)
    person = line.recipient.startswith(PERSON)
    reader = line.recipient.removeprefix(PERSON) if person else name(line.recipient, eyes.directory, lang)
    words = [reader, purpose_words(line.occurrence, line.step, lang, eyes.called)]
    if line.reason:
        words.append(reason_words(line.reason, lang))
    if record is not None:
        title, spoken = headline(record.occurrence, eyes.directory, lang), language_of(record.occurrence.title, lang)
    else:
        known = SPECIAL.get(line.occurrence)
        title, spoken = say(lang, known) if known else line.occurrence, lang
    return Told(title=title, title_lang=spoken, of="; ".join(words))


def passed(passage: Passage, eyes: Eyes) -> Passed:
    """One change of a mail."""
    words = state_words(passage.state, eyes.lang)
    if passage.detail:
        words = f"{words}: {without_secrets(note_words(passage.detail, eyes.lang))}"
    who = f" ({passage.worker})" if passage.worker else ""
    return Passed(when=moment_words(passage.at, eyes.zone, eyes.lang), what=f"{words}{who}")


def stays(mail: Envelope, refusal: Refusal, eyes: Eyes) -> str:
    """Why a mail stays as it is."""
    until = moment_words(mail.lease_until, eyes.zone, eyes.lang) if mail.lease_until else ""
    return say(eyes.lang, REFUSALS[refusal], until=until)
