"""A look that reads only what may have something new leaves what a look at everything leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlmodel import col

from config.decide import decide
from config.looking import INVITATIONS, LOOKED
from config.mailing import desk_of, letterhead_of, send_due, write_due
from config.settle import refresh
from config.tables import KeptRow
from config.telling import almanac_of
from notifications import bulk, claiming, outbox, people
from notifications.compose import compose
from notifications.contacts import CalendarWay, Mails, Quiet
from notifications.due import State
from notifications.tables import DELIVERY, REMINDER, DeliveryState
from scheduler import store
from scheduler.amendment import Decision, Verb
from scheduler.errors import LuanphienError
from tests.faults.calendar_of_mail import Town
from tests.integration.desk import days

FIRST = date(2022, 5, 27)
KEYS = (
    "qt-high-level-talks-savannakhet.once",
    "qt-high-level-talks-salavan.once",
    "qt-youth-volunteering.2022",
    "qt-border-talks-salavan.2022",
    "qt-front-festival-exchange.unset",
)
VERBS = st.sampled_from([Verb.CONFIRM, Verb.POSTPONE, Verb.HELD, Verb.CANCEL, Verb.AWAIT_PARTNER])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("day"), st.integers(1, 4)),
        st.tuples(st.just("decide"), VERBS, st.sampled_from(KEYS), st.integers(-3, 40)),
        st.tuples(st.just("send")),
        st.tuples(st.just("people"), st.integers(0, 3)),
    ),
    min_size=3,
    max_size=14,
)
"""Days pass, things are decided, mail is sent, and people change how they want it."""


def lived(folder: Path, steps: list[tuple[Any, ...]], before_look: Callable[[Town], object]) -> list[Any]:
    """Every slot and mail, after these steps with a look after each of them."""
    town = living(folder, steps, before_look)
    r, d = REMINDER.c, DELIVERY.c
    with town.job.database.read() as session:
        slots = session.execute(select(*(c for c in r if c.name != "merged_into")).order_by(r.id)).all()
        mails = session.execute(select(d.id, d.address, d.lang, d.state, d.deadline, d.sent_at).order_by(d.id)).all()
    town.job.database.close()
    return [*map(tuple, slots), *map(tuple, mails)]


def living(folder: Path, steps: list[tuple[Any, ...]], before_look: Callable[[Town], object]) -> Town:
    """A town after these steps, and after some days more."""
    folder.mkdir()
    town = Town.begun(folder, FIRST)
    day, hour = FIRST, 8
    for step in [("day", 0), *steps, ("day", 1), ("send",), ("day", 3)]:
        if step[0] == "day":
            day, hour = day + timedelta(days=step[1]), 8
        hour += 1
        town.job.stand(day, min(hour, 22))
        if step[0] == "day":
            refresh(town.job.database, town.job.now(), day)
        happens(town, step, day)
        before_look(town)
        write_due(town.job)
        if step[0] == "send":
            send_due(town.job)
    return town


def happens(town: Town, step: tuple[Any, ...], day: date) -> None:
    """One thing; what may not be decided is not."""
    if step[0] == "decide":
        _, verb, key, ahead = step
        first = day + timedelta(days=ahead)
        fields = {} if verb is Verb.CANCEL else {"window": days(str(first), str(first + timedelta(days=2)))}
        try:
            decide(town.job, Decision(verb=verb, keys=(key,), **fields), "Lan", "thử", apply=True)
        except LuanphienError:
            return
    elif step[0] == "people":
        with town.job.database.write() as session:
            each = people.listed(session)[step[1]]
            other = Mails.SINGLE if each.mails is Mails.DIGEST else Mails.DIGEST
            quiet = Quiet(spans=((day, day + timedelta(days=step[1])),))
            changed = type(each)(
                id=each.id, name=each.name, organisation=each.organisation, rank=each.rank, address=each.address,
                lang=each.lang, mails=other, calendar=CalendarWay.INVITATIONS, quiet=quiet,
            )  # fmt: skip
            people.put(session, [changed], town.job.now())


def forget(town: Town) -> None:
    """The next look knows of no earlier one but its day."""
    with town.job.database.write() as session:
        row = session.execute(select(col(KeptRow.value)).where(col(KeptRow.name) == LOOKED)).scalar()
        session.execute(delete(KeptRow).where(col(KeptRow.name).in_([LOOKED, INVITATIONS])))
        if row is not None:
            session.add(KeptRow(name=LOOKED, value=row.partition('"day": "')[2][:10]))


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_law_looking_at_what_changed_leaves_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("looks")
    assert lived(folder / "some", steps, lambda _town: None) == lived(folder / "all", steps, forget)


@settings(max_examples=6, deadline=None)
@given(steps=STEPS)
def test_law_many_are_put_into_the_outbox_as_few_are(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("many")
    few = lived(folder / "few", steps, lambda _town: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "MANY", 0)
        patch.setattr(bulk, "MANY", 3)
        assert lived(folder / "many", steps, lambda _town: None) == few


@settings(max_examples=6, deadline=None)
@given(steps=STEPS)
def test_law_mails_read_together_are_read_as_each_by_itself(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    town = living(tmp_path_factory.mktemp("reads") / "town", steps, lambda _town: None)
    now = town.job.now()
    with town.job.database.write() as session:
        desk = desk_of(town.job, almanac_of(session, town.job))
        session.execute(update(DELIVERY).values(state=DeliveryState.PENDING, next_try_at=now, deadline=None))
        session.execute(update(REMINDER).where(REMINDER.c.delivery_id.is_not(None)).values(state=State.PENDING))
        mails = claiming.claim(session, "w", now, 1000, now)
        assert desk.read_all is not None
        together = desk.read_all(session, mails, now)
        assert len(together) == len(mails) > 0
        assert together == {mail.id: desk.read(session, mail, now) for mail in mails}
        letters = [reading.letter for reading in together.values() if reading.letter is not None]
        letterhead = letterhead_of(town.job)
        directory = store.directory_of(session)
        assert [desk.composer(letter) for letter in letters] == [
            compose(letter, letterhead, directory) for letter in letters
        ]
    town.job.database.close()


def test_when_nothing_changed_nothing_is_written(tmp_path: Path) -> None:
    town = Town.begun(tmp_path, FIRST)
    town.job.stand(FIRST)
    write_due(town.job)
    with town.job.database.read() as session:
        before = session.execute(select(KeptRow.__table__)).all()  # type: ignore[attr-defined]
    town.job.__dict__["moment"] = datetime.combine(FIRST, time(9), town.job.settings.zone)
    write_due(town.job)
    with town.job.database.read() as session:
        assert session.execute(select(KeptRow.__table__)).all() == before  # type: ignore[attr-defined]
