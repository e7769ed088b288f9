"""What needs an officer now, in words: headings, and of each thing what, when, with whom, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from calendars.catalogue import msg, say
from calendars.decisions import deed_words
from calendars.headline import subject
from calendars.todaylist import Draft, Duty, Ending, Letter, Matter, Section, Thing, Today, Trouble, commands, deeds
from calendars.wording import day_words, days, document_words, gap_word, language_of, name, names
from scheduler.lacking import Term, may_lack
from scheduler.plan import Directory

_HEADINGS = {
    Matter.OVERDUE: msg("Overdue"),
    Matter.CONFIRM: msg("To be confirmed this week"),
    Matter.TO_SET: msg("Left open by the text"),
    Matter.UNRECORDED: msg("Past meetings without a record"),
    Matter.LAPSING: msg("Agreements about to end"),
    Matter.MAIL: msg("Mail in trouble"),
    Matter.APPROVAL: msg("Plans that wait for a second officer"),
}
_NONE = {
    Matter.OVERDUE: msg("Nothing is overdue."),
    Matter.CONFIRM: msg("Nothing is to be confirmed this week."),
    Matter.TO_SET: msg("Nothing is left to set."),
    Matter.UNRECORDED: msg("Every past meeting has its record."),
    Matter.LAPSING: msg("No agreement ends in the coming year with nothing to follow."),
    Matter.MAIL: msg("No mail is in trouble."),
    Matter.APPROVAL: msg("No plan waits for you."),
}
_WHY = {
    Matter.OVERDUE: msg("its last day has passed, and it is not recorded as done"),
    Matter.CONFIRM: msg("by the rules of reminders it is time to confirm its days"),
    Matter.UNRECORDED: msg("its days have passed, and nothing is recorded"),
}
_PROJECTED: Mapping[tuple[Term, ...], str] = {
    (): msg(
        "it lies outside the term of the plan or of the agreement it rests on; by the rules of reminders it is time to "
        "renew what has ended, to confirm this turn, or to drop it"
    ),
    (Term.PLAN,): msg(
        "it lies outside the term of the plan; by the rules of reminders it is time to renew the plan, to confirm this "
        "turn, or to drop it"
    ),
    (Term.AGREEMENT,): msg(
        "it lies outside the term of the agreement it rests on; by the rules of reminders it is time to renew the "
        "agreement, to confirm this turn, or to drop it"
    ),
    (Term.PLAN, Term.AGREEMENT): msg(
        "it lies outside the terms of the plan and of the agreement it rests on; by the rules of reminders it is time "
        "to renew both, to confirm this turn, or to drop it"
    ),
}
_ENDED = msg("{count} agreements have ended with nothing to follow, while meetings ahead rest on them.")
_ENDED_ONE = msg("1 agreement has ended with nothing to follow, while meetings ahead rest on it.")
_ENDED_AT_LEAST = msg(
    "At least {count} agreements have ended with nothing to follow, while meetings ahead rest on them."
)
_FOLLOWS = msg(
    "Agree on what follows, and write it into the plan: on the pages of plans, or in its file with “luanphien sync”."
)
_TROUBLES = {
    Trouble.QUARANTINED: msg("put aside until a person looks at it"),
    Trouble.DEAD: msg("given up: it did not arrive"),
    Trouble.IN_DOUBT: msg("it may have arrived; it goes again by itself"),
    Trouble.RETRY: msg("not accepted so far; it is tried again by itself"),
    Trouble.HELD: msg("held until it is released"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing in words. `path` leads to its page, None: it has none; `todo` is said where no command settles it.

    `ways` settle it on pages: what they do, and where.
    """

    title: str
    title_lang: str
    path: str | None
    when: str
    facts: tuple[tuple[str, str], ...]
    todo: str | None
    commands: tuple[str, ...]
    ways: tuple[tuple[str, str], ...] = ()


def heading(matter: Matter, lang: str) -> str:
    """What a matter is called."""
    return say(lang, _HEADINGS[matter])


def count_words(section: Section, lang: str) -> str:
    """How many there are, and which are shown; where there are none, that there are none."""
    first, last = section.skipped + 1, section.skipped + len(section.shown)
    if not section.count:
        found = say(lang, _NONE[section.matter])
        return found if section.whole else say(lang, "None was found in the part that was read; there may be others.")
    fields = {"first": first, "last": last, "count": section.count}
    if not section.whole:
        return say(lang, "{first} to {last} of more than {count}; settle these, and the others show.", **fields)
    if section.skipped or section.left:
        return say(lang, "{first} to {last} of {count}", **fields)
    return say(lang, "1 found") if section.count == 1 else say(lang, "{count} found", count=section.count)


def ended_words(section: Section, lang: str) -> str | None:
    """How many agreements have ended with nothing to follow, beside those about to end; None: none was found."""
    if not section.ended:
        return None
    message = _ENDED if section.whole else _ENDED_AT_LEAST
    return say(lang, _ENDED_ONE if section.ended == 1 and section.whole else message, count=section.ended)


