"""What needs an officer now, read from the store: only what concerns the bodies they act for, and a bounded part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from calendars.pageroutes import MOST_AGREEMENTS
from calendars.todaylist import (
    FIRST,
    Draft,
    Duty,
    Ending,
    Letter,
    Matter,
    Part,
    Pile,
    Section,
    Thing,
    Today,
    Trouble,
    deciding,
    duty_of,
    sections,
)
from config.excerpt import is_indexed, naming
from config.lacks import lacks_of
from config.office import Office
from config.officerbook import signatures
from config.officers import Officer, Role
from config.remit import NOTHING, bodies_of, concerning, covers, remit_of
from config.session import Job
from config.standings import agreement_ids, standings_of
from config.telling import almanac_of
from config.waitingplans import waiting_for
from notifications import outbook
from notifications.asks import Almanac, asks
from notifications.policy import Purpose
from scheduler import attending, index, store
from scheduler.agreement import State, health
from scheduler.attending import Bodies, Span
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Flag, Occurrence, Record, Selection, flags_of
from scheduler.plan import MEETINGS, Agreement, Directory, Document, Gap, Kind
from scheduler.survey import agreements_of, lapsing
from scheduler.window import ONE_DAY

MOST_READ = 1000
"""Rows of one matter that are read; of more it is said that there are more."""

MOST_ASKED = 200
"""Agreements that are looked at."""

NEXT = 3
"""What comes next, where nothing needs anybody."""

DUE = (Kind.TASK, Kind.DEADLINE, Kind.REPORT)
MET = (*MEETINGS, Kind.EVENT)
_SETTLES = (Purpose.FIX_DAYS, Purpose.DECIDE)
"""Reminders that ask for days to be confirmed."""


def matters_of(officer: Officer | None) -> tuple[Matter, ...]:
    """The matters that somebody may see: mails, and so who is written to, only from officers on. None: all."""
    sees_mail = officer is None or officer.may(Role.OFFICER)
    return tuple(matter for matter in Matter if sees_mail or matter is not Matter.MAIL)


def today_of(job: Job, officer: Officer | None, part: Part | None = None) -> Today:
    """What needs an officer today; None: everybody's. Without organisations they see all. Raises PolicyFileError.

    `part`: of one matter (`matters_of`), other things than the first.
    """
    with job.office() as desk:
        return Look.of(job, desk, officer).taken(part or FIRST)


@dataclass(frozen=True)
class Look:
    """One look at the store on one day, by the eyes of some bodies; None: of everybody."""

    job: Job
    desk: Office
    officer: Officer | None
    named: tuple[str, ...] | None
    theirs: Bodies | None

    @classmethod
    def of(cls, job: Job, desk: Office, officer: Officer | None) -> Look:
        """By the eyes of an officer: of their organisations, a head's with those below them."""
        if officer is None or not officer.organisations:
            return cls(job, desk, officer, None, None)
        return cls(job, desk, officer, officer.organisations, concerning(desk, officer))

    @property
    def bodies(self) -> frozenset[str] | None:
        """Whose eyes."""
        return self.theirs.organisations if self.theirs else None

    @cached_property
    def almanac(self) -> Almanac:
        """What reminders are counted by."""
        return almanac_of(self.desk.session, self.job)

    def taken(self, part: Part) -> Today:
        """Everything, in order."""
        try:
            piles = {
                Matter.OVERDUE: self.past(DUE, Flag.OVERDUE),
                Matter.CONFIRM: self.unsettled(),
                Matter.TO_SET: self.gaps(),
                Matter.UNRECORDED: self.past(MET, Flag.UNRECORDED),
                Matter.LAPSING: self.endings(),
            }
        except EmptyStoreError:
            piles = {}
        if Matter.MAIL in matters_of(self.officer):
            piles[Matter.MAIL] = self.mails()
        drafts = self.drafts()
        if drafts.things or not drafts.whole:
            piles[Matter.APPROVAL] = drafts
        found = tuple(self._with_lacks(section) for section in sections(piles, part))
        stored = bool(self.desk.revision)
        today = Today(day=self.desk.today, bodies=self.named, sections=found, stored=stored)
        return replace(today, ahead=self.ahead()) if today.quiet else today

    @cached_property
    def directory(self) -> Directory:
        """Who is who."""
        return self.desk.directory()

    @cached_property
    def remit(self) -> Bodies | None:
        """What they may decide on; None: everything, as at the terminal."""
        if self.officer is None:
            return None
        return remit_of(self.desk, self.officer) if self.officer.may(Role.OFFICER) else NOTHING

    def _duty(self, one: Occurrence, since: date | None, gaps: tuple[Gap, ...] = ()) -> Duty:
        theirs = self.remit is None or covers(self.remit, one)
        return replace(duty_of(one, since, self.bodies, gaps), deciders=() if theirs else deciding(one, self.directory))

    def _with_lacks(self, section: Section) -> Section:
        """The same, projected turns with the terms they lie outside of; read for those that are shown."""
        if section.matter is not Matter.CONFIRM:
            return section
        projected = (one.occurrence for one in section.shown if isinstance(one, Duty) and one.projected)
        lacks = lacks_of(self.desk, projected)
        shown = (
            replace(one, lacks=lacks.get(one.occurrence.key, ())) if isinstance(one, Duty) else one
            for one in section.shown
        )
        return replace(section, shown=tuple(shown))

    def past(self, kinds: tuple[Kind, ...], flag: Flag) -> Pile:
        """What bears a flag today, the oldest first."""
        read = self._read(Span(kinds=kinds, before=self.desk.today))

        def things() -> Iterator[Thing]:
            for one in _each(read):
                if flag in flags_of(one, self.desk.today, day_off=False) and one.window.last is not None:
                    yield self._duty(one, one.window.last + ONE_DAY)

        return self._pile(read, things)

    def unsettled(self) -> Pile:
        """What reminders up to this week's end ask to fix or decide, the nearest last day first."""
        day = self.desk.today
        sunday = day + timedelta(days=6 - day.weekday())
        until = sunday + timedelta(days=self.almanac.policy.reach)
        read = self._read(Span(kinds=MET, since=day, until=until))

        def things() -> Iterator[Thing]:
            for record in read[:MOST_READ]:
                fallen = [on for on in self._asked(record) if on <= sunday]
                if fallen:
                    yield self._duty(record.occurrence, min(fallen))

        return self._pile(read, things)

    def _asked(self, record: Record) -> Iterator[date]:
        """The days on which its lead is asked for its days, or its owner what becomes of it."""
        owner = self.almanac.directory.organisations.get(record.occurrence.owner)
        countries = self.almanac.directory.countries((owner.party,)) if owner else ()
        for ask in asks(record, self.almanac):
            if ask.step.purpose in _SETTLES:
                yield ask.falls_on(self.almanac, countries)

    def gaps(self) -> Pile:
        """What plans leave open, one thing for each duty, or for each of its legs, by key."""
        read = attending.open_gaps(self.desk.session, self.theirs, MOST_READ + 1)
        first: dict[tuple[str, str | None], Occurrence] = {}
        open_: dict[tuple[str, str | None], dict[Gap, None]] = {}
        for one in _each(read):
            line = one.obligation, one.leg
            first.setdefault(line, one)
            open_.setdefault(line, {}).update(dict.fromkeys(one.to_set))

        def things() -> Iterator[Thing]:
            for line, one in first.items():
                yield self._duty(one, one.document.date, tuple(open_[line]))

        return self._pile(read, things)

    def endings(self) -> Pile:
        """Agreements that end within a year with nothing to follow, the first to end first."""
        every = agreement_ids(self.desk)
        mine = [each for each in every if self._concerns(each)]
        asked = mine[:MOST_ASKED]
        known = [one for one in agreements_of(naming(self.desk.session, asked)) if one.id in asked] if asked else []
        found = [ending for each in known for ending in self._ending(each, every)]
        found.sort(key=lambda ending: (ending.ends, ending.agreement.id))
        return Pile(found, len(mine) <= MOST_ASKED, self._ended(known))

    def _ended(self, known: Iterable[Agreement]) -> int:
        """How many of these have ended with nothing to follow, while meetings ahead rest on them."""
        day = self.desk.today
        over = [one.id for one in known if one.successor is None and health(one, day).state is State.LAPSED]
        return sum(1 for standing in standings_of(self.desk, day, over) if standing.ahead)

    def _concerns(self, agreement: str) -> bool:
        return self.theirs is None or agreement in self._own_agreements

    @cached_property
    def _own_agreements(self) -> frozenset[str]:
        """Those that the plans of these bodies name."""
        plans = self.theirs.plans if self.theirs else frozenset()
        if not is_indexed(self.desk.session):
            return frozenset(each.id for each in agreements_of(p for p in self.desk.plans() if p.id in plans))
        names = index.given_by(self.desk.session, plans)
        return frozenset(name.removeprefix(index.AGREEMENT) for name in names if name.startswith(index.AGREEMENT))

    def _ending(self, agreement: Agreement, every: tuple[str, ...]) -> Iterator[Ending]:
        for finding in lapsing(agreement, self.desk.today):
            ends, notice = finding.fields["ends"], finding.fields["notice"]
            if isinstance(ends, date):
                since = notice if isinstance(notice, date) and notice <= self.desk.today else None
                page = every.index(agreement.id) // MOST_AGREEMENTS + 1
                yield Ending(agreement=agreement, ends=ends, since=since, page=page)

    def mails(self) -> Pile:
        """Mails in trouble that the outbox shows them, the gravest first."""
        session = self.desk.session
        of = () if self.officer is None else bodies_of(self.desk, self.officer)
        states = [state.value for state in outbook.TROUBLED]
        mails, more = outbook.listed(session, states, None, MOST_READ, of=of)
        told = outbook.lines(session, [mail.id for mail in mails])
        keys = {mail: next((line.occurrence for line in lines), None) for mail, lines in told.items()}
        known = store.found(session, {key for key in keys.values() if key is not None})
        zone = self.job.settings.zone
        letters = (
            Letter(
                ident=mail.id, address=mail.address, trouble=Trouble(mail.state.value), day=mail.day,
                since=mail.created_at.astimezone(zone).date(),
                about=known[key].occurrence if (key := keys.get(mail.id)) in known and key else None,
            )
            for mail in mails
        )  # fmt: skip
        return Pile(tuple(letters), whole=not more)

    def drafts(self) -> Pile:
        """Texts of plans that wait for them and that somebody else gave, the oldest first. Nobody named: all."""
        if self.officer is not None and not self.officer.may(Role.HEAD):
            return Pile(())
        zone, waits = self.job.settings.zone, waiting_for(self.desk, self.officer, others=True)
        called = signatures(self.desk.session, {one.by for one in waits.shown})
        papers = {plan: self._document(plan) for plan in {one.plan for one in waits.shown}}
        drafts = (
            Draft(
                plan=one.plan, number=one.id, by=called[one.by], since=one.at.astimezone(zone).date(),
                document=papers[one.plan],
            )
            for one in waits.shown
        )  # fmt: skip
        return Pile(tuple(drafts), waits.whole)

    def _document(self, plan: str) -> Document | None:
        """The document of a plan in force, as what rests on it has it: no text is read for that."""
        first = next(store.chosen(self.desk.session, Selection(plans=(plan,)), most=1), None)
        return first.occurrence.document if first else None

    def ahead(self) -> tuple[Occurrence, ...]:
        """What these bodies meet next, the first last day first."""
        span = Span(kinds=(*MET, *DUE), since=self.desk.today)
        read = attending.expected(self.desk.session, self.theirs, span, NEXT)
        return tuple(record.occurrence for record in read if record.occurrence.window.last is not None)

    def _read(self, span: Span) -> list[Record]:
        return attending.expected(self.desk.session, self.theirs, span, MOST_READ + 1)

    def _pile(self, read: list[Record], things: Callable[[], Iterable[Thing]]) -> Pile:
        return Pile(tuple(things()), whole=len(read) <= MOST_READ)


def _each(read: list[Record]) -> Iterator[Occurrence]:
    """Occurrences, each event once, as far as they count."""
    return (record.occurrence for record in read[:MOST_READ] if record.occurrence.joint is None)
