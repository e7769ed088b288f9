"""Whether an officer may decide: what they name and what it changes must be theirs, and be what they looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from sqlmodel import Session

from calendars.pages import decidewords as words
from calendars.query import RefusalError
from calendars.wording import names
from config.decide import Ruling
from config.decideeffect import Caution, cautions, mark_of
from config.decideground import Ground
from config.office import Office
from config.officers import Officer
from config.remit import covers, remit_of
from scheduler import history, store
from scheduler.amendment import Amendment, Decision, effective
from scheduler.decided import ENDING
from scheduler.errors import LuanphienError, UnknownKeyError
from scheduler.occurrence import Occurrence


@dataclass(slots=True)
class Judge:
    """Looks at a decision in its own transaction: all it changes is theirs to decide on, and it is what they saw.

    Raises RefusalError for what is not theirs. `seen` is the mark of what they looked at; `mark` and `beware` are those
    of what it would do now.
    """

    officer: Officer
    today: date
    key: str
    seen: str
    lang: str
    mark: str = ""
    beware: tuple[Caution, ...] = ()

    def __call__(self, session: Session, ruling: Ruling) -> bool:
        """Whether it is what they saw."""
        desk = Office(session, self.today)
        named = store.found(session, _named_by(session, ruling.decision))
        own = [change.before or change.after for change in ruling.changes if change.after.obligation in ruling.written]
        for one in (*own, *(record.occurrence for record in named.values()), *_ahead(session, ruling.decision)):
            check_theirs(desk, self.officer, (one,), self.lang)
        ground = Ground.of(desk, self.key, remit_of(desk, self.officer)) if self.key else None
        self.beware = cautions(ground, ruling)
        self.mark = mark_of(ruling, self.beware)
        return self.mark == self.seen


def _ahead(session: Session, decision: Decision) -> tuple[Occurrence, ...]:
    """The turns that a party joins or leaves, whether or not it is its own turn by the last year that is kept."""
    ident, since = decision.obligation, decision.cycle
    if ident is None or since is None:
        return ()
    line = store.stored(session, (ident,)).get(ident, {}).values()
    return tuple(one for one in line if one.leg == decision.leg and one.cycle.isdecimal() and int(one.cycle) >= since)


def _named_by(session: Session, decision: Decision) -> tuple[str, ...]:
    """The keys a decision names, or the one it takes back."""
    if decision.target is None:
        return decision.keys
    taken = history.decisions(session, history.decided_under(session, decision.target))
    return tuple(
        key for some in taken.values() for each in some if each.number == decision.target for key in each.decision.keys
    )


def ground_of(desk: Office, officer: Officer, key: str, lang: str) -> Ground:
    """The ground of an occurrence that is theirs to decide on. Raises RefusalError."""
    try:
        ground = Ground.of(desk, key, remit_of(desk, officer))
    except UnknownKeyError as error:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.BEYOND if _beyond(desk, key) else words.NO_KEY) from error
    check_theirs(desk, officer, (ground.one,), lang)
    return ground


def _beyond(desk: Office, key: str) -> bool:
    """Whether a key lies beyond the rows that are kept."""
    try:
        desk.explained(key)
    except LuanphienError:
        return False
    return True


def amendment_of(desk: Office, officer: Officer, number: int, lang: str) -> Amendment:
    """A decision on what is theirs to decide on. Raises RefusalError."""
    idents = history.decided_under(desk.session, number)
    if not idents:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_NUMBER)
    stored = store.stored(desk.session, idents)
    for ident in idents:
        check_theirs(desk, officer, tuple(stored.get(ident, {}).values()), lang)
    taken = history.decisions(desk.session, idents)
    return next(each for ident in idents for each in taken[ident] if each.number == number)


def undone_by(desk: Office, number: int) -> Amendment | None:
    """What took a decision back, if it is taken back."""
    taken = history.decisions(desk.session, history.decided_under(desk.session, number)).values()
    standing = (each for some in taken for each in effective(some))
    return next((each for each in standing if each.decision.target == number), None)


def ended_by(desk: Office, officer: Officer, key: str) -> Amendment | None:
    """The decision by which an occurrence that is theirs is over; None: the text says so."""
    record = store.find(desk.session, key)
    if record is None or not record.occurrence.over or not covers(remit_of(desk, officer), record.occurrence):
        return None
    ident = record.occurrence.obligation
    standing = effective(history.decisions(desk.session, (ident,)).get(ident, ()))
    ends = (each for each in reversed(standing) if key in each.decision.keys and each.decision.verb in ENDING)
    return next(ends, None)


def check_theirs(desk: Office, officer: Officer, some: Iterable[Occurrence], lang: str) -> None:
    """One of these at least must be theirs: a line of turns is one matter. Raises RefusalError."""
    if not officer.organisations:
        raise RefusalError(HTTPStatus.FORBIDDEN, words.ACTS_FOR_NOBODY, officer=officer.id)  # only admins act for none
    remit, every = remit_of(desk, officer), tuple(some)
    if not any(covers(remit, one) for one in every):
        directory = desk.directory()
        bodies = dict.fromkeys(body for one in every for body in (*one.leads, one.owner))
        raise RefusalError(
            HTTPStatus.FORBIDDEN,
            words.NOT_YOURS,
            bodies=names(bodies, directory, lang, "; "),
            own=names(officer.organisations, directory, lang, "; "),
        )
