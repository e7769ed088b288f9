"""What needs an officer now, against a look at everything in the store, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from calendars.todaylist import Duty, Ending, Letter, Matter, Part, Section, Thing, Today, Trouble, commands, deciding
from calendars.todaywords import Row, row_of
from config import todayanswers
from config.database import Database
from config.officers import Officer, Role
from config.remit import covers, remit_of
from config.standings import agreement_ids, standings_of
from config.telling import almanac_of
from config.todaydesk import MOST_READ, today_of
from notifications.asks import asks
from notifications.policy import Purpose
from notifications.tables import DELIVERY, REMINDER, DeliveryState
from scheduler import store
from scheduler.agreement import State
from scheduler.amendment import Verb, days_of
from scheduler.errors import DecisionError
from scheduler.occurrence import Flag, Occurrence, Selection, Status, flags_of
from scheduler.plan import Extension, Kind
from tests.integration.desk import Hand, Still
from tests.integration.porch import Porch
from tests.integration.reading import said
from tests.unit.docs.test_docs import parse

NOW = datetime(2021, 11, 22, 5, tzinfo=UTC)
ALL = Part(most=None)


def officer(*bodies: str, role: Role = Role.OFFICER) -> Officer:
    return Officer(
        id="lan", name="Bà Lan", address="lan@quang-tri.example", role=role, organisations=bodies, lang="vi",
        created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def job(database: Database) -> Still:
    """The packaged plans."""
    Hand.with_plans(database)
    return Still(database, NOW)


def of(found: Today, matter: Matter) -> Section:
    return next(section for section in found.sections if section.matter is matter)


def keys(section: Section) -> list[str]:
    return [thing.occurrence.key for thing in section.shown if isinstance(thing, Duty)]


def everything(job: Still) -> list[Occurrence]:
    with job.office() as desk:
        return [one.occurrence for one in store.chosen(desk.session, Selection())]


def flagged(job: Still, flag: Flag, bodies: set[str] | None) -> set[str]:
    """What bears a flag, looked for in the whole store."""
    return {
        one.key
        for one in everything(job)
        if flag in flags_of(one, job.today(), day_off=False) and one.joint is None
        if bodies is None or bodies & {*one.leads, one.owner}
    }


@pytest.mark.parametrize("body", [None, "mttq-quang-tri", "so-ngoai-vu-quang-tri", "so-ngoai-vu-an-giang"])
def test_nothing_that_is_theirs_is_left_out_and_nothing_else_is_there(job: Still, body: str | None) -> None:
    found = today_of(job, officer(body) if body else None, ALL)
    bodies = {body} | groups(job, body) if body else None
    for matter, flag in ((Matter.OVERDUE, Flag.OVERDUE), (Matter.UNRECORDED, Flag.UNRECORDED)):
        section = of(found, matter)
        assert (set(keys(section)), section.count, section.whole) == (
            flagged(job, flag, bodies), len(keys(section)), True,
        )  # fmt: skip
        lasts = [thing.occurrence.window.last for thing in section.shown if isinstance(thing, Duty)]
        assert lasts == sorted(day for day in lasts if day is not None)
        since = [thing.since for thing in section.shown if isinstance(thing, Duty)]
        assert since == [last + timedelta(days=1) for last in lasts if last is not None]
    open_ = {(one.obligation, one.leg) for one in everything(job) if one.to_set and not one.over
             if bodies is None or bodies & {*one.leads, one.owner}}  # fmt: skip
    shown = of(found, Matter.TO_SET).shown
    lines = [(thing.occurrence.obligation, thing.occurrence.leg) for thing in shown if isinstance(thing, Duty)]
    assert (len(lines), set(lines)) == (len(open_), open_)


def groups(job: Still, body: str) -> set[str]:
    """The groups a body is in, and the bodies it came after."""
    with job.office() as desk:
        bodies = desk.directory().organisations
    around = {body} | {each.id for each in bodies.values() if body in each.members}
    return around | {each.id for each in bodies.values()
                     if each.successor in around and each.until and each.until < job.today()}  # fmt: skip


def test_what_is_to_be_confirmed_is_what_reminders_ask_for(job: Still) -> None:
    sunday = date(2021, 11, 28)
    with job.office() as desk:
        almanac = almanac_of(desk.session, job)
        expected = {
            record.occurrence.key
            for record in store.chosen(desk.session, Selection(first=job.today()))
            if record.occurrence.kind in (Kind.EXCHANGE, Kind.TALKS, Kind.EVENT)
            for ask in asks(record, almanac)
            if ask.step.purpose in (Purpose.FIX_DAYS, Purpose.DECIDE) and ask.falls_on(almanac, ("VN",)) <= sunday
        }
    section = of(today_of(job, None, ALL), Matter.CONFIRM)
    assert (set(keys(section)), len(keys(section))) == (expected, len(expected))
    assert expected
    assert all(thing.since is not None and thing.since <= sunday for thing in section.shown)


@pytest.mark.parametrize("day", [date(2021, 11, 22), date(2022, 6, 1), date(2024, 1, 1)])
def test_agreements_that_end_are_those_that_stand_so(job: Still, day: date) -> None:
    later = Still(job.database, datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
    with later.office() as desk:
        ids = agreement_ids(desk)
        expected = {
            one.agreement.id
            for one in standings_of(desk, day, ids)
            if one.health.state in (State.IN_FORCE, State.NOTICE_OPEN) and one.agreement.replaced is None
            and one.health.ends and one.health.ends <= date(day.year + 1, day.month, day.day)
            and one.agreement.extension is not Extension.TACIT
        }  # fmt: skip
    section = of(today_of(later, None, ALL), Matter.LAPSING)
    assert {thing.agreement.id for thing in section.shown if isinstance(thing, Ending)} == expected


def test_every_command_can_be_typed(job: Still) -> None:
    found = today_of(job, None, ALL)
    lines = [line for section in found.sections for thing in section.shown for line in commands(section.matter, thing)]
    assert len({line.split()[2] for line in lines}) >= 4
    for line in lines:
        parse(line.replace("DAY/DAY", "2021-12-01/2021-12-02").replace("VALUE", "x"))


def test_what_is_recorded_is_gone_from_the_list(job: Still, database: Database) -> None:
    before = of(today_of(job, None, ALL), Matter.OVERDUE)
    hand = Hand(database, NOW)
    hand.decide(Verb.DONE, keys(before)[0])
    after = of(today_of(job, None, ALL), Matter.OVERDUE)
    assert keys(after) == keys(before)[1:]
    meetings = of(today_of(job, None, ALL), Matter.UNRECORDED)
    one = next(thing.occurrence for thing in meetings.shown if isinstance(thing, Duty) and thing.occurrence.host)
    last = one.window.last
    assert last is not None
    hand.decide(Verb.HELD, one.key, window=days_of(last, last))
    assert one.key not in keys(of(today_of(job, None, ALL), Matter.UNRECORDED))


def put_mail(database: Database, number: int, organisation: str, state: DeliveryState) -> str:
    ident = f"{number:032x}"
    with database.write() as session:
        session.execute(insert(DELIVERY).values(
            id=ident, address=f"{number}@b.example", lang="vi", day=NOW.date(), batch="daily", state=state,
            next_try_at=NOW, created_at=NOW, attempt=1, crashes=0, doubted=False,
        ))  # fmt: skip
        session.execute(insert(REMINDER).values(
            id=ident, occurrence="tham.once", step="prepare-7", counted_from=NOW.date(), repeat=number,
            recipient=organisation, organisation=organisation, channel="mail", address=f"{number}@b.example",
            role="lead", send_on=NOW.date(), state="pending", delivery_id=ident,
        ))  # fmt: skip
    return ident


def test_mail_in_trouble_is_shown_to_those_whose_duty_it_tells_of(database: Database) -> None:
    with Porch(database) as porch:
        dead = put_mail(database, 1, "mttq", DeliveryState.DEAD)
        aside = put_mail(database, 2, "mttq", DeliveryState.QUARANTINED)
        other = put_mail(database, 3, "so-ngoai-vu", DeliveryState.HELD)
        put_mail(database, 4, "mttq", DeliveryState.SENT)
        for who, expected in ((officer("mttq"), [aside, dead]), (officer("so-ngoai-vu"), [other]),
                              (officer(role=Role.ADMIN), [aside, dead, other])):  # fmt: skip
            shown = of(today_of(porch.job, who), Matter.MAIL).shown
            assert [letter.ident for letter in shown if isinstance(letter, Letter)] == expected
        [first, *_] = shown
        assert isinstance(first, Letter)
        assert (first.trouble, first.about and first.about.key) == (Trouble.QUARANTINED, "tham.once")


@pytest.mark.parametrize("bodies", [(), ("mttq",)])
def test_readers_learn_nothing_of_mails(
    database: Database, bodies: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither on the page nor in the terminal, nor that there are none."""
    with Porch(database) as porch:
        put_mail(database, 1, "mttq", DeliveryState.DEAD)
        reader = porch.officer("doc", Role.READER, organisations=bodies)
        rest = [matter for matter in Matter if matter not in (Matter.MAIL, Matter.APPROVAL)]
        assert [section.matter for section in today_of(porch.job, reader, ALL).sections] == rest
        browser = porch.browser()
        browser.enter("doc")
        page = browser.get("/en/today")
        assert ("b.example" in page.text, "ail in trouble" in page.text, "is in trouble" in page.text) == (False,) * 3
        assert browser.get("/en/today?matter=mail").status_code == 404
        for as_json in (True, False):
            todayanswers.today(porch.job, "doc", whole=True, as_json=as_json)
            told = capsys.readouterr().out
            assert (told != "", "b.example" in told, "outbox" in told, '"mail"' in told) == (True, False, False, False)


