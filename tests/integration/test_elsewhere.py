"""Signing in by an account elsewhere, against a real provider: who gets in, who does not, and what is said."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from sqlalchemy import select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from config import bindings, officerbook, sessions
from config.database import Database
from config.elsewhere import SilentError, begin, client_of, journey_of
from config.elsewhereroutes import provider_of
from config.logs import Redacting
from config.officers import Officer, OfficerError, Role
from config.provider import MOST_BYTES, Provider
from config.tables import BindingRow
from scheduler.plan import LANGUAGES
from tests.integration.bureau import CLIENT, SECRET, Bureau
from tests.integration.porch import PASSWORD, PUBLIC, SAME, Browser, Porch, seal_of
from tests.integration.reading import said
from tests.integration.town import NOON

AGAIN, SILENT, UNTRUSTED, STRANGER = (
    "The sign-in was not finished",
    "The sign-in service does not answer",
    "could not be verified",
    "Your account opens nothing here",
)


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    with Bureau(lambda: NOON) as found:
        yield found


@pytest.fixture
def porch(database: Database, bureau: Bureau) -> Iterator[Porch]:
    """An installation with Lan, bound to the provider."""
    with Porch(database, bureau.settings) as found:
        bureau.now = found.job.now
        found.officer()
        yield found


def leave(browser: Browser, path: str = "/en/sign-in/elsewhere", **headers: str) -> str:
    """Follow our link; the address of the provider it leads to."""
    answer = browser.get(path, **headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    return answer.headers["location"]


def there(address: str) -> str:
    """What the provider makes of it: the path that it leads back to."""
    answer = httpx.get(address)
    assert answer.status_code == 303, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == "/sign-in/back"
    return f"{back.path}?{back.query}"


def enter(browser: Browser, path: str = "/en/sign-in/elsewhere") -> httpx.Response:
    """The whole way there and back."""
    return browser.get(there(leave(browser, path)), **{"sec-fetch-site": "cross-site"})


def bound(porch: Porch) -> list[tuple[str, str]]:
    with porch.database.read() as session:
        rows = session.execute(select(BindingRow)).scalars()
        return sorted((row.officer, row.subject) for row in rows)


def audit(porch: Porch, ident: str = "lan") -> list[tuple[str, dict[str, Any]]]:
    with porch.database.read() as session:
        return [(line.action, dict(line.detail)) for line in officerbook.lines(session, ident)][1:]


def refused(answer: httpx.Response, words: str, status: int = 403) -> bool:
    """Whether a page says so, and nobody was let in."""
    given = [name.partition("=")[0] for name in answer.headers.get_list("set-cookie")]
    return (answer.status_code, words in said(answer), "luanphien" in given) == (status, True, False)


class TestTheWay:
    def test_there_and_back(self, porch: Porch, bureau: Bureau) -> None:
        browser = porch.browser()
        page = browser.get("/en/sign-in?next=/vi/board?partner%3Dsalavan")
        assert 'href="/en/sign-in/elsewhere?next=%2Fvi%2Fboard%3Fpartner%3Dsalavan"' in page.text
        answer = enter(browser, "/en/sign-in/elsewhere?next=%2Fvi%2Fboard%3Fpartner%3Dsalavan")
        assert (answer.status_code, answer.headers["location"]) == (303, "/vi/board?partner=salavan")
        assert "Bà Lan" in browser.get("/vi/board").text
        assert bound(porch) == [("lan", "2f9c-lan")]
        assert audit(porch) == [("bound", {"issuer": bureau.issuer, "subject": "2f9c-lan"})]
        assert bureau.seen == ["openid-configuration", "authorize", "token", "keys"]

    def test_what_the_provider_is_asked(self, porch: Porch) -> None:
        first, second = (parse_qs(urlsplit(leave(porch.browser(), "/vi/sign-in/elsewhere")).query) for _ in range(2))
        fresh = ("state", "nonce", "code_challenge")
        assert {name: values for name, values in first.items() if name not in fresh} == {
            "response_type": ["code"], "client_id": [CLIENT], "redirect_uri": [f"{porch.base}/sign-in/back"],
            "scope": ["openid email"], "code_challenge_method": ["S256"], "ui_locales": ["vi"],
        }  # fmt: skip
        assert {name for name in fresh if first[name] != second[name]} == set(fresh)
        assert len({first[name][0] for name in fresh}) == 3

    def test_what_a_browser_is_given(self, database: Database, bureau: Bureau) -> None:
        with Porch(database, bureau.settings | {"base_url": PUBLIC}) as porch:
            porch.officer()
            browser = porch.browser()
            [cookie] = browser.get("/en/sign-in/elsewhere").headers.get_list("set-cookie")
            assert cookie.startswith("__Host-luanphien-journey=")
            assert cookie.endswith("; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")
            given = enter(browser).headers.get_list("set-cookie")
            names = [each.partition("=")[0] for each in given]
            assert names == ["__Host-luanphien", "__Host-luanphien-form", "__Host-luanphien-journey"]
            assert ["Max-Age=0" in each for each in given] == [False, True, True]

    def test_nothing_of_it_is_stored_or_logged(self, porch: Porch, caplog: pytest.LogCaptureFixture) -> None:
        browser = porch.browser()
        with caplog.at_level(logging.INFO):
            back = there(leave(browser))
            browser.get(back)
        lines = [Redacting().format(record) for record in caplog.records if "/sign-in/back" in record.getMessage()]
        code = parse_qs(urlsplit(back).query)["code"][0]
        assert ({code in line for line in lines}, SECRET in caplog.text) == ({False}, False)
        assert SECRET not in repr(porch.job)
        assert browser.token not in repr(porch.held())

    def test_the_session_before_ends_and_the_new_one_is_another(self, porch: Porch) -> None:
        browser = porch.browser()
        browser.enter()
        first = browser.token
        assert enter(browser).status_code == 303
        assert (browser.token != first, len(porch.held()["officer_session"])) == (True, 1)

    def test_one_comes_back_to_this_site_alone(self, porch: Porch) -> None:
        for elsewhere in ("https://x.example/", "//x.example", "/%5Cx.example", "javascript:1", "/" + "x" * 1000):
            answer = enter(porch.browser(), f"/vi/sign-in/elsewhere?next={elsewhere}")
            assert answer.headers["location"] == "/vi/today"

    @pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"], ["none"]])
    def test_however_the_provider_asks_who_asks(self, porch: Porch, bureau: Bureau, methods: list[str]) -> None:
        bureau.methods = methods
        settings = bureau.settings | ({"oidc_client_secret": None} if methods == ["none"] else {})
        with Porch(porch.database, settings, first=False) as other:
            assert enter(other.browser()).status_code == 303

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_language_has_the_pages(self, porch: Porch, bureau: Bureau, lang: str) -> None:
        browser = porch.browser()
        bureau.error = "access_denied"
        pages = [browser.get(f"/{lang}/sign-in"), enter(browser, f"/{lang}/sign-in/elsewhere")]
        assert [page.status_code for page in pages] == [200, 403]
        assert all(f'<html lang="{lang}">' in page.text for page in pages)
        assert [text in pages[1].text for text in ("code=", "next=", f'href="/{lang}/sign-in"')] == [False, False, True]

    def test_the_button_says_what_the_office_wants(self, database: Database, bureau: Bureau) -> None:
        named = bureau.settings | {"oidc_name": "Tài khoản công vụ <tỉnh>", "passwords": "no"}
        for settings, words, form in (
            ({}, None, True),
            (bureau.settings, "Đăng nhập bằng tài khoản của cơ quan", True),
            (named, "Tài khoản công vụ &lt;tỉnh&gt;", False),
        ):
            with Porch(database, settings, first=not settings) as porch:
                text = porch.browser().get("/vi/sign-in").text
                assert ("/sign-in/elsewhere" in text, 'name="password"' in text) == (words is not None, form)
                assert words is None or f">{words}</a>" in text

    def test_another_site_does_not_begin_it(self, porch: Porch, bureau: Bureau) -> None:
        for site in ("cross-site", "same-site"):
            answer = porch.browser().get("/en/sign-in/elsewhere?next=/en/board", **{"sec-fetch-site": site})
            assert answer.headers["location"] == "/en/sign-in?next=%2Fen%2Fboard"
            assert "set-cookie" not in answer.headers
        assert leave(porch.browser(), **{"sec-fetch-site": "same-origin"}).startswith(bureau.issuer)

    def test_without_a_provider_there_is_no_way(self, database: Database) -> None:
        with Porch(database) as porch:
            for path in ("/en/sign-in/elsewhere", "/sign-in/back?code=x&state=y"):
                answer = porch.browser().get(path, **{"accept-language": "en"})
                assert refused(answer, "bound to no other sign-in service", 404)

    def test_over_plain_http_nobody_is_sent_there(self, database: Database, bureau: Bureau) -> None:
        with Porch(database, bureau.settings | {"base_url": "http://lich.example"}) as porch:
            assert refused(porch.browser().get("/en/sign-in/elsewhere"), "over https only")

    def test_looking_does_not_use_a_code_up(self, porch: Porch) -> None:
        browser = porch.browser()
        back = there(leave(browser))
        assert (browser.get(back, "HEAD").status_code, browser.post(back, {}).status_code) == (405, 405)
        assert browser.get(back).status_code == 303


class TestWhoseJourney:
    """The answer of the provider belongs to the browser that went, once, and for ten minutes."""

    def test_another_browsers_answer_opens_nothing(self, porch: Porch) -> None:
        lan, other = porch.browser(), porch.browser()
        back = there(leave(lan))
        assert refused(other.get(back, **{"accept-language": "en"}), AGAIN)
        leave(other)
        assert refused(other.get(back, **{"accept-language": "en"}), AGAIN)
        assert lan.get(back).status_code == 303
        assert (other.signed_in, lan.signed_in) == (False, True)

    def test_it_works_once(self, porch: Porch) -> None:
        browser = porch.browser()
        address = leave(browser)
        cookie = browser.client.cookies["luanphien-journey"]
        back = there(address)
        assert browser.get(back).status_code == 303
        assert refused(browser.get(back, **{"accept-language": "en"}), AGAIN)
        thief = porch.browser()
        thief.client.cookies.set("luanphien-journey", cookie)
        assert refused(thief.get(back), AGAIN)  # the provider does not take the code a second time

    def test_a_code_of_another_journey_is_not_taken(self, porch: Porch) -> None:
        """A code put in by somebody else: the provider sees that the verifier is not the one it was asked with."""
        lan, thief = porch.browser(), porch.browser()
        stolen = parse_qs(urlsplit(there(leave(lan))).query)["code"][0]
        own = parse_qs(urlsplit(there(leave(thief))).query)
        answer = thief.get(f"/sign-in/back?code={stolen}&state={own['state'][0]}")
        assert (refused(answer, AGAIN), thief.signed_in) == (True, False)

    @pytest.mark.parametrize(("minutes", "status"), [(9.9, 303), (10, 403), (600, 403), (-5, 403)])
    def test_it_lasts_ten_minutes(self, porch: Porch, minutes: float, status: int) -> None:
        browser = porch.browser()
        back = there(leave(browser))
        porch.later(minutes=minutes)
        assert browser.get(back).status_code == status

    def test_what_is_no_answer(self, porch: Porch, bureau: Bureau) -> None:
        for query in (
            "", "?code=x", "?state=x&code=x", "?state=é&code=x", "?state=STATE", "?state=STATE&code=",
            "?code=x&state=%00", "?state=STATE&error=access_denied", "?state=STATE&code=LONG",
            "?state=STATE&code=x&iss=https://x.example",
        ):  # fmt: skip
            browser = porch.browser()
            state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
            asked = query.replace("STATE", state).replace("LONG", "x" * 5000)
            answer = browser.get(f"/sign-in/back{asked}", **{"accept-language": "en"})
            assert (query, refused(answer, AGAIN), "token" in bureau.seen) == (query, True, False)

    @pytest.mark.parametrize(
        "cookie",
        [
            None,
            "",
            "x",
            "a.b.c.d",
            "a.1.en.%2F",
            "a.99999999999.vi.",
            "é.1.vi.",
            f"a.{'9' * 400}.vi.",
            ".1637550000.vi.",
        ],
    )
    def test_what_is_no_journey(self, cookie: str | None) -> None:
        assert journey_of(cookie, NOON) is None

    def test_a_journey_comes_back_as_it_went(self) -> None:
        for path in ("", "/vi/board?partner=a&x=%2F.."):
            journey = begin(NOON, "lo", path)
            assert journey_of(journey.cookie, NOON + timedelta(minutes=9)) == journey

    def test_whoever_is_wrong_too_often_waits(self, porch: Porch, bureau: Bureau) -> None:
        bureau.person = {"email": "khong@quang-tri.example", "email_verified": True}
        answers = [enter(porch.browser()) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [403] * 30 + [429]
        assert (answers[-1].headers["retry-after"], "Try again in 1 min" in said(answers[-1])) == ("30", True)
        assert bureau.seen.count("token") == 30


Change = Callable[[dict[str, Any]], dict[str, Any]]


def without(*names: str) -> Change:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def with_(**more: Any) -> Change:
    return lambda claims: claims | more


MOMENT = int(NOON.timestamp())
BAD_CLAIMS: dict[str, Change] = {
    "another issuer": with_(iss="https://x.example"),
    "no issuer": without("iss"),
    "for another client": with_(aud="x"),
    "for several, and not ours": with_(aud=["x", "y"]),
    "for several, without whom": with_(aud=["x", CLIENT]),
    "for several, by another": with_(aud=["x", CLIENT], azp="x"),
    "by another": with_(azp="x"),
    "no audience": without("aud"),
    "an empty audience": with_(aud=[]),
    "another nonce": with_(nonce="x"),
    "no nonce": without("nonce"),
    "over": with_(exp=MOMENT - 61),
    "no end": without("exp"),
    "an end that is no number": with_(exp="x"),
    "an end that never comes": with_(exp=True),
    "from the future": with_(iat=MOMENT + 61),
    "no beginning": without("iat"),
    "not yet": with_(nbf=MOMENT + 61),
    "of nobody": without("sub"),
    "of an empty name": with_(sub=""),
    "of a number": with_(sub=7),
    "of too long a name": with_(sub="x" * 256),
    "of a name that cannot be printed": with_(sub="a\x00b"),
    "of a name beyond ASCII": with_(sub="đ"),
    "of another access token": with_(at_hash="x"),
    "too long": with_(x="x" * 100_000),
}


def plain(*parts: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return plain(json.dumps(header | {"alg": "none"}).encode(), json.dumps(claims).encode(), b"")


def by_secret(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token by HS256, made by hand: the library makes none of a public key."""
    said_ = plain(json.dumps(header | {"alg": "HS256"}).encode(), json.dumps(claims).encode())
    return f"{said_}.{plain(hmac.digest(secret, said_.encode(), 'sha256'))}"


