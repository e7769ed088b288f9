"""Decisions that touch one another: joint meetings, traded and waiting turns, undo of undo, retired plans."""

from __future__ import annotations

from datetime import date

import pytest

from config.database import Database
from config.files import directory_files, holiday_file
from config.office import office
from config.replay import rebuild
from config.settle import Given, sync
from scheduler.amendment import Verb
from scheduler.errors import DecisionError
from scheduler.explain import Code
from scheduler.occurrence import Status
from scheduler.plan import Gap, Kind
from tests.integration.desk import Hand, days

SAVANNAKHET = "qt-front-exchange.savannakhet"
CARRIER, FOLLOWER = "qt-high-level-talks-savannakhet.once", "qt-high-level-talks-salavan.once"
YOUTH = {"obligation": "qt-youth-exchange"}


@pytest.fixture
def hand(database: Database) -> Hand:
    return Hand.with_plans(database)


@pytest.fixture
def youth(hand: Hand) -> Hand:
    hand.decide(Verb.SET, **YOUTH, gap=Gap.FIRST_YEAR, value="2022")
    hand.decide(Verb.SET, **YOUTH, gap=Gap.ORDER, value="salavan,quang-tri,savannakhet")
    return hand


class TestJointMeeting:
    @pytest.fixture
    def joint(self, hand: Hand) -> Hand:
        hand.decide(Verb.CONFIRM, CARRIER, FOLLOWER, window=days("2022-12-27"), place="dong-ha")
        assert hand.look(FOLLOWER).joint == CARRIER
        return hand

    @pytest.mark.parametrize(
        ("verb", "fields"),
        [
            (Verb.CANCEL, {}),
            (Verb.POSTPONE, {}),
            (Verb.PROPOSE, {"window": days("2022-11-01")}),
            (Verb.CONFIRM, {"window": days("2022-11-01")}),
            (Verb.HELD, {"window": days("2022-11-01")}),
            (Verb.SKIP, {}),
        ],
    )
    def test_who_followed_has_its_event_back_when_the_carrier_goes_alone(
        self, joint: Hand, verb: Verb, fields: dict[str, object]
    ) -> None:
        alone = Hand.look(joint, FOLLOWER)
        ruling = joint.decide(verb, CARRIER, **fields)
        follower = joint.look(FOLLOWER)
        assert (follower.joint, follower.status) == (None, Status.TENTATIVE)
        assert follower.window != alone.window
        assert [change.after.key for change in ruling.changes if change.after.key in (CARRIER, FOLLOWER)] == [
            FOLLOWER, CARRIER,
        ]  # fmt: skip
        assert rebuild(joint.database).different == ()

    def test_undo_brings_them_together_again(self, joint: Hand) -> None:
        ruling = joint.decide(Verb.CANCEL, CARRIER)
        joint.decide(Verb.UNDO, target=ruling.number)
        assert (joint.look(FOLLOWER).joint, joint.look(FOLLOWER).status) == (CARRIER, Status.CONFIRMED)

    def test_a_host_named_for_the_carrier_parts_nobody(self, joint: Hand) -> None:
        joint.decide(Verb.HOST, CARRIER, host="savannakhet")
        assert joint.look(FOLLOWER).joint == CARRIER

    def test_the_other_way_round(self, joint: Hand) -> None:
        joint.decide(Verb.CONFIRM, FOLLOWER, CARRIER, window=days("2022-12-28"))
        assert (joint.look(FOLLOWER).joint, joint.look(CARRIER).joint) == (None, FOLLOWER)


class TestWhoTakesPart:
    def test_everybody_takes_part_in_the_one_event(self, hand: Hand) -> None:
        hand.decide(Verb.CONFIRM, CARRIER, FOLLOWER, window=days("2022-12-27"), place="dong-ha")
        carrier = hand.look(CARRIER)
        assert carrier.partners == ("savannakhet", "salavan")
        assert carrier.travels == ("savannakhet", "salavan")
        ruling = hand.decide(Verb.CANCEL, CARRIER)
        assert {change.after.key for change in ruling.changes} >= {CARRIER, FOLLOWER}
        assert hand.look(CARRIER).partners == ("savannakhet",)
        assert rebuild(hand.database).different == ()

    def test_next_shows_a_joint_meeting_to_every_partner_once(self, hand: Hand) -> None:
        one, other = f"{SAVANNAKHET}.2027", "qt-front-exchange.salavan.2027"
        hand.decide(Verb.CONFIRM, one, other, window=days("2026-12-14", "2026-12-16"))
        with office(hand.database, hand.now.date()) as desk:
            keys = [
                [record.occurrence.key for record in desk.next_ones(hand.now.date(), (partner,), (Kind.EXCHANGE,), 1)]
                for partner in ("savannakhet", "salavan")
            ]
        assert keys == [[one], [one]]

    def test_a_setting_that_takes_the_carrier_away_parts_the_others(self, hand: Hand) -> None:
        unset = "qt-youth-exchange.unset"
        hand.decide(Verb.CONFIRM, unset, FOLLOWER, window=days("2022-07-07"))
        ruling = hand.decide(Verb.SET, **YOUTH, gap=Gap.FIRST_YEAR, value="2022")
        assert FOLLOWER in {change.after.key for change in ruling.changes}
        assert (hand.look(FOLLOWER).joint, hand.look(FOLLOWER).status) == (None, Status.TENTATIVE)
        assert rebuild(hand.database).different == ()