def whose(today: Today, directory: Directory, lang: str) -> str:
    """Whose matters these are."""
    if today.bodies is None:
        return say(lang, "Matters of all organisations")
    return say(lang, "{label}: {value}", label=say(lang, "Acts for"), value=names(today.bodies, directory, lang, "; "))


def row_of(matter: Matter, thing: Thing, directory: Directory, lang: str) -> Row:
    """One thing in words."""
    match thing:
        case Duty():
            one = thing.occurrence
            return Row(
                title=subject(one, directory, lang),
                title_lang=language_of(one.title, lang),
                path=f"/o/{one.key}",
                when=days(one.window, lang),
                facts=tuple(_duty_facts(matter, thing, directory, lang)),
                todo=_todo(matter, thing, directory, lang),
                commands=commands(matter, thing),
                ways=tuple(_ways(matter, thing, lang)),
            )
        case Ending():
            return _ending(thing, directory, lang)
        case Letter():
            return _letter(thing, directory, lang)
        case Draft():
            return _draft(thing, lang)
        case _:
            assert_never(thing)


def _todo(matter: Matter, duty: Duty, directory: Directory, lang: str) -> str | None:
    """What is said in the place of commands."""
    if duty.deciders:
        return say(lang, "{bodies} decide on it.", bodies=names(duty.deciders, directory, lang, "; "))
    return None if commands(matter, duty) else say(lang, "Write it into the plan or the directory.")


def _ways(matter: Matter, duty: Duty, lang: str) -> Iterator[tuple[str, str]]:
    if duty.deciders:
        return
    found = deeds(matter, duty)
    for verb, gap, key in found:
        open_ = f"&gap={gap}" if gap else ""
        yield deed_words(verb, gap, lang), f"/decide/{verb}?key={key}{open_}"
    if not found or (matter is Matter.CONFIRM and duty.projected):
        yield say(lang, "Open the plan"), f"/plans/{duty.occurrence.plan}"


def _duty_facts(matter: Matter, duty: Duty, directory: Directory, lang: str) -> Iterator[tuple[str, str]]:
    one = duty.occurrence
    if one.partners:
        yield say(lang, "With"), names(one.partners, directory, lang)
    yield say(lang, "Lead") if duty.leads else say(lang, "Owner of the plan"), name(duty.body, directory, lang)
    if matter is Matter.TO_SET:
        gaps = ", ".join(gap_word(gap, lang) for gap in duty.gaps)
        yield say(lang, "Why here"), say(lang, "the text leaves open: {gaps}", gaps=gaps)
    elif matter is Matter.CONFIRM and duty.projected:
        yield say(lang, "Why here"), say(lang, _PROJECTED[duty.lacks or may_lack(one)])
    else:
        yield say(lang, "Why here"), say(lang, _WHY[matter])
    if duty.since:
        yield say(lang, "Since"), day_words(duty.since, lang)


def _ending(ending: Ending, directory: Directory, lang: str) -> Row:
    agreement = ending.agreement
    facts = [(say(lang, "With"), names(agreement.parties, directory, lang))]
    facts.append((say(lang, "Why here"), say(lang, "it ends within a year, and nothing follows it")))
    if ending.since:
        facts.append((say(lang, "Since"), day_words(ending.since, lang)))
    part = f"?page={ending.page}" if ending.page > 1 else ""
    return Row(
        title=agreement.title.in_(lang),
        title_lang=language_of(agreement.title, lang),
        path=f"/agreements{part}#{agreement.id}",
        when=day_words(ending.ends, lang),
        facts=tuple(facts),
        todo=say(lang, _FOLLOWS),
        commands=(),
    )


def _letter(letter: Letter, directory: Directory, lang: str) -> Row:
    about = letter.about
    return Row(
        title=subject(about, directory, lang) if about else say(lang, "Mail to {address}", address=letter.address),
        title_lang=language_of(about.title, lang) if about else lang,
        path=f"/o/{about.key}" if about else None,
        when=day_words(letter.day, lang),
        facts=(
            (say(lang, "With"), letter.address),
            (say(lang, "Why here"), say(lang, _TROUBLES[letter.trouble])),
            (say(lang, "Since"), day_words(letter.since, lang)),
        ),
        todo=None,
        commands=commands(Matter.MAIL, letter),
        ways=((say(lang, "Look at the mail"), f"/outbox/{letter.ident}"),),
    )


def _draft(draft: Draft, lang: str) -> Row:
    path = f"/plans/{draft.plan}/proposals/{draft.number}"
    document, bare = draft.document, say(lang, "Plan {plan}", plan=draft.plan)
    return Row(
        title=f"{document_words(document, lang)} · {draft.plan}" if document else bare,
        title_lang=language_of(document.title, lang) if document else lang,
        path=path,
        when=day_words(draft.since, lang),
        facts=(
            (say(lang, "Given by"), draft.by),
            (say(lang, "Why here"), say(lang, "it comes into force once a second officer has approved it")),
        ),
        todo=say(lang, "Read what it changes, and approve or refuse it on the pages of plans."),
        commands=(),
        ways=((say(lang, "Read and decide"), path),),
    )
