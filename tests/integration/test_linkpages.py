"""Feeds on pages: which ones officers see, what heads do about them, and every form that changes nothing."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import select

from calendars import links
from calendars.counter import POLICY
from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from calendars.links import Link
from calendars.tables import FetchRow, LinkRow
from config.database import Database
from config.officers import Role
from scheduler.occurrence import Selection
from scheduler.plan import LANGUAGES
from tests.integration.porch import LOOPBACK, SAME, Browser, Porch
from tests.integration.reading import hidden, said

OWN, OTHERS = "mttq", "so-ngoai-vu"
WISH = f"label=L%E1%BB%8Bch&involving={OWN}&partner=savannakhet&feed-lang=vi&public=&slug="


def about(*bodies: str, plans: tuple[str, ...] = (), eyes: str | None = None) -> FeedQuestion:
    return FeedQuestion(Selection(involving=bodies, plans=plans), Voice("vi", eyes))


@dataclass
class House:
    """An installation with feeds of everybody, and browsers of those who look at them."""

    porch: Porch
    database: Database

    def head(self, role: Role = Role.HEAD, organisations: tuple[str, ...] = (OWN,)) -> Browser:
        """A browser of somebody with this role, signed in."""
        return self.porch.entered(role, *organisations)

    def put(self, ident: str, question: FeedQuestion, token: str | None = None) -> None:
        """A feed: a secret one with a token, else a public one under its id."""
        slug = None if token else ident
        with self.database.write() as session:
            links.create(session, Link(ident, f"Lịch {ident}", slug, question, self.porch.job.now(), None), token)

    def rows(self) -> list[list[tuple[object, ...]]]:
        """Everything kept of feeds."""
        with self.database.read() as session:
            return [
                sorted((tuple(vars_of(row)) for row in session.execute(select(table)).scalars()), key=repr)
                for table in (LinkRow, FetchRow)
            ]


def vars_of(row: LinkRow | FetchRow) -> list[object]:
    return [value for _, value in sorted(row.model_dump().items())]


def listed(page: httpx.Response) -> list[str]:
    """The ids of the feeds on a page, in their order."""
    return re.findall(r'<h2><a href="/../links/([a-z0-9-]+)"', page.text)


def address_on(page: httpx.Response) -> str:
    """The address that a page shows, without the host."""
    found = re.search(r'<input id="address"[^>]* value="([^"]*)"', page.text)
    assert found is not None
    return html.unescape(found[1]).removeprefix(LOOPBACK)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with Porch(database) as porch:
        yield House(porch, database)


class TestList:
    def test_an_empty_shelf_says_what_to_do(self, house: House) -> None:
        answer = house.head().get("/en/links")
        assert (answer.status_code, "There is no feed here yet" in said(answer)) == (200, True)
        assert ('href="/en/links/new"' in answer.text, answer.headers["cache-control"]) == (True, "no-store")
        assert answer.headers["content-security-policy"] == POLICY

    def test_each_sees_their_own_and_those_of_nobody(self, house: House) -> None:
        for ident, question in {
            "chung": about(), "mat-tran": about(OWN), "ngoai-vu": about(OTHERS), "ca-hai": about(OWN, OTHERS),
            "ke-hoach": about(plans=("mat-tran",)), "mat": about(eyes=OTHERS), "ben": about(eyes="savannakhet"),
        }.items():  # fmt: skip
            house.put(ident, question)
        seen = {
            "mine": house.head(Role.OFFICER),
            "theirs": house.head(organisations=(OTHERS,)),
            "all": house.head(Role.ADMIN, ()),
        }
        everybodys = {"chung", "ben", "ca-hai"}
        assert {who: set(listed(browser.get("/en/links"))) for who, browser in seen.items()} == {
            "mine": everybodys | {"mat-tran", "ke-hoach"},
            "theirs": everybodys | {"ngoai-vu", "mat"},
            "all": everybodys | {"mat-tran", "ke-hoach", "ngoai-vu", "mat"},
        }
        assert seen["theirs"].get("/en/links/mat-tran").status_code == 404

    def test_what_it_shows_and_who_fetches_it(self, house: House) -> None:
        house.put("mat-tran", about(OWN))
        with house.database.write() as session:
            links.fetched(session, {("mat-tran", "google"): 12, ("mat-tran", "other"): 1}, house.porch.job.now())
        browser = house.head(Role.OFFICER)
        assert "public address last fetched on 1 September 2021 Lịch mat-tran every partner" in said(
            browser.get("/en/links")
        )
        words = said(browser.get("/en/links/mat-tran"))
        for part in (
            "Leads or coordinates MTTQ tỉnh Quảng Trị",
            "Google Calendar: 12 times, last on 1 September 2021 another program: 1 times",
            "Heads of its organisations make, change and revoke feeds.",
            "Add it to your calendar",
        ):
            assert part in words, part

    def test_the_page_for_subscribing_leads_officers_there(self, house: House) -> None:
        house.put("mat-tran", about(OWN))
        leads = [
            browser.get("/en/subscribe")
            .text.rpartition("An address that can be taken back")[2]
            .count('href="/en/links"')
            for browser in (house.head(Role.OFFICER), house.head(Role.READER), house.porch.browser())
        ]
        assert leads == [1, 0, 0]

    def test_twenty_on_a_page(self, house: House) -> None:
        for number in range(21):
            house.put(f"lich-{number}", about(OWN))
        browser = house.head()
        assert [len(listed(browser.get(f"/en/links?page={number}"))) for number in (1, 2)] == [20, 1]
        assert [browser.get(f"/en/links?page={number}").status_code for number in ("3", "0", "x")] == [404, 400, 400]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_in_every_language(self, house: House, lang: str) -> None:
        house.put("mat-tran", about(OWN), "t" * 43)
        browser = house.head()
        paths = ("", "/new", f"/new?{WISH}", "/mat-tran", "/mat-tran/rotate", "/mat-tran/revoke")
        pages = [browser.get(f"/{lang}/links{path}") for path in paths]
        assert [page.status_code for page in pages] == [200] * 6
        assert all(f'<html lang="{lang}">' in page.text for page in pages)


class TestMaking:
    def test_a_secret_feed_from_the_form_to_its_events(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "feeds")
        browser = house.head()
        form = browser.get("/en/links/new")
        assert f'<option value="{OWN}" selected>' in re.sub(r' lang="vi"', "", form.text)
        assert OTHERS not in form.text
        draft = browser.get(f"/en/links/new?{WISH}")
        for words in ("Nothing is made yet.", "feeds/s/….ics", "Partners Savannakhet", "Events from today on"):
            assert words in said(draft), words
        before = house.rows()
        made = browser.post("/en/links/new", hidden(draft))
        assert (made.status_code, "This address is a secret and is shown only now" in said(made)) == (200, True)
        answer = house.porch.browser().get(address_on(made))
        assert (answer.status_code, answer.content.count(b"BEGIN:VEVENT") > 0) == (200, True)
        number = re.search(r"Events from today on (\d+)", said(draft))
        assert number is not None
        assert 0 < int(number[1]) <= answer.content.count(b"BEGIN:VEVENT")
        [[row], []] = house.rows()
        assert before == [[], []]
        assert "s/" not in repr(row)
        assert caplog.messages == [f"feed {hidden(draft)['ident']} was made by mot-head-0"]
        again = browser.post("/en/links/new", hidden(draft))
        assert (again.status_code, "was made already" in said(again), house.rows()) == (409, True, [[row], []])
        ident = hidden(draft)["ident"]
        assert "is not kept here" in said(browser.get(f"/en/links/{ident}"))

    def test_a_public_feed_has_a_readable_address_that_is_given_once(self, house: House) -> None:
        browser = house.head()
        wish = WISH.replace("public=", "public=yes").replace("slug=", "slug=M%E1%BA%B7t%20tr%E1%BA%ADn")
        draft = browser.get(f"/en/links/new?{wish}")
        assert "/feeds/mat-tran.ics" in said(draft)
        assert address_on(browser.post("/en/links/new", hidden(draft))) == "/feeds/mat-tran.ics"
        assert house.porch.browser().get("/feeds/mat-tran.ics").status_code == 200
        assert "never given again" in said(browser.get(f"/en/links/new?{wish}"))
        stale = browser.post("/en/links/new", hidden(draft) | {"ident": "0" * 8})
        assert (stale.status_code, "never given again" in said(stale)) == (409, True)

    @pytest.mark.parametrize(
        ("wish", "words"),
        [
            (WISH.replace("label=L%E1%BB%8Bch", "label=%20"), "Write a name of 1 to 120 characters"),
            (WISH.replace("L%E1%BB%8Bch", "a" * 121), "Write a name of 1 to 120 characters"),
            (WISH.replace(OWN, OTHERS), "Choose an organisation that you act for."),
            (WISH.replace(OWN, ""), "Choose an organisation that you act for."),
            (f"{WISH}&eyes={OTHERS}", "Choose an organisation that you act for."),
            (WISH.replace("public=", "public=yes").replace("slug=", "slug=%E0%BA%AA"), "Write an end of the address"),
            (WISH.replace("public=", "public=yes").replace("slug=", "slug=all"), "never given again"),
        ],
    )
    def test_what_cannot_be_used_is_said(self, house: House, wish: str, words: str) -> None:
        answer = house.head().get(f"/en/links/new?{wish}")
        assert (answer.status_code, words in said(answer), "Nothing is made yet." in said(answer)) == (200, True, False)

    @pytest.mark.parametrize(
        ("wish", "status"),
        [("partner=x", 404), ("kind=x", 400), ("label=a%00", 400), ("x=1", 400), ("feed-lang=th", 404), ("WIDE", 400)],
    )
    def test_an_address_that_cannot_be_followed(self, house: House, wish: str, status: int) -> None:
        answer = house.head().get(f"/en/links/new?{wish.replace('WIDE', 'partner=' + 'a' * 3000)}")
        assert answer.status_code == status
        assert said(answer).startswith(("The address cannot be read", "Not found"))

    def test_the_admin_makes_one_of_everything(self, house: House) -> None:
        browser = house.head(Role.ADMIN, ())
        made = browser.post("/en/links/new", hidden(browser.get("/en/links/new?label=T%E1%BA%A5t%20c%E1%BA%A3")))
        assert house.porch.browser().get(address_on(made)).status_code == 200


class TestActs:
    def test_another_address_and_the_old_one_answers_no_more(self, house: House) -> None:
        house.put("mat-tran", about(OWN), "t" * 43)
        old, visitor, browser = f"/feeds/s/{'t' * 43}.ics", house.porch.browser(), house.head()
        assert visitor.get(old).status_code == 200
        with house.database.write() as session:
            links.fetched(session, {("mat-tran", "apple"): 3}, house.porch.job.now())
        asked = browser.get("/en/links/mat-tran/rotate")
        for words in (
            "The old address answers no more from that moment on.",
            "subscribe anew: Apple Calendar: 3 times",
        ):
            assert words in said(asked), words
        assert visitor.get(old).status_code == 200
        done = browser.post("/en/links/mat-tran/rotate", hidden(asked))
        assert (done.status_code, visitor.get(old).status_code, visitor.get(address_on(done)).status_code) == (
            200,
            404,
            200,
        )
        before = house.rows()
        again = browser.post("/en/links/mat-tran/rotate", hidden(asked))
        assert (again.status_code, "changed this since you looked" in said(again)) == (409, True)
        assert house.rows() == before

    def test_revoked_for_good(self, house: House) -> None:
        house.put("mat-tran", about(OWN))
        browser, visitor = house.head(), house.porch.browser()
        assert browser.get("/en/links/mat-tran/rotate").status_code == 409
        asked = browser.get("/en/links/mat-tran/revoke")
        done = browser.post("/en/links/mat-tran/revoke", hidden(asked))
        assert (done.status_code, visitor.get("/feeds/mat-tran.ics").status_code) == (200, 404)
        assert "revoked on 1 September 2021" in said(done)
        for act in ("rotate", "revoke"):
            assert browser.get(f"/en/links/mat-tran/{act}").status_code == 409
        assert browser.post("/en/links/mat-tran/revoke", hidden(asked)).status_code == 409

    @pytest.mark.parametrize(
        "path", ["chung/revoke", "ca-hai/revoke", "ngoai-vu", "ngoai-vu/revoke", "x", "%00", "mat/burn"]
    )
    def test_what_is_not_theirs_to_act_on(self, house: House, path: str) -> None:
        for ident, bodies in {"chung": (), "ca-hai": (OWN, OTHERS), "ngoai-vu": (OTHERS,), "mat": (OWN,)}.items():
            house.put(ident, about(*bodies))
        assert house.head().get(f"/en/links/{path}").status_code == 404


class TestForms:
    """Whatever is wrong with a form: a clear page, and nothing is changed."""

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            (b"x" * 1_000_000, 413, "too large"),
            (b"SEAL&seen=SEEN&who=%00", 400, "cannot be read"),
            (b"SEAL&seen=x", 400, "cannot be read"),
            (b"", 400, "cannot be read"),
            (b"seal=&seen=SEEN", 403, "send it again"),
            (b"SEAL&seen=0123456789abcdef", 409, "changed this since you looked"),
        ],
    )
    @pytest.mark.parametrize("act", ["rotate", "revoke"])
    def test_it_is_a_form_of_ours(self, house: House, act: str, body: bytes, status: int, words: str) -> None:
        house.put("mat-tran", about(OWN), "t" * 43)
        browser = house.head()
        fields, before = hidden(browser.get(f"/en/links/mat-tran/{act}")), house.rows()
        given = body.replace(b"SEAL", b"seal=" + fields["seal"].encode()).replace(b"SEEN", fields["seen"].encode())
        answer = browser.post(f"/en/links/mat-tran/{act}", given)
        assert (answer.status_code, words in said(answer), house.rows()) == (status, True, before)
        assert "Nothing was changed" in said(answer)

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [({"label": "a\x00"}, 400), ({"label": " "}, 400), ({"label": "a" * 121}, 400), ({"ident": "x"}, 400),
         ({"query": "kind=x"}, 400), ({"query": "involving=so-ngoai-vu"}, 400), ({"query": ""}, 400),
         ({"query": "partner=x"}, 404), ({"query": "a" * 2049}, 400), ({"who": "x"}, 400), ({"seal": "x"}, 403),
         ({"public": "yes", "slug": "all"}, 409)]
    )  # fmt: skip
    def test_the_form_of_a_new_feed_too(self, house: House, wrong: dict[str, str], status: int) -> None:
        browser = house.head()
        fields = hidden(browser.get(f"/en/links/new?{WISH}"))
        answer = browser.post("/en/links/new", fields | wrong)
        assert (answer.status_code, house.rows()) == (status, [[], []])

    def test_it_comes_from_this_session_this_site_and_this_office(self, house: House) -> None:
        house.put("mat-tran", about(OWN), "t" * 43)
        path = "/en/links/mat-tran/revoke"
        browser, other, officer = house.head(), house.head(organisations=(OTHERS,)), house.head(Role.OFFICER)
        fields, before = hidden(browser.get(path)), house.rows()
        theirs = re.search(r'name="seal" value="(\w+)"', other.get("/en/links").text)
        assert theirs is not None
        assert other.post(path, fields).status_code == 403
        assert other.post(path, fields | {"seal": theirs[1]}).status_code == 404
        assert officer.post(path, fields).status_code == 403
        assert browser.post(path, fields, {"sec-fetch-site": "cross-site"}).status_code == 403
        assert browser.post(path, b"{}", SAME, kind="application/json").status_code == 415
        assert house.porch.browser().post(path, fields).status_code == 403
        assert house.rows() == before
