"""What is asked of an occurrence, counted from which day, and on which day each reader has it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import String, Table

from notifications.asks import Almanac, Ask, asks
from notifications.audience import Recipient
from notifications.contacts import NEVER_QUIET, Quiet
from notifications.due import between
from notifications.policy import Lead, Purpose, Role, purpose_of
from notifications.tables import ANSWER, REMINDER
from scheduler import preparation
from scheduler.agreement import RENEWS
from scheduler.occurrence import UNSET, Record, Status
from scheduler.plan import Directory, Kind, Text
from scheduler.preparation import ChainStep, Side, Template, Way
from scheduler.rules import Edge, Unit
from scheduler.window import ONE_DAY, Precision, Window
from scheduler.workdays import DaysOff
from tests.unit.notifications.samples import (
    CHANGED,
    EXCHANGE,
    FRONT,
    LAO_FRONT,
    PARTIES,
    almanac,
    day_of_event,
    office,
    record,
    shelf,
    weekdays_after,
    weekdays_before,
)

VN, LA, KH = ("VN",), ("LA",), ("KH",)
TUESDAY = date(2021, 10, 5)


def _step(ident: str, days: int, **fields: object) -> ChainStep:
    return ChainStep(id=ident, title=Text(ident), days=days, **fields)  # type: ignore[arg-type]  # fields of a ChainStep


CHAIN = Template(
    "chain",
    Side.ANY,
    (Kind.EXCHANGE, Kind.EVENT, Kind.TALKS),
    (
        _step("permission", 60, lead="owner"),
        _step("gifts", 7),
        _step("gifts-list", 7, lead="so-ngoai-vu-quang-tri"),
        _step("settle-days", 90, edge=Edge.END, while_open=True),
        _step("report", 15, way=Way.AFTER, edge=Edge.END),
        _step("thanks", 5, unit=Unit.WORKING, way=Way.AFTER, edge=Edge.END),
    ),
)


def prepared(record: Record) -> tuple[preparation.Step, ...]:
    """The chain, over plain weekdays."""
    return preparation.chain(
        record.occurrence,
        "quang-tri",
        {CHAIN.id: CHAIN},
        partial(weekdays_before, countries=VN),
        partial(weekdays_after, countries=VN),
    )


WITH_CHAIN = almanac(steps_of=prepared)


def _asked(of: Record, at: Almanac = WITH_CHAIN) -> list[tuple[str, date, int]]:
    return [(ask.step.id, ask.falls_on(at, VN), ask.repeat) for ask in asks(of, at)]


def _chain(of: Record) -> list[tuple[str, date, tuple[str, ...]]]:
    return [
        (ask.step.id, ask.falls_on(WITH_CHAIN, VN), ask.prepares.leads)
        for ask in asks(of, WITH_CHAIN)
        if ask.prepares is not None
    ]


def confirmed(day: date = TUESDAY, **changes: Any) -> Record:
    return day_of_event(day, status=Status.CONFIRMED, **changes)


def test_a_meeting_from_the_first_step_to_what_became_of_it() -> None:
    event = day_of_event(TUESDAY)
    days = [(f"prepare-{n}", TUESDAY - timedelta(days=n), 0) for n in (120, 90, 60, 30, 14, 7, 1)]
    later = [
        ("record-1w", date(2021, 10, 6), 0),
        ("record-5w", date(2021, 10, 12), 0),
        ("record-20w", date(2021, 11, 2), 0),
    ]
    assert _asked(event, almanac()) == [*days, *later]


@pytest.mark.parametrize("kind", [Kind.TASK, Kind.DEADLINE, Kind.REPORT])
def test_what_is_overdue_every_three_working_days_ten_times(kind: Kind) -> None:
    due = confirmed(date(2021, 10, 1), kind=kind)  # a Friday
    overdue = [row for row in _asked(due, almanac()) if row[0] == "overdue-3w"]
    assert [repeat for _, _, repeat in overdue] == list(range(1, 11))
    assert [day for _, day, _ in overdue][:4] == [
        date(2021, 10, 6), date(2021, 10, 11), date(2021, 10, 14), date(2021, 10, 19),
    ]  # fmt: skip
    assert overdue[-1][1] == weekdays_after(date(2021, 10, 1), 30, VN)


@pytest.mark.parametrize(
    ("host", "travels", "days"),
    [
        ("quang-tri", ("savannakhet",), ["prepare-40"]),
        ("savannakhet", ("quang-tri",), ["prepare-20w"]),
        ("quang-tri", ("quang-tri",), ["prepare-20w"]),
        ("savannakhet", ("savannakhet",), ["prepare-40"]),
        (None, (), ["prepare-40"]),
    ],
)
def test_sides_have_lists_of_their_own(host: str | None, travels: tuple[str, ...], days: list[str]) -> None:
    sides = {Side.HOSTING: (Lead(40),), Side.TRAVELLING: (Lead(20, Unit.WORKING),), Side.ANY: (Lead(40),)}
    at = replace(almanac(), policy=replace(almanac().policy, fixed={Kind.EXCHANGE: sides}, record=()))
    visit = record(window=Window.day(TUESDAY), host=host, travels=travels)
    assert [ask.step.id for ask in asks(visit, at)] == days


def test_working_days_are_counted_by_the_readers_calendar() -> None:
    """Pchum Ben (5 to 7 October 2021) is off in Cambodia only, National Day (2 and 3 September) in Viet Nam only."""
    off = DaysOff()
    at = replace(almanac(), before=off.subtract_working_days, after=off.add_working_days)
    sides = {Side.HOSTING: (Lead(5, Unit.WORKING),), Side.ANY: ()}
    at = replace(at, policy=replace(at.policy, fixed={Kind.EXCHANGE: sides}, record=()))
    ask = next(asks(record(window=Window.day(date(2021, 9, 8))), at))
    assert [ask.falls_on(at, country) for country in (VN, LA)] == [date(2021, 8, 30), date(2021, 9, 1)]
    ask = next(asks(record(window=Window.day(date(2021, 10, 11))), at))
    assert [ask.falls_on(at, country) for country in (VN, KH)] == [date(2021, 10, 4), date(2021, 9, 29)]


def test_each_step_of_a_chain_is_asked_of_who_does_it() -> None:
    assert _chain(confirmed()) == [
        ("chain-permission-7", date(2021, 7, 30), ("mttq-quang-tri",)),
        ("chain-permission-0", date(2021, 8, 6), ("mttq-quang-tri",)),
        ("chain-gifts-7", date(2021, 9, 21), ("mttq-quang-tri",)),
        ("chain-gifts-0", date(2021, 9, 28), ("mttq-quang-tri",)),
        ("chain-gifts-list-7", date(2021, 9, 21), ("so-ngoai-vu-quang-tri",)),
        ("chain-gifts-list-0", date(2021, 9, 28), ("so-ngoai-vu-quang-tri",)),
    ]


def test_what_follows_a_meeting_is_asked_for_once_it_was_held_and_nothing_else() -> None:
    held = day_of_event(TUESDAY, status=Status.HELD)
    assert _asked(held) == [
        ("record-thanks-7", date(2021, 10, 5), 0),
        ("record-thanks-0", date(2021, 10, 12), 0),
        ("record-report-7", date(2021, 10, 13), 0),
        ("record-report-0", date(2021, 10, 20), 0),
    ]
    assert all(ask.afterwards for ask in asks(held, WITH_CHAIN))


def test_what_follows_a_held_meeting_is_foreseen() -> None:
    """What is not held yet is taken to be recorded in time; what was, still has its own steps ahead."""
    held = day_of_event(TUESDAY, status=Status.HELD)
    foreseen = between([held], WITH_CHAIN, date(2021, 10, 6), date(2021, 10, 31))
    assert [(mail.slot.step, mail.send_on) for mail in foreseen] == [
        ("record-thanks-0", date(2021, 10, 12)),
        ("record-report-7", date(2021, 10, 13)),
        ("record-report-0", date(2021, 10, 20)),
    ]
    assert list(between([day_of_event(TUESDAY)], WITH_CHAIN, TUESDAY, date(2021, 12, 31))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.TENTATIVE},
        {"status": Status.PROPOSED},
        {"status": Status.POSTPONED},
        {"status": Status.PROJECTED},
        {"status": Status.SKIPPED},
        {"status": Status.CANCELLED},
        {"status": Status.CONFIRMED, "window": EXCHANGE.window},
        {"status": Status.CONFIRMED, "joint": "qt-talks.2021"},
        {"status": Status.CONFIRMED, "cycle": UNSET},
        {"status": Status.HELD, "window": EXCHANGE.window},
    ],
)
def test_no_step_of_a_chain_while_the_days_are_not_settled(changes: dict[str, Any]) -> None:
    assert _chain(day_of_event(TUESDAY, **changes)) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_a_projected_turn_is_one_mail_whatever_it_is(kind: Kind) -> None:
    projected = day_of_event(TUESDAY, status=Status.PROJECTED, kind=kind)
    expected = [] if kind is Kind.ONGOING else [("decide-90", TUESDAY - timedelta(days=90), 0)]
    assert _asked(projected) == expected


def test_notice_on_an_agreement_has_its_own_days_and_is_overdue_like_any_deadline() -> None:
    notice = confirmed(obligation=f"{RENEWS}vn-la", kind=Kind.DEADLINE)
    ids = [ident for ident, _, _ in _asked(notice)]
    assert ids == [*(f"renew-{n}" for n in (180, 90, 30, 14, 7, 1)), *["overdue-3w"] * 10]


# When a reader has it.

TEAM = office("mttq-quang-tri", "mttq@quang-tri.example")
KHMER = office("khmer", "khmer@takeo.example", "takeo")
OFF = DaysOff()
REAL = replace(
    almanac(Directory(parties=PARTIES, organisations=shelf(FRONT, LAO_FRONT, KHMER)), steps_of=prepared),
    before=OFF.subtract_working_days,
    after=OFF.add_working_days,
)


def reader(quiet: Quiet = NEVER_QUIET, digest: bool = False, country: str = "VN") -> Recipient:
    return Recipient(
        recipient="@lan",
        organisation="mttq-quang-tri",
        address="lan@quang-tri.example",
        role=Role.LEAD,
        country=country,
        lang="vi",
        quiet=quiet,
        digest=digest,
    )


@pytest.mark.parametrize(
    ("who", "nominal", "sent"),
    [
        (reader(), date(2021, 9, 8), date(2021, 9, 8)),
        (reader(), date(2021, 9, 5), date(2021, 9, 1)),  # National Day and the weekend after it
        (reader(country="LA"), date(2021, 9, 5), date(2021, 9, 3)),
        (reader(Quiet(frozenset({4}))), date(2021, 9, 10), date(2021, 9, 9)),
        (reader(Quiet(frozenset({0, 4}))), date(2021, 9, 13), date(2021, 9, 9)),
        (reader(Quiet(spans=((date(2021, 9, 6), date(2021, 9, 10)),))), date(2021, 9, 8), date(2021, 9, 1)),
        (reader(digest=True), date(2021, 9, 10), date(2021, 9, 6)),
        (reader(Quiet(frozenset({0})), digest=True), date(2021, 9, 10), date(2021, 9, 7)),
        (reader(digest=True), date(2021, 9, 5), date(2021, 8, 30)),
        (reader(digest=True), date(2021, 9, 6), date(2021, 9, 6)),
    ],
)
def test_mail_goes_on_a_day_its_reader_works_rather_earlier(who: Recipient, nominal: date, sent: date) -> None:
    assert REAL.sends(nominal, who) == sent


DAYS = st.dates(date(2020, 1, 1), date(2023, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 60)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
QUIET = st.builds(
    Quiet,
    st.frozensets(st.integers(0, 6)).filter(lambda quiet: not quiet >= {0, 1, 2, 3, 4}),
    st.lists(SPANS, max_size=3).map(tuple),
)
READERS = st.builds(reader, QUIET, st.booleans(), st.sampled_from(["VN", "LA", "KH"]))


@settings(deadline=None)
@given(DAYS, READERS)
def test_law_never_later_never_on_a_day_off_and_twice_is_once(nominal: date, who: Recipient) -> None:
    sent = REAL.sends(nominal, who)
    assert sent <= nominal
    assert REAL.works(sent, who)
    assert OFF.earlier(sent, (who.country,)) == sent
    assert not who.quiet.covers(sent)
    assert REAL.sends(sent, who) == sent


@settings(deadline=None)
@given(DAYS, READERS)
def test_law_a_single_mail_goes_on_the_last_day_that_serves(nominal: date, who: Recipient) -> None:
    single = replace(who, digest=False)
    sent = REAL.sends(nominal, single)
    between = [sent + ONE_DAY * n for n in range(1, (nominal - sent).days + 1)]
    assert not any(REAL.works(day, single) for day in between)


@settings(deadline=None)
@given(DAYS, READERS)
def test_law_who_reads_once_a_week_has_it_first_thing_that_week(nominal: date, who: Recipient) -> None:
    weekly, single = replace(who, digest=True), replace(who, digest=False)
    sent, alone = REAL.sends(nominal, weekly), REAL.sends(nominal, single)
    assert sent.isocalendar()[:2] == alone.isocalendar()[:2]
    before = [sent - ONE_DAY * n for n in range(1, sent.weekday() + 1)]
    assert not any(REAL.works(day, weekly) for day in before)


def test_who_is_quiet_on_every_day_has_no_day_at_all() -> None:
    """Files of contacts refuse it; the search ends all the same."""
    with pytest.raises(OverflowError):
        REAL.sends(date(2021, 9, 8), reader(Quiet(frozenset(range(7)))))


# Laws of asks, over occurrences of every kind and status.


@st.composite
def occurrences(draw: st.DrawFn) -> Record:
    first = draw(DAYS)
    last = first + timedelta(days=draw(st.integers(0, 400)))
    changed = replace(
        EXCHANGE,
        obligation=draw(st.sampled_from(["it", f"{RENEWS}it"])),
        cycle=draw(st.sampled_from(["2021", UNSET])),
        kind=draw(st.sampled_from(Kind)),
        status=draw(st.sampled_from(Status)),
        window=Window.of(first, last, draw(st.sampled_from(Precision))),
        host=draw(st.sampled_from([None, "quang-tri", "savannakhet"])),
        travels=draw(st.sampled_from([(), ("quang-tri",), ("savannakhet",)])),
        joint=draw(st.sampled_from([None, None, None, "other.2021"])),
        leads=draw(st.sampled_from([(), ("mttq-quang-tri",)])),
    )
    return Record(changed, 0, CHANGED)


@settings(deadline=None)
@given(occurrences())
def test_law_ids_parse_back_and_name_one_ask_each(of: Record) -> None:
    found = list(asks(of, REAL))
    assert [purpose_of(ask.step.id) for ask in found] == [ask.step.purpose for ask in found]
    named = Counter((ask.step.id, ask.counted_from, ask.repeat) for ask in found)
    assert set(named.values()) <= {1}


@settings(deadline=None)
@given(occurrences())
def test_law_before_is_before_and_after_is_after(of: Record) -> None:
    last = of.occurrence.window.last
    for ask in asks(of, REAL):
        for countries in (VN, LA, KH):
            day = ask.falls_on(REAL, countries)
            assert (day > ask.base) if ask.step.way is Way.AFTER else (day <= ask.base)
        assert last is not None
        if ask.step.purpose in (Purpose.OVERDUE, Purpose.RECORD) and ask.prepares is None:
            assert ask.base == last


@settings(deadline=None)
@given(occurrences())
def test_law_what_is_over_joined_or_ongoing_asks_for_nothing_but_what_follows_from_it(of: Record) -> None:
    occurrence, found = of.occurrence, list(asks(of, REAL))
    if occurrence.joint is not None or occurrence.status in (Status.SKIPPED, Status.CANCELLED):
        assert found == []
    elif occurrence.status is Status.HELD:
        assert all(ask.afterwards and ask.prepares is not None for ask in found)
    elif occurrence.status is Status.PROJECTED:
        assert [ask.step.purpose for ask in found] == ([] if occurrence.kind is Kind.ONGOING else [Purpose.DECIDE])
    elif occurrence.kind is Kind.ONGOING:
        assert found == []


def _readable(ask: Ask) -> tuple[str, date, int]:
    return ask.step.id, ask.base, ask.repeat


@settings(deadline=None)
@given(occurrences(), st.integers(1, 500))
def test_law_other_days_are_other_slots(of: Record, days: int) -> None:
    shift = timedelta(days=days)
    window = of.occurrence.window
    assert window.start is not None
    assert window.last is not None
    moved = Window.of(window.start + shift, window.last + shift, window.precision)
    again = replace(of, occurrence=replace(of.occurrence, window=moved))
    policy_only = replace(REAL, steps_of=lambda _: ())
    before = {_readable(ask) for ask in asks(of, policy_only)}
    assert before.isdisjoint(_readable(ask) for ask in asks(again, policy_only))
    assert len(before) == len(list(asks(again, policy_only)))


def _width(table: Table) -> int:
    kind = table.c.step.type
    assert isinstance(kind, String)
    return kind.length or 0


def test_every_id_fits_its_column() -> None:
    """The ids of chain steps have up to 80 letters, and an escalation says whom it tells before them."""
    rule = replace(CHAIN.steps[0], id="a" * 80)
    at = replace(WITH_CHAIN, steps_of=lambda of: tuple(replace(step, rule=rule) for step in prepared(of)[:1]))
    [first, *_] = (ask for ask in asks(confirmed(), at) if ask.prepares)
    longest = f"{Purpose.ESCALATE}-deputy-{first.step.id}3650w"
    assert {_width(table) >= len(longest) for table in (REMINDER, ANSWER)} == {True}
