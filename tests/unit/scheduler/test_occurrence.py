"""One turn of a duty: its key, its flags, its JSON, and what a selection admits."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.anniversary import Anniversary, AnniversaryClass, rank_of
from scheduler.occurrence import (
    Flag,
    Occurrence,
    Record,
    Selection,
    Status,
    as_json,
    content_of,
    flags_of,
    from_content,
    key_of,
    withdrawn,
)
from scheduler.plan import Document, Gap, Kind, Text
from scheduler.window import Precision, Window

AT = datetime(2021, 9, 1, 1, 30, tzinfo=UTC)
EXCHANGE = Occurrence(
    obligation="qt-front-exchange",
    leg="savannakhet",
    cycle="2021",
    plan="quang-tri-front-2020",
    kind=Kind.EXCHANGE,
    title=Text("Trao đổi đoàn", "Delegation exchange", "ແລກປ່ຽນ"),
    clauses=("II.5", "III.2021.2"),
    window=Window.of(date(2021, 1, 1), date(2021, 12, 31), Precision.YEAR),
    expression="02 năm/lần",
    status=Status.TENTATIVE,
    host="quang-tri",
    place="dong-ha",
    travels=("savannakhet",),
    partners=("savannakhet",),
    leads=("mttq-quang-tri",),
    coordinating=("so-ngoai-vu-quang-tri",),
    owner="mttq-quang-tri",
    conditions=("nếu có điều kiện",),
    quantity="15 người",
    assumed=False,
    to_set=(Gap.DATES,),
    anniversary=Anniversary(60, AnniversaryClass.ROUND),
    document=Document("06/KH-MTTQ-BTT", date(2019, 10, 3), "mttq-quang-tri", Text("Kế hoạch", "Plan")),
    agreement="thoa-thuan",
    joint="qt-front-exchange.salavan.2021",
)


# -- Keys.


@pytest.mark.parametrize(
    ("obligation", "leg", "cycle", "key"),
    [
        ("qt-front-exchange", "savannakhet", "2021", "qt-front-exchange.savannakhet.2021"),
        ("ha-tinh-khammouane-front-exchange", None, "2022", "ha-tinh-khammouane-front-exchange.2022"),
        ("qt-laos-report", None, "unset", "qt-laos-report.unset"),
        ("chuan-bi", None, "tham.once", "chuan-bi.tham.once"),
    ],
)
def test_a_key_names_the_slot(obligation: str, leg: str | None, cycle: str, key: str) -> None:
    occurrence = replace(EXCHANGE, obligation=obligation, leg=leg, cycle=cycle)
    assert (key_of(obligation, leg, cycle), occurrence.key, occurrence.uid) == (key, key, f"{key}@luanphien")


def test_a_key_follows_neither_plan_host_nor_days() -> None:
    moved = replace(EXCHANGE, plan="khac", host="savannakhet", window=Window.day(date(2022, 1, 5)))
    assert (moved.key, moved.uid) == (EXCHANGE.key, EXCHANGE.uid)


def test_what_is_over() -> None:
    assert {status for status in Status if replace(EXCHANGE, status=status).over} == {
        Status.HELD,
        Status.SKIPPED,
        Status.CANCELLED,
    }


def test_what_nothing_asks_for_is_the_same_slot_cancelled() -> None:
    assert withdrawn(EXCHANGE) == replace(EXCHANGE, status=Status.CANCELLED)


# -- Flags.

DAY = Window.day(date(2021, 9, 20))
PERIOD = Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD)


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (Kind.EXCHANGE, Status.TENTATIVE, (Flag.UNRECORDED,)),
        (Kind.TALKS, Status.CONFIRMED, (Flag.UNRECORDED,)),
        (Kind.EVENT, Status.PROJECTED, (Flag.UNRECORDED,)),
        (Kind.EXCHANGE, Status.POSTPONED, (Flag.UNRECORDED,)),
        (Kind.TASK, Status.CONFIRMED, (Flag.OVERDUE,)),
        (Kind.DEADLINE, Status.CONFIRMED, (Flag.OVERDUE,)),
        (Kind.REPORT, Status.TENTATIVE, (Flag.OVERDUE,)),
        (Kind.ANNIVERSARY, Status.CONFIRMED, ()),
        (Kind.ONGOING, Status.CONFIRMED, ()),
        (Kind.EXCHANGE, Status.HELD, ()),
        (Kind.TASK, Status.HELD, ()),
        (Kind.EXCHANGE, Status.SKIPPED, (Flag.MISSED,)),
        (Kind.TASK, Status.CANCELLED, (Flag.MISSED,)),
    ],
)
def test_flags_depend_on_the_day_one_looks(kind: Kind, status: Status, expected: tuple[Flag, ...]) -> None:
    occurrence = replace(EXCHANGE, kind=kind, status=status, window=DAY)
    assert flags_of(occurrence, date(2021, 9, 20), day_off=False) == ()
    assert flags_of(occurrence, date(2021, 9, 21), day_off=False) == expected
    assert flags_of(occurrence, date(2021, 9, 21), day_off=True) == (Flag.DAY_OFF, *expected)


@pytest.mark.parametrize("kind", [Kind.TASK, Kind.DEADLINE, Kind.REPORT])
@pytest.mark.parametrize(
    ("status", "window", "expected"),
    [
        (Status.TENTATIVE, PERIOD, ()),
        (Status.POSTPONED, PERIOD, ()),
        (Status.TENTATIVE, DAY, ()),
        (Status.CANCELLED, PERIOD, (Flag.MISSED,)),
        (Status.CONFIRMED, DAY, (Flag.OVERDUE,)),
        (Status.HELD, PERIOD, ()),
    ],
)
def test_a_duty_without_a_day_of_its_own_is_never_overdue(
    kind: Kind, status: Status, window: Window, expected: tuple[Flag, ...]
) -> None:
    occurrence = replace(EXCHANGE, kind=kind, cycle="unset", status=status, window=window)
    assert flags_of(occurrence, date(2100, 1, 1), day_off=False) == expected


def test_a_meeting_without_a_day_of_its_own_is_unrecorded_once_the_period_is_over() -> None:
    occurrence = replace(EXCHANGE, cycle="unset", window=PERIOD)
    assert flags_of(occurrence, date(2023, 1, 1), day_off=False) == (Flag.UNRECORDED,)


def test_without_a_last_day_nothing_is_late() -> None:
    occurrence = replace(EXCHANGE, kind=Kind.TASK, window=Window(date(2000, 1, 1), None, Precision.PERIOD))
    assert flags_of(occurrence, date(2100, 1, 1), day_off=False) == ()


# -- JSON.


def test_the_public_json_is_that_of_the_contract() -> None:
    expected = {
        "key": "qt-front-exchange.savannakhet.2021",
        "uid": "qt-front-exchange.savannakhet.2021@luanphien",
        "plan": "quang-tri-front-2020",
        "obligation": "qt-front-exchange",
        "leg": "savannakhet",
        "clauses": ["II.5", "III.2021.2"],
        "cycle": "2021",
        "kind": "exchange",
        "title": "Trao đổi đoàn",
        "start": "2021-01-01",
        "end": "2021-12-31",
        "precision": "year",
        "expression": "02 năm/lần",
        "status": "tentative",
        "host": "quang-tri",
        "place": "dong-ha",
        "travels": ["savannakhet"],
        "partners": ["savannakhet"],
        "leads": ["mttq-quang-tri"],
        "coordinating": ["so-ngoai-vu-quang-tri"],
        "owner": "mttq-quang-tri",
        "conditions": ["nếu có điều kiện"],
        "quantity": "15 người",
        "assumed": False,
        "to_set": ["dates"],
        "anniversary": {"ordinal": 60, "class": "tron"},
        "document": {
            "number": "06/KH-MTTQ-BTT",
            "date": "2019-10-03",
            "issuer": "mttq-quang-tri",
            "title": "Kế hoạch",
        },
        "agreement": "thoa-thuan",
        "sequence": 3,
        "changed_at": "2021-09-01T01:30:00+00:00",
        "with": "qt-front-exchange.salavan.2021",
    }
    found = as_json(Record(EXCHANGE, 3, AT), "vi")
    assert found == expected
    assert list(found) == list(expected)
    assert list(found["document"]) == list(expected["document"])


def test_what_is_not_there_is_null() -> None:
    bare = replace(
        EXCHANGE,
        leg=None,
        window=Window(None, None, Precision.PERIOD),
        expression=None,
        host=None,
        place=None,
        travels=(),
        partners=(),
        leads=(),
        coordinating=(),
        conditions=(),
        quantity=None,
        to_set=(),
        anniversary=None,
        document=Document(None, None, "bao-ha-tinh", Text("Tin")),
        agreement=None,
        joint=None,
    )
    found = as_json(Record(bare, 0, AT), "vi")
    assert {key: value for key, value in found.items() if value in (None, [])} == {
        "leg": None,
        "start": None,
        "end": None,
        "expression": None,
        "host": None,
        "place": None,
        "travels": [],
        "partners": [],
        "leads": [],
        "coordinating": [],
        "conditions": [],
        "quantity": None,
        "to_set": [],
        "anniversary": None,
        "agreement": None,
        "with": None,
    }
    assert found["document"] == {"number": None, "date": None, "issuer": "bao-ha-tinh", "title": "Tin"}


@pytest.mark.parametrize(
    ("lang", "title", "paper"),
    [
        ("vi", "Trao đổi đoàn", "Kế hoạch"),
        ("en", "Delegation exchange", "Plan"),
        ("lo", "ແລກປ່ຽນ", "Plan"),
        ("km", "Delegation exchange", "Plan"),
    ],
)
def test_titles_are_in_the_readers_language(lang: str, title: str, paper: str) -> None:
    found = as_json(Record(EXCHANGE, 0, AT), lang)
    assert (found["title"], found["document"]["title"]) == (title, paper)


idents = st.text(st.sampled_from("abcdefghij0123456789-"), min_size=1, max_size=12)
lists = st.lists(idents, max_size=3).map(tuple)
words = st.text(max_size=30)
days = st.dates(date(1900, 1, 1), date(2150, 12, 31))
texts = st.builds(Text, words, st.none() | words, st.none() | words, st.none() | words, st.none() | words)
windows = st.builds(
    lambda first, more, shape, precision: Window.of(
        None if shape in ("open", "until") else first,
        None if shape in ("open", "since") else first + timedelta(days=more),
        precision,
    ),
    days,
    st.integers(0, 3000),
    st.sampled_from(["open", "until", "since", "closed"]),
    st.sampled_from(Precision),
)
occurrences = st.builds(
    Occurrence,
    obligation=idents,
    leg=st.none() | idents,
    cycle=idents,
    plan=idents,
    kind=st.sampled_from(Kind),
    title=texts,
    clauses=lists,
    window=windows,
    expression=st.none() | words,
    status=st.sampled_from(Status),
    host=st.none() | idents,
    place=st.none() | idents,
    travels=lists,
    partners=lists,
    leads=lists,
    coordinating=lists,
    owner=idents,
    conditions=st.lists(words, max_size=3).map(tuple),
    quantity=st.none() | words,
    assumed=st.booleans(),
    to_set=st.lists(st.sampled_from(Gap), max_size=3).map(tuple),
    anniversary=st.none() | st.integers(1, 300).map(lambda ordinal: Anniversary(ordinal, rank_of(ordinal))),
    document=st.builds(Document, st.none() | words, st.none() | days, idents, texts),
    agreement=st.none() | idents,
    joint=st.none() | idents,
)


@given(occurrences)
def test_what_is_written_is_read_back_equal(occurrence: Occurrence) -> None:
    content = json.loads(json.dumps(content_of(occurrence), ensure_ascii=False))
    read_back = from_content(content)
    assert read_back == occurrence
    assert {field.name: type(getattr(read_back, field.name)) for field in fields(occurrence)} == {
        field.name: type(getattr(occurrence, field.name)) for field in fields(occurrence)
    }


@given(occurrences, occurrences)
def test_equal_content_means_equal_occurrences(one: Occurrence, other: Occurrence) -> None:
    assert (content_of(one) == content_of(other)) is (one == other)


@given(occurrences, st.sampled_from(["vi", "en", "lo", "km"]))
def test_the_public_json_always_has_the_same_fields(occurrence: Occurrence, lang: str) -> None:
    found = as_json(Record(occurrence, 0, AT), lang)
    assert list(found) == list(as_json(Record(EXCHANGE, 0, AT), "vi"))
    assert json.loads(json.dumps(found)) == found


def test_what_something_else_wrote_is_refused() -> None:
    for change in ({"kind": "dinner"}, {"start": "hôm nay"}, {"precision": "hour"}, {"status": "late"}):
        with pytest.raises(ValueError, match=r"dinner|hôm nay|hour|late"):
            from_content(content_of(EXCHANGE) | change)
    with pytest.raises(KeyError):
        from_content({"kind": "exchange"})


# -- Selections.


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), True),
        (Selection(first=date(2021, 12, 31)), True),
        (Selection(first=date(2022, 1, 1)), False),
        (Selection(last=date(2021, 1, 1)), True),
        (Selection(last=date(2020, 12, 31)), False),
        (Selection(partners=("savannakhet",)), True),
        (Selection(partners=("salavan", "savannakhet")), True),
        (Selection(partners=("salavan",)), False),
        (Selection(leads=("mttq-quang-tri",)), True),
        (Selection(leads=("so-ngoai-vu-quang-tri",)), False),
        (Selection(kinds=(Kind.EXCHANGE, Kind.TALKS)), True),
        (Selection(kinds=(Kind.TALKS,)), False),
        (Selection(plans=("quang-tri-front-2020",)), True),
        (Selection(plans=("quang-tri",)), False),
        (Selection(partners=("savannakhet",), kinds=(Kind.TALKS,)), False),
    ],
)
def test_a_selection_admits(selection: Selection, expected: bool) -> None:
    assert selection.admits(EXCHANGE) is expected


@given(windows, st.none() | days, st.none() | days)
def test_a_selection_of_days_goes_by_overlap(window: Window, first: date | None, last: date | None) -> None:
    occurrence = replace(EXCHANGE, window=window)
    assert Selection(first=first, last=last).admits(occurrence) is window.overlaps(first, last)
