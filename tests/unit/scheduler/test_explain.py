"""Why an occurrence is what it is; also when the plans no longer ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from scheduler.anniversary import AnniversaryClass
from scheduler.explain import Code, Fact, explain
from scheduler.occurrence import Occurrence, Record, withdrawn
from scheduler.plan import Gap, Kind, Plan, Stated
from scheduler.rotation import Reason
from scheduler.rules import AnniversaryOf, Leg, Once, Relative, Rotation, Unset, Yearly
from scheduler.series import series_of
from tests.unit.scheduler.samples import agreement, duty, expanded, plan, years

AT = datetime(2021, 9, 1, tzinfo=UTC)
LEG = Leg("savannakhet", 2019, ("savannakhet", "quang-tri"))
EXCHANGE = duty(
    Rotation(2, (LEG,)), words="02 năm/lần", stated=(Stated("2021", "savannakhet", ("III.2021.2",)),), note="Xem thêm."
)
BOOK = plan(EXCHANGE, agreements=(agreement("thoa-thuan", ("quang-tri", "savannakhet"), years(2020, 2022)),))


def facts_of(key: str, *plans: Plan, asked: tuple[Plan, ...] | None = None) -> tuple[Fact, ...]:
    """Why `key` of `plans` is so; `asked`: the plans in force now, where they are others."""
    found = {o.key: o for o in expanded(*plans)}
    occurrence = found[key] if asked is None else withdrawn(found[key])
    anchor = found.get(occurrence.cycle)
    return explain(Record(occurrence, 0, AT), series_of(asked or plans)[occurrence.obligation], anchor)


def codes(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.code.value for fact in facts]


def fields(facts: tuple[Fact, ...], code: Code) -> dict[str, Any]:
    """What one fact says."""
    return dict(next(fact.fields for fact in facts if fact.code is code))


def test_a_turn_is_explained_by_its_arithmetic() -> None:
    facts = facts_of("doan.savannakhet.2021", BOOK)
    assert codes(facts) == [
        "document", "clauses", "words", "rotation", "turn", "stated", "window", "period", "agreement", "note", "status",
    ]  # fmt: skip
    assert fields(facts, Code.CLAUSES) == {"clauses": ("II.5", "III.2021.2")}
    assert fields(facts, Code.ROTATION) == {"first_year": 2019, "every": 2, "index": 1, "year": 2021}
    turn = {"index": 1, "order": ("savannakhet", "quang-tri"), "position": 1, "host": "quang-tri"}
    assert fields(facts, Code.TURN) == turn | {"reason": Reason.ORDER}
    assert fields(facts, Code.STATED) == {"cycle": "2021", "clauses": ("III.2021.2",)}


def test_a_cycle_of_a_later_plan_is_explained_by_that_plan() -> None:
    later = plan(
        duty(Rotation(2, (Leg("savannakhet", None, ()),)), clauses=("I.1",)), ident="sau", period=years(2023, 2025)
    )
    facts = facts_of("doan.savannakhet.2023", BOOK, later)
    assert fields(facts, Code.CLAUSES) == {"clauses": ("I.1",)}
    assert fields(facts, Code.ROTATION) == {"first_year": 2019, "every": 2, "index": 2, "year": 2023}


def test_a_yearly_cycle() -> None:
    facts = facts_of("doan.2022", plan(duty(Yearly(2), Kind.TASK)))
    assert fields(facts, Code.YEARLY) == {"first_year": 2020, "every": 2, "index": 1, "year": 2022}


def test_an_anniversary() -> None:
    origin = date(1962, 9, 5)
    facts = facts_of("doan.2022", plan(duty(AnniversaryOf(origin), Kind.ANNIVERSARY)))
    said = {"origin": origin, "year": 2022, "ordinal": 60, "rank": AnniversaryClass.ROUND}
    assert fields(facts, Code.ANNIVERSARY) == said


def test_an_event_that_marks_an_anniversary() -> None:
    rule = Once("trung tuần tháng 11/2020", marks=date(1930, 11, 18))
    facts = facts_of("doan.once", plan(duty(rule, Kind.EVENT)))
    said = {"origin": date(1930, 11, 18), "year": 2020, "ordinal": 90, "rank": AnniversaryClass.ROUND}
    assert fields(facts, Code.ANNIVERSARY) == said


def test_a_relative_duty_names_what_it_is_counted_from() -> None:
    visit = duty(Once("cuối tháng 4/2020"), Kind.EVENT, "tham")
    facts = facts_of("giay-to.tham.once", plan(visit, duty(Relative(("tham",)), Kind.DEADLINE, "giay-to")))
    said = fields(facts, Code.RELATIVE)
    assert {name: said[name] for name in ("anchor", "first", "last", "days", "same", "day")} == {
        "anchor": "tham.once",
        "first": date(2020, 4, 21),
        "last": date(2020, 4, 30),
        "days": 0,
        "same": False,
        "day": date(2020, 4, 20),
    }


def test_what_is_open_is_said() -> None:
    facts = facts_of("doan.unset", plan(duty(Unset(), to_set=(Gap.DATES, Gap.FIRST_HOST), assumed=True)))
    assert codes(facts) == [
        "document", "clauses", "host-open", "window", "period", "no-agreement", "assumed", "to-set", "status",
    ]  # fmt: skip
    assert fields(facts, Code.TO_SET) == {"gaps": (Gap.DATES, Gap.FIRST_HOST)}


FROM_2020 = duty(Rotation(2, (replace(LEG, first_year=2020),)))
OTHER_LEG = duty(Rotation(2, (Leg("salavan", 2019, ("quang-tri", "salavan")),)))
NO_LEGS = duty(Rotation(2, (Leg(None, 2019, ("savannakhet", "quang-tri")),)))
OPEN = duty(Rotation(2, (replace(LEG, first_year=None),)), to_set=(Gap.FIRST_YEAR,))
ANOTHER_RULE = duty(Once("2025"))


@pytest.mark.parametrize("now", [FROM_2020, OTHER_LEG, NO_LEGS, OPEN, ANOTHER_RULE])
@pytest.mark.parametrize("cycle", ["2021", "2023"])
def test_a_turn_that_the_edited_plan_no_longer_has_is_explained_without_arithmetic(now: Any, cycle: str) -> None:
    facts = facts_of(f"doan.savannakhet.{cycle}", BOOK, asked=(plan(now),))
    assert (codes(facts)[0], codes(facts)[-1]) == ("document", "status")
    assert [code for code in codes(facts) if code in ("rotation", "turn")] == []


def test_an_occurrence_of_a_plan_that_is_gone_is_explained_by_its_document() -> None:
    report = duty(Yearly(), Kind.REPORT)
    later = plan(report, ident="sau", period=years(2023, 2025))
    facts = facts_of("doan.2024", plan(report), later, asked=(plan(report),))
    assert (codes(facts)[0], codes(facts)[-1]) == ("document", "status")


def test_every_occurrence_of_a_book_of_all_rules_is_explained() -> None:
    duties = (
        duty(Rotation(2, (LEG, Leg("salavan", None, ()))), ident="a", to_set=(Gap.FIRST_YEAR,)),
        duty(Yearly(), Kind.TASK, "b"),
        duty(AnniversaryOf(date(1962, 9, 5)), Kind.ANNIVERSARY, "c"),
        duty(Once("tháng 7/2020"), Kind.EVENT, "d"),
        duty(Relative(("b", "d"), days=5), Kind.DEADLINE, "e"),
        duty(Unset(), Kind.REPORT, "f", to_set=(Gap.CYCLE,)),
    )
    book = plan(*duties)
    occurrences: tuple[Occurrence, ...] = expanded(book)
    explained = {o.key: codes(facts_of(o.key, book)) for o in occurrences}
    assert {key: (said[0], said[-1]) for key, said in explained.items()} == dict.fromkeys(
        (o.key for o in occurrences), ("document", "status")
    )