class TestThePage:
    @pytest.fixture
    def porch(self, database: Database) -> Iterator[Porch]:
        with Porch(database) as found:
            found.officer()
            yield found

    def test_it_says_what_why_since_when_and_what_to_do(self, porch: Porch) -> None:
        browser = porch.browser()
        assert browser.get("/vi/today").headers["location"] == "/vi/sign-in?next=%2Fvi%2Ftoday"
        browser.enter()
        words = said(browser.get("/en/today"))
        assert "Overdue 2 found" in words
        assert "its days have passed, and nothing is recorded" in words
        way = '<a class="way" href="/en/decide/held?key=hoi-dam.2021">Record as held</a>'
        assert way in browser.get("/en/today").text
        assert "No mail is in trouble." in words
        for lang in ("vi", "en", "lo", "km"):
            page = browser.get(f"/{lang}/today")
            assert (page.status_code, "no-store" in page.headers["cache-control"]) == (200, True)
        assert f'<li><a href="/vi/today" aria-current="page">{"Việc cần làm"}</a></li>' in browser.get("/vi/today").text
        assert "/vi/today" not in porch.browser().get("/vi").text
        porch.officer("doc", Role.READER)
        reader = porch.browser()
        reader.enter("doc")
        assert "/decide" not in reader.get("/en/today").text

    def test_one_matter_page_by_page(self, porch: Porch) -> None:
        browser = porch.browser()
        browser.enter()
        for number in range(1, 31):
            put_mail(porch.database, number, "mttq", DeliveryState.DEAD)
        whole = browser.get("/en/today")
        assert '/en/today?matter=mail&amp;page=2"' in whole.text
        assert "1 to 20 of 30" in said(whole)
        second = browser.get("/en/today?matter=mail&page=2")
        assert "21 to 30 of 30" in said(second)
        for path, status in (
            ("?matter=mail&page=3", 404), ("?matter=x", 404), ("?page=2", 404), ("?page=0", 400), ("?day=1", 400),
        ):  # fmt: skip
            assert browser.get(f"/en/today{path}").status_code == status

    def test_when_nothing_needs_anybody_it_says_what_comes_next(self, porch: Porch) -> None:
        hand = Hand(porch.database, porch.job.now())
        found = today_of(porch.job, None, ALL)
        for section in found.sections:
            for thing in section.shown:
                settle(hand, section.matter, thing)
        browser = porch.browser()
        browser.enter()
        words = said(browser.get("/en/today"))
        assert "Nothing needs you now What comes next:" in words
        assert "Nothing is overdue." in words


