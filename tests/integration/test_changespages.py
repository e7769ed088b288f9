"""Changes on their page and as a table: who sees what, how it is narrowed, and what spreadsheets make of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from calendars import links
from calendars.counter import POLICY
from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from config.changesdesk import table_of
from config.database import Database
from config.decide import decide
from config.officers import Role
from notifications import byhand, people
from notifications.contacts import address_id
from scheduler import trail
from scheduler.amendment import Decision, Verb
from scheduler.occurrence import Selection
from scheduler.plan import LANGUAGES
from scheduler.proving import proved
from scheduler.trail import EVERYBODY, Area, Deed
from scheduler.trailbook import Question
from tests.integration.porch import Browser, Porch
from tests.integration.postroom import Postroom
from tests.integration.reading import said
from tests.integration.registry import LAN, unguarded


@dataclass
class House:
    """An installation in which something was done, and browsers of those who look."""

    porch: Porch

    def enter(self, role: Role = Role.OFFICER, organisations: tuple[str, ...] = ("mttq",)) -> Browser:
        ident = f"mot-{role}-{len(self.porch.browsers)}"
        self.porch.officer(ident, role, organisations=organisations)
        browser = self.porch.browser()
        assert browser.enter(ident).status_code == 303
        return browser

    def decide(self, verb: Verb, *keys: str, who: str = "Lê Thị Lan", why: str = "công văn 12", **more: object) -> int:
        decision = Decision(verb=verb, keys=keys, **more)  # type: ignore[arg-type]  # fields of a Decision
        ruling = decide(self.porch.job, decision, who, why, apply=True)
        assert ruling.number is not None
        return ruling.number

    def note(self, who: str, why: str = "", subject: str = "") -> None:
        deed = Deed(
            at=self.porch.job.now(), who=who, area=Area.FEED, action="created", subject=subject, detail={"why": why},
            about=(EVERYBODY,),
        )  # fmt: skip
        with self.porch.database.write() as session:
            trail.note(session, deed)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with Porch(database) as porch:
        yield House(porch)


def numbers(page: httpx.Response) -> list[int]:
    """The numbers of the lines on a page."""
    return [int(number) for number in re.findall(r'<li id="n(\d+)"', page.text)]


def rows(answer: httpx.Response) -> list[list[str]]:
    """The cells of a table, as a spreadsheet program has them."""
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


class TestPage:
    def test_who_did_what_the_newest_first(self, house: House) -> None:
        number = house.decide(Verb.CANCEL, "hoi-dam.2022")
        answer = house.enter().get("/en/changes")
        assert answer.status_code == 200
        assert (answer.headers["cache-control"], answer.headers["content-security-policy"]) == ("no-store", POLICY)
        lines = numbers(answer)
        assert lines == sorted(lines, reverse=True)
        for words in (
            "Plans taken in: mat-tran; directory files taken in: danh-ba.yaml; days off taken in; ",
            "turns worked out up to the end of 2026 Person luanphien About mat-tran ",
            "Cancelled Person Lê Thị Lan About ",
            "Reason công văn 12",
            "Seal of the last line: 3:",
        ):  # fmt: skip
            assert words in said(answer), words
        for href in (
            'href="/en/o/hoi-dam.2022"',
            'href="/en/changes?key=hoi-dam.2022"',
            f'href="/en/decide/undo?number={number}"',
            "/en/changes?who=L%C3%AA+Th%E1%BB%8B+Lan",
        ):
            assert href in answer.text, href

    def test_what_was_taken_back_or_is_not_theirs_cannot_be_taken_back(self, house: House) -> None:
        number = house.decide(Verb.CANCEL, "hoi-dam.2022")
        link = f"/decide/undo?number={number}"
        assert link in house.enter().get("/en/changes").text
        assert link not in house.enter(organisations=("so-khac",)).get("/en/changes").text
        assert link not in house.enter(Role.ADMIN, ()).get("/en/changes").text
        for organisations, status in ((("mttq",), 200), (("so-khac",), 403)):  # as the page behind the link judges
            assert house.enter(organisations=organisations).get(f"/en{link}").status_code == status
        undo = house.decide(Verb.UNDO, target=number)
        page = house.enter().get("/en/changes").text
        assert (f'{link}"' in page, f"/decide/undo?number={undo}" in page) == (False, True)

    def test_a_decision_on_a_whole_series_can_be_taken_back_too(self, house: House) -> None:
        number = house.decide(Verb.JOIN, obligation="doan", leg="salavan", party="savannakhet", cycle=2025)
        link = f"/decide/undo?number={number}"
        page = house.enter().get("/en/changes")
        assert (link in page.text, "Savannakhet takes turns from 2025" in said(page)) == (True, True)
        assert link not in house.enter(organisations=("so-khac",)).get("/en/changes").text

    def test_a_line_that_somebody_spoilt_is_shown_as_it_stands(self, house: House) -> None:
        house.decide(Verb.CANCEL, "hoi-dam.2022")
        with house.porch.database.engine.execution_options(writes=True).begin() as connection:
            unguarded(connection)
            connection.execute(text("UPDATE trail SET detail = '{', area = 'x'"))
        answer = house.enter().get("/en/changes")
        assert (answer.status_code, "Cancel Person" in said(answer)) == (200, True)

    def test_a_line_whose_time_is_none_is_shown_among_the_others(self, house: House) -> None:
        engine = house.porch.database.engine
        house.decide(Verb.CANCEL, "hoi-dam.2022")
        house.decide(Verb.CANCEL, "hoi-dam.2021")
        spoil = text("UPDATE trail SET at = 'hôm qua' WHERE number = 2")
        with engine.execution_options(writes=True).begin() as connection:
            unguarded(connection)
            if engine.dialect.name == "postgresql":  # it keeps only times in a column of times
                with pytest.raises(DBAPIError):
                    connection.execute(spoil)
                return
            connection.execute(spoil)
        browser = house.enter()
        answer = browser.get("/en/changes")
        assert (answer.status_code, numbers(answer)) == (200, [4, 3, 2, 1])
        assert "This line cannot be read any more: somebody changed it Person Lê Thị Lan" in said(answer)
        found = rows(browser.get("/en/changes.csv"))
        assert [row[1][:4] for row in found[1:]] == ["2021", "2021", "–", "2021"]

    def test_narrowed_as_asked(self, house: House) -> None:
        house.decide(Verb.CANCEL, "hoi-dam.2022")
        house.porch.later(days=2)
        house.decide(Verb.CANCEL, "hoi-dam.2021", who="Trần Bình")
        browser = house.enter(Role.ADMIN, ())
        for asked, found in (
            ("who=L%C3%AA&key=&area=&from=&to=", [2]),
            ("key=hoi-dam", [3, 2]),
            ("key=hoi-dam.2021", [3]),
            ("key=mat-tran", [1]),
            ("area=decision", [3, 2]),
            ("area=directory", [1]),
            ("area=decision&to=2021-09-02", [2]),
            ("area=decision&from=2021-09-03", [3]),
            ("from=2021-09-01&to=2021-09-01&area=decision", [2]),
            ("key=nobody", []),
        ):
            assert numbers(browser.get(f"/en/changes?{asked}")) == found, asked
        assert "Nothing was done like that Show all changes" in said(browser.get("/en/changes?key=nobody"))

    @pytest.mark.parametrize(
        "asked", ["area=x", "who=%00", "who=a%0Ab", f"who={'a' * 201}", f"key={'a' * 321}", "key=%E2%80%AE", "from=x",
                  "from=2021-02-30", "to=9999-01-01", "from=2021-09-02&to=2021-09-01", "page=0", "page=x", "page=1e3"]
    )  # fmt: skip
    def test_what_cannot_be_asked(self, house: House, asked: str) -> None:
        browser = house.enter()
        answer = browser.get(f"/en/changes?{asked}")
        assert (answer.status_code, said(answer).startswith("The address cannot be read")) == (400, True)
        if not asked.startswith("page"):
            assert browser.get(f"/en/changes.csv?{asked}").status_code == 400

    def test_twenty_on_a_page_and_a_cut_says_so(self, house: House) -> None:
        for number in range(41):
            house.note("lan", subject=f"a{number}")
        browser = house.enter()
        pages = [browser.get(f"/en/changes?area=feed&who=lan&page={number}") for number in (1, 2, 3)]
        assert [len(numbers(page)) for page in pages] == [20, 20, 1]
        assert "Changes 21 – 40 of 41" in said(pages[1])
        assert 'href="/en/changes?area=feed&amp;who=lan&amp;page=3" rel="next"' in pages[1].text
        assert browser.get("/en/changes?area=feed&page=4").status_code == 404

    def test_what_concerns_another_office_is_not_there(self, house: House) -> None:
        mail = Postroom(house.porch.database, house.porch.job.now()).put("hoi-dam.2021")
        with house.porch.database.write() as session:
            byhand.hold(session, [mail], "ai", house.porch.job.now())
            people.put(session, [LAN], house.porch.job.now(), "ai")

        def seen(role: Role, *offices: str) -> tuple[list[str], list[str]]:
            browser = house.enter(role, offices)
            page, table = browser.get("/en/changes?who=ai"), browser.get("/en/changes.csv?who=ai")
            return re.findall("<h2>([^<]*)</h2>", page.text), [row[4] for row in rows(table)[1:]]

        added, held = "eople added: lan", "eld by hand"
        assert seen(Role.ADMIN) == (["P" + added, "H" + held], ["p" + added, "h" + held])
        assert seen(Role.OFFICER, "mttq") == (["P" + added], ["p" + added])
        assert seen(Role.HEAD, "mttq-quang-tri") == (["H" + held], ["h" + held])
        assert seen(Role.HEAD, "so-khac") == (["Nothing was done like that"], [])
        assert f"/en/outbox/{mail}" in house.enter(Role.ADMIN, ()).get("/en/changes?who=ai").text

    def test_of_many_people_each_office_is_told_of_its_own(self, house: House) -> None:
        """Taken in at once, or off the list, or behind one address: no line tells of people `/people` does not show."""
        theirs = {"mttq": [LAN], "so-ngoai-vu": [replace(LAN, id=each, organisation="so-ngoai-vu") for each in "ab"]}
        everyone = [one for some in theirs.values() for one in some]
        now, mail = house.porch.job.now(), address_id(LAN.address)
        with house.porch.database.write() as session:
            people.put(session, everyone, now, "ai")
            people.verified(session, mail, now, why="gọi điện", who="ai")
            people.put(session, [replace(one, name="Khác") for one in everyone], now, "ai")
            people.remove(session, [one.id for one in everyone], now, "ai")
        for office, some in theirs.items():
            table = rows(house.enter(organisations=(office,)).get("/en/changes.csv?who=ai"))[1:]
            assert [row[7] for row in table] == [" ".join(sorted([office, *(one.id for one in some)]))] * 4
            names = ", ".join(one.id for one in some)
            told = [f"people removed: {names}", f"people changed: {names}; name", "address confirmed by the office"]
            assert [row[4] for row in table] == [*told, f"people added: {names}"]
        with house.porch.database.read() as session:
            assert proved(session).whole

    def test_who_goes_to_another_office_is_a_line_for_both(self, house: House) -> None:
        now, gone = house.porch.job.now(), replace(LAN, organisation="so-ngoai-vu")
        with house.porch.database.write() as session:
            people.put(session, [LAN, replace(LAN, id="binh")], now, "văn phòng")
            people.put(session, [gone, replace(LAN, id="binh", name="Bình")], now, "ai")
        for office, told in (
            ("mttq", ["people changed: lan; organisation", "people changed: binh; name"]),
            ("so-ngoai-vu", ["people changed: lan; organisation"]),
        ):
            table = rows(house.enter(organisations=(office,)).get("/en/changes.csv?who=ai"))[1:]
            assert [row[4] for row in table] == told

    def test_a_feed_is_told_of_to_those_who_see_it(self, house: House) -> None:
        asked = {
            "chung": ((), (), None), "ben": ((), (), "savannakhet"), "mat-tran": (("mttq",), (), None),
            "ngoai-vu": (("so-ngoai-vu",), (), None), "ca-hai": (("mttq", "so-ngoai-vu"), (), None),
            "ke-hoach": ((), ("mat-tran",), None), "mat": ((), (), "so-ngoai-vu"),
        }  # fmt: skip
        now = house.porch.job.now()
        with house.porch.database.write() as session:
            for ident, (bodies, plans, eyes) in asked.items():
                question = FeedQuestion(Selection(involving=bodies, plans=plans), Voice("vi", eyes))
                links.create(session, links.Link(ident, f"Lịch {ident}", ident, question, now, None), None, "ai")
        for role, offices in (
            (Role.OFFICER, ("mttq",)), (Role.HEAD, ("so-ngoai-vu",)), (Role.HEAD, ("so-khac",)), (Role.ADMIN, ()),
        ):  # fmt: skip
            browser = house.enter(role, offices)
            shown = set(re.findall(r'<h2><a href="/../links/([a-z0-9-]+)"', browser.get("/en/links").text))
            assert {row[5] for row in rows(browser.get("/en/changes.csv?who=ai"))[1:]} == shown
            assert {"chung", "ben"} <= shown
            assert shown == set(asked) or role is not Role.ADMIN

    def test_who_a_line_of_a_feed_concerns_was_not_noted_once(self, house: House) -> None:
        """Lines from before say nothing of it: they are an admin's, and of who did it."""
        old = Deed(at=house.porch.job.now(), who="ai", area=Area.FEED, action="created", subject="x", about=("x",))
        with house.porch.database.write() as session:
            trail.note(session, old)
        seen = [len(numbers(house.enter(role).get("/en/changes?key=x"))) for role in (Role.HEAD, Role.ADMIN)]
        assert seen == [0, 1]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_in_every_language(self, house: House, lang: str) -> None:
        house.decide(Verb.CANCEL, "hoi-dam.2022")
        answer = house.enter().get(f"/{lang}/changes")
        assert (answer.status_code, f'<html lang="{lang}"' in answer.text) == (200, True)

    def test_nothing_is_there_to_send(self, house: House) -> None:
        browser = house.enter()
        assert browser.post("/en/changes", {"seal": "x"}).status_code == 405
        assert browser.post("/en/changes.csv", b"x" * 1_000_000).status_code == 405
        head = browser.get("/en/changes.csv", "HEAD")
        assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "text/csv; charset=utf-8")


