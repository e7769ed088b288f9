"""What people decide: the real history, bad input, and laws that hold whatever they decide."""

from __future__ import annotations

import io
import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from config.database import Database
from config.decide import Ruling
from config.decidescreens import ruling_screen
from config.replay import rebuild
from notifications.due import Reminder
from notifications.letters import Happened
from scheduler import store
from scheduler.amendment import Verb
from scheduler.errors import DecisionError, LuanphienError, UnknownKeyError
from scheduler.occurrence import Status
from scheduler.plan import Directory, Gap
from scheduler.reciprocity import balances
from tests.integration.desk import Hand, days

SAVANNAKHET = "qt-front-exchange.savannakhet"
LEG = {"obligation": "qt-front-exchange", "leg": "savannakhet"}
YOUTH = {"obligation": "qt-youth-exchange"}


@pytest.fixture
def hand(database: Database) -> Hand:
    return Hand.with_plans(database)


def by_turn(tmp_path: Path) -> str:
    """The Quảng Trị Front plan with hosts that wait for their turn when a meeting is cancelled."""
    from config.files import HOME

    text = (HOME / "plans" / "quang-tri-front-2020.yaml").read_text(encoding="utf-8")
    path = tmp_path / "quang-tri-front-2020.yaml"
    path.write_text(text.replace("type: rotation", "type: rotation\n      by: turn"), encoding="utf-8")
    return str(path)


class TestCovid:
    """The exchange with Savannakhet of 2021, Quảng Trị's turn, was not carried out."""

    def test_passes(self, hand: Hand) -> None:
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021")
        assert hand.hosts(SAVANNAKHET, 2023, 2025) == {2023: "savannakhet", 2025: "quang-tri"}

    def test_waits(self, hand: Hand) -> None:
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True)
        assert hand.hosts(SAVANNAKHET, 2023, 2025) == {2023: "quang-tri", 2025: "savannakhet"}

    def test_cancelled_by_calendar(self, hand: Hand) -> None:
        hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2021")
        assert hand.hosts(SAVANNAKHET, 2021, 2023, 2025) == {2021: "quang-tri", 2023: "savannakhet", 2025: "quang-tri"}
        assert hand.look(f"{SAVANNAKHET}.2021").status is Status.CANCELLED

    def test_cancelled_by_turn(self, database: Database, tmp_path: Path) -> None:
        hand = Hand.with_plans(database, by_turn(tmp_path))
        hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2021")
        assert hand.hosts(SAVANNAKHET, 2023, 2025) == {2023: "quang-tri", 2025: "savannakhet"}

    @pytest.mark.parametrize(("waits", "expected"), [(False, "savannakhet"), (True, "quang-tri")])
    def test_skip_is_the_same_by_turn(self, database: Database, tmp_path: Path, waits: bool, expected: str) -> None:
        hand = Hand.with_plans(database, by_turn(tmp_path))
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=waits)
        assert hand.look(f"{SAVANNAKHET}.2023").host == expected

    def test_the_other_leg_is_untouched(self, hand: Hand) -> None:
        before = hand.hosts("qt-front-exchange.salavan", 2021, 2023, 2025)
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True)
        assert hand.hosts("qt-front-exchange.salavan", 2021, 2023, 2025) == before

    def test_postponed_past_the_next_cycle_changes_no_turn(self, hand: Hand) -> None:
        hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2021", window=days("2024-03-04", "2024-03-06"))
        moved = hand.look(f"{SAVANNAKHET}.2021")
        assert (moved.status, moved.window.start, moved.host) == (Status.POSTPONED, date(2024, 3, 4), "quang-tri")
        assert hand.hosts(SAVANNAKHET, 2023, 2025) == {2023: "savannakhet", 2025: "quang-tri"}


