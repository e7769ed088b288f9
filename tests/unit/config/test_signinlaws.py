"""The laws of signing in: how often one may try, how long a session lasts, what a password and an officer may be."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from config.asking import Cookies, seal, sealed
from config.deskforms import local
from config.elsewhere import LONGEST_COOKIE, Claim, begin, journey_of
from config.officers import Officer, OfficerError, Role, checked, differences
from config.passwords import _COMMON, LEAST, MOST, Fault, Passwords, _plain, fault_of
from config.sessions import NOTE_EVERY, Lasting
from config.throttle import LIMITS, SLOTS, Kind, Limit, after_success, after_try, slot, wait
from config.words import error_words
from scheduler.errors import LuanphienError
from tests.integration.porch import Counting

START = datetime(2026, 11, 23, 2, tzinfo=UTC)
KEY = b"a key of this test"
LAN = Officer(
    id="lan", name="Nguyễn Thị Lan", address="lan@quang-tri.example", role=Role.OFFICER,
    organisations=("mttq-quang-tri",), lang="vi", created_at=START,
)  # fmt: skip

seconds = st.integers(0, 3 * 3600)
limits = st.builds(Limit, st.integers(1, 40), st.integers(1, 600).map(lambda each: timedelta(seconds=each)))


def lived(limit: Limit, moments: list[int]) -> list[int]:
    """The moments at which a try was admitted."""
    booked, admitted = None, []
    for moment in sorted(moments):
        now = START + timedelta(seconds=moment)
        if not wait(booked, now, limit):
            booked = after_try(booked, now, limit)
            admitted.append(moment)
    return admitted


class TestThrottle:
    @given(limits, st.lists(seconds, max_size=200), st.integers(0, 3600))
    def test_in_no_span_are_there_more_tries_than_the_limit_and_what_the_span_gives(
        self, limit: Limit, moments: list[int], span: int
    ) -> None:
        admitted = lived(limit, moments)
        most = limit.tries + span // int(limit.every.total_seconds())
        for first in admitted:
            assert sum(first <= each <= first + span for each in admitted) <= most

    @given(limits, st.lists(seconds, max_size=100), seconds)
    def test_after_the_wait_that_is_told_a_try_fits_and_not_before(
        self, limit: Limit, moments: list[int], then: int
    ) -> None:
        booked = None
        for moment in sorted(moments):
            now = START + timedelta(seconds=moment)
            if not wait(booked, now, limit):
                booked = after_try(booked, now, limit)
        now = START + timedelta(seconds=then)
        told = wait(booked, now, limit)
        assert timedelta(0) <= told
        assert wait(booked, now + told, limit) == timedelta(0)
        if told:
            assert wait(booked, now + told - timedelta(seconds=1), limit) == timedelta(seconds=1)

    @given(limits, st.lists(seconds, max_size=60))
    def test_who_waits_long_enough_between_tries_never_waits(self, limit: Limit, moments: list[int]) -> None:
        spaced = [number * int(limit.every.total_seconds()) for number, _ in enumerate(moments)]
        assert lived(limit, spaced) == spaced

    def test_what_a_right_password_gives_back(self) -> None:
        for kind, limit in LIMITS.items():
            booked = after_try(after_try(None, START, limit), START, limit)
            assert after_success(kind, booked, limit) == (None if kind is Kind.ACCOUNT else START + limit.every)

    @given(st.text(max_size=50), st.sampled_from(Kind))
    def test_everything_has_a_slot_and_there_are_no_more(self, name: str, kind: Kind) -> None:
        first = SLOTS * list(Kind).index(kind)
        assert first <= slot(KEY, kind, name) < first + SLOTS

    def test_a_network_of_addresses_is_one_and_the_key_matters(self) -> None:
        def of(address: str, key: bytes = KEY) -> int:
            return slot(key, Kind.ADDRESS, address)

        assert of("2001:db8::1") == of("2001:db8::ffff:1") != of("2001:db8:0:1::1")
        assert of("192.0.2.1") == of("::ffff:192.0.2.1") != of("192.0.2.2")
        assert of("fe80::1%eth0") == of("fe80::1")
        assert of("192.0.2.1") != of("192.0.2.1", b"another key")
        assert of("") != of("testclient")


class TestSessions:
    @given(
        st.integers(1, 7 * 24 * 60).map(lambda each: timedelta(minutes=each)),
        st.integers(1, 720).map(lambda each: timedelta(hours=each)),
        st.lists(st.integers(0, 40 * 24 * 3600), min_size=1, max_size=50),
    )
    def test_it_lives_while_it_is_used_and_never_beyond_its_end(
        self, idle: timedelta, whole: timedelta, uses: list[int]
    ) -> None:
        lasting, noted, over = Lasting(idle, whole), START, False
        moments = [START, *(START + timedelta(seconds=each) for each in sorted(uses))]
        for before, now in pairwise(moments):
            alive = lasting.alive(START, noted, now)
            assert not (alive and (now - START >= whole or now - before >= idle))
            if not over and not alive:
                assert now - START >= whole or now - before > idle - NOTE_EVERY
            over = over or not alive
            if alive and now - noted >= NOTE_EVERY:
                noted = now
            assert now - noted < max(NOTE_EVERY, idle) or over

    def test_a_clock_that_was_put_back_ends_nothing(self) -> None:
        lasting = Lasting(timedelta(minutes=5), timedelta(hours=1))
        assert lasting.alive(START, START, START - timedelta(days=1)) is True


class TestPasswords:
    @given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=LEAST, max_size=80))
    def test_only_what_is_short_or_common_is_refused(self, typed: str) -> None:
        assert fault_of(typed, typed) in (None, Fault.SHORT, Fault.COMMON)

    @pytest.mark.parametrize(
        ("typed", "fault"),
        [
            ("bốn con voi trắng", None),
            ("a" + "1b2c3d4e5g6h7"[:10], Fault.SHORT),
            ("x" * MOST + "y", Fault.LONG),
            ("123456789012", Fault.COMMON),
            ("Mật khẩu 123456", Fault.COMMON),
            ("PASSWORD 123456", Fault.COMMON),
            ("aaaaaaaaaaaa", Fault.COMMON),
            ("hoa hoa hoa hoa ", Fault.COMMON),
            ("bốn con\tvoi trắng", Fault.CONTROL),
            ("bốn con\nvoi trắng", Fault.CONTROL),
            ("bốn con voi \u202etrắng", Fault.CONTROL),
        ],
    )
    def test_what_is_refused(self, typed: str, fault: Fault | None) -> None:
        assert fault_of(typed, typed) is fault

    def test_the_list_can_be_met(self) -> None:
        assert [each for each in _COMMON if len(each) < LEAST or _plain(each) != each] == []

    def test_letters_are_the_same_however_they_are_composed(self) -> None:
        passwords = Passwords(Counting())
        kept = passwords.kept("bo\u0302\u0301n con voi trắng")
        assert passwords.matches(kept, "bốn con voi trắng") is True
        assert fault_of("bốn con voi trắng", "bo\u0302\u0301n con voi trắng") is None

    def test_every_question_costs_one_hash(self) -> None:
        hasher = Counting()
        passwords = Passwords(hasher)
        kept = passwords.kept("x" * MOST)
        asked = [(kept, "x" * MOST), (kept, "y"), (None, "y"), (kept, "x" * (MOST + 1)), (kept, ""), (None, "")]
        assert [passwords.matches(*each) for each in asked] == [True, False, False, False, False, False]
        assert hasher.verified == len(asked)

    def test_what_is_kept_and_is_no_hash_lets_nobody_in(self) -> None:
        assert Passwords(Counting()).matches("plain text", "plain text") is False


class TestOfficers:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"id": "Lan"}, "Lan is no id"),
            ({"id": ""}, " is no id"),
            ({"id": "a" * 65}, "a" * 65 + " is no id"),
            ({"id": "lan-"}, "lan- is no id"),
            ({"name": " "}, "the name is not one line of 1 to 200 characters"),
            ({"name": "x" * 201}, "the name is not one line of 1 to 200 characters"),
            ({"name": "La\x07n"}, "the name is not one line of 1 to 200 characters"),
            ({"address": "lan"}, "lan is not one mail address"),
            ({"address": "a@b.example, c@d.example"}, "a@b.example, c@d.example is not one mail address"),
            ({"organisations": ()}, "whoever has the role officer acts for an organisation"),
            ({"organisations": (), "role": Role.HEAD}, "whoever has the role head acts for an organisation"),
        ],
    )
    def test_what_is_wrong_is_said_with_the_fix(self, given: dict[str, object], message: str) -> None:
        with pytest.raises(OfficerError) as error:
            checked(replace(LAN, **given))  # type: ignore[arg-type]  # fields by name
        what, fix = error_words(error.value, "en")
        assert (what, bool(fix)) == (message, True)
        assert error_words(error.value, "vi")[0] != what

    def test_what_is_right_is_made_clean(self) -> None:
        typed = replace(
            LAN, name=" Nguyễn  Thị Lan ", address="Lan <lan@bücher.example>", organisations=("a", "b", "a")
        )
        found = checked(typed)
        assert found == replace(LAN, address="lan@xn--bcher-kva.example", organisations=("a", "b"))
        assert checked(found) == found
        assert checked(replace(LAN, role=Role.ADMIN, organisations=())).organisations == ()

    def test_what_differs(self) -> None:
        after = replace(LAN, name="Lan", role=Role.HEAD)
        assert differences(LAN, after) == {"name": ["Nguyễn Thị Lan", "Lan"], "role": ["officer", "head"]}
        assert differences(LAN, LAN) == {}

    def test_each_role_may_what_those_below_it_may(self) -> None:
        may = {role: [least for least in Role if replace(LAN, role=role).may(least)] for role in Role}
        assert may == {role: list(Role)[: number + 1] for number, role in enumerate(Role)}

    def test_an_error_is_one_of_ours(self) -> None:
        assert issubclass(OfficerError, LuanphienError)


@pytest.mark.parametrize(
    ("base_url", "name", "safe"),
    [
        ("https://lich.quangtri.gov.vn", "__Host-luanphien", True),
        ("https://lich.quangtri.gov.vn/lich", "__Host-luanphien", True),
        ("http://127.0.0.1:8000", "luanphien", True),
        ("http://localhost:8000", "luanphien", True),
        ("http://[::1]:8000", "luanphien", True),
        ("http://lich.quangtri.gov.vn", "luanphien", False),
        ("http://0.0.0.0:8000", "luanphien", False),
        ("http://192.0.2.1", "luanphien", False),
    ],
)
def test_cookies_are_as_the_address_of_the_installation_says(base_url: str, name: str, *, safe: bool) -> None:
    cookies = Cookies.of(base_url)
    assert (cookies.session, cookies.form, cookies.safe) == (name, f"{name}-form", safe)


def test_a_cookie_nobody_gave_is_not_read() -> None:
    cookies = Cookies.of("http://127.0.0.1:8000")
    for sent, read in (("x", "x"), ("x" * 101, None), ("", None)):
        request = Request({"type": "http", "headers": [(b"cookie", f"luanphien={sent}".encode())]})
        assert cookies.read(request, cookies.session) == read


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/vi/board?partner=salavan", True),
        ("/", True),
        ("", False),
        ("board", False),
        ("//x.example", False),
        ("/\\x.example", False),
        ("https://x.example", False),
        ("/a b", False),
        ("/a\nb", False),
        ("/bảng", False),
    ],
)
def test_only_a_path_of_this_site_is_gone_on_to(path: str, *, kept: bool) -> None:
    assert local(path) == (path if kept else None)


@given(st.text(string.printable, max_size=60), st.text(max_size=80))
def test_a_seal_is_of_one_secret(secret: str, other: str) -> None:
    assert sealed(secret, seal(secret)) is True
    assert sealed(secret, other) is False
    assert sealed(None, seal(secret)) is False


PATHS = st.one_of(st.text(), st.text(alphabet="/\\ab%.:?=&\x00 é", max_size=1200).map("/".__add__))


class TestJourneys:
    @given(wanted=PATHS, seconds=st.integers(-1000, 1000))
    def test_a_journey_comes_back_as_it_went_for_ten_minutes_and_to_this_site(self, wanted: str, seconds: int) -> None:
        journey = begin(START, "km", wanted)
        later = START + timedelta(seconds=seconds)
        assert journey_of(journey.cookie, later) == (journey if 0 <= seconds < 600 else None)
        assert len(journey.cookie) <= LONGEST_COOKIE
        assert journey.next == "" or (journey.next == wanted and wanted[0] == "/" and wanted[1:2] not in ("/", "\\"))

    @given(cookie=st.text())
    def test_what_is_no_journey_is_none(self, cookie: str) -> None:
        assert journey_of(cookie, START) is None

    def test_what_is_sent_along_tells_nothing_of_the_rest(self) -> None:
        journeys = [begin(START, "vi", "") for _ in range(2)]
        made = {journey.of(claim) for journey in journeys for claim in Claim} | {one.secret for one in journeys}
        assert len(made) == 2 * len(Claim) + 2
        assert [one.goes_on(other.of(Claim.STATE)) for one in journeys for other in journeys] == [
            True,
            False,
            False,
            True,
        ]
