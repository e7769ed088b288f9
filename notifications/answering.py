"""The pages about one reminder: acknowledge it, record it as done, ask for other days. Looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus

from sqlmodel import Session

from calendars.gate import one_line
from calendars.wording import DUTIES, days, name, names
from notifications import answers
from notifications.advice import IN_CHARGE
from notifications.answers import Answer, Matter, Wish, wish_of
from notifications.asks import Almanac
from notifications.contacts import PERSON, Contact
from notifications.due import Reason
from notifications.forms import Draft, Fields, note_from, wish_from
from notifications.letters import Trouble
from notifications.pages import ItemWords, Slip, item_words, moment, outdated_words
from notifications.tokens import Action
from notifications.window import Window
from notifications.words import say
from scheduler import store
from scheduler.amendment import Decision, Verb, days_of
from scheduler.errors import DecisionError, UnknownKeyError
from scheduler.explain import Code
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory

_OVER = (Reason.HELD, Reason.SKIPPED, Reason.CANCELLED, Reason.JOINT, Reason.GONE)
"""Of what is over nothing is recorded any more but that the mail was read."""


@dataclass(frozen=True, slots=True)
class Case:
    """A reminder as things stand. `reader` is the person or body it went to, `step` what its step of a chain is called.

    `outdated`: why the mail does not fit any more; `answer`: the one that stands.
    """

    matter: Matter
    record: Record | None
    directory: Directory
    reader: Contact | None
    step: str | None
    outdated: Reason | None
    answer: Answer | None
    who: str

    @property
    def occurrence(self) -> Occurrence | None:
        """What it is about, while it is there."""
        return self.record.occurrence if self.record else None

    @property
    def duty(self) -> bool:
        """Whether it is about something that is done, rather than something that takes place."""
        return self.occurrence is not None and self.occurrence.kind in DUTIES

    @property
    def helps(self) -> bool:
        """Whether others lead it: what is done they record."""
        return self.matter.role not in IN_CHARGE

    @property
    def over(self) -> bool:
        """Whether nothing more is expected."""
        return self.outdated in _OVER


def look(window: Window, action: Action, reminder: str, lang: str) -> Slip | None:
    """The page as it is opened; None when the reminder was never stored."""
    with window.read() as session:
        case = _case(window, session, action, reminder, lang)
    return None if case is None else _slip(window, case, action, lang)


def item(window: Window, action: Action, subject: str, lang: str) -> ItemWords | None:
    """What a link was about, as it stands now; None when it is about no item, or that is not there any more."""
    if action in (Action.UNSUBSCRIBE, Action.VERIFY):
        return None
    with window.read() as session:
        case = _case(window, session, action, subject, lang)
    return _item(case, lang) if case else None


def act(window: Window, action: Action, reminder: str, fields: Fields, lang: str) -> tuple[HTTPStatus, Slip] | None:
    """Do what the button says, once, and the page that tells so."""
    with window.read() as session:
        case = _case(window, session, action, reminder, lang)
    if case is None:
        return None
    if not _open(case, action):
        slip = _slip(window, case, action, lang)
        told = (say(lang, "It was recorded before; nothing has changed."), *slip.receipt) if slip.receipt else ()
        return HTTPStatus.OK if told else HTTPStatus.CONFLICT, replace(slip, receipt=told)
    words = _words(action, fields, window.desk.today())
    if isinstance(words, Draft):
        return HTTPStatus.UNPROCESSABLE_ENTITY, replace(_slip(window, case, action, lang), draft=words)
    refused = action is Action.DONE and case.matter.chain_step is None and not _decide(window, case, words)
    with (window.read if refused else window.write)() as session:
        if not refused:
            taken = answers.take(session, case.matter, action, window.now(), _kept(words))
            if action is Action.POSTPONE and taken.fresh and isinstance(words, Wish):
                _tell(window, session, case, words)
        after = _case(window, session, action, reminder, lang) or case
    slip = _slip(window, after, action, lang)
    if refused and not slip.receipt:
        notice = say(lang, "It cannot be recorded as done as things stand; its page tells how they stand.")
        return HTTPStatus.CONFLICT, replace(slip, notice=notice, button=None)
    return HTTPStatus.OK, slip


def _case(window: Window, session: Session, action: Action, reminder: str, lang: str) -> Case | None:
    matter = answers.matter_of(session, reminder)
    if matter is None:
        return None
    today, almanac = window.desk.today(), window.almanac(session)
    record = store.found(session, (matter.slot.occurrence,)).get(matter.slot.occurrence)
    answer = answers.standing_answer(session, matter, action)
    return Case(
        matter=matter,
        record=record,
        directory=almanac.directory,
        reader=almanac.roster.named(matter.slot.recipient),
        step=_step(matter, record, almanac, lang),
        outdated=answers.outdated(matter, record, almanac, today),
        answer=answer,
        who=_name(answer.recipient if answer else matter.slot.recipient, almanac, lang),
    )


def _open(case: Case, action: Action) -> bool:
    """Whether the button is there to be pressed."""
    match action:
        case Action.ACKNOWLEDGE:
            return case.answer is None
        case Action.POSTPONE:
            return case.answer is None and not case.over
        case _ if case.helps:
            return False
        case _ if case.matter.chain_step is not None:
            return case.answer is None and not case.over
        case _:
            return case.duty and not case.over


def _words(action: Action, fields: Fields, today: date) -> Wish | Draft | str:
    """What the reader wrote, or what is wrong with it."""
    match action:
        case Action.POSTPONE:
            return wish_from(fields, today)
        case Action.DONE:
            return note_from(fields)
        case _:
            return ""


def _kept(words: Wish | str) -> str | None:
    return words.words if isinstance(words, Wish) else words or None


def _decide(window: Window, case: Case, words: Wish | str) -> bool:
    """Record a duty as done in its reader's name; False when that cannot be."""
    lang = window.desk.lang
    why = str(words) or say(lang, "by the button in a reminder")
    try:
        window.done(case.matter.slot.occurrence, case.who, why)
    except (DecisionError, UnknownKeyError):
        return False
    return True


