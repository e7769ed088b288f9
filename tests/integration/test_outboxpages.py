"""The outbox on pages: what officers see of it, what heads do to it, and every form that changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from calendars.counter import POLICY
from config.database import Database
from config.officers import Role
from notifications import byhand
from notifications.outbook import one
from notifications.tables import DELIVERY, MAIL_AUDIT, MAIL_BYTES, REMINDER
from scheduler.plan import LANGUAGES
from tests.integration.porch import SAME, Browser, Porch
from tests.integration.postroom import FRONT, Postroom
from tests.integration.reading import hidden, said

OTHERS = "so-ngoai-vu-quang-tri"
TOKEN = "ab" * 35


@dataclass
class House:
    """An installation with mail in its outbox, and browsers of those who look at it."""

    porch: Porch
    room: Postroom

    def head(self, role: Role = Role.HEAD, organisations: tuple[str, ...] = (FRONT,)) -> Browser:
        """A browser of somebody with this role, signed in."""
        return self.porch.entered(role, *organisations)

    def rows(self) -> list[list[tuple[object, ...]]]:
        """Everything kept of mail."""
        with self.room.database.read() as session:
            return [
                sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in (DELIVERY, MAIL_BYTES, REMINDER, MAIL_AUDIT)
            ]

    def state(self, mail: str) -> str:
        with self.room.database.read() as session:
            found = one(session, mail)
        assert found is not None
        return found.state.value

    def give_to(self, organisation: str, mail: str) -> None:
        with self.room.database.write() as session:
            session.execute(update(REMINDER).where(REMINDER.c.delivery_id == mail).values(organisation=organisation))


def listed(page: httpx.Response) -> list[str]:
    """The ids of the mails on a page, in their order."""
    return re.findall(r'href="/../outbox/([0-9a-f]{32})"', page.text)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with Porch(database) as porch:
        yield House(porch, Postroom(database, porch.job.now()))


class TestList:
    def test_an_empty_outbox_says_so(self, house: House) -> None:
        answer = house.head().get("/en/outbox")
        assert (answer.status_code, "There is no mail here yet" in said(answer)) == (200, True)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == POLICY

    def test_the_gravest_stand_first_with_what_happened_and_what_to_do(self, house: House) -> None:
        sent = house.room.put("a.2021")
        house.room.sent()
        dead = house.room.put("b.2021")
        house.room.dead()
        doubted = house.room.put("c.2021")
        house.room.doubted()
        waiting = house.room.put("d.2021")
        house.porch.later(hours=3)
        browser = house.head(Role.OFFICER)
        answer = browser.get("/en/outbox")
        assert listed(answer) == [dead, doubted, waiting, sent]
        for words in (
            "1 given up 1 in doubt: perhaps taken, goes again 1 waiting to go 1 sent",
            "What happened The mail server there knows no such mailbox.",
            "What to do Ask for the right address by telephone and correct it; later mails go there.",
            "(3 h)",
        ):
            assert words in said(answer), words
        assert listed(browser.get("/en/outbox?state=trouble")) == [dead, doubted]
        assert listed(browser.get("/en/outbox?state=sent&address=")) == [sent]
        assert listed(browser.get("/en/outbox?address=%20MTTQ%40quang-tri.example")) == [dead, doubted, waiting, sent]
        nothing = browser.get("/en/outbox?state=held")
        assert (listed(nothing), "No mail is like that Show all mails" in said(nothing)) == ([], True)

    def test_twenty_on_a_page_and_a_cut_says_so(self, house: House) -> None:
        mails = {house.room.put(f"a-{number}.2021") for number in range(41)}
        browser = house.head()
        pages = [browser.get(f"/en/outbox?state=pending&page={number}") for number in (1, 2, 3)]
        assert [len(listed(page)) for page in pages] == [20, 20, 1]
        assert {mail for page in pages for mail in listed(page)} == mails
        cuts = [re.search(r"Mails [^;]*", said(page)) for page in pages]
        assert [cut and cut[0] for cut in cuts] == ["Mails 1 – 20 of 41", "Mails 21 – 40 of 41", "Mails 41 – 41 of 41"]
        assert 'href="/en/outbox?state=pending&amp;page=3" rel="next"' in pages[1].text
        assert "Page 2, before this one" in said(pages[2])
        assert browser.get("/en/outbox?page=4").status_code == 404

    @pytest.mark.parametrize(
        "asked", ["state=x", "state=%00", "address=a%00b", "address=a%0Ab", f"address={'a' * 321}", "page=0", "page=x",
                  "page=99999999999999999999", "page=%D9%A1"]
    )  # fmt: skip
    def test_an_address_that_cannot_be_followed(self, house: House, asked: str) -> None:
        answer = house.head().get(f"/en/outbox?{asked}")
        assert (answer.status_code, said(answer).startswith("The address cannot be read")) == (400, True)

    def test_only_what_is_for_their_organisations(self, house: House) -> None:
        mine, theirs = house.room.put("a.2021"), house.room.put("b.2021")
        house.give_to(OTHERS, theirs)
        seen = {
            who: listed(browser.get("/en/outbox"))
            for who, browser in {
                "mine": house.head(),
                "theirs": house.head(organisations=(OTHERS,)),
                "both": house.head(organisations=(OTHERS, FRONT)),
                "all": house.head(Role.ADMIN, ()),
            }.items()
        }
        assert {who: set(mails) for who, mails in seen.items()} == {
            "mine": {mine}, "theirs": {theirs}, "both": {mine, theirs}, "all": {mine, theirs},
        }  # fmt: skip
        assert "1 waiting to go" in said(house.head().get("/en/outbox"))


class TestOne:
    def test_one_mail_whole_without_what_opens_something(self, house: House) -> None:
        mail = house.room.put("b.2021")
        house.room.dead(f"RCPT was refused: 550 no such user {TOKEN}")
        words = f"Kính gửi ông Bình <b>\nhttp://x.example/vi/r/done/{TOKEN}\n"
        message = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode()
        with house.room.database.write() as session:
            session.execute(update(MAIL_BYTES).values(message=message))
        answer = house.head().get(f"/en/outbox/{mail}")
        for part in (
            "mttq@quang-tri.example given up",
            "The server's words RCPT was refused: 550 no such user …",
            "What it tells b.2021",
            "get ready; the mail was given up",
            "waiting to go",
            "given up: RCPT was refused: 550 no such user … (worker-1)",
            "Kính gửi ông Bình <b> http://x.example/vi/r/done/…",
        ):
            assert part in said(answer), part
        assert (TOKEN in answer.text, '<div class="words" lang="vi">' in answer.text) == (False, True)
        assert re.findall(r'class="button" href="/en/outbox/\w+/(\w+)"', answer.text) == ["retry"]

    def test_what_was_sent_says_why_it_stays(self, house: House) -> None:
        mail = house.room.put("b.2021")
        house.room.sent()
        answer = house.head().get(f"/en/outbox/{mail}")
        assert ("It has been sent and stays so." in said(answer), "/retry" in answer.text) == (True, False)
        assert house.head().get(f"/en/outbox/{mail}/retry").status_code == 409

    def test_who_may_not_act_sees_no_button(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser = house.head(Role.OFFICER)
        answer = browser.get(f"/en/outbox/{mail}")
        assert ("Heads can send it again" in said(answer), "/hold" in answer.text) == (True, False)
        before = house.rows()
        for method in (browser.get, lambda path: browser.post(path, {})):
            refused = method(f"/en/outbox/{mail}/hold")
            assert (refused.status_code, "This is not for your role" in said(refused)) == (403, True)
        assert house.rows() == before

    @pytest.mark.parametrize("path", ["MAIL", "MAIL/hold", "0", "0/hold", "%00", "' OR 1", f"{'0' * 32}", "MINE/burn"])
    def test_what_is_not_there_or_for_others(self, house: House, path: str) -> None:
        theirs, mine = house.room.put("a.2021"), house.room.put("b.2021")
        house.give_to(OTHERS, theirs)
        answer = house.head().get(f"/en/outbox/{path.replace('MAIL', theirs).replace('MINE', mine)}")
        assert (answer.status_code, said(answer).startswith("Not found")) == (404, True)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_in_every_language(self, house: House, lang: str) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        pages = [browser.get(f"/{lang}/outbox{more}") for more in ("", f"/{mail}", f"/{mail}/hold", f"/{mail}/release")]
        assert [page.status_code for page in pages] == [200, 200, 200, 409]
        assert all(f'<html lang="{lang}">' in page.text for page in pages)


class TestActs:
    def test_hold_and_release_in_two_steps_each(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        asked = browser.get(f"/en/outbox/{mail}/hold")
        assert "It stands now waiting to go It will stand held until it is released" in said(asked)
        assert "Nothing goes to mttq@quang-tri.example until somebody releases it." in said(asked)
        assert house.state(mail) == "pending"
        done = browser.post(f"/en/outbox/{mail}/hold", hidden(asked) | {"reason": " chờ địa chỉ mới "})
        assert (done.status_code, house.state(mail)) == (200, "held")
        assert "It is held. Releasing takes this back." in said(done)
        assert "held until it is released: held by hand: chờ địa chỉ mới (mot-head-0)" in said(done)
        assert house.room.audit("delivery", mail)[-1] == ("held", "held by hand: chờ địa chỉ mới", "mot-head-0")
        assert 'href="/en/outbox/' + mail + '/release"' in done.text
        back = browser.get(f"/en/outbox/{mail}/release")
        undone = browser.post(f"/en/outbox/{mail}/release", hidden(back))
        assert (undone.status_code, house.state(mail)) == (200, "pending")
        assert house.room.audit("delivery", mail)[-1] == ("pending", "released by hand", "mot-head-0")

    def test_what_was_given_up_goes_again(self, house: House) -> None:
        mail = house.room.put("b.2021")
        house.room.dead()
        browser = house.head()
        asked = browser.get(f"/en/outbox/{mail}/retry")
        assert "The mail is written anew as things stand now" in said(asked)
        done = browser.post(f"/en/outbox/{mail}/retry", hidden(asked) | {"reason": "đã sửa"})
        assert (done.status_code, house.state(mail)) == (200, "pending")
        assert house.room.slots() == {"b.2021": ("pending", None)}
        house.room.now = house.porch.job.now()
        house.room.sent()
        assert house.state(mail) == "sent"

    def test_a_mail_in_doubt_may_come_twice(self, house: House) -> None:
        mail = house.room.put("b.2021")
        house.room.doubted()
        asked = house.head().get(f"/en/outbox/{mail}/retry")
        assert "Whoever has it already gets it twice, with the same Message-ID." in said(asked)

    def test_what_changed_meanwhile_is_said_and_nothing_done(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser, other = house.head(), house.head()
        asked, theirs = browser.get(f"/en/outbox/{mail}/hold"), other.get(f"/en/outbox/{mail}/hold")
        assert other.post(f"/en/outbox/{mail}/hold", hidden(theirs) | {"reason": "trước"}).status_code == 200
        before = house.rows()
        answer = browser.post(f"/en/outbox/{mail}/hold", hidden(asked))
        assert (answer.status_code, house.rows()) == (409, before)
        assert "The mail has changed since you looked." in said(answer)
        assert "held until it is released: held by hand: trước (mot-head-1)" in said(answer)
        again = browser.post(f"/en/outbox/{mail}/hold", hidden(asked) | {"seen": "held.2"})
        assert (again.status_code, "It is held, and must be released first." in said(again)) == (409, True)
        assert house.rows() == before

    def test_it_stands_as_before_and_yet_was_touched(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        asked = browser.get(f"/en/outbox/{mail}/hold")
        with house.room.database.write() as session:
            byhand.hold(session, [mail], "x", house.porch.job.now())
            byhand.release(session, [mail], "x", house.porch.job.now())
        assert browser.post(f"/en/outbox/{mail}/hold", hidden(asked)).status_code == 409
        assert house.state(mail) == "pending"

    def test_what_a_worker_holds_is_left_to_it(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        asked = browser.get(f"/en/outbox/{mail}/hold")
        house.room.claim()
        before = house.rows()
        answer = browser.post(f"/en/outbox/{mail}/hold", hidden(asked))
        assert (answer.status_code, "It stands now about to go" in said(answer)) == (409, True)
        assert "a worker holds it until" in said(browser.get(f"/en/outbox/{mail}"))
        assert house.rows() == before


class TestForms:
    """Whatever is wrong with a form: a clear page, and nothing is changed."""

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            (b"x" * 1_000_000, 413, "too large"),
            (b"SEAL&seen=SEEN&reason=%00", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&reason=a%0Ab", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&reason=a%E2%80%AEb", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&reason=" + b"a" * 301, 400, "cannot be read"),
            (b"SEAL&seen=SEEN&who=hung", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&seen=SEEN", 400, "cannot be read"),
            (b"SEAL&seen=%FF", 400, "cannot be read"),
            (b"SEAL&seen=x", 400, "cannot be read"),
            (b"SEAL", 400, "cannot be read"),
            (b"", 400, "cannot be read"),
            (b"seal=&seen=SEEN", 403, "send it again"),
            (b"seal=%C3%A9&seen=SEEN", 403, "send it again"),
            (b"SEAL&seen=pending.9", 409, "has changed since you looked"),
        ],
    )
    @pytest.mark.parametrize("act", ["retry", "hold", "release"])
    def test_it_is_a_form_of_ours(self, house: House, act: str, body: bytes, status: int, words: str) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        if act == "release":
            with house.room.database.write() as session:
                byhand.hold(session, [mail], "x", house.porch.job.now())
        fields = hidden(browser.get(f"/en/outbox/{mail}/{act}"))
        before = house.rows()
        given = body.replace(b"SEAL", b"seal=" + fields["seal"].encode()).replace(b"SEEN", fields["seen"].encode())
        answer = browser.post(f"/en/outbox/{mail}/{act}", given)
        assert (answer.status_code, words in said(answer), house.rows()) == (status, True, before)
        assert "Nothing was changed" in said(answer)

    def test_it_comes_from_this_session_and_this_site(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser, other = house.head(), house.head()
        path, before = f"/en/outbox/{mail}/hold", house.rows()
        fields = hidden(browser.get(path))
        stolen = other.post(path, fields)
        assert (stolen.status_code, "send it again" in said(stolen)) == (403, True)
        abroad = browser.post(path, fields, {"sec-fetch-site": "cross-site"})
        assert (abroad.status_code, "not sent from a page of this site" in said(abroad)) == (403, True)
        assert browser.post(path, b"{}", SAME, kind="application/json").status_code == 415
        nobody = house.porch.browser().post(path, fields)
        assert (nobody.status_code, said(nobody).startswith("Your session has ended")) == (403, True)
        house.porch.later(hours=13)
        over = browser.post(path, fields)
        assert (over.status_code, said(over).startswith("Your session has ended")) == (403, True)
        assert house.rows() == before

    def test_mail_of_another_office(self, house: House) -> None:
        mail = house.room.put("b.2021")
        browser = house.head()
        fields = hidden(browser.get(f"/en/outbox/{mail}/hold"))
        house.give_to(OTHERS, mail)
        before = house.rows()
        answer = browser.post(f"/en/outbox/{mail}/hold", fields)
        assert (answer.status_code, "for another organisation" in said(answer)) == (404, True)
        assert house.rows() == before

    def test_whoever_writes_a_plan_meanwhile(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """SQLite has one writer, and the page says that it is busy; on PostgreSQL the mail alone is locked."""
        mail = house.room.put("b.2021")
        browser = house.head()
        fields = hidden(browser.get(f"/en/outbox/{mail}/hold"))
        monkeypatch.setattr("config.database.PATIENCE", 50)
        house.porch.job.database.close()
        with house.room.database.write():
            answer = browser.post(f"/en/outbox/{mail}/hold", fields)
        busy = house.room.database.engine.dialect.name == "sqlite"
        assert (answer.status_code, answer.headers.get("retry-after")) == ((503, "60") if busy else (200, None))
        assert ("Nothing was changed" in said(answer), house.state(mail)) == (busy, "pending" if busy else "held")


def test_the_way_leads_there_from_ones_name(house: House) -> None:
    for role, leads in ((Role.READER, False), (Role.OFFICER, True), (Role.ADMIN, True)):
        assert ('href="/en/outbox"' in house.head(role).get("/en/account").text) is leads


def test_an_old_mail_is_said_to_be_old(house: House) -> None:
    mail = house.room.put("b.2021")
    with house.room.database.write() as session:
        byhand.hold(session, [mail], "x", house.porch.job.now())
        session.execute(update(DELIVERY).values(created_at=house.porch.job.now() - timedelta(days=9)))
    answer = house.head().get("/en/outbox")
    assert "(9 days)" in said(answer)
    assert "What to do It waits until somebody releases it." in said(answer)