def settle(hand: Hand, matter: Matter, thing: Thing) -> None:
    assert isinstance(thing, Duty)
    one, last = thing.occurrence, thing.occurrence.window.last
    assert last is not None
    if matter is Matter.OVERDUE:
        hand.decide(Verb.DONE, one.key)
    elif matter is Matter.UNRECORDED:
        hand.decide(Verb.HELD, one.key, window=days_of(last, last))
    else:
        hand.decide(Verb.CONFIRM, one.key, window=days_of(last, last))


def test_an_empty_store_says_so(database: Database) -> None:
    found = today_of(Still(database, NOW), None)
    assert (found.stored, [section.count for section in found.sections]) == (False, [0] * 6)


def test_of_more_than_is_read_it_is_said_that_there_are_more(job: Still, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = of(today_of(job, None, ALL), Matter.OVERDUE)
    assert whole.count < MOST_READ
    monkeypatch.setattr("config.todaydesk.MOST_READ", 3)
    part = of(today_of(job, None, ALL), Matter.OVERDUE)
    assert (part.whole, list(part.shown)) == (False, [thing for thing in whole.shown if thing in part.shown])
    assert 0 < part.count <= 3


def test_every_decision_that_is_offered_is_one_that_fits(job: Still, database: Database) -> None:
    hand = Hand(database, NOW)
    refused: list[tuple[str, str]] = []
    for section in today_of(job, None, ALL).sections:
        for thing in section.shown:
            if isinstance(thing, Duty) and section.matter is not Matter.TO_SET:
                for line in commands(section.matter, thing):
                    refused += [(line, why) for why in judged(hand, line.split()[2], thing.occurrence)]
    assert refused == []


def judged(hand: Hand, verb: str, one: Occurrence) -> Iterator[str]:
    last = one.window.last
    assert last is not None
    window = {"window": days_of(last, last)} if verb in ("confirm", "held") else {}
    try:
        hand.decide(Verb(verb), one.key, apply=False, **window)
    except DecisionError as error:
        yield str(error)


MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)
"""All packaged plans and agreements have ended."""