class TestTable:
    def test_the_same_lines_for_excel(self, house: House) -> None:
        house.decide(Verb.CANCEL, "hoi-dam.2022", why='nói "thôi", xin lỗi')
        answer = house.enter().get("/en/changes.csv?area=decision")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="luanphien-changes.csv"'
        assert answer.headers["cache-control"] == "no-store"
        heads, line = rows(answer)
        with house.porch.database.read() as session:
            found = trail.head(session)
        assert found is not None
        assert heads == [
            "Line", "Time", "Person", "What it is about", "What was done", "About", "Reason", "Found by", "Seal"
        ]  # fmt: skip
        assert line[:8] == [
            "2", "2021-09-01 12:00:00", "Lê Thị Lan", "Decisions", "cancelled", "hoi-dam.2022", 'nói "thôi", xin lỗi',
            "hoi-dam hoi-dam.2022",
        ]  # fmt: skip
        assert re.fullmatch("[0-9a-f]{64}", line[8])

    def test_cells_are_no_formulas(self, house: House) -> None:
        house.note("=cmd|' /C calc'!A0", " \t+1", "@SUM(A1)")
        [_, line] = rows(house.enter().get("/en/changes.csv?area=feed"))
        assert (line[2], line[5], line[6]) == ("'=cmd|' /C calc'!A0", "'@SUM(A1)", "' \t+1")

    def test_more_than_is_read_at_once(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(11):
            house.note("lan", subject=f"a{number}")
        monkeypatch.setattr("config.changesdesk.AT_ONCE", 4)
        browser = house.enter()
        subjects = [row[5] for row in rows(browser.get("/en/changes.csv?area=feed"))[1:]]
        assert subjects == [f"a{number}" for number in reversed(range(11))]
        monkeypatch.setattr("config.changesdesk.MOST_ROWS", 6)
        cut = rows(browser.get("/en/changes.csv?area=feed"))[1:]
        assert [row[5] for row in cut[:-1]] == subjects[:6]
        assert cut[-1] == ["…", "Only the newest 6 lines are here. Choose days to see older ones."]

    def test_lines_that_come_meanwhile_disturb_nothing(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(6):
            house.note("lan", subject=f"a{number}")
        monkeypatch.setattr("config.changesdesk.AT_ONCE", 2)
        table = table_of(house.porch.job, Question(area=Area.FEED), "en")
        parts = [next(table), next(table)]
        house.note("lan", subject="later")
        read = "".join([*parts, *table])
        assert re.findall(r'"(a\d|later)"', read) == [f"a{number}" for number in reversed(range(6))]


def test_a_store_without_plans_has_changes_too(database: Database) -> None:
    with Porch(database, first=False) as porch:
        house = House(porch)
        browser = house.enter()
        answer = browser.get("/en/changes")
        assert (answer.status_code, len(numbers(answer))) == (200, 1)  # that they were added themselves
        other = browser.get("/en/changes?from=2030-01-01")
        assert "Nothing was done like that" in said(other)