class TestYouthExchange:
    """Held at Salavan in 2022 and in Quảng Trị in 2024; order and start are not in the text."""

    @pytest.fixture
    def youth(self, hand: Hand) -> Hand:
        hand.decide(Verb.SET, obligation="qt-youth-exchange", gap=Gap.FIRST_YEAR, value="2022")
        hand.decide(Verb.SET, obligation="qt-youth-exchange", gap=Gap.ORDER, value="salavan,quang-tri,savannakhet")
        hand.decide(Verb.HELD, "qt-youth-exchange.2022", window=days("2022-12-21", "2022-12-23"), place="salavan")
        hand.decide(Verb.HELD, "qt-youth-exchange.2024", window=days("2024-08-27", "2024-08-29"), place="quang-tri")
        return hand

    def test_next_is_savannakhet(self, youth: Hand) -> None:
        assert youth.look("qt-youth-exchange.2022").status is Status.HELD
        assert youth.look("qt-youth-exchange.2026").host == "savannakhet"
        assert youth.look("qt-youth-exchange.2026").to_set == ()

    def test_sekong_joins_at_the_end(self, youth: Hand) -> None:
        youth.decide(Verb.JOIN, obligation="qt-youth-exchange", party="sekong", cycle=2024)
        assert youth.hosts("qt-youth-exchange", 2026, 2028) == {2026: "savannakhet", 2028: "sekong"}

    def test_sekong_joins_after_quang_tri(self, youth: Hand) -> None:
        youth.decide(Verb.JOIN, obligation="qt-youth-exchange", party="sekong", cycle=2026, after="quang-tri")
        assert youth.hosts("qt-youth-exchange", 2026, 2028) == {2026: "sekong", 2028: "savannakhet"}


def test_border_talks_of_2023_were_held_in_2024(hand: Hand) -> None:
    hand.decide(Verb.HELD, "qt-border-talks-salavan.2023", window=days("2024-01-06"), place="dong-ha", host="quang-tri")
    held = hand.look("qt-border-talks-salavan.2023")
    assert (held.status, held.window.start, held.place, held.host) == (
        Status.HELD, date(2024, 1, 6), "dong-ha", "quang-tri",
    )  # fmt: skip
    assert held.travels == ("salavan",)
    assert hand.look("qt-border-talks-savannakhet.2023").status is Status.PROJECTED


def test_one_joint_meeting_fulfils_two_obligations_at_another_place(hand: Hand) -> None:
    one, other = "qt-high-level-talks-savannakhet.once", "qt-high-level-talks-salavan.once"
    hand.decide(Verb.HELD, one, other, window=days("2022-12-27"), place="dong-ha")
    first, second = hand.look(one), hand.look(other)
    assert (first.status, first.joint, first.place) == (Status.HELD, None, "dong-ha")
    assert first.travels == first.partners == ("savannakhet", "salavan")
    assert (second.status, second.joint, second.window) == (Status.HELD, one, first.window)
    assert (first.host, second.host) == ("savannakhet", "salavan")
    told = balances((first, second), {first.plan: "quang-tri"}, date(2023, 1, 1))
    assert [(balance.partner, balance.visited, balance.elsewhere) for balance in told] == [
        ("salavan", 1, 0), ("savannakhet", 1, 0),
    ]  # fmt: skip