def rows(found: Today, matter: Matter, job: Still) -> dict[str, Row]:
    """What is shown of a matter, by key."""
    with job.office() as desk:
        directory = desk.directory()
    things = (thing for thing in of(found, matter).shown if isinstance(thing, Duty))
    return {thing.occurrence.key: row_of(matter, thing, directory, "vi") for thing in things}


def hung() -> Officer:
    return officer("mttq-quang-tri", role=Role.HEAD)


def test_a_projected_turn_is_to_be_renewed_confirmed_or_dropped(database: Database) -> None:
    Hand.with_plans(database)
    job = Still(database, MONDAY)
    row = rows(today_of(job, hung()), Matter.CONFIRM, job)["qt-front-exchange.salavan.2027"]
    assert dict(row.facts)["Vì sao ở đây"] == (
        "nằm ngoài thời hạn của cả kế hoạch và thỏa thuận mà việc này dựa vào; theo lịch nhắc, đã đến lúc gia hạn cả "
        "hai, xác nhận lượt này hoặc bỏ"
    )
    asked = "?key=qt-front-exchange.salavan.2027"
    assert row.ways == (
        ("Chốt ngày", f"/decide/confirm{asked}"),
        ("Bỏ kỳ này", f"/decide/skip{asked}"),
        ("Mở kế hoạch", "/plans/quang-tri-front-2020"),
    )
    assert [line.split()[2] for line in row.commands] == ["confirm", "skip"]


