"""A second officer: who proposes, who approves, and what is not done because things have changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from uuid import uuid4

import httpx
import pytest

from config import proposals
from config.database import Database
from config.officers import Role
from config.waitingplans import MOST, MOST_WHOLE
from scheduler import trailbook
from scheduler.plan import LANGUAGES
from scheduler.proving import proved
from scheduler.trail import Area
from scheduler.trailbook import Question, detail_of
from tests.integration.planhouse import EDIT, MOVED, SWAPPED, THEIRS, House, Writer, house
from tests.integration.reading import hidden, said
from tests.integration.town import FRONT


@pytest.fixture
def town(database: Database) -> Iterator[House]:
    """An installation where a second officer has to agree."""
    with house(database, plan_approval="second") as found:
        yield found


def proposed(writer: Writer, text: str = MOVED, path: str = EDIT) -> str:
    """The path of a proposal just made."""
    answer = writer.save(text, path)
    assert answer.status_code == 303, said(answer)
    return answer.headers["location"]


def act(writer: Writer, path: str, act: str, **more: str) -> httpx.Response:
    """Press a button of a proposal's page."""
    page = writer.browser.get(path)
    fields = hidden(page, f"{path}/{act}") if f'action="{path}/{act}"' in page.text else {"seal": ""}
    return writer.browser.post(f"{path}/{act}", {**fields, **more})


def seal(writer: Writer) -> str:
    """What their forms carry."""
    return hidden(writer.open())["seal"]


