"""Plans on pages: read clause by clause, their texts, and an editor that never saves what was not shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from calendars.counter import ASKING, POLICY
from config.database import Database
from config.decide import decide
from config.guard import MAX_BYTES
from config.officers import Role
from config.olderfiles import outdated
from config.planfile import SourceFile
from config.planforms import MOST_BYTES
from config.planlooks import MOST_BESIDE
from config.settle import sync
from scheduler.amendment import Decision, Verb
from scheduler.plan import LANGUAGES
from tests.integration.planhouse import (
    BOUNDARY,
    EDIT,
    MOVED,
    SWAPPED,
    THEIRS,
    House,
    Writer,
    house,
    parts,
    typed,
)
from tests.integration.porch import FORM, SAME, Porch
from tests.integration.reading import hidden, said
from tests.integration.town import FRONT, LATER, PEOPLE, TALKS, TODAY, VISIT, given

PARTS = f"multipart/form-data; boundary={BOUNDARY}"
FAULTY = FRONT.replace("type: once", "type: onces")


@pytest.fixture
def town(database: Database) -> Iterator[House]:
    with house(database) as found:
        yield found


class TestReading:
    def test_the_plans_of_ones_own_and_all(self, town: House) -> None:
        town.sync(FRONT, THEIRS)
        reader = town.writer(Role.READER).browser
        ours = reader.get("/en/plans")
        assert (ours.status_code, ours.headers["cache-control"]) == (200, "no-store")
        assert ours.headers["content-security-policy"] == POLICY
        for words in ("2020–2022 In force Kế hoạch mat-tran", "Owner of the plan MTTQ tỉnh Quảng Trị"):
            assert words in said(ours), words
        assert ("Kế hoạch so" in said(ours), "Add a plan" in said(ours)) == (False, False)
        everything = said(reader.get("/en/plans?whose=all"))
        assert ("Kế hoạch mat-tran" in everything, "Kế hoạch so" in everything) == (True, True)
        assert "No plan is like that Show all plans" in said(reader.get("/en/plans?name=xyz"))
        for asked in ("whose=x", "name=%00", "name=A", "page=0", "page=x", f"name={'a' * 81}"):
            assert reader.get(f"/en/plans?{asked}").status_code == 400, asked
        assert reader.get("/en/plans?page=2").status_code == 404

    def test_a_plan_clause_by_clause(self, town: House) -> None:
        title = "    title: {vi: Hội đàm}\n"
        town.sync(FRONT.replace(title, f"{title}    assumed: true\n    words: tháng 6\n"))
        page = town.writer(Role.READER).browser.get("/en/plans/mat-tran")
        words = said(page)
        for part in (
            "Duties 5",
            "II.5 delegation exchange Trao đổi đoàn",
            "in 2021 Salavan · Host: Salavan · dates not set",
            "II.6 talks assumed Hội đàm tháng 6 Not in the text (assumed).",
            "Lead MTTQ tỉnh Quảng Trị, Sở Ngoại vụ",
        ):
            assert part in words, part
        assert 'href="/en/o/hoi-dam.2021"' in page.text
        places = [words.index(clause) for clause in ("II.5", "II.6", "III.1", "II.7", "II.8")]
        assert places == sorted(places)

    @pytest.mark.parametrize("path", [
        "x", "x/file", "x/history", "x/edit", "%00", "A", "a" * 81, "mat-tran/file?revision=9",
        "mat-tran/history?revision=9", "mat-tran/edit?proposal=9", "..%2f..%2fx/file",
    ])  # fmt: skip
    def test_what_is_not_there(self, town: House, path: str) -> None:
        answer = town.writer().browser.get(f"/en/plans/{path}")
        assert (answer.status_code, said(answer).startswith("Not found")) == (404, True)

    def test_the_file_is_the_text_byte_for_byte(self, town: House) -> None:
        reader = town.writer(Role.READER).browser
        town.sync(MOVED)
        now, before = reader.get("/en/plans/mat-tran/file"), reader.get("/en/plans/mat-tran/file?revision=1")
        assert (now.content, before.content) == (MOVED.encode(), FRONT.encode())
        assert now.headers["content-disposition"] == 'attachment; filename="mat-tran.yaml"'
        assert before.headers["content-disposition"] == 'attachment; filename="mat-tran.1.yaml"'
        assert now.headers["content-type"] == "text/yaml; charset=utf-8"

    def test_how_the_text_changed_also_after_the_plan_has_ended(self, town: House) -> None:
        town.sync(MOVED)
        reader = town.writer(Role.READER).browser
        page = reader.get("/en/plans/mat-tran/history")
        words = said(page)
        assert f"Revision 2 · 1 September 2021 12:00 from files · {len(MOVED.encode())} bytes" in words
        assert "1 lines new, 1 lines gone" in words
        assert "− rule: {type: once, when: 2021-09-20}" in words
        assert '<tr class="new"' in page.text
        assert "Revision 1, the first" in said(reader.get("/en/plans/mat-tran/history?revision=1"))
        town.sync(THEIRS)
        assert sync(town.porch.database, given(THEIRS, retire=["mat-tran"]), LATER, TODAY).problems == ()
        assert reader.get("/en/plans/mat-tran").status_code == 404
        assert "The plan has ended" in said(reader.get("/en/plans/mat-tran/history"))
        assert reader.get("/en/plans/mat-tran/file?revision=2").content == MOVED.encode()
        assert reader.get("/en/plans/mat-tran/file").status_code == 404

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_in_every_language(self, town: House, lang: str) -> None:
        browser = town.writer().browser
        for path in ("", "/mat-tran", "/mat-tran/history", "/mat-tran/edit", "/new"):
            page = browser.get(f"/{lang}/plans{path}")
            assert (page.status_code, f'lang="{lang}"' in page.text) == (200, True)


class TestChecking:
    def test_a_fault_has_its_line_and_fix_and_the_text_stays_as_it_was_typed(self, town: House) -> None:
        before = town.kept()
        text = FAULTY + "# </textarea><script>&amp; ạ\n"
        answer = town.writer(Role.OFFICER).send(text)
        line = FAULTY[: FAULTY.index("type: onces")].count("\n") + 1
        assert (answer.status_code, typed(answer)) == (200, text)
        assert answer.headers["content-security-policy"] == ASKING
        assert (
            f"Faults: 1 Line {line}, column 5 rule: {{type: onces, when: 2021-09-20}} the rule type is not known"
            in said(answer)
        )
        assert "write one of: 'rotation'" in said(answer)
        assert ('value="save"' in answer.text, "<script>&" in answer.text) == (False, False)
        assert town.kept() == before

    def test_the_effect_is_shown_and_nothing_is_stored_or_sent(self, town: House) -> None:
        before = town.kept()
        answer = town.writer().send(SWAPPED.replace("2021-09-20", "2021-09-21"))
        for words in (
            "What changes 3 with another host 1 on other days",
            "another host Trao đổi đoàn – Salavan in 2021 · doan.salavan.2021 Host: Salavan → Quảng Trị",
            "other days Thăm hỏi 20 September 2021 → 21 September 2021 · tham.once",
            "Save, and put it in force",
            "2 lines new, 2 lines gone",
        ):
            assert words in said(answer), words
        assert town.kept() == before

    def test_many_changes_are_counted_and_the_first_are_shown(self, town: House) -> None:
        duties = [VISIT.replace("id: tham", f"id: tham-{one}").replace("II.7", f"II.{one}") for one in range(60)]
        text = THEIRS.partition("  - id")[0] + "".join(duties)
        answer = town.writer(Role.HEAD, "so-ngoai-vu").send(text, path="/en/plans/new")
        assert ("What changes 60 new" in said(answer), answer.text.count('<li class="to-added">')) == (True, 40)
        assert "… and 20 more" in said(answer)

    def test_a_file_stands_in_place_of_the_text(self, town: House) -> None:
        writer = town.writer()
        answer = writer.send("", file=b"\xef\xbb\xbf" + MOVED.replace("\n", "\r\n").encode())
        assert (typed(answer), "1 on other days" in said(answer)) == (MOVED, True)
        wrong = writer.send(FRONT, file="Kế hoạch".encode("utf-16"))
        assert (typed(wrong), "the file is not UTF-8 text save it as UTF-8" in said(wrong)) == (FRONT, True)
        large = writer.send(FRONT, file=b"#" * (MAX_BYTES + 1))
        assert "the file has 1000001 bytes, more than 1000000" in said(large)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"\x89PNG\r\n", "a.png · Line 1, column 1 the file is not UTF-8 text"),
            (b"#" * 1_600_000, "a.png · Line 1, column 1 the file has 1600000 bytes"),
            (b"", "a.png · Line 1, column 1 the file is empty choose the file of a plan"),
        ],
        ids=["image", "large", "empty"],
    )
    def test_a_file_that_is_refused_is_named_and_shows_no_line_of_the_text(
        self, town: House, content: bytes, words: str
    ) -> None:
        answer = town.writer().send(FRONT, file=content, called="a.png")
        assert (answer.status_code, typed(answer)) == (200, FRONT)
        assert words in said(answer)
        assert ('class="excerpt"' in answer.text, "data-line" in answer.text) == (False, False)

    def test_where_no_file_is_chosen_the_text_counts(self, town: House) -> None:
        answer = town.writer().send(MOVED, file=b"", called="")
        assert "1 on other days" in said(answer)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "the file holds no fields"),
            ("a: &x [1]\nb: *x\n", "anchors and aliases"),
            ("a: \x00", "not well-formed"),
            ("[" * 50, "nested deeper"),
            (
                FRONT.replace("plan: mat-tran", "plan: mat-trn"),
                "this page is for the plan mat-tran, and the text names mat-trn",
            ),
            (FRONT.replace("owner: mttq", "owner: mtq"), "no organisation is called mtq did you mean mttq?"),
            (FRONT + "    chain: khong-co\n", "no preparation chain is called khong-co"),
            ("# " + "a" * MAX_BYTES, "more than 1000000 split it into several files"),
        ],
        ids=["empty", "alias", "control", "deep", "name", "owner", "chain", "large"],
    )
    def test_bad_texts(self, town: House, text: str, words: str) -> None:
        before = town.kept()
        answer = town.writer().send(text)
        assert answer.status_code == 200
        assert words in said(answer)
        assert 'value="save"' not in answer.text
        assert town.kept() == before

    def test_while_somebody_types(self, town: House) -> None:
        writer = town.writer(Role.OFFICER)
        seal = hidden(writer.open())["seal"]
        for path, text, count in (
            ("mat-tran", FRONT, 0),
            ("mat-tran", FAULTY, 1),
            ("mat-tran", "plan: [", 1),
            ("mat-tran", THEIRS, 1),
            ("new", THEIRS, 0),
            ("new", FRONT, 1),
        ):
            body = parts({"seal": seal, "text": text})
            answer = writer.browser.post(f"/en/plans/{path}/check", body, SAME, PARTS)
            assert (answer.status_code, answer.json()["count"]) == (200, count), answer.text
        body = parts({"seal": seal, "text": FAULTY})
        [fault] = writer.browser.post("/vi/plans/mat-tran/check", body, SAME, PARTS).json()["faults"]
        assert fault["line"] == FAULTY[: FAULTY.index("type: onces")].count("\n") + 1
        assert "quy tắc" in fault["message"]

    def test_while_somebody_types_what_the_text_needs_is_read_before_the_rest(self, town: House) -> None:
        """More plans bring people of their own than are read for each key that is pressed."""
        names = [f"p-{number}" for number in range(MOST_BESIDE + 10)]
        body = "organisations:\n  doi-{name}: {{party: quang-tri, name: {{vi: Đội {name}}}}}\nobligations:"
        beside = [
            THEIRS.replace("plan: so\n", f"plan: {name}\n")
            .replace("tham-so", f"tham-{name}")
            .replace("obligations:", body.format(name=name))
            for name in names
        ]
        assert town.sync(FRONT, *beside).problems == ()
        writer = town.writer(Role.OFFICER)
        seal = hidden(writer.open())["seal"]
        for last, count in ((names[0], 0), ("p-9", 0), (names[-1], 0), ("p-99", 1)):
            body = parts({"seal": seal, "text": FRONT.replace("lead: [mttq]", f"lead: [doi-{last}]", 1)})
            answer = writer.browser.post("/en/plans/mat-tran/check", body, SAME, PARTS)
            assert (last, answer.json()["count"]) == (last, count), answer.text


class TestSaving:
    def test_what_was_shown_comes_into_force_and_those_concerned_are_told(self, town: House) -> None:
        told = town.kept()["told"]
        writer = town.writer()
        answer = writer.save(MOVED)
        assert (answer.status_code, town.text()) == (200, MOVED)
        assert "The text is in force. Those whose duties changed are told by mail." in said(answer)
        assert "20 September 2021" not in said(answer)
        assert len(town.kept()["told"]) > len(told)
        assert "Revision 2 · 1 September 2021 12:00 Bà Head-0 (head-0) ·" in said(
            writer.browser.get("/en/plans/mat-tran/history")
        )
        [row] = town.kept()["proposal"]
        assert (row[1], row[2], row[5], row[7], row[8]) == ("mat-tran", "", "head-0", "approved", None)

    @pytest.mark.parametrize(
        ("role", "bodies", "text", "bar"),
        [
            (Role.OFFICER, ("mttq",), MOVED, "Heads of the organisation that owns the plan save it."),
            (Role.HEAD, ("so-ngoai-vu",), MOVED, "Another organisation owns this plan: only it can save."),
            (Role.HEAD, ("mttq",), MOVED.replace("owner: mttq", "owner: so-ngoai-vu"), "Its owner must be yours."),
        ],
        ids=["role", "before", "after"],
    )
    def test_who_may_not_save_sees_why_and_nothing_is_stored(
        self, town: House, role: Role, bodies: tuple[str, ...], text: str, bar: str
    ) -> None:
        writer, before = town.writer(role, *bodies), town.kept()
        assert (bar in said(writer.open())) is ("Its owner" not in bar)
        page = writer.send(text)
        assert (page.status_code, bar in said(page), 'value="save"' in page.text) == (200, True, False)
        refused = writer.send(text, "save", hidden(page))
        assert (refused.status_code, bar in said(refused), typed(refused)) == (403, True, text)
        assert town.kept() == before

    @pytest.mark.parametrize(("role", "bodies"), [(Role.ADMIN, ()), (Role.HEAD, ("mttq", "so-ngoai-vu"))])
    def test_who_may_give_a_plan_to_another_desk(self, town: House, role: Role, bodies: tuple[str, ...]) -> None:
        text = MOVED.replace("owner: mttq", "owner: so-ngoai-vu")
        assert town.writer(role, *bodies).save(text).status_code == 200
        assert town.text() == text

    def test_nobody_takes_duties_of_others_over(self, town: House) -> None:
        writer, before = town.writer(Role.HEAD, "so-ngoai-vu"), town.kept()
        taking = TALKS.replace("    runs_on: no\n", "").replace("kind: talks", "kind: talks\n    continues: mat-tran")
        text = THEIRS.replace("2020 - 2022", "2023 - 2025").replace("2021-09-20", "2024-09-20") + taking
        page = writer.send(text, path="/en/plans/new")
        assert "takes over duties of plans that other organisations own" in said(page)
        assert writer.send(text, "save", hidden(page), "/en/plans/new").status_code == 403
        assert town.kept() == before

    def test_a_new_plan(self, town: House) -> None:
        writer = town.writer(Role.HEAD, "so-ngoai-vu")
        assert "owner: so-ngoai-vu" in typed(writer.open("/en/plans/new"))
        again = writer.send(FRONT, path="/en/plans/new")
        assert "the store has a plan called mat-tran already" in said(again)
        answer = writer.save(THEIRS, "/en/plans/new")
        assert (answer.status_code, town.text("so"), town.text()) == (200, THEIRS, FRONT)
        assert writer.browser.get("/en/plans/so").status_code == 200


class TestMeanwhile:
    """What changed since it was shown is said, and nothing is overwritten."""

    def test_somebody_else_saved(self, town: House) -> None:
        writer, other = town.writer(), town.writer()
        opened = hidden(writer.open())
        checked = hidden(writer.send(MOVED))
        assert other.save(SWAPPED).status_code == 200
        before = town.kept()
        for fields, step in ((opened, "look"), (checked, "save")):
            answer = writer.send(MOVED, step, fields)
            assert (answer.status_code, typed(answer)) == (409, MOVED)
            assert "Somebody else has saved this plan meanwhile." in said(answer)
            assert "2 lines new, 2 lines gone" in said(answer)
        assert (town.kept(), town.text()) == (before, SWAPPED)

    def test_a_file_edited_from_an_older_text_does_not_take_the_page_back(self, town: House) -> None:
        def refused(text: str) -> list[str]:
            with town.porch.database.read() as session:
                return [one.message for one in outdated(session, [SourceFile("mat-tran.yaml", text)])]

        assert refused(f"# sửa\n{FRONT}") == []
        assert town.writer().save(MOVED).status_code == 200
        [told] = refused(f"# sửa\n{FRONT}")
        assert "edited on a page" in told
        assert "replaced by a newer one" in refused(FRONT)[0]
        assert refused(f"# sửa\n{MOVED}") == refused(MOVED) == []

    def test_the_same_text_would_do_something_else_by_now(self, town: House) -> None:
        writer = town.writer()
        checked = hidden(writer.send(MOVED))
        decide(town.porch.job, Decision(verb=Verb.POSTPONE, keys=("tham.once",)), "lan", "hoãn", apply=True)
        before = town.kept()
        answer = writer.send(MOVED, "save", checked)
        assert (answer.status_code, typed(answer)) == (409, MOVED)
        assert "The same text would change something else by now." in said(answer)
        assert town.kept() == before

    def test_the_text_is_not_the_one_that_was_checked(self, town: House) -> None:
        writer, before = town.writer(), town.kept()
        answer = writer.send(SWAPPED, "save", hidden(writer.send(MOVED)))
        assert (answer.status_code, "The text was changed after it was checked." in said(answer)) == (409, True)
        assert writer.send(MOVED, "save", hidden(writer.open())).status_code == 409
        assert town.kept() == before

    def test_the_text_in_force_is_not_saved_again(self, town: House) -> None:
        writer, before = town.writer(), town.kept()
        page = writer.send(FRONT)
        assert ("there is nothing to save" in said(page), 'value="save"' in page.text) == (True, False)
        assert writer.send(FRONT, "save", hidden(page)).status_code == 409
        assert town.kept() == before

    def test_the_directory_is_that_of_the_store(self, town: House) -> None:
        people = PEOPLE.replace("MTTQ tỉnh Quảng Trị", "Mặt trận Quảng Trị")
        assert sync(town.porch.database, given(FRONT, people=people), LATER, TODAY).problems == ()
        assert town.writer().save(MOVED).status_code == 200
        with town.porch.job.office() as desk:
            assert desk.directory().organisations["mttq"].name.vi == "Mặt trận Quảng Trị"


class TestForms:
    """Whatever is wrong with a form: a clear page, and nothing is changed."""

    def test_bodies(self, town: House) -> None:
        writer, before = town.writer(), town.kept()
        fields = hidden(writer.send(MOVED)) | {"text": MOVED, "step": "save"}

        def post(body: bytes, kind: str = PARTS, **headers: str) -> int:
            return writer.browser.post(EDIT, body, headers or SAME, kind).status_code

        whole = parts(fields)
        assert [
            post(whole + b"#" * MOST_BYTES),
            post(b"{}", "application/json"),
            post(b"text=a&text=b", FORM),
            post(whole, "multipart/form-data"),
            post(whole[: len(whole) // 2]),
            post(b""),
            post(parts(fields | {"more": "1"})),
            post(parts(fields | {"step": "burn"})),
            post(parts(fields | {"base": "x"})),
            post(parts({name: value for name, value in fields.items() if name != "text"})),
            post(parts(fields | {"text": b"\xff\xfe"})),
            post(whole.replace(b'name="effect"', b'name="seal"')),
            post(parts(fields | {"seal": "0" * 64})),
            post(whole, **{"sec-fetch-site": "cross-site"}),
        ] == [413, 415, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 403, 403]
        assert (town.kept(), town.text()) == (before, FRONT)

    def test_a_session_that_is_over_loses_nothing_that_was_typed(self, town: House) -> None:
        writer = town.writer()
        fields, before = hidden(writer.send(MOVED)), town.kept()
        town.porch.later(hours=13)
        answer = writer.send(MOVED, "save", fields)
        assert (answer.status_code, "Your session has ended" in said(answer)) == (403, True)
        assert town.kept() == before
        writer.browser.enter("head-0")
        kept = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', answer.text, re.DOTALL))
        typed_again = {name: html.unescape(value) for name, value in kept.items()}
        assert (typed_again["text"], typed_again["step"]) == (MOVED, "look")
        asked_again = writer.browser.post(EDIT, {**typed_again, "seal": ""})
        assert (asked_again.status_code, "Look it over, and send it again" in said(asked_again)) == (403, True)
        looked_over = writer.browser.post(EDIT, {**typed_again, **hidden(asked_again)})
        assert (looked_over.status_code, town.text()) == (200, FRONT)
        assert (writer.send(MOVED, "save", hidden(looked_over)).status_code, town.text()) == (200, MOVED)

    def test_two_at_once_save_once(self, town: House) -> None:
        one, other = town.writer(), town.writer()
        checked = [hidden(writer.send(text)) for writer, text in ((one, MOVED), (other, SWAPPED))]
        answers = [
            writer.send(text, "save", fields).status_code
            for writer, text, fields in zip((one, other), (MOVED, SWAPPED), checked, strict=True)
        ]
        assert (answers, town.text()) == ([200, 409], MOVED)


def test_an_empty_store_says_so(database: Database) -> None:
    with Porch(database, first=False) as porch:
        porch.officer("mot", Role.HEAD)
        browser = porch.browser()
        browser.enter("mot")
        for path in ("/en/plans", "/en/plans/new"):
            answer = Writer(browser).open(path)
            assert (answer.status_code, "luanphien sync" in said(answer)) == (503, True)
