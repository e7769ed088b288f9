"""People on pages: whom officers see, what heads do about them, and every form that changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from calendars.counter import POLICY
from config.database import Database
from config.officers import Role
from notifications import people
from notifications.contacts import Contact, Rank, address_id
from notifications.people import Standing
from notifications.tables import BOUNCE, CONTACT, DELIVERY, MAIL_AUDIT, MAILBOX, REMINDER
from scheduler.plan import LANGUAGES
from tests.integration.porch import SAME, Browser, Porch
from tests.integration.postroom import Postroom
from tests.integration.reading import hidden, said

OWN, OTHERS = "mttq", "so-ngoai-vu"
LAN, HUNG, MAI = "lan@mttq.example", "hung@mttq.example", "mai@ngoaivu.example"
TABLES = (CONTACT, MAILBOX, MAIL_AUDIT, DELIVERY, REMINDER, BOUNCE)


def contact(ident: str = "lan", **fields: object) -> Contact:
    """A specialist of the Front."""
    given = {
        "id": ident,
        "name": "Nguyễn Thị Lan",
        "organisation": OWN,
        "rank": Rank.SPECIALIST,
        "address": LAN,
        "lang": "vi",
    }
    return Contact(**{**given, **fields})  # type: ignore[arg-type]  # names of the fields of a Contact


@dataclass
class House:
    """An installation with three people, and browsers of those who look at them."""

    porch: Porch
    database: Database

    def head(self, role: Role = Role.HEAD, organisations: tuple[str, ...] = (OWN,)) -> Browser:
        """A browser of somebody with this role, signed in."""
        return self.porch.entered(role, *organisations)

    def rows(self) -> list[list[tuple[object, ...]]]:
        """Everything kept of people and of mail."""
        with self.database.read() as session:
            return [sorted((tuple(row) for row in session.execute(select(table))), key=repr) for table in TABLES]

    def standing(self, address: str = LAN) -> Standing:
        with self.database.read() as session:
            return people.standing(session, address)

    def person(self, ident: str = "lan") -> Contact | None:
        with self.database.read() as session:
            return next((one for one in people.listed(session) if one.id == ident), None)

    def verify(self, address: str = LAN) -> None:
        with self.database.write() as session:
            people.verified(session, address_id(address), self.porch.job.now())

    def suspend(self, address: str = LAN) -> None:
        with self.database.write() as session:
            for _ in range(3):
                people.bounced(session, address, self.porch.job.now(), "5.1.1 no such user")

    def last(self, address: str = LAN) -> tuple[object, ...]:
        """State, why and who of the last change of an address."""
        a = MAIL_AUDIT.c
        with self.database.read() as session:
            query = select(a.state, a.detail, a.worker).where(a.subject_id == address_id(address)).order_by(a.id.desc())
            row = session.execute(query).first()
        return tuple(row) if row else ()


def listed(page: httpx.Response) -> list[str]:
    """The ids of the people on a page, in their order."""
    return re.findall(r'<h2><a href="/../people/([a-z0-9-]+)"', page.text)


def typed(**more: str) -> dict[str, str]:
    """What is typed for somebody new."""
    return {
        "id": "nam", "name": "Lê Văn Nam", "organisation": OWN, "rank": "specialist", "mail": "nam@mttq.example",
        "lang": "", "mails": "single", "calendar": "feed", "away": "", "step": "look", **more,
    }  # fmt: skip


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with Porch(database) as porch:
        with database.write() as session:
            people.put(
                session,
                [
                    contact(),
                    contact("hung", name="Trần Quốc Hùng", rank=Rank.HEAD, address=HUNG),
                    contact("mai", name="Hồ Thị Mai", organisation=OTHERS, address=MAI),
                ],
                porch.job.now(),
            )
        yield House(porch, database)


class TestList:
    def test_the_people_of_their_organisations_and_how_their_addresses_stand(self, house: House) -> None:
        house.verify(HUNG)
        house.suspend()
        answer = house.head(Role.OFFICER).get("/en/people")
        assert (answer.status_code, listed(answer)) == (200, ["lan", "hung"])
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == POLICY
        for words in (
            "suspended since 1 September 2021: 3 mails came back Nguyễn Thị Lan MTTQ tỉnh Quảng Trị · spec",
            "What to do Telephone and correct the address",
            "confirmed on 1 September 2021 Trần Quốc Hùng MTTQ tỉnh Quảng Trị · head of section",
        ):
            assert words in said(answer), words

    def test_each_sees_their_own(self, house: House) -> None:
        seen = {
            "mine": listed(house.head().get("/en/people")),
            "theirs": listed(house.head(organisations=(OTHERS,)).get("/en/people")),
            "all": listed(house.head(Role.ADMIN, ()).get("/en/people")),
        }
        assert seen == {"mine": ["lan", "hung"], "theirs": ["mai"], "all": ["lan", "hung", "mai"]}

    @pytest.mark.parametrize(
        ("asked", "found"),
        [("q=nguyen%20thi", ["lan"]), ("q=HUNG%40", ["hung"]), ("state=open", ["hung"]), ("state=closed", []),
         ("state=waiting", ["lan", "mai"]), ("organisation=so-ngoai-vu", ["mai"]), ("q=", ["lan", "hung", "mai"])]
    )  # fmt: skip
    def test_narrowed(self, house: House, asked: str, found: list[str]) -> None:
        house.verify(HUNG)
        answer = house.head(Role.ADMIN, ()).get(f"/en/people?{asked}")
        assert (answer.status_code, listed(answer)) == (200, found)
        assert ("Nobody here is like that" in said(answer)) is (found == [])

    @pytest.mark.parametrize(
        "asked", ["state=x", "q=%00", f"q={'a' * 101}", "page=0", "page=x", "organisation=so-ngoai-vu"]
    )
    def test_an_address_that_cannot_be_followed(self, house: House, asked: str) -> None:
        answer = house.head().get(f"/en/people?{asked}")
        assert (answer.status_code, said(answer).startswith("The address cannot be read")) == (400, True)

    def test_twenty_on_a_page(self, house: House) -> None:
        with house.database.write() as session:
            many = [contact(f"a-{number}", address=f"a{number}@mttq.example") for number in range(41)]
            people.put(session, many, house.porch.job.now())
        browser = house.head()
        pages = [browser.get(f"/en/people?page={number}") for number in (1, 2, 3)]
        assert [len(listed(page)) for page in pages] == [20, 20, 3]
        assert "People 21 – 40 of 43" in said(pages[1])
        assert browser.get("/en/people?page=4").status_code == 404

    def test_an_empty_list_says_what_to_do(self, house: House) -> None:
        with house.database.write() as session:
            people.remove(session, {"lan", "hung", "mai"}, house.porch.job.now())
        answer = house.head().get("/en/people")
        assert ("Nobody is in the list yet" in said(answer), 'href="/en/people/new"' in answer.text) == (True, True)


class TestOne:
    def test_a_person_whole_with_the_reminders_to_come(self, house: House) -> None:
        house.verify()
        answer = house.head(Role.OFFICER).get("/en/people/lan")
        assert answer.status_code == 200
        words = said(answer)
        for part in (
            "Id lan",
            "Rank specialist officer",
            f"Mail address {LAN}",
            "1 September 2021 – 30 November 2021",
            "Heads change",
        ):
            assert part in words, part
        assert re.findall(r'<a href="/en/o/([a-z0-9.-]+)"', answer.text)
        assert "; their organisation leads it" in words
        assert "/people/lan/remove" not in answer.text

    def test_the_reminders_are_those_of_the_command(self, house: House) -> None:
        from config.foreseeing import preview

        house.verify()
        job = house.porch.job
        coming = preview(job, job.today(), job.today() + timedelta(days=90), LAN)
        told = [reminder.slot.occurrence for reminder, _ in coming if reminder.slot.recipient == "@lan"]
        shown = re.findall(r'<a href="/en/o/([a-z0-9.-]+)"', house.head().get("/en/people/lan").text)
        assert (bool(told), shown) == (True, told)

    def test_what_came_back_is_told(self, house: House) -> None:
        room = Postroom(house.database, house.porch.job.now())
        mail = room.put("b.2021", LAN)
        house.suspend()
        with house.database.write() as session:
            values = {"id": "0" * 32, "delivery": mail, "address": LAN, "action": "failed", "status": "5.1.1",
                      "said": "no such user", "at": house.porch.job.now()}  # fmt: skip
            session.execute(BOUNCE.insert().values(values))
        words = said(house.head().get("/en/people/lan"))
        for part in (
            "None: the address is suspended, since mails came back.",
            "Came back in a row 3: 5.1.1 no such user",
            "The mail server there knows no such mailbox. (5.1.1 no such user)",
            "suspended: mails came back",
        ):
            assert part in words, part

    def test_nothing_is_told_of_an_address_that_is_not_confirmed(self, house: House) -> None:
        assert "None as long as the address is not confirmed." in said(house.head().get("/en/people/lan"))

    @pytest.mark.parametrize("path", ["mai", "mai/edit", "mai/ask", "x", "x/ask", "%00", "A", "a" * 65, "lan/burn"])
    def test_what_is_not_there_or_of_others(self, house: House, path: str) -> None:
        answer = house.head().get(f"/en/people/{path}")
        assert (answer.status_code, said(answer).startswith("Not found")) == (404, True)

    def test_ones_own_page_is_there_in_any_case(self, house: House) -> None:
        house.porch.officer("mai", Role.HEAD, organisations=(OWN,))
        with house.database.write() as session:
            people.put(session, [replace(contact("mai", organisation=OTHERS), address="mai@quang-tri.example")],
                       house.porch.job.now())  # fmt: skip
        browser = house.porch.browser()
        browser.enter("mai")
        assert 'href="/en/people/mai#ahead"' in browser.get("/en/account").text
        answer = browser.get("/en/people/mai")
        assert ("You see this because it is your own address" in said(answer)) is True
        assert browser.get("/en/people/mai/remove").status_code == 404

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_in_every_language(self, house: House, lang: str) -> None:
        browser = house.head()
        pages = [
            browser.get(f"/{lang}/people{more}")
            for more in ("", "/lan", "/lan/ask", "/lan/edit", "/new", "/lan/reopen")
        ]
        assert [page.status_code for page in pages] == [200, 200, 200, 200, 200, 409]
        assert all(f'<html lang="{lang}">' in page.text for page in pages)


class TestActs:
    def test_the_mail_that_asks_to_confirm_goes_again(self, house: House) -> None:
        browser = house.head()
        asked = browser.get("/en/people/lan/ask")
        assert f"A mail goes to {LAN} that asks to confirm the address." in said(asked)
        assert house.standing().asked_at is None
        done = browser.post("/en/people/lan/ask", hidden(asked))
        assert (done.status_code, house.standing().asked_at) == (200, house.porch.job.now())
        assert house.last() == ("asked", None, "mot-head-0")
        assert "asked to confirm the address (mot-head-0)" in said(done)
        mine = said(browser.get("/vi/people/lan"))
        assert ("đã hỏi ngày" in mine, "đã gửi thư" in mine) == (True, False)  # no mail has gone yet
        again = browser.get("/en/people/lan/ask")
        assert (again.status_code, "Ask again in 60 min" in said(again)) == (409, True)

    def test_the_office_confirms_it_and_says_why(self, house: House) -> None:
        browser = house.head()
        fields = hidden(browser.get("/en/people/lan/confirm"))
        before = house.rows()
        for empty in ({}, {"reason": "  "}, {"reason": "\u200d"}):
            refused = browser.post("/en/people/lan/confirm", fields | empty)
            assert (refused.status_code, house.rows()) == (400, before)
        done = browser.post("/en/people/lan/confirm", fields | {"reason": "gọi điện, chị Lan xác nhận"})
        assert (done.status_code, house.standing().verified) == (200, True)
        assert house.last() == ("verified", "gọi điện, chị Lan xác nhận", "mot-head-0")

    def test_mail_goes_again_after_it_came_back(self, house: House) -> None:
        house.suspend()
        browser = house.head()
        asked = browser.get("/en/people/lan/reopen")
        assert browser.get("/en/people/lan/confirm").status_code == 409
        done = browser.post("/en/people/lan/reopen", hidden(asked) | {"reason": "hộp thư đã sửa"})
        assert (done.status_code, house.standing().closed, house.standing().hard_bounces) == (200, False, 0)
        assert "mail goes again: hộp thư đã sửa (mot-head-0)" in said(done)

    def test_off_the_list_and_what_brings_them_back(self, house: House) -> None:
        browser = house.head()
        done = browser.post("/en/people/lan/remove", hidden(browser.get("/en/people/lan/remove")))
        assert (done.status_code, house.person()) == (200, None)
        assert "contacts: lan: name: Nguyễn Thị Lan organisation: mttq rank: specialist mail: lan@mttq.example" in said(
            done
        )
        assert house.last() == ("removed", None, "mot-head-0")

    def test_an_address_that_others_have_too_is_for_the_admin(self, house: House) -> None:
        with house.database.write() as session:
            people.put(session, [contact("mai", organisation=OTHERS)], house.porch.job.now())
        house.suspend()
        head = house.head()
        refused = head.get("/en/people/lan/reopen")
        assert (refused.status_code, "another organisation has the same address" in said(refused)) == (409, True)
        admin = house.head(Role.ADMIN, ())
        assert admin.get("/en/people/lan/reopen").status_code == 200
        told = ["What became of the address" in said(one.get("/en/people/lan")) for one in (admin, head)]
        assert told == [True, False]

    def test_what_changed_meanwhile_is_said_and_nothing_done(self, house: House) -> None:
        browser = house.head()
        fields = {act: hidden(browser.get(f"/en/people/lan/{act}")) for act in ("ask", "confirm", "remove")}
        house.verify()
        before = house.rows()
        for act, given in fields.items():
            answer = browser.post(f"/en/people/lan/{act}", given | {"reason": "x"})
            assert (answer.status_code, "changed this since you looked" in said(answer)) == (409, True)
        assert house.rows() == before


class TestForm:
    def test_somebody_new_in_two_steps(self, house: House) -> None:
        browser = house.head()
        fields = hidden(browser.get("/en/people/new"))
        before = house.rows()
        look = browser.post("/en/people/new", fields | typed(sat="yes", away="20/12/2021 - 31/12/2021, 5/1/2022"))
        assert (look.status_code, house.rows()) == (200, before)
        for words in ("Full name Lê Văn Nam", "No mail on Saturday, 20 December 2021 – 31 December 2021, 5 January",
                      "A mail goes to nam@mttq.example that asks to confirm the address"):  # fmt: skip
            assert words in said(look), words
        back = browser.post("/en/people/new", hidden(look) | {"step": "back"})
        assert 'value="20/12/2021 - 31/12/2021, 5/1/2022"' in back.text
        done = browser.post("/en/people/new", hidden(look) | {"step": "save"})
        found = house.person("nam")
        assert (done.status_code, found is not None) == (200, True)
        assert found is not None
        assert (found.address, found.lang, found.quiet.weekdays, len(found.quiet.spans)) == (
            "nam@mttq.example",
            "vi",
            {5},
            2,
        )
        assert house.standing("nam@mttq.example").asked_at == house.porch.job.now()
        assert house.last("nam@mttq.example") == ("added", None, "mot-head-0")
        again = browser.post("/en/people/new", hidden(look) | {"step": "save"})
        assert (again.status_code, "Somebody has this id already" in said(again)) == (400, True)

    def test_details_are_changed_and_a_new_address_is_confirmed_anew(self, house: House) -> None:
        house.verify()
        browser = house.head()
        form = browser.get("/en/people/lan/edit")
        assert f'value="{LAN}"' in form.text
        given = typed(name="Nguyễn Thị Lan", mail="lan2@mttq.example", rank="head", lang="vi")
        look = browser.post("/en/people/lan/edit", hidden(form) | given)
        assert f"Mail address {LAN} → lan2@mttq.example" in said(look)
        assert "Rank specialist officer → head of section" in said(look)
        assert "Full name" not in said(look)
        done = browser.post("/en/people/lan/edit", hidden(look) | {"step": "save"})
        found = house.person()
        assert (done.status_code, found and found.address, found and found.rank) == (200, "lan2@mttq.example", "head")
        assert house.last("lan2@mttq.example") == ("changed", "rank, mail", "mot-head-0")
        assert "details changed: Rank, Mail address (mot-head-0)" in said(done)

    def test_nothing_changes_and_it_says_so(self, house: House) -> None:
        browser = house.head()
        form = browser.get("/en/people/lan/edit")
        look = browser.post("/en/people/lan/edit", hidden(form) | typed(name="Nguyễn Thị Lan", mail=LAN, lang="vi"))
        assert ("Nothing would change" in said(look), 'value="save"' in look.text) == (True, False)

    def test_who_else_has_the_address_is_said(self, house: House) -> None:
        browser = house.head()
        fields = hidden(browser.get("/en/people/new"))
        mine = browser.post("/en/people/new", fields | typed(mail=HUNG))
        assert "Trần Quốc Hùng has the same address: both get their mail there." in said(mine)
        theirs = browser.post("/en/people/new", fields | typed(mail=MAI))
        assert "Somebody of another organisation has the same address." in said(theirs)
        assert "Hồ Thị Mai" not in said(theirs)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"id": "A b"}, "An id is of 1 to 64 small letters"),
            ({"id": "new"}, "An id is of 1 to 64 small letters"),
            ({"id": ""}, "An id is of 1 to 64 small letters"),
            ({"id": "mai"}, "Somebody has this id already"),
            ({"id": "mttq"}, "Somebody has this id already"),
            ({"name": "  "}, "Write the name on one line"),
            ({"name": "Lan =?x"}, "Write the name on one line"),
            ({"mail": "lan"}, "Write the one address they read"),
            ({"mail": "a@x.example, b@x.example"}, "Write the one address they read"),
            ({"mail": "Lan <lan@x.example>"}, "Write the one address they read"),
            ({"organisation": OTHERS}, "Choose an organisation that you act for."),
            ({"organisation": "x"}, "Choose an organisation that you act for."),
            ({"rank": "king"}, "Choose one of the list."),
            ({"lang": "th"}, "Choose one of the list."),
            ({"calendar": "x"}, "Choose one of the list."),
            ({"away": "mai"}, "Write days such as 20/12/2026"),
            ({"away": "31/2/2026"}, "Write days such as 20/12/2026"),
            ({"away": "31/12/2026 - 1/12/2026"}, "Write days such as 20/12/2026"),
            ({"away": "1/1/2026 - 31/12/2027"}, "Write days such as 20/12/2026"),
            (dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "yes"), "Leave one working day"),
        ],
    )
    def test_what_cannot_be_used_is_said_beside_its_field(
        self, house: House, wrong: dict[str, str], words: str
    ) -> None:
        browser = house.head()
        fields, before = hidden(browser.get("/en/people/new")), house.rows()
        for step in ("look", "save"):
            answer = browser.post("/en/people/new", fields | typed(**wrong, step=step))
            assert (answer.status_code, words in said(answer), house.rows()) == (400, True, before)
            assert answer.text.count('class="fault"') == 1

    def test_somebody_else_changed_them_meanwhile(self, house: House) -> None:
        browser = house.head()
        fields = hidden(browser.get("/en/people/lan/edit"))
        with house.database.write() as session:
            people.put(session, [contact(rank=Rank.HEAD)], house.porch.job.now())
        before = house.rows()
        for step in ("look", "save"):
            answer = browser.post("/en/people/lan/edit", fields | typed(step=step, lang="vi"))
            assert (answer.status_code, "changed this since you looked" in said(answer)) == (409, True)
        assert house.rows() == before


class TestForms:
    """Whatever is wrong with a form: a clear page, and nothing is changed."""

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            (b"x" * 1_000_000, 413, "too large"),
            (b"SEAL&seen=SEEN&reason=%00", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&reason=a%0Ab", 400, "cannot be read"),
            (b"SEAL&seen=SEEN&reason=" + b"a" * 301, 400, "cannot be read"),
            (b"SEAL&seen=SEEN&who=hung", 400, "cannot be read"),
            (b"SEAL&seen=x", 400, "cannot be read"),
            (b"", 400, "cannot be read"),
            (b"seal=&seen=SEEN&reason=x", 403, "send it again"),
            (b"SEAL&seen=0123456789abcdef&reason=x", 409, "changed this since you looked"),
        ],
    )
    @pytest.mark.parametrize("path", ["lan/ask", "lan/confirm", "lan/remove"])
    def test_it_is_a_form_of_ours(self, house: House, path: str, body: bytes, status: int, words: str) -> None:
        browser = house.head()
        fields, before = hidden(browser.get(f"/en/people/{path}")), house.rows()
        given = body.replace(b"SEAL", b"seal=" + fields["seal"].encode()).replace(b"SEEN", fields["seen"].encode())
        answer = browser.post(f"/en/people/{path}", given)
        assert (answer.status_code, words in said(answer), house.rows()) == (status, True, before)
        assert "Nothing was changed" in said(answer)

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [({"name": "a\x00b"}, 400), ({"name": "a" * 201}, 400), ({"who": "x"}, 400), ({"step": "x"}, 400),
         ({"sat": "no"}, 400), ({"seal": "x"}, 403), ({"seen": ""}, 400)]
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["new", "lan/edit"])
    def test_the_form_of_a_person_too(self, house: House, path: str, wrong: dict[str, str], status: int) -> None:
        browser = house.head()
        fields, before = hidden(browser.get(f"/en/people/{path}")), house.rows()
        answer = browser.post(f"/en/people/{path}", fields | typed(step="save") | wrong)
        assert (answer.status_code, house.rows(), "Nothing was changed" in said(answer)) == (status, before, True)

    def test_it_comes_from_this_session_this_site_and_this_office(self, house: House) -> None:
        browser, other, officer = house.head(), house.head(organisations=(OTHERS,)), house.head(Role.OFFICER)
        fields = hidden(browser.get("/en/people/lan/remove"))
        before = house.rows()
        assert other.post("/en/people/lan/remove", fields).status_code == 403
        theirs = hidden(other.get("/en/people/mai/remove"))
        assert other.post("/en/people/lan/remove", fields | {"seal": theirs["seal"]}).status_code == 404
        assert officer.post("/en/people/lan/remove", fields).status_code == 403
        assert browser.post("/en/people/lan/remove", fields, {"sec-fetch-site": "cross-site"}).status_code == 403
        assert browser.post("/en/people/lan/remove", b"{}", SAME, kind="application/json").status_code == 415
        assert house.porch.browser().post("/en/people/lan/remove", fields).status_code == 403
        assert house.rows() == before