def test_a_rule_edit_never_rewrites_what_was_held(hand: Hand, tmp_path: Path) -> None:
    hand.decide(Verb.HELD, f"{SAVANNAKHET}.2021", window=days("2021-10-05"))
    from config.files import HOME, directory_files, holiday_file, plan_files
    from config.settle import Given, sync

    text = (HOME / "plans" / "quang-tri-front-2020.yaml").read_text(encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(
        text.replace("order: [savannakhet, quang-tri]", "order: [quang-tri, savannakhet]"), encoding="utf-8"
    )
    given = Given(plan_files([str(path)]).files, directory_files(None).files, holiday_file())
    settled = sync(hand.database, given, hand.now, hand.now.date())
    assert settled.problems == ()
    assert hand.hosts(SAVANNAKHET, 2019, 2021, 2023) == {2019: "quang-tri", 2021: "quang-tri", 2023: "quang-tri"}
    assert hand.look(f"{SAVANNAKHET}.2021").status is Status.HELD


class TestPostponing:
    """What is postponed takes place later than the plan's own window begins, however often its days were moved."""

    def test_no_day_before_the_window_of_the_plan(self, hand: Hand) -> None:
        before = hand.rows()
        with pytest.raises(DecisionError) as refused:
            hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027", window=days("2026-12-31"))
        assert refused.value.message.startswith("{start} is before {first}")
        assert (refused.value.fields["start"], refused.value.fields["first"]) == (date(2026, 12, 31), date(2027, 1, 1))
        assert "decide confirm" in refused.value.fix
        assert hand.rows() == before
        hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", window=days("2026-12-31"))  # brought forward
        assert hand.look(f"{SAVANNAKHET}.2027").window.start == date(2026, 12, 31)

    @pytest.mark.parametrize("verb", [Verb.CONFIRM, Verb.PROPOSE, Verb.POSTPONE])
    def test_the_window_is_that_of_the_plan_whatever_was_decided_since(self, hand: Hand, verb: Verb) -> None:
        hand.decide(verb, f"{SAVANNAKHET}.2027", window=days("2027-08-30"))
        with pytest.raises(DecisionError):
            hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027", window=days("2026-12-31", "2027-09-05"))
        hand.decide(Verb.POSTPONE, f"{SAVANNAKHET}.2027", window=days("2027-01-01"))
        assert hand.look(f"{SAVANNAKHET}.2027").window.start == date(2027, 1, 1)

    def test_a_duty_is_not_told_to_be_confirmed(self, hand: Hand) -> None:
        with pytest.raises(DecisionError) as refused:
            hand.decide(Verb.POSTPONE, "qt-laos-yearly-programmes.2021", window=days("2020-12-31"))
        assert refused.value.fix == "give a day from then on"
        hand.decide(Verb.POSTPONE, "qt-laos-yearly-programmes.2021", window=days("2021-01-01"))


class TestFarFromThePlan:
    """Slips of the pen in what is set are refused, with both bounds; the plans are of 2020 to 2022."""

    @pytest.mark.parametrize(
        ("ident", "gap", "value", "first", "last"),
        [
            ("qt-front-festival-exchange", Gap.DATES, "tháng 4/1850", date(2018, 12, 31), date(2028, 1, 4)),
            ("qt-front-festival-exchange", Gap.DATES, "tháng 4/2180", date(2018, 12, 31), date(2028, 1, 4)),
            ("qt-counterpart-talks-salavan", Gap.FIRST_YEAR, "2100", 1970, 2027),
            ("qt-counterpart-talks-salavan", Gap.FIRST_YEAR, "1900", 1970, 2027),
            ("qt-laos-report", Gap.CYCLE, "half,2150", 2019, 2027),
            ("qt-laos-report", Gap.CYCLE, "half,2018", 2019, 2027),
            ("ht-village-twinning-report", Gap.CYCLE, "year,2032", 1975, 2031),  # no period, no date: from today
        ],
    )
    def test_refused_with_both_bounds(
        self, hand: Hand, ident: str, gap: Gap, value: str, first: object, last: object
    ) -> None:
        before = hand.rows()
        with pytest.raises(DecisionError) as refused:
            hand.decide(Verb.SET, obligation=ident, gap=gap, value=value)
        assert refused.value.message.startswith("{value} is too far from the plan")
        assert (refused.value.fields["first"], refused.value.fields["last"]) == (first, last)
        assert hand.rows() == before

    def test_what_lies_near_is_set(self, hand: Hand) -> None:
        hand.decide(Verb.SET, obligation="qt-front-festival-exchange", gap=Gap.DATES, value="tháng 4/2027")
        hand.decide(Verb.SET, obligation="qt-counterpart-talks-salavan", gap=Gap.FIRST_YEAR, value="1970")
        assert hand.look("qt-front-festival-exchange.once").window.start == date(2027, 4, 1)
        assert hand.look("qt-counterpart-talks-salavan.2022").cycle == "2022"


class TestBadInput:
    """Each is refused with the fix, and the list of decisions stays as it was."""

    CASES = (
        (Verb.CONFIRM, ("no-such-key.2021",), {"window": days("2021-09-01")}, UnknownKeyError),
        (Verb.CONFIRM, (f"{SAVANNAKHET}.2021",), {"window": days("1999-09-01")}, DecisionError),
        (Verb.CONFIRM, (f"{SAVANNAKHET}.2021",), {"window": days("2099-09-01")}, DecisionError),
        (Verb.HELD, (f"{SAVANNAKHET}.2027",), {"window": days("2027-09-01")}, DecisionError),
        (Verb.SWAP, (f"{SAVANNAKHET}.2021", "qt-front-exchange.salavan.2021"), {}, DecisionError),
        (Verb.SWAP, (f"{SAVANNAKHET}.2021", f"{SAVANNAKHET}.2021"), {}, DecisionError),
        (Verb.SWAP, (f"{SAVANNAKHET}.2027", f"{SAVANNAKHET}.2031"), {}, DecisionError),
        (Verb.HOST, (f"{SAVANNAKHET}.2021",), {"host": "takeo"}, DecisionError),
        (Verb.HOST, (f"{SAVANNAKHET}.2021",), {"host": "atlantis"}, DecisionError),
        (Verb.JOIN, (), {**LEG, "party": "savannakhet", "cycle": 2021}, DecisionError),
        (Verb.JOIN, (), {"obligation": "qt-front-exchange", "party": "sekong", "cycle": 2021}, DecisionError),
        (Verb.LEAVE, (), {**LEG, "party": "savannakhet", "cycle": 2023}, DecisionError),
        (Verb.DONE, (f"{SAVANNAKHET}.2021",), {}, DecisionError),
        (Verb.HELD, ("qt-laos-yearly-programmes.2021",), {"window": days("2021-09-01")}, DecisionError),
        (Verb.CONFIRM, ("qt-laos-cooperation.once",), {"window": days("2021-09-01")}, DecisionError),
        (Verb.AWAIT_PARTNER, (f"{SAVANNAKHET}.2027",), {"window": days("2020-01-01")}, DecisionError),
        (Verb.SET, (), {"obligation": "qt-front-exchange", "gap": Gap.FIRST_YEAR, "value": "2020"}, DecisionError),
        (Verb.SET, (), {**YOUTH, "gap": Gap.FIRST_YEAR, "value": "soon"}, DecisionError),
        (Verb.SET, (), {**YOUTH, "gap": Gap.ORDER, "value": "salavan,atlantis"}, DecisionError),
        (Verb.SET, (), {"obligation": "nothing", "gap": Gap.ORDER, "value": "salavan"}, DecisionError),
        (Verb.UNDO, (), {"target": 99999}, DecisionError),
    )  # fmt: skip

    @pytest.mark.parametrize(("verb", "names", "fields", "error"), CASES)
    def test_refused(
        self, hand: Hand, verb: Verb, names: tuple[str, ...], fields: dict[str, object], error: type[LuanphienError]
    ) -> None:
        before = hand.rows()
        with pytest.raises(error):
            hand.decide(verb, *names, **fields)
        assert hand.rows() == before

    def test_an_undo_twice(self, hand: Hand) -> None:
        ruling = hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2027")
        hand.decide(Verb.UNDO, target=ruling.number)
        with pytest.raises(DecisionError):
            hand.decide(Verb.UNDO, target=ruling.number)

    def test_on_what_is_over(self, hand: Hand) -> None:
        hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2027")
        with pytest.raises(DecisionError):
            hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", window=days("2027-09-01"))


def test_without_yes_nothing_is_written(hand: Hand) -> None:
    before = hand.rows()
    ruling = hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True, apply=False)
    assert ruling.number is None
    assert [change.after.key for change in ruling.changes] == [f"{SAVANNAKHET}.{year}" for year in range(2021, 2032, 2)]
    assert hand.rows() == before


