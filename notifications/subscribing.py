"""The pages about one address: no more mail, mail again, and that it is the reader's. Looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from calendars.gate import one_line
from calendars.wording import name, names
from notifications import people
from notifications.asks import Almanac
from notifications.audience import Recipient
from notifications.forms import Fields
from notifications.leaving import Holders, Left, holders, left, masked, named
from notifications.letters import Trouble
from notifications.pages import Slip, moment
from notifications.people import Standing
from notifications.tokens import Action
from notifications.window import Window
from notifications.words import say
from scheduler import index, store
from scheduler.occurrence import Selection
from scheduler.plan import Directory

AGAIN = "again"
"""The field of the button that takes unsubscribing back."""


@dataclass(frozen=True, slots=True)
class Case:
    """An address as things stand. `left`: what becomes of its mail without it; `owners`: whom that is to be told."""

    standing: Standing
    holders: Holders
    left: Left
    owners: tuple[str, ...]
    almanac: Almanac


def look(window: Window, action: Action, ident: str, lang: str) -> Slip | None:
    """The page as it is opened; None when nobody has this address any more."""
    with window.read() as session:
        case = _case(window, session, ident)
    return None if case is None else _slip(case, action, lang)


def act(window: Window, action: Action, ident: str, fields: Fields, lang: str) -> Slip | None:
    """Do what the button says, once, and the page that tells so."""
    with window.write() as session:
        case = _case(window, session, ident)
        if case is None:
            return None
        if action is Action.VERIFY:
            people.verified(session, ident, window.now())
        elif AGAIN in fields:
            people.resubscribed(session, ident, window.now())
        elif case.standing.unsubscribed_at is None:
            people.unsubscribed(session, ident, window.now())
            _tell(window, session, case)
        after = _case(window, session, ident) or case
    again = say(lang, "Mail goes to {address} again.", address=masked(after.standing.address))
    return _slip(after, action, lang, (again,) if AGAIN in fields else ())


def _case(window: Window, session: Session, ident: str) -> Case | None:
    standing = people.standing_of(session, ident)
    if standing is None:
        return None
    almanac, address = window.almanac(session), standing.address
    held, today = holders(address, almanac.roster, almanac.directory), window.desk.today()
    owners = {body: _owners(session, body, today) for body in held.bodies}
    found = left(address, almanac.roster, almanac.directory, today, owners)
    return Case(standing, held, found, tuple(sorted({each for some in owners.values() for each in some})), almanac)


def _owners(session: Session, body: str, today: date) -> tuple[str, ...]:
    """Who owns the plans that a body has something to do in from now on; itself where it owns one, or has nothing."""
    plans = store.plans(session, Selection(first=today, involving=(body,)))
    return tuple(sorted(index.owners_of(session, plans | index.owned(session, (body,))))) or (body,)


def _tell(window: Window, session: Session, case: Case) -> None:
    """Tell the owners of what its organisations have to do that an address left."""
    fields = named(case.standing.address, case.almanac.roster, case.almanac.directory)
    for owner in case.owners:
        window.tell_office(session, Trouble.LEFT, owner, None, fields)


def _slip(case: Case, action: Action, lang: str, receipt: tuple[str, ...] = ()) -> Slip:
    return _verify(case, lang) if action is Action.VERIFY else _unsubscribe(case, lang, receipt)


def _unsubscribe(case: Case, lang: str, receipt: tuple[str, ...]) -> Slip:
    standing, address = case.standing, masked(case.standing.address)
    title = say(lang, "No more mail to {address}", address=address)
    told = tuple(_named(reader, case.almanac, lang) for reader in case.left.others)
    owners = say(lang, "Mail about these duties goes to the owner of each plan instead.")
    if case.left.unheard:
        owners = say(lang, "Mail about their other duties goes to the owner of each plan instead.")
    heirs = (say(lang, "Mail about these duties goes to these instead:"),) if told else (owners,) * case.left.owners
    common = Slip(title=title, notice=_unheard(case, lang), names=told)
    if standing.unsubscribed_at is not None:
        since = say(
            lang,
            "No mail goes to {address} since {time}.",
            address=address,
            time=moment(standing.unsubscribed_at, lang),
        )
        button = say(lang, "Send mail there again")
        return replace(common, receipt=(since,), lines=heirs, button=button, again=True)
    office = say(lang, "The office is told, so that nothing is missed. You can take it back on this page.")
    return replace(
        common,
        receipt=receipt,
        lines=(say(lang, "Nothing goes there any more: no reminders, no changes, no invitations."), *heirs),
        after=(office if case.left.office else say(lang, "You can take it back on this page."),),
        button=say(lang, "Stop the mail"),
    )


def _unheard(case: Case, lang: str) -> str | None:
    """Whose duties nobody else can be told of, and what to do about it."""
    if not case.left.unheard:
        return None
    return say(
        lang,
        "Nobody else can be told of duties of {bodies}: no other address is known here, neither theirs nor that of the "
        "plan's owner. If the mail is to go to another address, tell the office that wrote to you.",
        bodies=one_line(names(case.left.unheard, case.almanac.directory, lang, "; "), cap=1000),
    )


def _verify(case: Case, lang: str) -> Slip:
    standing, directory = case.standing, case.almanac.directory
    whom = [_person(contact.name, contact.organisation, directory, lang) for contact in case.holders.people]
    whom += [one_line(name(body, directory, lang)) for body in case.holders.organisations]
    address = masked(standing.address)
    title = say(lang, "Confirm the address {address}", address=address)
    closed = say(lang, "No mail goes there all the same: it was unsubscribed, or mail came back. Tell the office.")
    if standing.verified_at is not None:
        on = say(lang, "Confirmed, {time}. From now on reminders come here.", time=moment(standing.verified_at, lang))
        return Slip(title=title, receipt=(on,), names=tuple(whom), notice=closed if standing.closed else None)
    return Slip(
        title=title,
        lines=(say(lang, "Reminders are to come here for:"),),
        names=tuple(whom),
        after=(say(lang, "If you know nothing of this, do nothing: no reminders will come."),),
        button=say(lang, "Confirm the address"),
    )


def _named(reader: Recipient, almanac: Almanac, lang: str) -> str:
    """Who has the mail instead, by name."""
    contact = almanac.roster.named(reader.recipient)
    if contact is not None:
        return _person(contact.name, reader.organisation, almanac.directory, lang)
    return one_line(name(reader.organisation, almanac.directory, lang))


def _person(who: str, organisation: str, directory: Directory, lang: str) -> str:
    return one_line(f"{who} ({name(organisation, directory, lang)})")
