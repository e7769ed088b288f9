"""Every address, by every role, with pages open and shut; and forms that are none of ours, which change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from starlette.routing import BaseRoute, Route

from calendars import feedquery, links
from calendars.counter import Counter
from calendars.eyes import Voice
from config import officerbook
from config.access import RULES, Access, Gate, guarded, plain_path
from config.asking import Asking, Cookies
from config.database import Database
from config.mailing import send_waiting
from config.officeranswers import reset
from config.officers import Role
from config.signin import porter_of
from config.telling import almanac_of
from config.web import desk_of
from notifications.desk import Outcome
from notifications.tables import DELIVERY, REMINDER
from scheduler.occurrence import Selection
from tests.acceptance.test_roles import PAPERS
from tests.integration.mailoffice import Post
from tests.integration.porch import LOOPBACK, Browser, Porch, seal_of
from tests.integration.reading import said
from tests.integration.wicket import EXCHANGE
from tests.unit.notifications.mails import part

WHO = ("nobody", *Role, "closed", "over")
"""Who asks: nobody, each role, an officer who was closed, one whose session is over."""

TOKEN = "t" * 43
EXAMPLES = {
    "/": "/vi",
    "/next": "/vi/next",
    "/agreements": "/vi/agreements",
    "/board": "/vi/board",
    "/year": "/vi/year",
    "/year/{year}": "/vi/year/2021",
    "/year/{year}/{month}": "/vi/year/2021/9",
    "/subscribe": "/vi/subscribe",
    "/o/{key:path}": f"/vi/o/{EXCHANGE}",
    "/o/{key:path}.ics": f"/vi/o/{EXCHANGE}.ics",
    "/next.json": "/next.json",
    "/feeds/all.ics": "/feeds/all.ics",
    "/feeds/all.json": "/feeds/all.json",
    "/feeds/s/{token}.ics": f"/feeds/s/{TOKEN}.ics",
    "/feeds/s/{token}.json": f"/feeds/s/{TOKEN}.json",
    "/feeds/{slug}.ics": "/feeds/lich.ics",
    "/feeds/{slug}.json": "/feeds/lich.json",
    "/feeds/{name:path}.json": "/feeds/x/y.json",
    "/feeds/{name:path}": "/feeds/x/y",
    "/r/{action}/{token}": "/vi/r/ack/0",
    "/healthz": "/healthz",
    "/metrics": "/metrics",
    "/openapi.json": "/openapi.json",
    "/robots.txt": "/robots.txt",
    "/static/{name:path}": "/static/style.css",
    "/sign-in": "/vi/sign-in",
    "/sign-in/elsewhere": "/vi/sign-in/elsewhere",
    "/sign-in/back": "/sign-in/back",
    "/password/{token}": "/vi/password/0",
    "/sign-out": "/vi/sign-out",
    "/account": "/vi/account",
    "/today": "/vi/today",
    "/changes": "/vi/changes",
    "/changes.csv": "/vi/changes.csv",
    "/decide": f"/vi/decide?key={EXCHANGE}",
    "/decide/{verb}": f"/vi/decide/held?key={EXCHANGE}",
    "/plans": "/vi/plans",
    "/plans/new": "/vi/plans/new",
    "/plans/{id}": "/vi/plans/mat-tran",
    "/plans/{id}/file": "/vi/plans/mat-tran/file",
    "/plans/{id}/history": "/vi/plans/mat-tran/history",
    "/plans/{id}/edit": "/vi/plans/mat-tran/edit",
    "/plans/{id}/check": "/vi/plans/mat-tran/check",
    "/plans/{id}/proposals/{number}": "/vi/plans/mat-tran/proposals/1",
    "/plans/{id}/proposals/{number}/{act}": "/vi/plans/mat-tran/proposals/1/approve",
    "/outbox": "/vi/outbox",
    "/outbox/{id}": f"/vi/outbox/{'0' * 32}",
    "/outbox/{id}/{act}": f"/vi/outbox/{'0' * 32}/hold",
    "/people": "/vi/people",
    "/people/new": "/vi/people/new",
    "/people/{id}": "/vi/people/khong-co",
    "/people/{id}/edit": "/vi/people/khong-co/edit",
    "/people/{id}/{act}": "/vi/people/khong-co/ask",
    "/links": "/vi/links",
    "/links/new": "/vi/links/new",
    "/links/{id}": "/vi/links/khong-co",
    "/links/{id}/{act}": "/vi/links/khong-co/revoke",
    "/{path:path}": "/vi/khong-co",
}
"""An address of each path."""

OPEN = dict.fromkeys(EXAMPLES, 200) | {
    "/feeds/{name:path}.json": 404,
    "/feeds/{name:path}": 404,
    "/r/{action}/{token}": 404,
    "/sign-in/elsewhere": 404,  # there is no provider
    "/sign-in/back": 404,
    "/password/{token}": 410,
    "/sign-out": 405,  # a form sends it
    "/plans/{id}/check": 405,  # a form sends it
    "/plans/{id}/proposals/{number}": 404,
    "/plans/{id}/proposals/{number}/{act}": 404,
    "/outbox/{id}": 404,
    "/outbox/{id}/{act}": 404,
    "/people/{id}": 404,
    "/people/{id}/edit": 404,
    "/people/{id}/{act}": 404,
    "/links/{id}": 404,
    "/links/{id}/{act}": 404,
    "/{path:path}": 404,
}
"""What whoever may ask is answered by GET."""


def expected(path: str, who: str, *, shut: bool) -> int:
    """What an address answers."""
    known = who in list(Role)
    access, least = RULES[path].access, RULES[path].least
    if known and access is Access.DESK and Role(who).rank < least.rank:
        return 403
    if known or access in (Access.FREE, Access.DOOR) or (access in (Access.PAGE, Access.DATA) and not shut):
        return OPEN[path]
    return 403 if access is Access.DATA else 303


def visitor(porch: Porch, who: str) -> Browser:
    """A browser of somebody."""
    browser = porch.browser()
    if who == "nobody":
        return browser
    role = Role(who) if who in list(Role) else Role.ADMIN
    porch.officer(f"mot-{who}", role)
    assert browser.enter(f"mot-{who}").status_code == 303
    if who == "closed":
        with porch.database.write() as session:
            officerbook.close(session, f"mot-{who}", "văn phòng", porch.job.now())
    if who == "over":
        porch.later(hours=13)
    return browser


def feeds(porch: Porch) -> None:
    """A secret feed and a public one."""
    question = feedquery.FeedQuestion(Selection(), Voice("vi"), alarms=False)
    with porch.database.write() as session:
        links.create(session, links.Link("bi-mat", "Lịch", None, question, porch.job.now(), None), TOKEN)
        links.create(session, links.Link("chung", "Lịch", "lich", question, porch.job.now(), None), None)


def routes(porch: Porch) -> set[str]:
    """The paths the application has, without their language."""
    app: Any = porch.app
    rooms = app.app.app
    return {plain_path(route.path) for route in rooms.routes if isinstance(route, Route)}


@pytest.fixture
def porch(database: Database) -> Iterator[Porch]:
    with Porch(database) as found:
        found.officer()
        yield found


def test_every_route_has_a_rule_and_an_example(porch: Porch) -> None:
    assert routes(porch) == set(RULES) == set(EXAMPLES)


def test_every_form_of_officers_is_among_those_that_schemathesis_sends(porch: Porch) -> None:
    app: Any = porch.app
    posted = {
        plain_path(route.path)
        for route in app.app.app.routes
        if isinstance(route, Route)
        and RULES[plain_path(route.path)].access is Access.DESK
        and "POST" in cast("Counter", cast("Gate", route.app).app).methods
    }
    assert posted == set(PAPERS)


def test_a_route_without_a_rule_does_not_start(porch: Porch) -> None:
    desk = desk_of(porch.job, {})
    asking = Asking(porter_of(porch.job), Cookies.of(LOOPBACK))
    for unknown, error in ((Route("/vi/moi", lambda _: None), KeyError), (BaseRoute(), TypeError)):
        with pytest.raises(error):
            guarded([unknown], asking, desk, shut=False)


@pytest.mark.parametrize("shut", [False, True], ids=["open", "signed-in"])
def test_every_address_by_everybody(database: Database, *, shut: bool) -> None:
    with Porch(database, {"pages": "signed-in" if shut else "open"}) as porch:
        feeds(porch)
        for who in WHO:
            browser = visitor(porch, who)
            found = {path: browser.get(address).status_code for path, address in EXAMPLES.items()}
            assert found == {path: expected(path, who, shut=shut) for path in EXAMPLES}, who


def test_nobody_is_answered_from_memory_what_an_officer_was_shown(database: Database) -> None:
    with Porch(database, {"pages": "signed-in"}) as porch:
        porch.officer()
        officer, nobody = porch.browser(), porch.browser()
        officer.enter()
        for path in ("/feeds/all.ics", "/feeds/all.json", "/next.json"):
            seen = [officer.get(path).status_code, officer.get(path).status_code, nobody.get(path).status_code]
            assert (path, seen) == (path, [200, 200, 403])
        assert nobody.get("/feeds/all.ics").text.startswith("hãy đăng nhập trước")


def test_who_is_led_to_the_door_comes_back(database: Database) -> None:
    with Porch(database, {"pages": "signed-in"}) as porch:
        porch.officer()
        browser = porch.browser()
        answer = browser.get("/vi/board?partner=salavan")
        assert answer.headers["location"] == "/vi/sign-in?next=%2Fvi%2Fboard%3Fpartner%3Dsalavan"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        page = browser.get(answer.headers["location"])
        [back] = re.findall(r'name="next" value="([^"]*)"', page.text)
        assert browser.enter(next=back).headers["location"] == "/vi/board?partner=salavan"
        marked = porch.browser().get("/vi/kh%C3%B4ng-c%C3%B3")
        assert marked.headers["location"] == "/vi/sign-in?next=%2Fvi%2Fkh%25C3%25B4ng-c%25C3%25B3"
        plain = porch.browser().get("/board", **{"accept-language": "lo"})
        assert plain.headers["location"] == "/lo/sign-in?next=%2Fboard"


class TestForms:
    """Whatever is wrong with a form: a clear page, and nothing is changed."""

    @pytest.mark.parametrize(
        ("headers", "taken"),
        [
            ({"sec-fetch-site": "same-origin"}, True),
            ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
            ({"origin": LOOPBACK}, True),
            ({"sec-fetch-site": "same-site", "origin": LOOPBACK}, False),
            ({"sec-fetch-site": "cross-site"}, False),
            ({"sec-fetch-site": "none"}, False),
            ({"origin": "https://x.example"}, False),
            ({"origin": "http://127.0.0.1:8001"}, False),
            ({"origin": "http://127.0.0.1:x"}, False),
            ({"origin": "null"}, False),
            ({}, False),
        ],
    )
    def test_it_comes_from_here(self, porch: Porch, headers: dict[str, str], *, taken: bool) -> None:
        browser = porch.browser()
        browser.enter()
        page, before = browser.get("/en/account"), porch.held()
        answers = [browser.post("/en/sign-out", {"seal": seal_of(page)}, headers)]
        if not taken:
            answers.append(browser.post(porch.link(), {"password": "x", "again": "x"}, headers))
            fields = {"name": "lan", "password": "x", "seal": "0"}
            answers.append(browser.post("/en/sign-in", fields, headers))
            before |= {name: rows for name, rows in porch.held().items() if name != "officer_session"}
        assert {answer.status_code for answer in answers} == {200 if taken else 403}
        assert (porch.held() == before) is not taken
        if not taken:
            assert all("not sent from a page of this site" in said(answer) for answer in answers)
            assert browser.signed_in is True

    @pytest.mark.parametrize(
        ("body", "kind", "status", "words"),
        [
            (b"x" * 1_000_000, "application/x-www-form-urlencoded", 413, "too large"),
            (b"seal=%00&name=lan&password=x", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"seal=0&name=l%00an&password=x", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"seal=0&name=l%0Aan&password=x", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"seal=0&name=lan&name=hung&password=x", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"seal=0&name=lan&password=x&role=admin", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"seal=0&name=%ff&password=x", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b"", "application/x-www-form-urlencoded", 400, "cannot be read"),
            (b'{"name": "lan"}', "application/json", 415, "cannot be read"),
            (b"seal=0&name=lan&password=x", "application/x-www-form-urlencoded", 403, "too old"),
        ],
    )
    def test_it_is_a_form_of_ours(self, porch: Porch, body: bytes, kind: str, status: int, words: str) -> None:
        browser = porch.browser()
        browser.get("/en/sign-in")
        before, hashed = porch.held(), porch.hasher.verified
        answer = browser.post("/en/sign-in", body, kind=kind)
        assert (answer.status_code, words in said(answer)) == (status, True)
        assert "Nothing was changed" in said(answer)
        assert (porch.held(), porch.hasher.verified, browser.token) == (before, hashed, None)

    @pytest.mark.parametrize("path", ["/en/sign-out", "/en/password/LINK"])
    def test_so_is_every_other_form(self, porch: Porch, path: str) -> None:
        browser, link = porch.browser(), porch.link()
        browser.enter()
        before = porch.held()
        for body, status in ((b"x" * 1_000_000, 413), (b"seal=%07&password=%07&x=1", 400), (b"\xff", 400)):
            answer = browser.post(link if "LINK" in path else path, body)
            assert (answer.status_code, "Nothing was changed" in said(answer)) == (status, True)
        assert (porch.held(), browser.signed_in) == (before, True)

    def test_the_seal_is_of_this_session(self, porch: Porch) -> None:
        porch.officer("hung", Role.ADMIN)
        lan, hung = porch.browser(), porch.browser()
        lan.enter("lan")
        hung.enter("hung")
        before = porch.held()
        for given in (seal_of(hung.get("/en/account")), "", "é" * 64):
            answer = lan.post("/en/sign-out", {"seal": given})
            assert (answer.status_code, "too old" in said(answer)) == (403, True)
        assert porch.held() == before

    def test_the_sign_in_form_is_of_this_browser(self, porch: Porch) -> None:
        theirs = seal_of(porch.browser().get("/en/sign-in"))
        for browser in (porch.browser(), porch.browser()):
            answer = browser.post("/en/sign-in", {"name": "lan", "password": "x", "seal": theirs})
            assert (answer.status_code, "Allow cookies" in said(answer)) == (403, True)
            browser.get("/en/sign-in")

    def test_a_session_that_is_over(self, porch: Porch) -> None:
        browser = porch.browser()
        browser.enter()
        given = seal_of(browser.get("/en/account"))
        porch.later(hours=13)
        answer = browser.post("/en/sign-out", {"seal": given})
        assert (answer.status_code, said(answer).startswith("Your session has ended")) == (403, True)
        assert "Sign in" in said(answer)

    def test_a_role_that_is_too_low(self, porch: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(RULES, "/account", type(RULES["/account"])(Access.DESK, Role.ADMIN))  # type: ignore[arg-type]  # it is a dict
        with Porch(porch.database, first=False) as strict:
            browser = strict.browser()
            browser.enter()
            answer = browser.get("/en/account")
            assert (answer.status_code, said(answer).startswith("This is not for your role")) == (403, True)


def send(porch: Porch) -> Outcome:
    """Send what waits, and nothing that is due besides."""
    with porch.database.read() as session:
        almanac = almanac_of(session, porch.job)
    return send_waiting(porch.job, almanac)


class TestByMail:
    def test_the_link_goes_through_the_outbox_and_lets_in(self, database: Database, post: Post) -> None:
        with Porch(database, {"mail_url": f"smtp://127.0.0.1:{post.port}"}) as porch:
            porch.officer(password=None)
            reset(porch.job, "lan", "văn phòng", printed=False, as_json=True)
            assert send(porch).sent == 1
            [mail] = post.mails()
            text = part(mail, "plain")
            assert (mail["To"], mail["Subject"]) == ("lan@quang-tri.example", "Đặt mật khẩu của bạn")
            assert (mail["List-Unsubscribe"], "Bà Lan, MTTQ tỉnh Quảng Trị" in text) == (None, True)
            [link] = re.findall(rf"{LOOPBACK}(/vi/password/[0-9a-f]{{64}})", text)
            new = "một hai ba bốn năm"
            browser = porch.browser()
            assert browser.post(link, {"password": new, "again": new}).status_code == 200
            assert browser.enter(password=new).status_code == 303

    def test_after_its_hour_it_does_not_go_any_more(self, database: Database, post: Post) -> None:
        with Porch(database, {"mail_url": f"smtp://127.0.0.1:{post.port}"}) as porch:
            porch.officer()
            reset(porch.job, "lan", "văn phòng", printed=False, as_json=True)
            porch.later(hours=1)
            outcome = send(porch)
            assert (outcome.sent, outcome.expired) == (0, 1)
            with database.read() as session:
                assert session.execute(REMINDER.select().with_only_columns(REMINDER.c.reason)).scalars().all() == [
                    "past"
                ]
                assert session.execute(DELIVERY.select().with_only_columns(DELIVERY.c.state)).scalars().all() == [
                    "expired"
                ]