def test_undo_restores_everything_but_sequence_and_time(hand: Hand) -> None:
    before = {key: content for key, (content, _, _) in hand.rows().items()}
    ruling = hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True)
    hand.decide(Verb.UNDO, target=ruling.number)
    after = hand.rows()
    assert {key: content for key, (content, _, _) in after.items()} == before
    assert after[f"{SAVANNAKHET}.2023"][1] == 2


class TestWhatWasOpen:
    """A duty of which the text leaves open when it is to be."""

    DUTY = "qt-front-festival-exchange"

    def test_once_it_is_set_nothing_is_called_off(self, hand: Hand) -> None:
        ruling = hand.decide(Verb.SET, obligation=self.DUTY, gap=Gap.DATES, value="tháng 4/2027")
        assert [(mail.slot.occurrence, happened(mail), before(mail)["days"]) for mail in ruling.told] == [
            (f"{self.DUTY}.once", Happened.MOVED, "2020-01-01/2022-12-31/period")
        ]
        assert self.shown(hand) == {f"{self.DUTY}.once"}
        assert hand.look(f"{self.DUTY}.unset").status is Status.CANCELLED
        assert rebuild(hand.database).different == ()

    def test_taken_back_it_is_open_again(self, hand: Hand) -> None:
        number = hand.decide(Verb.SET, obligation=self.DUTY, gap=Gap.DATES, value="tháng 4/2027").number
        ruling = hand.decide(Verb.UNDO, target=number)
        assert [(mail.slot.occurrence, happened(mail), before(mail)["days"]) for mail in ruling.told] == [
            (f"{self.DUTY}.unset", Happened.MOVED, "2027-04-01/2027-04-30/month")
        ]
        assert self.shown(hand) == {f"{self.DUTY}.unset"}
        assert rebuild(hand.database).different == ()

    def test_what_people_call_off_stays_in_calendars_as_called_off(self, hand: Hand) -> None:
        hand.decide(Verb.CANCEL, f"{self.DUTY}.unset")
        assert self.shown(hand) == {f"{self.DUTY}.unset"}

    def shown(self, hand: Hand) -> set[str]:
        """What calendars show of it, and as what."""
        with hand.database.read() as session:
            return {key for key in store.stored(session, (self.DUTY,))[self.DUTY] if key not in store.gone(session)}