class TestTurns:
    def test_the_turn_that_waits_is_the_traded_one(self, hand: Hand) -> None:
        hand.decide(Verb.SWAP, f"{SAVANNAKHET}.2027", f"{SAVANNAKHET}.2029")
        assert hand.hosts(SAVANNAKHET, 2027, 2029) == {2027: "quang-tri", 2029: "savannakhet"}
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2027", waits=True)
        assert hand.hosts(SAVANNAKHET, 2027, 2029, 2031) == {
            2027: "quang-tri", 2029: "quang-tri", 2031: "savannakhet",
        }  # fmt: skip

    def test_a_wait_that_contradicts_what_was_held_is_refused(self, hand: Hand) -> None:
        hand.decide(Verb.HELD, f"{SAVANNAKHET}.2023", window=days("2023-09-01"))
        with pytest.raises(DecisionError, match="recorded"):
            hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True)
        hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021")

    def test_who_would_be_left_alone_later_is_seen_now(self, youth: Hand) -> None:
        youth.decide(Verb.LEAVE, **YOUTH, party="savannakhet", cycle=2030)
        with pytest.raises(DecisionError, match="2030"):
            youth.decide(Verb.LEAVE, **YOUTH, party="salavan", cycle=2028)

    def test_a_party_that_is_to_join_later_cannot_join_before_too(self, youth: Hand) -> None:
        youth.decide(Verb.JOIN, **YOUTH, party="sekong", cycle=2030)
        with pytest.raises(DecisionError, match="2030"):
            youth.decide(Verb.JOIN, **YOUTH, party="sekong", cycle=2028)

    @pytest.mark.parametrize("verb", [Verb.JOIN, Verb.LEAVE])
    def test_no_move_beyond_fifty_years(self, youth: Hand, verb: Verb) -> None:
        with pytest.raises(DecisionError, match="50"):
            youth.decide(verb, **YOUTH, party="sekong" if verb is Verb.JOIN else "salavan", cycle=2077)


class TestSense:
    """What would be stored without meaning is refused."""

    @pytest.mark.parametrize(
        ("verb", "keys", "fields"),
        [
            (Verb.SKIP, ("vn-la-diplomatic-relations.2027",), {"waits": True}),
            (Verb.SKIP, ("qt-youth-exchange.unset",), {"waits": True}),
            (Verb.HOST, ("vn-la-diplomatic-relations.2027",), {"host": "quang-tri"}),
            (Verb.HELD, (f"{SAVANNAKHET}.2025", f"{SAVANNAKHET}.2025"), {"window": days("2025-05-05")}),
        ],
    )
    def test_refused(self, hand: Hand, verb: Verb, keys: tuple[str, ...], fields: dict[str, object]) -> None:
        with pytest.raises(DecisionError):
            hand.decide(verb, *keys, **fields)

    def test_who_is_named_as_people_say_it_is_told_the_id(self, hand: Hand) -> None:
        with pytest.raises(DecisionError, match="such as dong-ha"):
            hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", window=days("2027-09-14"), place="Đông Hà")
        with pytest.raises(DecisionError, match="such as savannakhet"):
            hand.decide(Verb.HOST, f"{SAVANNAKHET}.2027", host="savanakhet")

    def test_what_the_text_reports_is_changed_in_the_text(self, hand: Hand) -> None:
        with pytest.raises(DecisionError, match="plan file"):
            hand.decide(Verb.HELD, "ha-tinh-khammouane-front-exchange.2022", window=days("2022-09-20"))


class TestWhy:
    """`explain` names every decision that bears on whose turn it is."""

    def numbers(self, hand: Hand, key: str) -> list[object]:
        with office(hand.database, hand.now.date()) as desk:
            return [fact.fields["number"] for fact in desk.explained(key).facts if fact.code is Code.DECIDED]

    def test_a_trade_that_a_wait_carries_on(self, hand: Hand) -> None:
        swap = hand.decide(Verb.SWAP, f"{SAVANNAKHET}.2027", f"{SAVANNAKHET}.2029").number
        skip = hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2027", waits=True).number
        assert self.numbers(hand, f"{SAVANNAKHET}.2031") == [swap, skip]
        assert self.numbers(hand, f"{SAVANNAKHET}.2025") == []

    def test_a_cancellation_that_shifts_nobody(self, hand: Hand) -> None:
        hand.decide(Verb.CANCEL, f"{SAVANNAKHET}.2025")
        assert self.numbers(hand, f"{SAVANNAKHET}.2031") == []