def _tell(window: Window, session: Session, case: Case, wish: Wish) -> None:
    occurrence = case.occurrence
    owner = occurrence.owner if occurrence else case.matter.organisation
    fields = {"name": case.who, "why": wish.why, "days": wish.days}
    if case.reader is not None:
        fields["address"] = case.reader.address
    told = {name: value for name, value in fields.items() if value}
    window.tell_office(session, Trouble.ASKED, owner, case.matter.slot.occurrence, told)


def _slip(window: Window, case: Case, action: Action, lang: str) -> Slip:
    """The page of a case, before or after its button was pressed."""
    opened, shown = _open(case, action), _item(case, lang)
    notice = outdated_words(case.outdated, lang, duty=case.duty) if case.outdated else None
    owner = name(case.occurrence.owner, case.directory, lang) if case.occurrence else ""
    match action:
        case Action.ACKNOWLEDGE:
            return Slip(
                title=say(lang, "Acknowledge this reminder"),
                notice=notice,
                item=shown,
                receipt=_receipt(case, say(lang, "Acknowledged by {who}, {time}."), lang),
                lines=(say(lang, "Nobody above you is then told that this reminder went unanswered."),) * opened,
                button=say(lang, "Acknowledge") if opened else None,
            )
        case Action.POSTPONE:
            decides = say(lang, "Nothing moves by itself: {owner} is told of it at once, and decides.", owner=owner)
            return Slip(
                title=say(lang, "Ask for other days"),
                notice=notice,
                item=shown,
                receipt=_wished(case, owner, lang),
                lines=(decides,) * opened,
                button=say(lang, "Send the request") if opened else None,
                words=say(lang, "Why"),
                days=True,
            )
        case _:
            return _done(window, case, lang, shown, notice)