def happened(mail: Reminder) -> str:
    return str(json.loads(mail.detail or "")["happened"])


def before(mail: Reminder) -> dict[str, str]:
    return dict(json.loads(mail.detail or "")["before"])


def test_laws_hold_through_two_hundred_random_decisions(hand: Hand) -> None:
    chance = random.Random(20260905)
    keys = [key for key in hand.rows() if not key.endswith(".unset")]
    lines = [("qt-front-exchange", "savannakhet"), ("qt-front-exchange", "salavan"),
             ("ha-tinh-khammouane-front-exchange", None)]  # fmt: skip
    numbers: list[int] = []
    taken = refused = 0
    for _ in range(200):
        verb = chance.choice(list(Verb))
        first, second = chance.choice(keys), chance.choice(keys)
        obligation, leg = chance.choice(lines)
        year = chance.randrange(2019, 2032)
        day = f"{year}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        fields = {
            Verb.CONFIRM: ((first,), {"window": days(day)}),
            Verb.PROPOSE: ((first,), {"window": days(day)}),
            Verb.POSTPONE: ((first,), {"window": chance.choice([None, days(day)])}),
            Verb.SKIP: ((first,), {"waits": chance.random() < 0.5}),
            Verb.CANCEL: ((first,), {}),
            Verb.HELD: (chance.choice([(first,), (first, second)]), {"window": days(day)}),
            Verb.DONE: ((first,), {}),
            Verb.SWAP: ((first, second), {}),
            Verb.HOST: ((first,), {"host": chance.choice(["quang-tri", "savannakhet", "salavan"])}),
            Verb.JOIN: ((), {"obligation": obligation, "leg": leg, "party": "sekong", "cycle": year}),
            Verb.LEAVE: ((), {"obligation": obligation, "leg": leg, "party": "sekong", "cycle": year}),
            Verb.AWAIT_PARTNER: ((first,), {"window": days(day)}),
            Verb.SET: ((), {"obligation": "qt-youth-exchange", "gap": chance.choice(list(Gap)), "value": str(year)}),
            Verb.UNDO: ((), {"target": chance.choice(numbers or [0])}),
        }[verb]
        try:
            ruling = hand.decide(verb, *fields[0], **fields[1])
            assert ruling.number is not None
            numbers.append(ruling.number)
            taken += 1
        except LuanphienError:
            refused += 1
    assert (taken > 40, refused > 40) == (True, True)
    for key in hand.rows():
        found = hand.look(key) if key.startswith("qt-front-exchange") else None
        assert found is None or found.host is not None or found.to_set
    before = hand.rows()
    assert rebuild(hand.database).different == ()
    assert hand.rows() == before