def test_what_was_taken_back_stays_in_the_history(hand: Hand) -> None:
    key = f"{SAVANNAKHET}.2027"
    postponed = hand.decide(Verb.POSTPONE, key, window=days("2028-03-01"))
    undone = hand.decide(Verb.UNDO, target=postponed.number)
    cancelled = hand.decide(Verb.CANCEL, key)
    with office(hand.database, hand.now.date()) as desk:
        facts = desk.explained(key).facts
    told = [(fact.code, fact.fields["number"], fact.fields.get("by")) for fact in facts if "number" in fact.fields]
    assert told[-2:] == [(Code.WITHDRAWN, postponed.number, undone.number), (Code.DECIDED, cancelled.number, None)]
    hand.decide(Verb.UNDO, target=cancelled.number)
    hand.decide(Verb.UNDO, target=undone.number)
    with office(hand.database, hand.now.date()) as desk:
        codes = [
            (f.code, f.fields["number"]) for f in desk.explained(key).facts if f.code in (Code.DECIDED, Code.WITHDRAWN)
        ]
    assert codes == [(Code.DECIDED, postponed.number), (Code.WITHDRAWN, cancelled.number)]


class TestUndo:
    def test_what_others_rest_on_is_not_taken_back(self, youth: Hand) -> None:
        joined = youth.decide(Verb.JOIN, **YOUTH, party="sekong", cycle=2026)
        left = youth.decide(Verb.LEAVE, **YOUTH, party="sekong", cycle=2030)
        with pytest.raises(DecisionError) as refused:
            youth.decide(Verb.UNDO, target=joined.number)
        assert refused.value.fields == {"number": left.number}
        youth.decide(Verb.UNDO, target=left.number)
        youth.decide(Verb.UNDO, target=joined.number)

    def test_nor_a_setting_that_gives_the_cycles_decided_on(self, youth: Hand) -> None:
        held = youth.decide(Verb.HELD, "qt-youth-exchange.2022", window=days("2022-12-21", "2022-12-23"))
        numbers = [amendment.number for amendment in youth.amendments("qt-youth-exchange")]
        with pytest.raises(DecisionError) as refused:
            youth.decide(Verb.UNDO, target=numbers[0])
        assert refused.value.fields == {"number": held.number}

    def test_a_decision_brought_back_is_judged_anew(self, hand: Hand) -> None:
        skipped = hand.decide(Verb.SKIP, f"{SAVANNAKHET}.2021", waits=True)
        undone = hand.decide(Verb.UNDO, target=skipped.number)
        held = hand.decide(Verb.HELD, f"{SAVANNAKHET}.2021", window=days("2021-09-01"))
        with pytest.raises(DecisionError) as refused:
            hand.decide(Verb.UNDO, target=undone.number)
        assert refused.value.fields == {"number": held.number}

    def test_of_what_was_held_after_its_plan_was_retired(self, hand: Hand) -> None:
        key = f"{SAVANNAKHET}.2021"
        held = hand.decide(Verb.HELD, key, window=days("2021-09-01"))
        given = Given((), directory_files(None).files, holiday_file(), retire=("quang-tri-front-2020",))
        assert sync(hand.database, given, hand.now, hand.now.date()).problems == ()
        assert hand.look(key).status is Status.HELD
        ruling = hand.decide(Verb.UNDO, target=held.number)
        assert [change.after.key for change in ruling.changes] == [key]
        assert hand.look(key).status is Status.CANCELLED
        assert rebuild(hand.database).different == ()


class TestSettings:
    def test_what_was_recorded_before_its_year_was_set_is_taken_back_first(self, hand: Hand) -> None:
        hand.decide(Verb.HELD, "qt-youth-exchange.unset", window=days("2022-07-07"), host="salavan")
        with pytest.raises(DecisionError, match="recorded"):
            hand.decide(Verb.SET, **YOUTH, gap=Gap.FIRST_YEAR, value="2022")

    def test_a_leg_that_is_not_there(self, hand: Hand) -> None:
        with pytest.raises(DecisionError, match="leg"):
            hand.decide(Verb.SET, **YOUTH, gap=Gap.FIRST_YEAR, value="2022", leg="atlantis")


def test_days_are_measured_from_the_text_not_from_the_last_decision(hand: Hand) -> None:
    key = f"{SAVANNAKHET}.2021"
    hand.decide(Verb.POSTPONE, key, window=days("2026-06-01"))
    with pytest.raises(DecisionError, match="too far"):
        hand.decide(Verb.POSTPONE, key, window=days("2030-06-01"))
    hand.decide(Verb.POSTPONE, key, window=days("2021-03-01"))
    assert hand.look(key).window.start == date(2021, 3, 1)


def test_a_follower_stands_alone_once_the_plan_of_its_carrier_is_retired(hand: Hand) -> None:
    keys = [key for key in hand.rows() if key.startswith("ha-tinh")]
    talks = next(key for key in keys if key.endswith(".2026"))
    hand.decide(Verb.CONFIRM, f"{SAVANNAKHET}.2027", talks, window=days("2027-03-01"))
    assert hand.look(talks).joint == f"{SAVANNAKHET}.2027"
    given = Given((), directory_files(None).files, holiday_file(), retire=("quang-tri-front-2020",))
    assert sync(hand.database, given, hand.now, hand.now.date()).problems == ()
    assert hand.look(talks).joint is None
    assert rebuild(hand.database).different == ()
