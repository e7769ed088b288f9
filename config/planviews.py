"""Plans as their pages have them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from calendars.catalogue import say
from calendars.pages import planwords as words
from calendars.pages.effects import Effect, effect_of
from calendars.pages.plans import Duty, Entry, Fault, Revision, Turn, Waiting
from calendars.wording import days, document_words, gap_word, kind_word, language_of, name, names, status_word
from config import revisions
from config.office import Office
from config.officerbook import signatures
from config.outboxwords import moment_words
from config.plangiving import Looked
from config.proposals import Pending
from config.session import Job
from config.waitingplans import Waits
from config.words import tell
from scheduler.errors import Problem
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Obligation, Plan

MOST_TURNS, PAST_TURNS = 8, 2
"""Occurrences of a duty that are shown, and how many of them lie behind, where others lie ahead."""

MOST_FAULTS = 50
MOST_ENTRIES = 50
LONGEST_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Eyes:
    """How a reader sees: language, time zone, names, and from which day."""

    lang: str
    zone: ZoneInfo
    directory: Directory
    today: date

    @classmethod
    def of(cls, job: Job, desk: Office, lang: str) -> Eyes:
        """A reader of this language, today."""
        return cls(lang, job.settings.zone, desk.directory(), desk.today)

    def moment(self, proposal: Pending) -> str:
        """When a proposal was made."""
        return moment_words(proposal.at, self.zone, self.lang)


def entry(plan: Plan, eyes: Eyes) -> Entry:
    """One plan in short."""
    lang, document = eyes.lang, plan.document
    state = _state(plan, eyes.today)
    return Entry(
        id=plan.id,
        title=document.title.in_(lang),
        title_lang=language_of(document.title, lang),
        paper=document_words(document, lang),
        owner=name(plan.owner, eyes.directory, lang),
        period=days(plan.period, lang) if plan.period else say(lang, words.STANDINGS["unknown"]),
        state=state,
        standing=say(lang, words.STANDINGS[state]),
    )


def _state(plan: Plan, today: date) -> str:
    period = plan.period
    if period is None:
        return "unknown"
    if period.start is not None and today < period.start:
        return "not-yet"
    return "lapsed" if period.last is not None and period.last < today else "in-force"


def facts(plan: Plan, short: Entry, eyes: Eyes) -> tuple[tuple[str, str], ...]:
    """What stands at the head of a plan, as labels and values."""
    lang = eyes.lang
    found = [
        (words.DOCUMENT, short.paper),
        (words.OWNER, short.owner),
        (words.PERIOD, short.period),
        (words.AGREEMENTS, "\n".join(each.title.in_(lang) for each in plan.agreements)),
        (words.DUTIES, str(len(plan.obligations))),
    ]
    return tuple((say(lang, label), value) for label, value in found if value)


def duty(item: Obligation, occurrences: Sequence[Occurrence], eyes: Eyes) -> Duty:
    """One duty of a plan, with the occurrences that rest on it."""
    lang = eyes.lang
    shown = _nearest(occurrences, eyes.today)
    return Duty(
        id=item.id,
        clauses=", ".join(item.clauses),
        title=item.title.in_(lang),
        title_lang=language_of(item.title, lang),
        kind=kind_word(item.kind, lang),
        words=item.words,
        facts=tuple((say(lang, label), value) for label, value in _said(item, eyes) if value),
        note=item.note,
        assumed=item.assumed,
        turns=tuple(_turn(one, eyes) for one in shown),
        more=len(occurrences) - len(shown),
    )


def _said(item: Obligation, eyes: Eyes) -> tuple[tuple[str, str], ...]:
    lang, directory = eyes.lang, eyes.directory
    return (
        (words.LEAD, names(item.leads, directory, lang)),
        (words.COORDINATING, names(item.coordinating, directory, lang)),
        (words.PARTNERS, names(item.counterparts or item.partners, directory, lang)),
        (words.CONDITIONS, "\n".join(item.conditions)),
        (words.QUANTITY, item.quantity or ""),
        (words.TO_SET, ", ".join(gap_word(gap, lang) for gap in item.to_set)),
        (words.CONTINUES, item.continues or ""),
    )


def _nearest(occurrences: Sequence[Occurrence], today: date) -> Sequence[Occurrence]:
    """Those next to the day one looks, in their order."""
    ordered = sorted(occurrences, key=lambda one: (one.window.start or date.max, one.key))
    past = sum(1 for one in ordered if one.window.last is not None and one.window.last < today)
    first = max(0, min(past - PAST_TURNS, len(ordered) - MOST_TURNS))
    return ordered[first : first + MOST_TURNS]


def _turn(one: Occurrence, eyes: Eyes) -> Turn:
    lang = eyes.lang
    said = [status_word(one, lang)]
    if one.host:
        host = name(one.host, eyes.directory, lang)
        said.insert(0, say(lang, "{label}: {value}", label=say(lang, words.HOST), value=host))
    if one.leg:
        said.insert(0, name(one.leg, eyes.directory, lang))
    return Turn(key=one.key, when=days(one.window, lang), how=" · ".join(said))


def waiting(found: Sequence[Pending], eyes: Eyes, session: Session) -> tuple[Waiting, ...]:
    """Proposals that wait."""
    called = signatures(session, {one.by for one in found})
    return tuple(Waiting(id=one.id, plan=one.plan, by=called[one.by], when=eyes.moment(one)) for one in found)


def waiting_note(waits: Waits, lang: str) -> str | None:
    """That others may wait beside those shown; None: these are all."""
    if waits.whole:
        return None
    return say(lang, words.WAITING_CUT, count=len(waits.shown)) if waits.shown else say(lang, words.WAITING_UNREAD)


def revision(one: revisions.Revision, given: Mapping[int, tuple[str, str | None]], eyes: Eyes) -> Revision:
    """One text of a plan; `given`: who gave each on a page, and who agreed, as they sign."""
    lang = eyes.lang
    by, by2 = given.get(one.batch, (None, None))
    who = say(lang, words.BY_FILES) if by is None else by
    return Revision(
        number=one.number,
        when=moment_words(one.at, eyes.zone, lang),
        by=say(lang, words.BY_BOTH, by=by, by2=by2) if by and by2 else who,
        size=say(lang, words.TAKEN) if one.ended else say(lang, words.BYTES, count=one.size),
        ended=one.ended,
    )


def faults(problems: Sequence[Problem], file: str, text: str, lang: str) -> tuple[Fault, ...]:
    """What is wrong, the first of it; `file` is the name of the text itself, empty where it is about another file."""
    lines = text.split("\n")
    return tuple(_fault(each, file, lines, lang) for each in problems[:MOST_FAULTS])


def _fault(problem: Problem, file: str, lines: Sequence[str], lang: str) -> Fault:
    own = problem.file == file
    excerpt = lines[problem.line - 1].strip() if own and problem.line <= len(lines) else ""
    return Fault(
        file=None if own else problem.file,
        line=problem.line,
        column=problem.column,
        message=tell(lang, problem.message, **problem.fields),
        fix=tell(lang, problem.fix, **problem.fields),
        excerpt=excerpt if len(excerpt) <= LONGEST_EXCERPT else excerpt[:LONGEST_EXCERPT] + "…",
    )


def fault_lang(lang: str) -> str:
    """The language in which it is said what is wrong with a text: Vietnamese or English, as in the terminal."""
    return "vi" if lang == "vi" else "en"


def entries(looked: Looked, lang: str) -> tuple[str, ...]:
    """What a text would do to who is who, the first ids of each sort; empty: nothing."""
    found = looked.entries
    sorts = ((words.NEW_ENTRIES, found.new), (words.CHANGED_ENTRIES, found.changed), (words.GONE_ENTRIES, found.gone))
    return tuple(say(lang, said, idents=_first(idents, lang)) for said, idents in sorts if idents)


def _first(idents: Sequence[str], lang: str) -> str:
    more = len(idents) - MOST_ENTRIES
    shown = ", ".join(idents[:MOST_ENTRIES])
    return shown if more <= 0 else f"{shown} {say(lang, words.MORE, count=more)}"


def effect(looked: Looked, directory: Directory, lang: str) -> Effect:
    """What a text would do."""
    settled = looked.settled
    return effect_of(settled.changes, settled.count, looked.counts, directory, lang)