def test_a_plan_that_says_by_now_what_was_set_has_the_word(hand: Hand, tmp_path: Path) -> None:
    """Settings never stand in the way of an edited plan."""
    from config.files import HOME, directory_files, holiday_file, plan_files
    from config.settle import Given, sync

    hand.decide(Verb.SET, obligation="qt-youth-exchange", gap=Gap.FIRST_YEAR, value="2022")
    hand.decide(Verb.SET, obligation="qt-youth-exchange", gap=Gap.ORDER, value="salavan,quang-tri,savannakhet")
    text = (HOME / "plans" / "quang-tri-laos-2020.yaml").read_text(encoding="utf-8")
    start = text.index("- id: qt-youth-exchange")
    own = text[start : text.index("- id: ", start + 6)]
    rule = own[own.index("    rule:") : own.index("    lead:")]
    edited = own.replace(rule, "    rule: {type: once, when: tháng 8/2024}\n    host: quang-tri\n")
    edited = edited.replace("to_set: [first_year, order, first_host]", "to_set: [order]")
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(own, edited), encoding="utf-8")
    given = Given(plan_files([str(path)]).files, directory_files(None).files, holiday_file())
    assert sync(hand.database, given, hand.now, hand.now.date()).problems == ()
    once = hand.look("qt-youth-exchange.once")
    assert (once.host, once.window.start) == ("quang-tri", date(2024, 8, 1))
    assert hand.look("qt-youth-exchange.2022").status is Status.CANCELLED
    assert rebuild(hand.database).different == ()


@pytest.mark.parametrize(
    ("verb", "key", "window"),
    [
        (Verb.POSTPONE, f"{SAVANNAKHET}.2029", "2029-03-01"),
        (Verb.POSTPONE, f"{SAVANNAKHET}.2027", "2028-01-05"),
        (Verb.POSTPONE, f"{SAVANNAKHET}.2027", "2028-03-01"),
        (Verb.CONFIRM, f"{SAVANNAKHET}.2027", "2027-03-01"),
        (Verb.CANCEL, f"{SAVANNAKHET}.2031", None),
        (Verb.CANCEL, f"{SAVANNAKHET}.2027", None),
    ],
)
def test_that_later_mails_change_too_is_said(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, verb: Verb, key: str, window: str | None
) -> None:
    """The lists say that they end after two years where more mails would stand on them, and only there."""
    fields = {"window": days(window)} if window else {}
    shown = hand.decide(verb, key, apply=False, **fields)
    monkeypatch.setattr("config.decide.MAILS_AHEAD", timedelta(days=3000))
    whole = hand.decide(verb, key, apply=False, **fields)
    count = len(whole.no_more) + len(whole.instead) - len(shown.no_more) - len(shown.instead)
    assert shown.cut is (count > 0)
    assert not whole.cut
    said = str(capture(shown))
    assert ("chỉ kể thư trong hai năm tới" in said) is shown.cut


def capture(ruling: Ruling) -> str:
    """What the command prints of a decision."""
    console = Console(record=True, width=200, file=io.StringIO())
    console.print(ruling_screen(ruling, Directory(), "vi"))
    return console.export_text()