class TestTokens:
    """Each thing that may be wrong with a token: a clear page, nobody signed in, nothing bound."""

    def test_what_it_says(self, porch: Porch, bureau: Bureau) -> None:
        before = porch.held()
        for number, (name, change) in enumerate(BAD_CLAIMS.items()):
            bureau.change = change
            answer = enter(porch.browser(f"192.0.2.{number}"))
            assert (name, refused(answer, UNTRUSTED), bound(porch)) == (name, True, [])
        assert porch.held() == before
        bureau.change = lambda claims: claims
        assert enter(porch.browser()).status_code == 303

    def test_who_signed_it(self, porch: Porch, bureau: Bureau) -> None:
        key, other = bureau.key, RSAKey.generate_key(2048, {"kid": "a"})
        assert isinstance(key, RSAKey)
        public = key.as_pem(private=False)
        shared = OctKey.import_key(SECRET)
        ways: dict[str, Callable[[dict[str, Any], dict[str, Any]], str]] = {
            "nobody": unsigned,
            "another key": lambda header, claims: jwt.encode(header, claims, other),
            "the public key as a secret": lambda header, claims: by_secret(header, claims, public),
            "our own secret": lambda header, claims: jwt.encode(
                header | {"alg": "HS256"}, claims, shared, algorithms=["HS256"]
            ),
            "a key nobody shows": lambda header, claims: jwt.encode(header | {"kid": "b"}, claims, key),
            "another algorithm": lambda header, claims: jwt.encode(header, claims, key).replace(".", "x.", 1),
            "what must be understood": lambda header, claims: jwt.encode(header, claims, key).partition(".")[0] + "..",
            "no token": lambda _header, _claims: "x",
            "deep brackets": lambda _header, _claims: (
                base64.urlsafe_b64encode(b"[" * 60_000).decode().rstrip("=") + ".x.x"
            ),
        }
        for name, way in ways.items():
            bureau.signs = way
            assert (name, refused(enter(porch.browser()), UNTRUSTED), bound(porch)) == (name, True, [])
        bureau.signs = None
        assert enter(porch.browser()).status_code == 303

    def test_a_secret_among_the_keys_is_passed_over(self, porch: Porch, bureau: Bureau) -> None:
        secret = OctKey.import_key("x" * 40, {"kid": "s"})
        bureau.shown = [
            secret.as_dict(), {"kty": "RSA", "kid": "broken"}, {"kty": "AKP", "kid": "new"}, 7,
            bureau.key.as_dict(private=False) | {"kid": "e", "use": "enc"}, bureau.key.as_dict(private=False),
        ]  # fmt: skip
        bureau.shown[3] = {}
        bureau.signs = lambda _header, claims: jwt.encode(
            {"alg": "HS256", "kid": "s"}, claims, secret, algorithms=["HS256"]
        )
        assert (refused(enter(porch.browser()), UNTRUSTED), bound(porch)) == (True, [])
        bureau.signs = None
        assert enter(porch.browser()).status_code == 303
        bureau.header = {"kid": "e"}
        assert refused(enter(porch.browser()), UNTRUSTED)

    def test_keys_may_change_at_any_moment(self, porch: Porch, bureau: Bureau) -> None:
        browser = porch.browser()
        assert enter(browser).status_code == 303
        for alg, key in (
            ("RS256", RSAKey.generate_key(2048, {"kid": "b"})),
            ("PS384", RSAKey.generate_key(2048, {"kid": "b"})),
            ("ES256", ECKey.generate_key("P-256", {"kid": "c"})),
            ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "d"})),
        ):
            back = there(leave(browser))
            bureau.alg = alg
            bureau.rotate(key)  # type: ignore[arg-type]  # any of the three
            assert browser.get(back).status_code == 303

    def test_several_may_be_meant_if_it_was_given_to_us(self, porch: Porch, bureau: Bureau) -> None:
        bureau.change = with_(aud=[CLIENT, "x"], azp=CLIENT)
        assert enter(porch.browser()).status_code == 303

    def test_clocks_may_differ_by_a_minute(self, porch: Porch, bureau: Bureau) -> None:
        for seconds in (-59, 59):
            bureau.change = with_(iat=MOMENT + seconds, exp=MOMENT + seconds)
            assert enter(porch.browser()).status_code == 303