def test_a_turn_in_force_still_asks_for_its_days(job: Still) -> None:
    shown = [thing for thing in of(today_of(job, None, ALL), Matter.CONFIRM).shown if isinstance(thing, Duty)]
    in_force = {thing.occurrence.key for thing in shown if thing.occurrence.status is not Status.PROJECTED}
    for key, row in rows(today_of(job, None, ALL), Matter.CONFIRM, job).items():
        verbs = ["decide confirm"] if key in in_force else ["decide confirm", "decide skip"]
        assert [" ".join(line.split()[1:3]) for line in row.commands] == verbs
        assert ("đã đến lúc chốt ngày" in dict(row.facts)["Vì sao ở đây"]) is (key in in_force)
    assert in_force


@pytest.mark.parametrize("role", [Role.READER, Role.OFFICER, Role.HEAD, Role.ADMIN])
@pytest.mark.parametrize("bodies", [("mttq-quang-tri",), ("so-ngoai-vu-quang-tri",), ()])
def test_what_others_decide_on_offers_nothing_and_says_who_does(
    database: Database, role: Role, bodies: tuple[str, ...]
) -> None:
    Hand.with_plans(database)
    job = Still(database, MONDAY)
    who = officer(*bodies, role=role)
    with job.office() as desk:
        remit, directory = remit_of(desk, who), desk.directory()
    found = today_of(job, who, ALL)
    theirs, seen = 0, 0
    for section in found.sections:
        for thing in section.shown:
            if not isinstance(thing, Duty):
                continue
            row = row_of(section.matter, thing, directory, "vi")
            may = role is not Role.READER and covers(remit, thing.occurrence)
            names = "; ".join(directory.name_of(body).vi for body in deciding(thing.occurrence, directory))
            assert may or (row.todo, row.ways, row.commands) == (f"Do {names} quyết định.", (), ())
            assert not may or (row.ways != () and not (row.todo or "").endswith("quyết định."))
            seen, theirs = seen + 1, theirs + may
    assert seen
    assert bool(theirs) is (role is not Role.READER and bool(bodies))


def test_the_head_of_the_front_is_told_who_decides_for_the_committees_of_the_party(database: Database) -> None:
    """They are in the group that leads these talks; what a group leads is for the plan's owner."""
    Hand.with_plans(database)
    job = Still(database, MONDAY)
    others = [row for row in rows(today_of(job, hung(), ALL), Matter.TO_SET, job).values() if not row.ways]
    assert [row.todo for row in others]
    assert {row.todo for row in others} == {"Do Sở Ngoại vụ tỉnh Quảng Trị quyết định."}


def test_agreements_that_have_ended_are_counted_and_led_to(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    Hand.with_plans(database)
    job = Still(database, MONDAY)
    with job.office() as desk:
        expected = {
            one.agreement.id
            for one in standings_of(desk, job.today(), agreement_ids(desk))
            if one.health.state is State.LAPSED and one.ahead and one.agreement.successor is None
        }
    section = of(today_of(job, None), Matter.LAPSING)
    assert (section.count, section.ended) == (0, len(expected))
    assert expected
    todayanswers.today(job, None, whole=False, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "Trong năm tới không có thỏa thuận nào hết hạn mà chưa có văn bản tiếp nối." in said
    assert f"{len(expected)} thỏa thuận đã hết hạn mà chưa có văn bản tiếp nối" in said


def test_agreements_that_have_ended_are_those_of_their_own_plans(database: Database) -> None:
    Hand.with_plans(database)
    job = Still(database, MONDAY)
    ended = {
        who: of(today_of(job, officer(who) if who else None), Matter.LAPSING).ended
        for who in (None, "mttq-quang-tri", "so-ngoai-vu-an-giang")
    }
    assert ended["mttq-quang-tri"] == 2
    assert 0 <= ended["so-ngoai-vu-an-giang"] < (ended[None] or 0)


def test_agreements_in_force_are_none_that_ended(job: Still) -> None:
    assert of(today_of(job, officer("mttq-quang-tri")), Matter.LAPSING).ended == 0
