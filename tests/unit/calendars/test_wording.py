"""Words for values, and days as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calendars import wording
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.lacking import Term
from scheduler.occurrence import Flag, Status
from scheduler.plan import LANGUAGES, Document, Gap, Kind, Text
from scheduler.window import Precision, Window
from tests.unit.calendars.samples import DIPLOMATIC, DIRECTORY, EXCHANGE, FRONT_PAPER, ONGOING, PROJECTED, TASK, YOUTH

MONTH = Window.of(date(2020, 7, 1), date(2020, 7, 31), Precision.MONTH)
QUARTER = Window.of(date(2024, 1, 1), date(2024, 3, 31), Precision.QUARTER)
REPORT_QUARTER = Window.of(date(2023, 12, 15), date(2024, 3, 14), Precision.QUARTER)
HALF = Window.of(date(2024, 7, 1), date(2024, 12, 31), Precision.HALF)
YEAR = Window.of(date(2021, 1, 1), date(2021, 12, 31), Precision.YEAR)
PERIOD = Window.of(date(2020, 1, 1), date(2022, 12, 31), Precision.PERIOD)
TEN_DAYS = Window.of(date(2020, 4, 21), date(2020, 4, 30), Precision.TEN_DAYS)
TWO_MONTHS = Window.of(date(2020, 4, 28), date(2020, 5, 3), Precision.DAYS)
TWO_YEARS = Window.of(date(2020, 12, 28), date(2021, 1, 3), Precision.DAYS)
WHOLE_JULY_FIXED = replace(MONTH, precision=Precision.DAYS)


@pytest.mark.parametrize(
    ("window", "vi", "en"),
    [
        (Window.day(date(2022, 9, 20)), "20/9/2022", "20 September 2022"),
        (TEN_DAYS, "21–30/4/2020", "21–30 April 2020"),
        (TWO_MONTHS, "28/4–3/5/2020", "28 April – 3 May 2020"),
        (TWO_YEARS, "28/12/2020–3/1/2021", "28 December 2020 – 3 January 2021"),
        (MONTH, "tháng 7/2020", "July 2020"),
        (WHOLE_JULY_FIXED, "1–31/7/2020", "1–31 July 2020"),
        (QUARTER, "quý I/2024", "Q1 2024"),
        (REPORT_QUARTER, "15/12/2023–14/3/2024", "15 December 2023 – 14 March 2024"),
        (HALF, "6 tháng cuối năm 2024", "second half of 2024"),
        (YEAR, "trong năm 2021", "in 2021"),
        (PERIOD, "2020–2022", "2020–2022"),
        (Window.of(None, date(2014, 5, 18), Precision.DAY), "đến hết 18/5/2014", "until 18 May 2014"),
        (Window.of(date(2020, 1, 1), None, Precision.PERIOD), "từ 1/1/2020", "from 1 January 2020"),
        (Window.of(None, None, Precision.PERIOD), "không ghi thời hạn", "no term stated"),
    ],
)
def test_days(window: Window, vi: str, en: str) -> None:
    assert (wording.days(window, "vi"), wording.days(window, "en")) == (vi, en)


def test_days_in_lao_and_khmer() -> None:
    said = [(wording.days(window, "lo"), wording.days(window, "km")) for window in (TEN_DAYS, MONTH, YEAR)]
    assert said == [
        ("21–30 ເມສາ 2020", "21–30 មេសា 2020"),
        ("ເດືອນກໍລະກົດ 2020", "ខែកក្កដា ឆ្នាំ 2020"),
        ("ໃນປີ 2021", "ក្នុងឆ្នាំ 2021"),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_has_its_own_word(lang: str) -> None:
    statuses = {wording.status_of(status, Kind.EXCHANGE, lang) for status in Status}
    kinds = {wording.kind_word(kind, lang) for kind in Kind}
    flags = {wording.flag_word(flag, lang) for flag in Flag}
    gaps = {wording.gap_word(gap, lang) for gap in Gap}
    ranks = {wording.rank_word(rank, lang) for rank in AnniversaryClass}
    assert [len(words) for words in (statuses, kinds, flags, gaps, ranks)] == [
        len(Status), len(Kind), len(Flag), len(Gap), len(AnniversaryClass)
    ]  # fmt: skip


def test_an_ongoing_duty_is_in_effect_and_a_duty_fulfilled_is_done() -> None:
    done = replace(TASK, status=Status.HELD)
    words = [wording.status_word(occurrence, "en") for occurrence in (ONGOING, TASK, done, EXCHANGE, DIPLOMATIC)]
    assert words == ["in effect", "in effect", "done", "dates not set", "confirmed"]


def test_names_come_from_the_directory_and_an_unknown_id_names_itself() -> None:
    assert wording.names(("savannakhet", "takeo", "dong-ha", "nobody"), DIRECTORY, "lo") == (
        "ສະຫວັນນະເຂດ, Takeo, Đông Hà, nobody"
    )


@pytest.mark.parametrize(("count", "vi"), [(0, "đã đến thời gian thực hiện"), (1, "còn 1 ngày"), (96, "còn 96 ngày")])
def test_days_left(count: int, vi: str) -> None:
    assert wording.days_left_words(count, "vi") == vi


@pytest.mark.parametrize(
    ("count", "en"), [(0, "today is the last day"), (1, "1 day to the last day"), (9, "9 days to the last day")]
)
def test_days_to_the_end(count: int, en: str) -> None:
    assert wording.days_to_end_words(count, "en") == en


def test_next_steps_are_the_gaps_the_days_and_what_a_projected_turn_lacks() -> None:
    held = replace(EXCHANGE, status=Status.HELD)
    fixed = replace(EXCHANGE, window=Window.day(date(2021, 12, 20)))
    steps = [wording.next_steps(occurrence, "en") for occurrence in (YOUTH, EXCHANGE, PROJECTED, held, fixed, ONGOING)]
    assert steps == [
        ("the first year", "the order of hosts", "the dates"),
        ("the dates",),
        ("a new plan", "the dates"),
        (),
        (),
        (),
    ]


@pytest.mark.parametrize("status", [Status.PROJECTED, Status.POSTPONED, Status.PROPOSED])
@pytest.mark.parametrize(
    ("lacks", "step"),
    [
        ((Term.PLAN,), "a new plan"),
        ((Term.AGREEMENT,), "a new agreement"),
        ((Term.PLAN, Term.AGREEMENT), "a new plan and a new agreement"),
        ((), "a new plan or agreement"),
    ],
)
def test_what_a_turn_outside_of_its_terms_lacks(status: Status, lacks: tuple[Term, ...], step: str) -> None:
    """Whatever people decided on it since, unless they confirmed it; not known, it is said of projected ones alone."""
    one = replace(PROJECTED, status=status, agreement="thoa-thuan")
    known = bool(lacks) or status is Status.PROJECTED
    assert wording.next_steps(one, "en", lacks) == ((step,) if known else ()) + ("the dates",)
    assert wording.next_steps(replace(one, status=Status.HELD), "en", lacks) == ()


def test_a_document_is_cited_by_what_it_has() -> None:
    bare = Document(None, None, "mttq-quang-tri", Text("Biên bản ghi nhớ"))
    assert [wording.document_words(paper, "vi") for paper in (FRONT_PAPER, bare)] == [
        "Kế hoạch đối ngoại nhân dân giai đoạn 2020 – 2022 (số 06/KH-MTTQ-BTT, ngày 3/10/2019)",
        "Biên bản ghi nhớ",
    ]


def test_an_anniversary_and_a_day_in_words() -> None:
    assert wording.mark_words(Anniversary(65, AnniversaryClass.FIFTH), "vi") == "65 năm (năm lẻ 5)"
    assert wording.weekday_words(date(2026, 11, 23), "vi") == "Thứ Hai, 23/11/2026"


def test_a_moment_belongs_to_the_day_of_its_readers() -> None:
    assert wording.local_day(datetime(2021, 8, 31, 17, 30, tzinfo=UTC)) == date(2021, 9, 1)