class TestWhoTheyAre:
    def test_an_address_that_opens_nothing(self, porch: Porch, bureau: Bureau) -> None:
        before = porch.held()
        for person in (
            {},
            {"email": "lan@quang-tri.example"},
            {"email": "lan@quang-tri.example", "email_verified": False},
            {"email": "lan@quang-tri.example", "email_verified": "true"},
            {"email": "hung@quang-tri.example", "email_verified": True},
            {"email": "lan", "email_verified": True},
            {"email": "x <lan@quang-tri.example>", "email_verified": True},
            {"email": "lan@quang-tri.example\x00", "email_verified": True},
            {"email": ["lan@quang-tri.example"], "email_verified": True},
            {"email": 7, "email_verified": True},
            {"email_verified": True},
        ):
            bureau.person = dict(person)
            for in_token in (True, False):
                bureau.in_token = in_token
                assert (person, refused(enter(porch.browser()), STRANGER)) == (person, True)
        assert (bound(porch), porch.held()) == ([], before)

    def test_the_address_counts_as_addresses_do(self, porch: Porch, bureau: Bureau) -> None:
        bureau.person = {"email": "LAN@Quang-Tri.Example", "email_verified": True}
        assert enter(porch.browser()).status_code == 303

    def test_it_may_be_told_apart_from_the_token(self, porch: Porch, bureau: Bureau) -> None:
        bureau.in_token = False
        assert enter(porch.browser()).status_code == 303
        assert bureau.seen[-1] == "people"

    def test_what_is_told_apart_is_of_the_same_person(self, porch: Porch, bureau: Bureau) -> None:
        bureau.in_token = False
        bureau.person |= {"sub": "somebody else"}
        assert refused(enter(porch.browser()), UNTRUSTED)

    def test_what_is_not_told_at_all_is_nothing(self, porch: Porch, bureau: Bureau) -> None:
        bureau.in_token = False
        bureau.instead["people"] = lambda: JSONResponse({}, 403)
        assert refused(enter(porch.browser()), STRANGER)

    def test_once_bound_the_address_counts_no_more(self, porch: Porch, bureau: Bureau) -> None:
        porch.officer("hung")
        assert enter(porch.browser()).status_code == 303
        for person in ({"email": "moi@quang-tri.example", "email_verified": True}, {},
                       {"email": "hung@quang-tri.example", "email_verified": True}):  # fmt: skip
            bureau.person = person
            browser = porch.browser()
            assert enter(browser).status_code == 303
            assert "Bà Lan" in browser.get("/vi/account").text
        assert bound(porch) == [("lan", "2f9c-lan")]
        assert [action for action, _ in audit(porch)] == ["bound"]

    def test_an_address_given_to_somebody_else_opens_nothing(self, porch: Porch, bureau: Bureau) -> None:
        assert enter(porch.browser()).status_code == 303
        bureau.subject, before = "a-new-one", porch.held()
        assert refused(enter(porch.browser()), STRANGER)
        assert (bound(porch), porch.held()) == ([("lan", "2f9c-lan")], before)

    def test_until_it_is_unbound(self, porch: Porch, bureau: Bureau) -> None:
        browser = porch.browser()
        enter(browser)
        bureau.subject = "a-new-one"
        with porch.database.write() as session:
            officer, gone = bindings.unbind(session, "lan", "văn phòng", porch.job.now())
            assert (officer.id, [each.subject for each in gone]) == ("lan", ["2f9c-lan"])
        assert enter(porch.browser()).status_code == 303
        assert bound(porch) == [("lan", "a-new-one")]
        assert [action for action, _ in audit(porch)] == ["bound", "unbound", "bound"]
        bureau.subject = "2f9c-lan"
        assert refused(enter(porch.browser()), STRANGER)

    def test_closed_officers_stay_out(self, porch: Porch) -> None:
        for bind in (False, True):
            if bind:
                assert enter(porch.browser()).status_code == 303
            with porch.database.write() as session:
                officerbook.close(session, "lan", "văn phòng", porch.job.now())
                sessions.end_all(session, "lan")
            assert refused(enter(porch.browser()), STRANGER)
            with porch.database.write() as session:
                officerbook.reopen(session, "lan", "văn phòng", porch.job.now())
        assert enter(porch.browser()).status_code == 303

    def test_an_account_of_another_provider_is_another(self, porch: Porch) -> None:
        with Bureau(porch.job.now, person={}) as second:
            assert enter(porch.browser()).status_code == 303
            with Porch(porch.database, second.settings, first=False) as moved:
                assert refused(enter(moved.browser()), STRANGER)
                second.person = {"email": "lan@quang-tri.example", "email_verified": True}
                assert enter(moved.browser()).status_code == 303
        assert bound(porch) == [("lan", "2f9c-lan")] * 2

    def test_who_comes_twice_at_once_is_bound_once(self, database: Database) -> None:
        with Porch(database) as porch:
            porch.officer()
            with database.write() as session:
                account = ("https://a.example", "1")
                first, again, other = (
                    bindings.let_in(session, each, "lan@quang-tri.example", NOON)
                    for each in (account, account, ("https://a.example", "2"))
                )
            assert isinstance(first, Officer)
            assert (again, other) == (first, bindings.Stranger.OTHER)
            porch.officer("hung")
            with database.write() as session, pytest.raises(OfficerError):
                bindings.unbind(session, "hung", "x", NOON)