class TestApproving:
    def test_another_head_sees_the_effect_and_approves(self, town: House) -> None:
        writer, head, told = town.writer(Role.OFFICER), town.writer(), len(town.kept()["told"])
        path = proposed(writer)
        assert (town.text(), len(town.kept()["told"])) == (FRONT, told)
        own = said(writer.browser.get(path))
        assert "Nobody approves their own proposal." in own
        assert ("Approve, and put it in force" in own, "Withdraw it" in own) == (False, True)
        assert "Waiting for a second officer mat-tran · Bà Officer-0 (officer-0) · 1 September 2021" in said(
            head.browser.get("/en/plans")
        )
        mine, theirs = (one.browser.get("/en/today").text for one in (writer, head))
        assert (path in mine, f'class="way" href="{path}">Read and decide' in theirs) == (False, True)
        today = said(head.browser.get("/en/today"))
        assert (
            "Kế hoạch mat-tran (No. 06/KH-MTTQ, dated 3 October 2019) · mat-tran" in today,
            "Given by Bà Officer-0 (officer-0)" in today,
        ) == (True, True)
        page = said(head.browser.get(path))
        for words in (
            "Proposal 1 waits for a second officer",
            "Proposed by Bà Officer-0 (officer-0)",
            "1 on other days",
            "Refuse",
        ):
            assert words in page, words
        done = act(head, path, "approve")
        assert (done.status_code, town.text()) == (200, MOVED)
        assert "Plans that wait" not in head.browser.get("/en/today").text
        assert "The text is in force." in said(done)
        assert len(town.kept()["told"]) > told
        assert "Bà Officer-0 (officer-0), approved by Bà Head-1 (head-1)" in said(
            head.browser.get("/en/plans/mat-tran/history")
        )
        assert "Waiting for" not in said(head.browser.get("/en/plans"))
        after = town.kept()
        again = head.browser.post(f"{path}/approve", {"seal": seal(head), "seen": f"{'0' * 64}.{'0' * 64}"})
        assert (again.status_code, "does not wait any more" in said(again)) == (409, True)
        assert town.kept() == after

    @pytest.mark.parametrize(
        ("role", "bodies", "status"),
        [
            (Role.READER, ("mttq",), 403),
            (Role.OFFICER, ("mttq",), 403),
            (Role.HEAD, ("so-ngoai-vu",), 404),
            (Role.ADMIN, (), 200),
        ],
    )
    def test_who_approves(self, town: House, role: Role, bodies: tuple[str, ...], status: int) -> None:
        path = proposed(town.writer())
        fields = hidden(town.writer().browser.get(path), f"{path}/approve")
        other = town.writer(role, *bodies)
        before = town.kept()
        secret = "" if role is Role.READER else seal(other)
        answer = other.browser.post(f"{path}/approve", {"seal": secret, "seen": fields["seen"]})
        assert answer.status_code == status
        assert (town.kept() == before) is (status != 200)
        if status == 404:
            assert other.browser.get(path).status_code == 404

    def test_nobody_approves_their_own_however_they_try(self, town: House) -> None:
        for writer in (town.writer(), town.writer(Role.ADMIN)):
            path = proposed(writer, MOVED)
            seen = hidden(town.writer().browser.get(path), f"{path}/approve")["seen"]
            before = town.kept()
            for deed, more in (("approve", {"seen": seen}), ("refuse", {"reason": "x"})):
                answer = writer.browser.post(f"{path}/{deed}", {"seal": seal(writer), **more})
                assert (answer.status_code, "Nobody approves their own proposal." in said(answer)) == (403, True)
            assert town.kept() == before
            act(writer, path, "withdraw")

    def test_a_proposal_whose_base_was_replaced_must_be_checked_anew(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        path = proposed(writer)
        fields = hidden(head.browser.get(path), f"{path}/approve")
        assert town.sync(SWAPPED).problems == ()
        before = town.kept()
        answer = head.browser.post(f"{path}/approve", fields)
        assert (answer.status_code, "Another text of this plan is in force by now." in said(answer)) == (409, True)
        page = head.browser.get(path)
        assert ("/approve" in page.text, "Refuse" in said(page)) == (False, True)
        assert town.kept() == before
        [link] = re.findall(r'href="(/en/plans/mat-tran/edit\?proposal=1)"', page.text)
        assert "when: 2021-09-21" in writer.open(link).text

    def test_the_effect_is_another_one_by_now(self, town: House) -> None:
        writer, head = town.writer(), town.writer()
        path = proposed(writer)
        fields = hidden(head.browser.get(path), f"{path}/approve")
        base = fields["seen"].partition(".")[0]
        before = town.kept()
        answer = head.browser.post(f"{path}/approve", fields | {"seen": f"{base}.{'0' * 64}"})
        assert (answer.status_code, "would change something else by now" in said(answer)) == (409, True)
        assert town.kept() == before

    def test_pressed_twice_at_once_it_comes_into_force_once(self, town: House) -> None:
        path, head = proposed(town.writer()), town.writer()
        fields = hidden(head.browser.get(path), f"{path}/approve")
        answers = head.browser.post_at_once(f"{path}/approve", [fields] * 4)
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert [row[4] for row in town.kept()["journal"]].count("mat-tran") == 2
        assert town.text() == MOVED

    def test_a_new_plan(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER, "so-ngoai-vu"), town.writer(Role.HEAD, "so-ngoai-vu")
        path = proposed(writer, THEIRS, "/en/plans/new")
        assert "so · Bà Officer-0 (officer-0)" in said(head.browser.get("/en/plans"))
        assert town.writer().browser.get(path).status_code == 404
        assert head.browser.get("/en/plans/so").status_code == 404
        assert act(head, path, "approve").status_code == 200
        assert town.text("so") == THEIRS


LATE = "# dài\n" * 1_000
"""What pushes the owner of a plan behind the part of its text that is looked at first."""


def named(text: str, plan: str) -> str:
    """The same text as that of another plan."""
    return re.sub("plan: .*", f"plan: {plan}", text, count=1)


def put(town: House, texts: Mapping[str, str], by: str, base: str = "") -> None:
    """Texts that wait, by plan, as they are stored."""
    with town.porch.database.write() as session:
        for plan, text in texts.items():
            proposals.propose(session, plan, text, base, by, town.porch.job.now())


def waiting(writer: Writer, path: str) -> list[str]:
    """The plans whose texts wait, as a page lists them."""
    return re.findall(r'href="/en/plans/([a-z0-9-]+)/proposals/\d+"', writer.browser.get(path).text)


class TestMany:
    """However much waits, nobody's is hidden by others'; where a list is cut, it says so."""

    @pytest.mark.parametrize("before", ["", LATE])
    def test_others_do_not_hide_ones_own(self, town: House, before: str) -> None:
        head = town.writer()
        put(town, {f"so-{number}": named(THEIRS, f"so-{number}") for number in range(MOST + 9)}, "ai")
        put(town, {"mat-tran-moi": before + named(FRONT, "mat-tran-moi")}, "ai")
        put(town, {"mat-tran": MOVED}, "ai", base="0" * 64)
        for path in ("/en/today", "/en/plans"):
            assert set(waiting(head, path)) == {"mat-tran", "mat-tran-moi"}
        assert waiting(head, "/en/plans/mat-tran") == ["mat-tran"]
        assert "Plans that wait for a second officer 2 found" in said(head.browser.get("/en/today"))
        assert "the others show" not in said(head.browser.get("/en/plans"))

    def test_ones_own_do_not_hide_what_one_decides_on(self, town: House) -> None:
        head = town.writer()
        put(town, {f"m-{number}": named(FRONT, f"m-{number}") for number in range(MOST + 1)}, "head-0")
        put(town, {"mat-tran": MOVED}, "ai", base="0" * 64)
        assert set(waiting(head, "/en/today")) == {"mat-tran"}
        assert waiting(head, "/en/plans/mat-tran") == ["mat-tran"]

    @pytest.mark.parametrize("role", [Role.HEAD, Role.ADMIN])
    def test_a_cut_says_so(self, town: House, role: Role) -> None:
        head = town.writer(role)
        put(town, {f"m-{number:02}": named(FRONT, f"m-{number:02}") for number in range(MOST)}, "ai")
        cut = f"The oldest {MOST} are shown; decide on these, and the others show."
        assert cut not in said(head.browser.get("/en/plans"))
        put(town, {"mat-tran": MOVED}, "ai", base="0" * 64)
        assert waiting(head, "/en/plans") == [f"m-{number:02}" for number in range(MOST)]
        assert cut in said(head.browser.get("/en/plans"))
        assert f"1 to 20 of more than {MOST}; settle these, and the others show." in said(head.browser.get("/en/today"))
        assert waiting(head, "/en/plans/mat-tran") == ["mat-tran"]

    def test_long_beginnings_are_read_by_and_by_and_nothing_is_called_quiet_before(self, town: House) -> None:
        head, new = town.writer(), uuid4().hex[:8]  # what was read once is known from then on, in every store
        others, own = [f"l-{new}-{number}" for number in range(2 * MOST_WHOLE)], f"cuoi-{new}"
        put(town, {other: LATE + named(THEIRS, other) for other in others} | {own: LATE + named(FRONT, own)}, "ai")
        first = said(head.browser.get("/en/plans"))
        assert "None was found in the part that was read; there may be others." in first
        heading = "Plans that wait for a second officer"
        assert f"{heading} None was found in the part that was read" in said(head.browser.get("/en/today"))
        assert waiting(head, "/en/plans") == [own]
        assert "there may be others" not in said(head.browser.get("/en/plans"))


class TestEnding:
    def test_refused_with_a_reason_which_the_proposer_reads(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        path = proposed(writer)
        without = act(head, path, "refuse", reason="  ")
        assert (without.status_code, "Give a reason for refusing" in said(without)) == (400, True)
        done = act(head, path, "refuse", reason="chưa thống nhất ngày")
        assert (done.status_code, "Proposal 1 refused" in said(done)) == (200, True)
        page = said(writer.browser.get(path))
        for words in ("Reason chưa thống nhất ngày", "Ended by Bà Head-1 (head-1)", "1 lines new, 1 lines gone"):
            assert words in page, words
        after = town.kept()
        assert act(writer, path, "withdraw", seal=seal(writer)).status_code == 409
        assert (town.kept(), town.text()) == (after, FRONT)

    def test_withdrawn_by_the_proposer_alone(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        path = proposed(writer)
        assert head.browser.post(f"{path}/withdraw", {"seal": seal(head)}).status_code == 403
        assert "Proposal 1 withdrawn" in said(act(writer, path, "withdraw"))
        assert "Waiting for" not in said(head.browser.get("/en/plans"))

    def test_proposing_again_withdraws_the_earlier(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        first, second = proposed(writer), proposed(writer, SWAPPED)
        assert "Proposal 1 withdrawn" in said(head.browser.get(first))
        assert "Proposal 2 waits" in said(head.browser.get(second))
        assert act(head, second, "approve").status_code == 200
        assert town.text() == SWAPPED


class TestTrail:
    """Who proposed stands in sealed lines, not only in a row that anybody may change."""

    def lines(self, town: House) -> list[tuple[str, str, object, object]]:
        """Who, what, proposal and reason of the lines about plans, the oldest first; each seal is right."""
        with town.porch.database.read() as session:
            assert proved(session).whole
            found = trailbook.listed(session, Question(area=Area.PLAN), 99)[::-1]
        told = [(line, detail_of(line)) for line in found]
        return [(line.who, line.action, one.get("proposal"), one.get("why")) for line, one in told][1:]

    def said(self, number: int, by: str, text: str) -> dict[str, object]:
        return {"number": number, "by": by, "digest": hashlib.sha256(text.encode()).hexdigest()}

    def test_an_approval_names_both(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        assert act(head, proposed(writer), "approve").status_code == 200
        one = self.said(1, "officer-0", MOVED)
        assert self.lines(town) == [("officer-0", "proposed", one, None), ("head-1", "given", one, None)]
        page = said(head.browser.get("/en/changes?key=mat-tran&area=plan"))
        for words in (
            "Plans taken in: mat-tran; proposed by officer-0 (proposal 1) Person head-1",
            "mat-tran: a new text proposed (proposal 1) Person officer-0",
        ):
            assert words in page, words

    def test_what_comes_to_nothing_leaves_lines_too(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        act(head, proposed(writer), "refuse", reason="chưa thống nhất ngày")
        act(writer, proposed(writer), "withdraw")
        proposed(writer)
        proposed(writer, SWAPPED)
        moved = [self.said(number, "officer-0", MOVED) for number in (1, 2, 3)]
        assert self.lines(town) == [
            ("officer-0", "proposed", moved[0], None),
            ("head-1", "refused", moved[0], "chưa thống nhất ngày"),
            ("officer-0", "proposed", moved[1], None),
            ("officer-0", "withdrawn", moved[1], None),
            ("officer-0", "proposed", moved[2], None),
            ("officer-0", "withdrawn", moved[2], None),
            ("officer-0", "proposed", self.said(4, "officer-0", SWAPPED), None),
        ]
        page = said(head.browser.get("/en/changes"))
        words = "mat-tran: proposal 1 by officer-0 refused Person head-1 About mat-tran All changes of it Reason chưa"
        assert words in page

    def test_what_is_refused_by_the_gates_leaves_none(self, town: House) -> None:
        writer, head = town.writer(Role.OFFICER), town.writer()
        path = proposed(writer)
        before = self.lines(town)
        act(head, path, "refuse", reason=" ")
        head.browser.post(f"{path}/withdraw", {"seal": seal(head)})
        writer.browser.post(f"{path}/refuse", {"seal": seal(writer), "reason": "x"})
        assert self.lines(town) == before
        act(writer, path, "withdraw")
        before = self.lines(town)
        assert act(writer, path, "withdraw", seal=seal(writer)).status_code == 409
        assert self.lines(town) == before

    def test_lines_are_for_those_whom_the_proposal_concerns(self, town: House) -> None:
        writer = town.writer(Role.OFFICER, "so-ngoai-vu")
        path = proposed(writer, THEIRS, "/en/plans/new")
        head = town.writer(Role.HEAD, "so-ngoai-vu")
        act(head, path, "refuse", reason="để sau")

        def seen(reader: Writer) -> tuple[bool, bool]:
            page, table = (reader.browser.get(f"/en/changes{end}").text for end in ("", ".csv"))
            return "(proposal 1)" in page and "để sau" in page, "(proposal 1)" in table and "để sau" in table

        for reader in (head, town.writer(Role.OFFICER, "so-ngoai-vu"), town.writer(Role.ADMIN)):
            assert seen(reader) == (True, True)
        other = town.writer()
        assert seen(other) == (False, False)
        assert "để sau" not in other.browser.get("/en/changes").text


@pytest.mark.parametrize("path", ["2", "0", "x", "%00", "99999999999", "1/burn", "1x"])
def test_what_is_not_there(town: House, path: str) -> None:
    writer = town.writer()
    proposed(writer)
    assert writer.browser.get(f"/en/plans/mat-tran/proposals/{path}").status_code == 404
    assert writer.browser.get("/en/plans/khac/proposals/1").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_every_language(town: House, lang: str) -> None:
    path = proposed(town.writer()).replace("/en/", f"/{lang}/")
    page = town.writer().browser.get(path)
    assert (page.status_code, f'action="{path}/approve"' in page.text) == (200, True)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"seal": "0" * 64}, 403), ({"seen": "x"}, 400), ({"more": "1"}, 400)],
    ids=["seal", "seen", "more"],
)
def test_forms_that_are_none_of_ours(town: House, fields: dict[str, str], status: int) -> None:
    path, head = proposed(town.writer()), town.writer()
    before = town.kept()
    assert act(head, path, "approve", **fields).status_code == status
    assert town.kept() == before
