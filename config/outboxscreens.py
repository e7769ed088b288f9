"""The outbox on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from calendars.catalogue import say
from calendars.headline import headline
from calendars.pages.outboxwords import SPECIAL, note_words, reason_words
from calendars.wording import day_words, name
from config.outboxwords import REFUSALS, fault_words, moment_words, state_words
from config.words import tell
from notifications.advice import UNTITLED, Titles, purpose_words
from notifications.byhand import Done, Refusal
from notifications.contacts import PERSON
from notifications.outbook import TROUBLED, Envelope, Line, Passage
from notifications.tables import DeliveryState
from scheduler.occurrence import Record
from scheduler.plan import Directory

SHORT = 10
"""Letters of an id that are shown; more than enough to name one mail."""

_WAITS = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.IN_DOUBT)
_STYLE = dict.fromkeys(TROUBLED, "red") | {
    DeliveryState.SENT: "green",
    DeliveryState.RETRY: "yellow",
    DeliveryState.HELD: "yellow",
    DeliveryState.EXPIRED: "dim",
}


@dataclass(frozen=True, slots=True)
class Eyes:
    """How a reader sees: language, time zone, and names, those of the steps of preparation chains among them."""

    lang: str
    zone: ZoneInfo
    directory: Directory
    records: Mapping[str, Record]
    called: Titles = field(default_factory=lambda: UNTITLED)

    def title(self, line: Line) -> str:
        """What a reminder is about."""
        if line.occurrence in SPECIAL:
            return say(self.lang, SPECIAL[line.occurrence])
        record = self.records.get(line.occurrence)
        return headline(record.occurrence, self.directory, self.lang) if record else line.occurrence


def counts_line(counts: Mapping[DeliveryState, int], lang: str) -> Styled:
    """How many mails stand how."""
    words = Styled(tell(lang, "Outbox"), style="bold").append(": ")
    for number, (state, count) in enumerate(counts.items()):
        words.append(", " if number else "").append(f"{count} {state_words(state, lang)}", _STYLE.get(state, ""))
    return words


def list_screen(
    counts: Mapping[DeliveryState, int], mails: Sequence[Envelope], more: int, eyes: Eyes
) -> RenderableType:
    """Mails with how they stand; what is wrong stands below."""
    lines: list[RenderableType] = [counts_line(counts, eyes.lang)]
    if not mails:
        lines.append(Styled(tell(eyes.lang, "No mail is like that"), style="dim"))
    for mail in mails:
        lines += _entry(mail, eyes)
    if more:
        lines.append(Styled(tell(eyes.lang, "… and {more} more (--count shows more)", more=more), "dim"))
    return Group(*lines)


def show_screen(mail: Envelope, told: Sequence[Line], passages: Sequence[Passage], eyes: Eyes) -> RenderableType:
    """One mail whole."""
    lang = eyes.lang
    lines: list[RenderableType] = [Styled(mail.id, style="bold"), *_facts(mail, eyes)]
    if mail.last_error and mail.state is not DeliveryState.SENT:
        lines += _trouble(mail.last_error, lang)
    lines.append(Styled(tell(lang, "What it tells"), style="bold"))
    for line in told:
        person = line.recipient.startswith(PERSON)
        reader = line.recipient.removeprefix(PERSON) if person else name(line.recipient, eyes.directory, lang)
        ended = f"; {reason_words(line.reason, lang)}" if line.reason else ""
        purpose = purpose_words(line.occurrence, line.step, lang, eyes.called)
        words = Styled.assemble(eyes.title(line), (f"  ({reader}; {purpose}{ended})", "dim"))
        lines.append(Padding(words, (0, 0, 0, 2)))
    if not told:
        lines.append(Padding(Styled(tell(lang, "nothing any more"), style="dim"), (0, 0, 0, 2)))
    lines.append(Styled(tell(lang, "What became of it"), style="bold"))
    lines += [Padding(_passage(passage, eyes), (0, 0, 0, 2)) for passage in passages]
    return Group(*lines)


def done_screen(done: Sequence[Done], eyes: Eyes) -> RenderableType:
    """What became of each mail that a hand was laid on."""
    lines: list[RenderableType] = []
    for one in done:
        ident = one.mail.id[:SHORT]
        if one.refusal is None:
            said = state_words(one.mail.state, eyes.lang)
            lines.append(Styled.assemble(("✓ ", "green"), (ident, "bold"), f"  {one.mail.address}: {said}"))
        else:
            said = refusal_words(one.mail, one.refusal, eyes)
            lines.append(Styled.assemble(("✗ ", "bold red"), (ident, "bold"), f"  {one.mail.address}: {said}"))
    return Group(*lines)


def refusal_words(mail: Envelope, refusal: Refusal, eyes: Eyes) -> str:
    """Why a mail stays as it is."""
    until = moment_words(mail.lease_until, eyes.zone, eyes.lang) if mail.lease_until else ""
    return tell(eyes.lang, REFUSALS[refusal], worker=mail.owner or "", until=until, ident=mail.id[:SHORT])


def mail_json(mail: Envelope) -> dict[str, Any]:
    """One mail as JSON."""
    return {
        "id": mail.id,
        "to": mail.address,
        "lang": mail.lang,
        "day": mail.day.isoformat(),
        "batch": mail.batch,
        "state": mail.state.value,
        "worker": mail.owner,
        "attempt": mail.attempt,
        "in_doubt_once": mail.doubted,
        "next_try_at": mail.next_try_at.isoformat() if mail.state in _WAITS else None,
        "deadline": mail.deadline.isoformat() if mail.deadline else None,
        "message_id": mail.message_id,
        "last_error": mail.last_error,
        "created_at": mail.created_at.isoformat(),
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
    }


def line_json(line: Line, eyes: Eyes) -> dict[str, Any]:
    """One reminder of a mail as JSON."""
    return {
        "key": line.occurrence,
        "title": eyes.title(line),
        "step": line.step,
        "counted_from": line.counted_from.isoformat(),
        "recipient": line.recipient,
        "organisation": line.organisation,
        "role": line.role,
        "state": line.state.value,
        "reason": line.reason,
    }


def _entry(mail: Envelope, eyes: Eyes) -> list[RenderableType]:
    state = state_words(mail.state, eyes.lang)
    words = Styled.assemble((mail.id[:SHORT], "dim"), f"  {day_words(mail.day, eyes.lang)}  → {mail.address}  ")
    words.append(state, _STYLE.get(mail.state, ""))
    if mail.state in (DeliveryState.RETRY, DeliveryState.IN_DOUBT):
        words.append(f" · {moment_words(mail.next_try_at, eyes.zone, eyes.lang)}", "dim")
    told = mail.last_error if mail.state in TROUBLED else None
    return [words, *(_trouble(told, eyes.lang) if told else [])]


def _trouble(error: str, lang: str) -> list[RenderableType]:
    what, fix = fault_words(error, lang)
    lines = [Styled.assemble(("✗ ", "red"), what, (f" ({error})", "dim")), Styled(f"→ {fix}", style="green")]
    return [Padding(line, (0, 0, 0, 4)) for line in lines]


def _facts(mail: Envelope, eyes: Eyes) -> list[RenderableType]:
    lang, zone = eyes.lang, eyes.zone
    facts = [(tell(lang, "To"), mail.address), (tell(lang, "State"), state_words(mail.state, lang))]
    if mail.sent_at is not None:
        facts.append((tell(lang, "Sent"), moment_words(mail.sent_at, zone, lang)))
    if mail.state in _WAITS:
        facts.append((tell(lang, "Next try"), moment_words(mail.next_try_at, zone, lang)))
    if mail.owner is not None:
        facts.append((tell(lang, "Worker"), mail.owner))
    facts.append((tell(lang, "Attempts"), str(mail.attempt)))
    if mail.deadline is not None and mail.state in (*_WAITS, DeliveryState.HELD):
        facts.append((tell(lang, "Given up after"), moment_words(mail.deadline, zone, lang)))
    if mail.message_id is not None:
        facts.append(("Message-ID", mail.message_id))
    return [Padding(Styled(f"{label}: {value}"), (0, 0, 0, 2)) for label, value in facts]


def _passage(passage: Passage, eyes: Eyes) -> Styled:
    words = Styled(f"{moment_words(passage.at, eyes.zone, eyes.lang)}  {state_words(passage.state, eyes.lang)}")
    if passage.detail:
        words.append(f": {note_words(passage.detail, eyes.lang)}")
    if passage.worker:
        words.append(f"  ({passage.worker})", "dim")
    return words
