"""What lies outside of a term says of which one, wherever it is shown, whatever was decided on it, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calendars.desk import Dossier, Question
from calendars.pages.occurrence import occurrence_page
from config import answers
from config.chainfile import load_chains
from config.database import Database
from config.settle import Given, sync
from config.web import desk_of
from scheduler.amendment import Verb
from scheduler.lacking import Term
from scheduler.occurrence import Selection
from tests.integration.desk import Hand, Still, days
from tests.integration.town import packaged
from tests.unit.calendars.reading import Reader, frame

EARLY, LATE = "qt-front-exchange.savannakhet.2027", "qt-front-exchange.salavan.2029"
BOTH = (Term.PLAN, Term.AGREEMENT)


def renewed() -> Given:
    """The packaged plans, the Front's with a longer period; its agreements are as they were."""
    given = packaged()
    return replace(
        given,
        plans=tuple(
            replace(file, text=file.text.replace("period: giai đoạn 2020 – 2022", "period: giai đoạn 2020 – 2028"))
            if "plan: quang-tri-front-2020\n" in file.text else file
            for file in given.plans
        ),
    )  # fmt: skip


def found(database: Database, hand: Hand, key: str) -> Dossier:
    job = Still(database, hand.now)
    dossier = desk_of(job, load_chains(job.settings.chains)).find(key, job.today())
    assert dossier is not None
    return dossier


def words(database: Database, hand: Hand, key: str) -> list[str]:
    """What the page of an occurrence says, in English."""
    dossier = found(database, hand, key)
    directory = desk_of(Still(database, hand.now), load_chains(None)).directory()
    return Reader(occurrence_page(dossier, directory, frame("en", f"/o/{key}"), hand.now.date())).words


def test_a_plan_that_was_renewed_is_not_said_to_be_over(database: Database) -> None:
    hand = Hand.with_plans(database)
    assert found(database, hand, EARLY).upcoming.lacks == BOTH
    assert sync(database, renewed(), hand.now, hand.now.date()).problems == ()
    assert found(database, hand, EARLY).upcoming.lacks == (Term.AGREEMENT,)
    assert found(database, hand, LATE).upcoming.lacks == BOTH
    said = words(database, hand, EARLY)
    assert "Outside the term of the agreement it rests on: counted on by the cycle; it needs a new agreement." in said
    assert "a new agreement" in said
    assert not any("term of the plan" in line and "Outside" in line for line in said)


@pytest.mark.parametrize(
    ("key", "window", "lacks"),
    [
        (EARLY, days("2028-03-01", "2028-03-03"), (Term.AGREEMENT,)),
        (EARLY, days("2029-03-01"), BOTH),
        (LATE, None, BOTH),
    ],
)
def test_what_is_put_off_still_needs_what_it_needed(
    database: Database, key: str, window: object, lacks: tuple[Term, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    hand = Hand.with_plans(database)
    assert sync(database, renewed(), hand.now, hand.now.date()).problems == ()
    hand.decide(Verb.POSTPONE, key, **({"window": window} if window else {}))
    job = Still(database, hand.now)
    desk = desk_of(job, load_chains(job.settings.chains))
    partner = key.split(".")[1]
    asked = Question((partner,), (), 9, job.today())
    [listed] = [one for one in desk.upcoming(asked) if one.record.occurrence.key == key]
    [searched] = desk.look([found(database, hand, key).upcoming.record], job.today())
    assert [one.lacks for one in (found(database, hand, key).upcoming, listed, searched)] == [lacks] * 3
    step = {1: "a new agreement", 2: "a new plan and a new agreement"}[len(lacks)]
    assert step in words(database, hand, key)
    answers.next_(job, (partner,), (), 9, None, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert {1: "thỏa thuận mới", 2: "kế hoạch mới và thỏa thuận mới"}[len(lacks)] in said
    hand.decide(Verb.CONFIRM, key, window=window or days("2029-05-01"))
    assert found(database, hand, key).upcoming.lacks == ()
    assert step not in words(database, hand, key)


def test_of_days_a_term_covers_nothing_is_lacking(database: Database) -> None:
    hand = Hand.with_plans(database)
    job = Still(database, hand.now)
    desk = desk_of(job, load_chains(job.settings.chains))
    past = desk.seen(Selection(last=date(2022, 12, 31)), job.today(), 1000, 0)
    assert past
    assert {one.lacks for one in desk.look([one.record for one in past], job.today())} == {()}
