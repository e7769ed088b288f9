"""Signing in and out on both databases: what a browser is given, what is worked out, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from config import database as database_room
from config import officerbook, sessions
from config.database import Database
from config.officers import Role
from config.tables import OfficerRow, SessionRow
from scheduler.plan import LANGUAGES
from tests.integration.porch import PASSWORD, PUBLIC, Counting, Porch, seal_of
from tests.integration.reading import said

WRONG = "The name or the password is not right."


@pytest.fixture
def porch(database: Database) -> Iterator[Porch]:
    """An installation with Lan."""
    with Porch(database) as found:
        found.officer()
        yield found


class TestTheWay:
    def test_in_by_id_or_address_and_out_again(self, porch: Porch) -> None:
        for name in ("lan", "lan@quang-tri.example", " LAN@quang-tri.example "):
            browser = porch.browser()
            answer = browser.enter(name)
            assert (answer.status_code, answer.headers["location"]) == (303, "/en/today")
            page = browser.get("/en/board")
            assert ("Bà Lan" in page.text, "Sign out" in page.text) == (True, True)
            gone = browser.post("/en/sign-out", {"seal": seal_of(page)})
            assert (gone.status_code, said(gone).startswith("You are signed out")) == (200, True)
            assert (browser.token, browser.signed_in) == (None, False)
        assert porch.held()["officer_session"] == []

    def test_who_is_not_signed_in_sees_where_to(self, porch: Porch) -> None:
        page = porch.browser().get("/vi/board?partner=salavan").text
        assert "/vi/sign-in?next=%2Fvi%2Fboard%3Fpartner%3Dsalavan" in page
        assert ("Đăng nhập" in page, "Đăng xuất" in page) == (True, False)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_language_has_the_pages(self, porch: Porch, lang: str) -> None:
        browser = porch.browser()
        pages = [browser.get(f"/{lang}/sign-in"), browser.get(porch.link().replace("/en/", f"/{lang}/"))]
        browser.enter(lang=lang)
        pages.append(browser.get(f"/{lang}/account"))
        assert [(page.status_code, f'<html lang="{lang}">' in page.text) for page in pages] == [(200, True)] * 3
        policy = pages[0].headers["content-security-policy"]
        assert ("<script" in "".join(page.text for page in pages), "form-action 'self'" in policy) == (False, True)

    def test_one_comes_back_to_where_one_was_and_nowhere_else(self, porch: Porch) -> None:
        answer = porch.browser().enter(next="/vi/board?partner=salavan")
        assert answer.headers["location"] == "/vi/board?partner=salavan"
        for elsewhere in ("https://x.example/", "//x.example/", "/\\x.example", "javascript:1", "board"):
            assert porch.browser().enter(next=elsewhere).headers["location"] == "/en/today"

    def test_what_a_browser_is_given(self, porch: Porch, database: Database) -> None:
        given = porch.browser().enter().headers.get_list("set-cookie")
        token = given[0].partition("=")[2].partition(";")[0]
        assert given == [
            f"luanphien={token}; HttpOnly; Path=/; SameSite=lax",
            'luanphien-form=""; expires=' + given[1].partition("expires=")[2],
        ]
        assert len(token) == 43
        assert token not in repr(porch.held())
        with Porch(database, {"base_url": PUBLIC}, first=False) as public:
            [session, form] = public.browser().enter().headers.get_list("set-cookie")
            assert session.startswith("__Host-luanphien=")
            assert session.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
            assert (form.startswith("__Host-luanphien-form="), "Max-Age=0" in form) == (True, True)

    def test_passwords_are_not_taken_over_plain_http(self, porch: Porch) -> None:
        with Porch(porch.database, {"base_url": "http://lich.example"}, first=False) as plain:
            browser = plain.browser()
            for path in ("/en/sign-in", plain.link()):
                for answer in (browser.get(path), browser.post(path, {"name": "lan", "password": PASSWORD})):
                    assert (answer.status_code, said(answer).startswith("Nobody can sign in here")) == (403, True)

    def test_pages_of_officers_are_kept_by_nobody(self, porch: Porch) -> None:
        browser = porch.browser()
        assert browser.get("/en/board").headers["cache-control"] == "no-cache"
        door = browser.get("/en/sign-in").headers
        browser.enter()
        for headers in (door, browser.get("/en/board").headers, browser.get("/en/account").headers):
            assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
            assert "Cookie" in headers["vary"]


class TestNobodyIsTold:
    def test_unknown_closed_without_a_password_and_wrong_are_one(self, porch: Porch) -> None:
        porch.officer("hung", password=None)
        porch.officer("minh")
        with porch.database.write() as session:
            officerbook.close(session, "minh", "văn phòng", porch.job.now())
        seen = []
        for name, password in (("lan", "sai rồi sai rồi"), ("nobody", PASSWORD), ("minh", PASSWORD), ("hung", PASSWORD),
                               ("hung", ""), ("nobody@x.example", PASSWORD), ("lan", "x" * 3000)):  # fmt: skip
            browser, before = porch.browser(f"192.0.2.{len(seen)}"), porch.hasher.verified
            answer = browser.enter(name, password)
            same = answer.text.replace(f'value="{name}"', "NAME").replace(seal_of(answer), "SEAL")
            seen.append((answer.status_code, same, porch.hasher.verified - before, browser.token))
            assert WRONG in said(answer)
        assert len(set(seen)) == 1
        assert seen[0][2:] == (1, None)

    def test_too_many_tries_are_the_same_for_names_that_are_not_there(self, porch: Porch) -> None:
        for name in ("lan", "nobody"):
            answers = [porch.browser(f"192.0.2.{n}").enter(name, "sai rồi sai rồi") for n in range(7)]
            assert [answer.status_code for answer in answers] == [403] * 5 + [429] * 2
            assert answers[-1].headers["retry-after"] == "180"
            assert "Try again in 3 min" in said(answers[-1])


class TestThrottle:
    def test_a_right_password_waits_too_and_nothing_is_hashed(self, porch: Porch) -> None:
        for number in range(5):
            porch.browser(f"192.0.2.{number}").enter("lan", "sai rồi sai rồi")
        before = porch.hasher.verified
        assert porch.browser("198.51.100.1").enter().status_code == 429
        assert porch.hasher.verified == before
        porch.later(minutes=3)
        assert porch.browser("198.51.100.1").enter().status_code == 303
        assert [porch.browser().enter("lan", "sai").status_code for _ in range(5)] == [403] * 5

    @pytest.mark.parametrize("ident", ["lan", "minh", "nobody"], ids=["there", "closed", "not there"])
    def test_which_names_belong_together_is_not_told(self, porch: Porch, ident: str) -> None:
        porch.officer("minh")
        with porch.database.write() as session:
            officerbook.close(session, "minh", "văn phòng", porch.job.now())
        names = [ident, f"{ident}@quang-tri.example", f" {ident.upper()}@quang-tri.example"]
        tried = [porch.browser(f"192.0.2.{n}").enter(name, "sai").status_code for n, name in enumerate(names[:2] * 6)]
        assert tried == [403] * 10 + [429] * 2
        assert porch.browser().enter(names[2]).status_code == 429

    def test_a_new_password_ends_the_waiting_under_both_names(self, porch: Porch) -> None:
        names = ("lan", "lan@quang-tri.example")
        for number, name in enumerate(names * 6):
            porch.browser(f"192.0.2.{number}").enter(name, "sai")
        assert {porch.browser().enter(name).status_code for name in names} == {429}
        new = "một hai ba bốn năm"
        porch.browser().post(porch.link(), {"password": new, "again": new})
        assert {porch.browser().enter(name, new).status_code for name in names} == {303}

    def test_an_address_that_tries_a_list_waits(self, porch: Porch) -> None:
        answers = [porch.browser("192.0.2.9").enter(f"nguoi-{number}").status_code for number in range(32)]
        assert answers == [403] * 30 + [429] * 2
        assert porch.browser("192.0.2.10").enter().status_code == 303

    def test_processes_count_together(self, porch: Porch, database: Database) -> None:
        with Porch(database, first=False) as other:
            for number in range(5):
                (porch, other)[number % 2].browser().enter("lan", "sai")
            assert {each.browser().enter().status_code for each in (porch, other)} == {429}

    def test_tries_at_once_are_counted_before_they_are_made(self, porch: Porch) -> None:
        before = porch.hasher.verified
        answers = [answer.status_code for answer in porch.browser().enter_at_once(12)]
        assert (sorted(answers), porch.hasher.verified - before) == ([403] * 5 + [429] * 7, 5)

    def test_who_signs_in_often_never_waits(self, porch: Porch) -> None:
        assert {porch.browser().enter().status_code for _ in range(40)} == {303}

    def test_there_is_a_row_for_each_slot_and_no_more(self, porch: Porch) -> None:
        for number in range(4):
            porch.browser(f"2001:db8::{number}").enter(f"nguoi-{number}")
        assert porch.tries() == 5  # four names, one network


class TestPasswords:
    def test_one_made_with_other_parameters_is_made_anew(self, porch: Porch, database: Database) -> None:
        def kept() -> str | None:
            with database.read() as session:
                return session.execute(select(OfficerRow.password).where(OfficerRow.id == "lan")).scalar_one()  # type: ignore[call-overload,arg-type,no-any-return]  # columns of SQLModel

        old = kept()
        assert porch.browser().enter().status_code == 303
        assert kept() == old
        with Porch(database, hasher=Counting(time_cost=2), first=False) as stricter:
            assert stricter.browser().enter(password="sai").status_code == 403
            assert kept() == old
            assert stricter.browser().enter().status_code == 303
        new = kept()
        assert (new != old, "t=2" in str(new)) == (True, True)
        assert porch.browser().enter().status_code == 303

    def test_what_is_kept_is_argon2id_with_the_parameters_of_the_library(self) -> None:
        assert PasswordHasher().hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    def test_set_by_a_link_once(self, porch: Porch) -> None:
        browser, other = porch.browser(), porch.browser()
        other.enter()
        link = porch.link()
        assert [browser.get(link, method).status_code for method in ("GET", "HEAD", "GET")] == [200, 200, 200]
        new = "một hai ba bốn năm"
        answer = browser.post(link, {"name": "lan", "password": new, "again": new})
        assert (answer.status_code, said(answer).startswith("The password is set")) == (200, True)
        assert other.signed_in is False
        assert (browser.enter().status_code, browser.enter(password=new).status_code) == (403, 303)
        gone = browser.get(link)
        assert (gone.status_code, said(gone).startswith("This link works no more")) == (410, True)
        again = browser.post(link, {"password": PASSWORD, "again": PASSWORD})
        assert (again.status_code, porch.browser().enter().status_code) == (410, 403)

    def test_a_link_that_is_used_twice_at_once_counts_once(self, porch: Porch) -> None:
        browser, link = porch.browser(), porch.link()
        answers = browser.post_at_once(
            link, [{"password": new, "again": new} for new in (f"{PASSWORD} {n}" for n in range(4))]
        )
        assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
        number = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
        assert browser.enter(password=f"{PASSWORD} {number}").status_code == 303

    @pytest.mark.parametrize(
        ("password", "again", "words"),
        [
            ("ngắn quá", "ngắn quá", "too short"),
            ("x1" * 501, "x1" * 501, "too long"),
            ("matkhau123456", "matkhau123456", "first that are tried"),
            ("Mật Khẩu 123456", "Mật Khẩu 123456", "first that are tried"),
            ("abcabcabcabc", "abcabcabcabc", "first that are tried"),
            ("bốn con voi\x07 trắng", "bốn con voi\x07 trắng", "cannot be typed again"),
            (PASSWORD, PASSWORD + "x", "not the same"),
        ],
    )
    def test_what_cannot_be_taken_is_said_and_the_link_goes_on(
        self, porch: Porch, password: str, again: str, words: str
    ) -> None:
        browser, link = porch.browser(), porch.link()
        before = porch.held()
        answer = browser.post(link, {"password": password, "again": again})
        assert (answer.status_code, words in said(answer), porch.held() == before) == (400, True, True)
        assert password not in answer.text
        assert browser.get(link).status_code == 200

    def test_a_link_ends_with_its_hour_a_newer_one_another_address_and_with_its_officer(self, porch: Porch) -> None:
        browser = porch.browser()
        first = porch.link()
        second = porch.link()
        assert [browser.get(link).status_code for link in (first, second)] == [410, 200]
        porch.later(minutes=59, seconds=59)
        assert browser.get(second).status_code == 200
        porch.later(seconds=1)
        assert browser.get(second).status_code == 410
        third = porch.link()
        with porch.database.write() as session:
            officerbook.change(session, "lan", {"address": "moi@quang-tri.example"}, "văn phòng", porch.job.now())
        assert browser.get(third).status_code == 410
        fourth = porch.link()
        with porch.database.write() as session:
            officerbook.close(session, "lan", "văn phòng", porch.job.now())
        assert browser.get(fourth).status_code == 410
        for forged in ("0" * 64, fourth.rpartition("/")[2][:-1] + "0", "x", "%00"):
            assert browser.get(f"/en/password/{forged}").status_code == 410


class TestSessions:
    def test_a_new_token_each_time_and_the_old_one_ends(self, porch: Porch) -> None:
        planted = porch.browser()
        planted.client.cookies.set("luanphien", "a" * 43)
        planted.enter()
        known = porch.browser()
        known.client.cookies.set("luanphien", "a" * 43)
        assert known.signed_in is False
        fresh = porch.browser()
        fresh.enter()
        first = fresh.token
        assert fresh.enter().status_code == 303
        assert first != fresh.token
        thief = porch.browser()
        thief.client.cookies.set("luanphien", str(first))
        assert (thief.signed_in, fresh.signed_in) == (False, True)

    def test_idle_and_whole(self, porch: Porch) -> None:
        idle, busy = porch.browser(), porch.browser()
        idle.enter()
        busy.enter()
        for _ in range(11):
            porch.later(minutes=65)
            assert busy.signed_in is True
        assert idle.signed_in is False
        porch.later(minutes=5)
        assert busy.signed_in is False

    def test_the_last_use_is_written_at_most_once_a_minute(self, porch: Porch) -> None:
        def used() -> list[timedelta]:
            with porch.database.read() as session:
                return [row.used_at - row.begun_at for row in session.execute(select(SessionRow)).scalars()]

        browser = porch.browser()
        browser.enter()
        seen = []
        for _ in range(5):
            porch.later(seconds=25)
            browser.get("/en/board")
            seen += used()
        assert [span.seconds for span in seen] == [0, 0, 75, 75, 75]

    def test_who_cannot_be_let_in_now_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(database_room, "PATIENCE", 50)
        with Porch(Database(f"sqlite:///{tmp_path / 'ban.db'}")) as porch:
            porch.officer()
            browser = porch.browser()
            before = porch.held()
            with porch.database.write():
                answer = browser.enter()
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert "The store is busy" in said(answer)
            assert (porch.held(), browser.token) == (before, None)
            assert "could not be written down" in caplog.text
            assert browser.enter().status_code == 303
            porch.database.close()

    def test_a_page_does_not_wait_for_who_writes(self, porch: Porch) -> None:
        browser = porch.browser()
        browser.enter()
        porch.later(minutes=5)
        with porch.database.write():
            assert browser.signed_in is True
        with porch.database.read() as session:
            [row] = session.execute(select(SessionRow)).scalars()
            assert row.used_at == row.begun_at
        assert browser.signed_in is True
        with porch.database.read() as session:
            [row] = session.execute(select(SessionRow)).scalars()
            assert row.used_at == porch.job.now()

    def test_closing_an_officer_ends_what_they_have_at_once(self, porch: Porch) -> None:
        browser = porch.browser()
        browser.enter()
        with porch.database.write() as session:
            officerbook.close(session, "lan", "văn phòng", porch.job.now())
            assert sessions.end_all(session, "lan") == 1
        assert (browser.signed_in, browser.enter().status_code) == (False, 403)
        with porch.database.write() as session:
            officerbook.reopen(session, "lan", "văn phòng", porch.job.now())
        assert browser.enter().status_code == 303

    def test_out_everywhere(self, porch: Porch) -> None:
        porch.officer("hung", Role.HEAD)
        here, there, other = porch.browser(), porch.browser(), porch.browser()
        for browser, name in ((here, "lan"), (there, "lan"), (other, "hung")):
            browser.enter(name)
        page = here.get("/en/account")
        assert "Sessions 2" in said(page)
        answer = here.post("/en/sign-out", {"seal": seal_of(page), "everywhere": "yes"})
        assert (answer.status_code, "on other machines" in said(answer)) == (200, True)
        assert [browser.signed_in for browser in (here, there, other)] == [False, False, True]
        with porch.database.read() as session:
            assert [(line.who, line.action) for line in officerbook.lines(session, "lan")] == [
                ("văn phòng", "added"),
                ("lan", "signed-out"),
            ]

    def test_what_is_over_is_forgotten(self, porch: Porch) -> None:
        for _ in range(3):
            porch.browser().enter()
        porch.later(hours=13)
        porch.browser().enter()
        assert len(porch.held()["officer_session"]) == 1