def page(body: bytes | str, status: int = 200, **headers: str) -> Callable[[], Response]:
    return lambda: PlainTextResponse(body, status, headers)


ANSWERS: dict[str, Callable[[], Response]] = {
    "down": page("x", 502),
    "a page": page("<html>"),
    "a list": page("[]"),
    "nothing": page(""),
    "deep": page("[" * 100_000),
    "not UTF-8": page(b'{"a": "\xff"}'),
    "too large": page('{"x": "' + "x" * MOST_BYTES + '"}'),
    "packed": page("{}", **{"content-encoding": "gzip"}),
    "elsewhere": page("", 302, location="http://127.0.0.1:1/"),
}


class TestFailures:
    """Whatever the provider does: a clear page, and never a failure of ours."""

    @pytest.mark.parametrize("door", ["openid-configuration", "token", "keys"])
    def test_what_it_answers(self, porch: Porch, bureau: Bureau, door: str) -> None:
        for name, instead in ANSWERS.items():
            with Porch(porch.database, bureau.settings, first=False) as fresh:
                bureau.instead = {}
                address = leave(fresh.browser()) if door != "openid-configuration" else ""
                bureau.instead = {door: instead}
                answer = enter(fresh.browser()) if address else fresh.browser().get("/en/sign-in/elsewhere")
            assert (name, refused(answer, SILENT, 503), answer.headers.get("retry-after")) == (name, True, "60")
        bureau.instead = {door: page("{}")}
        empty = enter(porch.browser()) if door != "openid-configuration" else None
        assert empty is None or refused(empty, UNTRUSTED)
        assert (bound(porch), porch.held()["officer_session"]) == ([], [])

    def test_it_says_who_it_is(self, porch: Porch, bureau: Bureau) -> None:
        good = {
            "issuer": bureau.issuer, "authorization_endpoint": f"{bureau.issuer}/authorize?a=1",
            "token_endpoint": f"{bureau.issuer}/token", "jwks_uri": f"{bureau.issuer}/keys", "userinfo_endpoint": 7,
        }  # fmt: skip
        for said_, fine in (
            (good, True),
            (good | {"issuer": "https://x.example"}, False),
            (good | {"issuer": bureau.issuer + "/"}, False),
            (good | {"token_endpoint": "http://x.example/"}, False),
            (good | {"authorization_endpoint": "javascript:1"}, False),
            (good | {"jwks_uri": None}, False),
            (good | {"jwks_uri": "https://x.example:port/"}, False),
            (good | {"jwks_uri": "file:///etc/passwd"}, False),
        ):
            bureau.instead["openid-configuration"] = lambda said_=said_: JSONResponse(said_)
            with Porch(porch.database, bureau.settings, first=False) as fresh:
                answer = fresh.browser().get("/en/sign-in/elsewhere")
                assert answer.status_code == (303 if fine else 503), said_

    def test_nobody_is_there(self, porch: Porch, bureau: Bureau) -> None:
        browser = porch.browser()
        back = there(leave(browser))
        bureau.stop()
        assert refused(browser.get(back), SILENT, 503)

    def test_it_takes_too_long(self, porch: Porch, bureau: Bureau) -> None:
        client = client_of(porch.job.settings)
        assert client is not None
        for door in ("openid-configuration", "token", "keys"):
            bureau.wait = {door: 1.0}
            slow = Provider(client, patience=0.2)
            journey = begin(porch.job.now(), "en", "")

            async def whole_way(slow: Provider = slow, journey: Any = journey) -> None:
                address = await slow.leave(journey)
                bureau_code = parse_qs(urlsplit(there(address)).query)["code"][0]
                await slow.meet(journey, bureau_code, porch.job.now())

            with pytest.raises(SilentError, match="Timeout"):
                porch.runner.run(whole_way())

    def test_where_its_doors_are_is_remembered_and_that_it_was_silent_for_a_moment(
        self, porch: Porch, bureau: Bureau
    ) -> None:
        for _ in range(3):
            leave(porch.browser())
        assert bureau.seen == ["openid-configuration"]
        bureau.instead["openid-configuration"] = page("x", 502)
        with Porch(porch.database, bureau.settings, first=False) as fresh:
            assert [fresh.browser().get("/en/sign-in/elsewhere").status_code for _ in range(3)] == [503] * 3
        assert bureau.seen == ["openid-configuration"] * 2