def _done(window: Window, case: Case, lang: str, shown: ItemWords | None, notice: str | None) -> Slip:
    opened, meeting = _open(case, Action.DONE), case.matter.chain_step is None and not case.duty
    receipt = _receipt(case, say(lang, "Recorded as done by {who}, {time}."), lang) if not meeting else ()
    if case.duty and case.matter.chain_step is None:
        receipt = _decided(window, case, lang)
        notice = None if receipt else notice
    if case.step is not None:
        effect = say(lang, "The step “{step}” is then done for everybody: no more mail comes about it.", step=case.step)
    else:
        effect = say(lang, "It is then recorded as done in your name: no more mail comes about it.")
    if meeting and not case.over and case.occurrence is not None:
        owner = name(case.occurrence.owner, case.directory, lang)
        effect = say(
            lang, "That it took place is recorded by {owner}, with days and host: please tell them.", owner=owner
        )
    elif case.helps and case.occurrence is not None:
        leads = names(case.occurrence.leads or (case.occurrence.owner,), case.directory, lang, "; ")
        effect = say(lang, "You help with it; that it is done is recorded by {leads}: please tell them.", leads=leads)
    return Slip(
        title=say(lang, "Record it as done"),
        notice=notice,
        item=shown,
        receipt=receipt,
        lines=(effect,) if opened or ((meeting or case.helps) and not case.over) else (),
        button=say(lang, "It is done") if opened else None,
        words=say(lang, "A word on it (may be left empty)"),
    )


def _receipt(case: Case, words: str, lang: str) -> tuple[str, ...]:
    """What is recorded; `words` have places for who and when."""
    if case.answer is None:
        return ()
    return (words.format(who=case.who, time=moment(case.answer.at, lang)),)


def _wished(case: Case, owner: str, lang: str) -> tuple[str, ...]:
    if case.answer is None or case.answer.words is None:
        return ()
    wish, time = wish_of(case.answer.words), moment(case.answer.at, lang)
    told = [say(lang, "{who} asked for other days, {time}. {owner} decides.", who=case.who, time=time, owner=owner)]
    if wish.first is not None:
        window = days_of(wish.first, wish.last or wish.first)
        told.append(say(lang, "Days asked for: {days}", days=days(window, lang)))
    return (*told, say(lang, "Why: {why}", why=wish.why))


def _decided(window: Window, case: Case, lang: str) -> tuple[str, ...]:
    """Who recorded a duty as done, and when: by a button, or otherwise."""
    occurrence = case.occurrence
    if occurrence is None or occurrence.status is not Status.HELD:
        return ()
    dossier = window.desk.find(occurrence.key, window.desk.today())
    for fact in reversed(dossier.facts if dossier else ()):
        decision, at = fact.fields.get("decision"), fact.fields.get("at")
        done = fact.code is Code.DECIDED and isinstance(decision, Decision) and decision.verb is Verb.DONE
        if done and isinstance(at, datetime):
            who = one_line(str(fact.fields["who"]))
            return (say(lang, "Recorded as done by {who}, {time}.", who=who, time=moment(at, lang)),)
    return ()


def _item(case: Case, lang: str) -> ItemWords | None:
    if case.occurrence is None:
        return None
    went = None if case.answer else say(lang, "The mail went to {who}.", who=case.who)
    step = say(lang, "Step: {step}", step=case.step) if case.step else None
    return item_words(case.occurrence, case.matter.organisation, case.directory, lang, (step, went))


def _step(matter: Matter, record: Record | None, almanac: Almanac, lang: str) -> str | None:
    asked = matter.chain_step
    if asked is None or record is None:
        return None
    titles = (step.rule.title.in_(lang) for step in almanac.steps_of(record) if step.rule.id == asked)
    return one_line(next(titles, asked))


def _name(recipient: str, almanac: Almanac, lang: str) -> str:
    """A person with their organisation, or an organisation."""
    contact = almanac.roster.named(recipient)
    if contact is None:
        return one_line(name(recipient.removeprefix(PERSON), almanac.directory, lang))
    return one_line(f"{contact.name} ({name(contact.organisation, almanac.directory, lang)})")
