"""Days off an occurrence falls on, and duties that say what then becomes of their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Kind, Rest, Text
from scheduler.resting import DayOff, days_off_met
from scheduler.rules import AnniversaryOf, Once, Relative, Rule, Yearly
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff, OffCode
from tests.unit.scheduler.samples import DAYS_OFF, DIRECTORY, duty, expanded, plan, span, written, years

SATURDAY = Text("Thứ Bảy", "Saturday", "ວັນເສົາ", "ថ្ងៃសៅរ៍", "วันเสาร์")
SUNDAY = Text("Chủ nhật", "Sunday", "ວັນອາທິດ", "ថ្ងៃអាទិត្យ", "วันอาทิตย์")
VN_DAY = Text("Quốc khánh", "National Day", "ວັນຊາດ", "ទិវាបុណ្យជាតិ")
LAO_DAY = Text("Quốc khánh Lào", "Lao National Day", "ວັນຊາດ", "ទិវាបុណ្យជាតិឡាវ")
NEW_YEAR = Text("Tết Dương lịch", "New Year's Day", "ວັນປີໃໝ່ສາກົນ", "ទិវាចូលឆ្នាំសាកល")

[EVENT] = expanded(plan(duty(Once("2021-06-01"), Kind.EVENT, partners=("savannakhet", "salavan")), period=None))


def on(first: date, last: date | None = None, **fields: Any) -> Occurrence:
    """The event on these days."""
    last = last or first
    precision = Precision.DAY if first == last else Precision.DAYS
    return replace(EVENT, window=span(first, last, precision), **fields)


BOTH = ("quang-tri", "savannakhet", "salavan")


@pytest.mark.parametrize(
    ("occurrence", "met"),
    [
        (on(date(2021, 6, 1)), []),
        (on(date(2022, 9, 2)), [DayOff((date(2022, 9, 2),), ("quang-tri",), OffCode.HOLIDAY, VN_DAY)]),
        (
            on(date(2021, 12, 2)),
            [DayOff((date(2021, 12, 2),), ("savannakhet", "salavan"), OffCode.HOLIDAY, LAO_DAY)],
        ),
        (on(date(2021, 12, 2), partners=()), []),
        # a day off for one reason on every side is told once
        (on(date(2021, 1, 1)), [DayOff((date(2021, 1, 1),), BOTH, OffCode.HOLIDAY, NEW_YEAR)]),
        # Friday to Sunday
        (
            on(date(2021, 6, 4), date(2021, 6, 6)),
            [
                DayOff((date(2021, 6, 5),), BOTH, OffCode.WEEKEND, SATURDAY),
                DayOff((date(2021, 6, 6),), BOTH, OffCode.WEEKEND, SUNDAY),
            ],
        ),
        # two weeks
        (
            on(date(2021, 6, 5), date(2021, 6, 13)),
            [
                DayOff((date(2021, 6, 5), date(2021, 6, 12)), BOTH, OffCode.WEEKEND, SATURDAY),
                DayOff((date(2021, 6, 6), date(2021, 6, 13)), BOTH, OffCode.WEEKEND, SUNDAY),
            ],
        ),
        # Viet Nam works on Saturday 4/5/2024 in a swap, Laos does not
        (
            on(date(2024, 5, 4)),
            [DayOff((date(2024, 5, 4),), ("savannakhet", "salavan"), OffCode.WEEKEND, SATURDAY)],
        ),
        # a day off of a side whose body or party is not known is nobody's
        (on(date(2022, 9, 2), owner="unheard-of", partners=("unheard-of",)), []),
        # days still to be chosen are on no day off; the last day of a deadline or report is
        (replace(EVENT, window=span(date(2021, 6, 1), date(2021, 6, 5), Precision.TEN_DAYS)), []),
        (
            replace(EVENT, kind=Kind.REPORT, window=span(date(2021, 6, 1), date(2021, 6, 5), Precision.TEN_DAYS)),
            [DayOff((date(2021, 6, 5),), BOTH, OffCode.WEEKEND, SATURDAY)],
        ),
        # the last day of a period is no day of what has none of its own; days that were decided are
        (replace(EVENT, kind=Kind.REPORT, cycle="unset", window=span(date(2020, 1, 1), date(2022, 12, 31))), []),
        (on(date(2021, 6, 5), date(2021, 6, 6), cycle="unset", status=Status.TENTATIVE), []),
        (on(date(2021, 6, 5), cycle="unset"), [DayOff((date(2021, 6, 5),), BOTH, OffCode.WEEKEND, SATURDAY)]),
        (replace(EVENT, kind=Kind.REPORT, window=Window(date(2021, 6, 5), None, Precision.PERIOD)), []),
    ],
)
def test_days_off_met_by_side_and_reason(occurrence: Occurrence, met: list[DayOff]) -> None:
    assert list(days_off_met(occurrence, DIRECTORY, DAYS_OFF)) == met


def test_a_long_meeting_is_looked_at_for_a_month() -> None:
    met = days_off_met(on(date(2021, 6, 5), date(2022, 6, 5)), DIRECTORY, DaysOff())
    assert {day for rest in met for day in rest.days} <= {date(2021, 6, day) for day in range(5, 31)} | {
        date(2021, 7, day) for day in range(1, 6)
    }


# ---- duties that say what becomes of their day ----


def day_of(rule: Rule, rest: Rest, kind: Kind = Kind.TASK, **fields: Any) -> str:
    """The days of the only occurrence in 2021, when the duty says `rest`."""
    fields = {"partners": (), "days_off": rest} | fields
    [occurrence] = expanded(plan(duty(rule, kind, **fields), period=years(2021, 2021)), horizon=date(2021, 12, 31))
    return written(occurrence.window)


@pytest.mark.parametrize(
    ("rule", "kept", "earlier", "later"),
    [
        # a Sunday
        (Once("2021-06-06"), "2021-06-06", "2021-06-04", "2021-06-07"),
        (Yearly(within="ngày 6/6"), "2021-06-06", "2021-06-04", "2021-06-07"),
        # 2/9/2021, and 3/9 off too
        (Once("2021-09-02"), "2021-09-02", "2021-09-01", "2021-09-06"),
        (Once("2021-06-08"), "2021-06-08", "2021-06-08", "2021-06-08"),
        # several days, and days still to be chosen, stay
        (Once("2021-06-05/2021-06-06"), "2021-06-05/2021-06-06", "2021-06-05/2021-06-06", "2021-06-05/2021-06-06"),
        (Once("tháng 6/2021"), "2021-06-01/2021-06-30", "2021-06-01/2021-06-30", "2021-06-01/2021-06-30"),
        (
            Once("trước ngày 7/6/2021", start=date(2021, 6, 1)),
            "2021-06-01/2021-06-06",
            "2021-06-01/2021-06-06",
            "2021-06-01/2021-06-06",
        ),
    ],
)
def test_a_single_day_moves_only_where_the_duty_says_so(rule: Rule, kept: str, earlier: str, later: str) -> None:
    assert [day_of(rule, rest) for rest in (Rest.KEEP, Rest.EARLIER, Rest.LATER)] == [kept, earlier, later]


def test_an_anniversary_moves_too_and_keeps_its_cycle() -> None:
    duty_ = duty(AnniversaryOf(date(1962, 9, 5)), Kind.ANNIVERSARY, partners=(), days_off=Rest.LATER)
    found = {
        o.key: written(o.window) for o in expanded(plan(duty_, period=years(2021, 2022)), horizon=date(2022, 12, 31))
    }
    assert found == {"doan.2021": "2021-09-06", "doan.2022": "2022-09-05"}


def test_a_day_off_of_a_partner_moves_it_as_well() -> None:
    assert day_of(Once("2021-12-02"), Rest.LATER) == "2021-12-02"
    assert day_of(Once("2021-12-02"), Rest.LATER, partners=("savannakhet",)) == "2021-12-03"


def test_a_duty_counted_from_another_is_left_as_counted() -> None:
    meeting = duty(Once("2021-06-07"), Kind.EVENT, "hop", partners=())
    prepare = duty(
        Relative(("hop",), same=True), Kind.DEADLINE, "chuan-bi", partners=("savannakhet",), days_off=Rest.LATER
    )
    moved = duty(Once("2021-06-06"), Kind.EVENT, "hop", partners=(), days_off=Rest.LATER)
    for event in (meeting, moved):
        assert {written(o.window) for o in expanded(plan(event, prepare, period=None))} == {"2021-06-07"}


@settings(deadline=None)
@given(st.dates(date(2021, 1, 1), date(2021, 12, 31)), st.booleans())
def test_a_moved_day_is_a_working_day_of_every_side_and_the_nearest(day: date, abroad: bool) -> None:
    countries = ("VN", "LA") if abroad else ("VN",)
    partners = ("savannakhet",) if abroad else ()

    def moved(rest: Rest) -> date | None:
        [occurrence] = expanded(
            plan(duty(Once(day.isoformat()), Kind.TASK, partners=partners, days_off=rest), period=None)
        )
        return occurrence.window.start

    assert moved(Rest.KEEP) == day
    assert moved(Rest.EARLIER) == DAYS_OFF.earlier(day, countries)
    assert moved(Rest.LATER) == DAYS_OFF.later(day, countries)