class TestPasswords:
    def test_none_are_taken(self, database: Database, bureau: Bureau) -> None:
        with Porch(database, bureau.settings | {"passwords": "no"}) as porch:
            porch.officer()
            browser, link, hashed = porch.browser(), porch.link(), porch.hasher.verified
            browser.get("/en/sign-in")
            given = {"name": "lan", "password": PASSWORD, "seal": "0" * 64}
            answers = [browser.post("/en/sign-in", given, SAME), browser.get(link),
                       browser.post(link, {"password": PASSWORD, "again": PASSWORD}, SAME)]  # fmt: skip
            assert [refused(answer, "No passwords are taken here") for answer in answers] == [True] * 3
            assert porch.hasher.verified == hashed
            assert enter(browser).status_code == 303

    def test_both_ways_stand_side_by_side(self, porch: Porch) -> None:
        browser = porch.browser()
        assert browser.enter().status_code == 303
        assert enter(browser).status_code == 303
        gone = browser.post("/en/sign-out", {"seal": seal_of(browser.get("/en/account"))})
        assert (gone.status_code, browser.signed_in) == (200, False)


def test_without_the_extra_it_does_not_start(
    porch: Porch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("config.elsewhereroutes.find_spec", lambda _name: None)
    with pytest.raises(SystemExit) as ended:
        provider_of(porch.job)
    assert (ended.value.code, "pip install 'luanphien[oidc]'" in " ".join(capsys.readouterr().err.split())) == (2, True)


def test_roles_are_those_of_the_officer(porch: Porch, bureau: Bureau) -> None:
    porch.officer("huong", Role.ADMIN, None, ())
    bureau.person = {"email": "huong@quang-tri.example", "email_verified": True, "role": "reader"}
    browser = porch.browser()
    assert enter(browser).status_code == 303
    assert "looks after the installation" in browser.get("/en/account").text
