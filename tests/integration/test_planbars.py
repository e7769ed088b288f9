"""Who may give which text of a plan: who is who, plans that ended, duties taken over, and what is never tried out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlmodel import Session

from config.database import Database
from config.officers import Role
from config.settle import sync
from tests.integration.planhouse import EDIT, MOVED, THEIRS, House, Writer, house, parts, typed
from tests.integration.porch import SAME
from tests.integration.reading import hidden, said
from tests.integration.test_proposals import act, proposed, seal
from tests.integration.town import EXCHANGE, FRONT, LATER, PEOPLE, TALKS, TODAY, VISIT, given

NEW = "/en/plans/new"
BOTH = ("mttq", "so-ngoai-vu")
HELD = """places:
  lao-bao: {party: quang-tri, name: {vi: Lao Bảo}}
organisations:
  khoi: {party: quang-tri, name: {vi: Khối}, members: [mttq]}
  ban: {party: quang-tri, name: {vi: Ban Dân vận}}
"""
OWN = FRONT + HELD
"""A plan that brings entries of its own."""

KHOI = "khoi: {party: quang-tri, name: {vi: Khối}, members: [mttq]}"
BAN = "ban: {party: quang-tri, name: {vi: Ban Dân vận}}"
ENTRIES = {
    "member": (OWN.replace("members: [mttq]", "members: [mttq, so-ngoai-vu]"), "that change: khoi"),
    "successor": (
        OWN.replace(BAN, BAN.replace("}}", "}, until: 2021-08-31, successor: mttq}")),
        "that change: ban",
    ),
    "mail": (OWN.replace(BAN, BAN.replace("}}", "}, mail: ke-gian@khac.example}")), "that change: ban"),
    "name": (OWN.replace("Ban Dân vận", "Ban khác"), "that change: ban"),
    "place": (OWN.replace("Lao Bảo", "La Lay"), "that change: lao-bao"),
    "organisation": (OWN + "  toi: {party: quang-tri, name: {vi: Tôi}, mail: toi@khac.example}\n", "New parties"),
    "party": (OWN + "parties:\n  hue: {country: VN, name: {vi: Huế}}\n", "New parties, places or organisations: hue"),
    "gone": (OWN.replace(f"  {BAN}\n", ""), "taken away: ban"),
    "all gone": (FRONT, "taken away: ban, khoi, lao-bao"),
    "renamed": (OWN.replace("  ban:", "  so-cu:"), "organisations: so-cu"),
}
"""Texts that say otherwise who is who, and what is said of it."""

TOLD = "Only whoever looks after the installation may add or change parties, places and organisations."


@pytest.fixture
def town(database: Database) -> Iterator[House]:
    with house(database) as found:
        yield found


@pytest.fixture
def second(database: Database) -> Iterator[House]:
    """An installation where a second officer has to agree."""
    with house(database, plan_approval="second") as found:
        yield found


def refused(town: House, writer: Writer, text: str, why: str, path: str = EDIT) -> None:
    """They see why, there is no button, and sending the form all the same stores nothing and keeps what was typed."""
    before = town.kept()
    page = writer.send(text, path=path)
    assert (page.status_code, why in said(page), 'value="save"' in page.text) == (200, True, False), said(page)
    answer = writer.send(text, "save", hidden(page), path)
    assert (answer.status_code, why in said(answer), typed(answer)) == (403, True, text)
    forged = hidden(page) | {"digest": "0" * 64, "effect": "0" * 64}
    assert writer.send(text, "save", forged, path).status_code == 403
    assert town.kept() == before


class TestWhoIsWho:
    """Members, mail and successors of bodies decide whose remit is whose: no head gives them to themselves."""

    @pytest.mark.parametrize("text", [text for text, _ in ENTRIES.values()], ids=list(ENTRIES))
    @pytest.mark.parametrize("bodies", [("mttq",), BOTH])
    def test_no_head_changes_it_in_their_own_plan(self, town: House, text: str, bodies: tuple[str, ...]) -> None:
        assert town.sync(OWN).problems == ()
        refused(town, town.writer(Role.HEAD, *bodies), text, TOLD)

    @pytest.mark.parametrize(("text", "told"), ENTRIES.values(), ids=list(ENTRIES))
    def test_an_administrator_sees_which_ids_change_and_saves(self, town: House, text: str, told: str) -> None:
        assert town.sync(OWN).problems == ()
        writer = town.writer(Role.ADMIN)
        page = writer.send(text)
        assert told in said(page), said(page)
        assert writer.send(text, "save", hidden(page)).status_code == 200
        assert town.text() == text

    def test_a_head_saves_the_rest_of_a_text_that_has_entries(self, town: House) -> None:
        assert town.sync(OWN).problems == ()
        turned = OWN.replace("2021-09-20", "2021-09-21").replace(
            f"  {KHOI}\n  {BAN}\n", f"  # các cơ quan\n  {BAN}\n  khoi:\n{_spread()}"
        )
        page = town.writer().send(turned)
        assert ("1 on other days" in said(page), "places or organisations" in said(page)) == (True, False)
        assert town.writer().save(turned).status_code == 200
        assert town.text() == turned

    @pytest.mark.parametrize(
        ("role", "bodies", "status"),
        [(Role.HEAD, ("so-ngoai-vu",), 403), (Role.HEAD, BOTH, 403), (Role.ADMIN, (), 200)],
    )
    def test_a_new_plan_brings_none(self, town: House, role: Role, bodies: tuple[str, ...], status: int) -> None:
        text, writer = THEIRS + HELD, town.writer(role, *bodies)
        if status == 403:
            refused(town, writer, text, TOLD, NEW)
        else:
            assert writer.save(text, NEW).status_code == status
            assert town.text("so") == text

    def test_the_effect_that_was_shown_holds_who_is_who(self, town: House) -> None:
        assert town.sync(OWN).problems == ()
        writer = town.writer(Role.ADMIN)
        marks = {hidden(writer.send(text))["effect"] for text, _ in ENTRIES.values()}
        assert len(marks) == len(ENTRIES)
        text = ENTRIES["mail"][0]
        fields = hidden(writer.send(text)) | {"effect": hidden(writer.send(ENTRIES["member"][0]))["effect"]}
        answer = writer.send(text, "save", fields)
        assert (answer.status_code, "would change something else by now" in said(answer)) == (409, True)
        assert town.text() == OWN

    def test_nobody_approves_a_change_of_it_unseen(self, second: House) -> None:
        assert second.sync(OWN).problems == ()
        text, told = ENTRIES["member"]
        refused(second, second.writer(Role.OFFICER), text, TOLD)
        path = proposed(second.writer(Role.ADMIN), text)
        head, other = second.writer(), second.writer(Role.ADMIN)
        seen = hidden(other.browser.get(path), f"{path}/approve")["seen"]
        page = said(head.browser.get(path))
        assert [words in page for words in (told, TOLD, "No occurrence changes", "Approve", "Refuse")] == [
            True, True, False, False, True,
        ]  # fmt: skip
        before = second.kept()
        answer = head.browser.post(f"{path}/approve", {"seal": seal(head), "seen": seen})
        assert (answer.status_code, TOLD in said(answer), second.kept() == before) == (403, True, True)
        assert told in said(other.browser.get(path))
        assert (act(other, path, "approve").status_code, second.text()) == (200, text)


def _spread() -> str:
    """An entry of the town written otherwise."""
    return "    name: {vi: Khối}\n    members:\n      - mttq\n    party: quang-tri\n    mail:\n"


class TestNeverTriedOut:
    """What nobody may save is not tried out: whoever writes to the store meanwhile does not wait for it."""

    @pytest.mark.parametrize(
        ("role", "bodies", "text", "path"),
        [
            (Role.OFFICER, ("mttq",), MOVED, EDIT),
            (Role.OFFICER, ("so-ngoai-vu",), MOVED, EDIT),
            (Role.HEAD, ("so-ngoai-vu",), MOVED, EDIT),
            (Role.HEAD, ("mttq",), MOVED.replace("owner: mttq", "owner: so-ngoai-vu"), EDIT),
            (Role.HEAD, ("mttq",), FRONT + HELD, EDIT),
            (Role.HEAD, ("so-ngoai-vu",), THEIRS + HELD, NEW),
        ],
        ids=["role", "body", "before", "after", "entries", "new"],
    )
    def test_while_somebody_writes(
        self, town: House, role: Role, bodies: tuple[str, ...], text: str, path: str
    ) -> None:
        writer = town.writer(role, *bodies)
        fields = hidden(writer.open(path))
        with town.porch.database.write():
            looked = writer.send(text, "look", fields, path)
            saved = writer.send(text, "save", hidden(looked), path)
            forged = writer.send(text, "save", hidden(looked) | {"effect": "0" * 64}, path)
        assert [answer.status_code for answer in (looked, saved, forged)] == [200, 403, 403]
        assert "No fault in the text so far." in said(looked)

    def test_its_faults_are_said_all_the_same(self, town: House) -> None:
        answer = town.writer(Role.OFFICER).send(MOVED.replace("lead: [mttq]", "lead: [mtq]", 1))
        assert "Faults: 1" in said(answer)
        assert "no organisation is called mtq did you mean mttq?" in said(answer)


class TestPlansThatEnded:
    """A plan that ended stays its last owner's: its id, and its series."""

    @pytest.fixture
    def after(self, town: House) -> House:
        """The plan `so` of so-ngoai-vu was there, and has ended."""
        assert town.sync(FRONT, THEIRS).problems == ()
        assert sync(town.porch.database, given(FRONT, retire=["so"]), LATER, TODAY).problems == ()
        return town

    @pytest.mark.parametrize(
        ("role", "bodies", "owner", "status"),
        [
            (Role.HEAD, ("mttq",), "mttq", 403),
            (Role.HEAD, ("so-ngoai-vu",), "so-ngoai-vu", 200),
            (Role.HEAD, BOTH, "mttq", 200),
            (Role.ADMIN, (), "mttq", 200),
        ],
    )
    @pytest.mark.parametrize(
        ("ident", "why"),
        [
            ("so", "A plan of another organisation, which has ended, had this id."),
            ("so-moi", "takes over duties of plans that other organisations own"),
        ],
    )
    def test_who_goes_on_with_it(
        self, after: House, role: Role, bodies: tuple[str, ...], owner: str, status: int, ident: str, why: str
    ) -> None:
        text = THEIRS.replace("plan: so\n", f"plan: {ident}\n").replace("owner: so-ngoai-vu", f"owner: {owner}")
        writer = after.writer(role, *bodies)
        if status == 403:
            refused(after, writer, text, why, NEW)
        else:
            assert writer.save(text, NEW).status_code == 200
            assert after.text(ident) == text

    def test_an_id_that_nobody_had_is_free(self, after: House) -> None:
        text = THEIRS.replace("plan: so\n", "plan: khac\n").replace("owner: so-ngoai-vu", "owner: mttq")
        assert after.writer().save(text.replace("tham-so", "tham-khac"), NEW).status_code == 200


class TestNames:
    @pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.ADMIN])
    def test_no_plan_is_called_as_the_page_that_adds_plans(self, town: House, role: Role) -> None:
        writer, before = town.writer(role, "so-ngoai-vu"), town.kept()
        text = THEIRS.replace("plan: so\n", "plan: new\n")
        page = writer.send(text, path=NEW)
        words = "a plan cannot be called new: the page that adds plans has this name write another name"
        assert (words in said(page), 'value="save"' in page.text) == (True, False)
        forged = hidden(page) | {"digest": "0" * 64, "effect": "0" * 64}
        assert writer.send(text, "save", forged, NEW).status_code in (403, 409)
        body = parts({"seal": hidden(page)["seal"], "text": text})
        kind = "multipart/form-data; boundary=0123456789"
        assert writer.browser.post(f"{NEW}/check", body, SAME, kind).json()["count"] == 1
        assert town.kept() == before


class TestDutiesTakenOver:
    def test_each_duty_that_goes_on_is_looked_at(self, town: House) -> None:
        """To go on with one duty of a plan, as agreed, is no leave to go on with the others."""
        later = THEIRS.replace("2020 - 2022", "2023 - 2025").replace("2021-09-20", "2024-09-20")
        going_on = "\n    continues: mat-tran"
        agreed = later + EXCHANGE.replace("kind: exchange", f"kind: exchange{going_on}")
        more = agreed + TALKS.replace("    runs_on: no\n", "").replace("kind: talks", f"kind: talks{going_on}")
        assert town.sync(FRONT, agreed).problems == ()
        path = "/en/plans/so/edit"
        why = "takes over duties of plans that other organisations own"
        refused(town, town.writer(Role.HEAD, "so-ngoai-vu"), more, why, path)
        moved = agreed.replace("2024-09-20", "2024-09-21")
        assert town.writer(Role.HEAD, "so-ngoai-vu").save(moved, path).status_code == 200
        assert town.writer(Role.HEAD, *BOTH).save(more.replace("2024-09-20", "2024-09-21"), path).status_code == 200


class TestProposals:
    def test_faults_beyond_those_shown_are_counted(self, second: House) -> None:
        people = PEOPLE + "  ban: {party: quang-tri, name: {vi: Ban}}\n"
        assert sync(second.porch.database, given(FRONT, people=people), LATER, TODAY).problems == ()
        duties = [
            VISIT.replace("id: tham", f"id: tham-{one}").replace("II.7", f"II.{one}").replace("[mttq]", "[ban]")
            for one in range(60)
        ]
        writer = second.writer(Role.OFFICER, "so-ngoai-vu")
        path = proposed(writer, THEIRS.partition("  - id")[0] + "".join(duties), NEW)
        assert sync(second.porch.database, given(FRONT), LATER, TODAY).problems == ()
        words = said(second.writer(Role.HEAD, "so-ngoai-vu").browser.get(path))
        assert ("Faults: 60 " in words, "… and 10 more" in words) == (True, True)

    def test_the_owner_refuses_to_give_a_plan_away(self, second: House) -> None:
        path = proposed(second.writer(Role.HEAD, *BOTH), MOVED.replace("owner: mttq", "owner: so-ngoai-vu"))
        head = second.writer()
        page = said(head.browser.get(path))
        assert [words in page for words in ("Its owner must be yours", "Approve, and", "Refuse")] == [True, False, True]
        done = act(head, path, "refuse", reason="kế hoạch ở lại")
        assert (done.status_code, "Proposal 1 refused" in said(done), second.text()) == (200, True, FRONT)


@dataclass(frozen=True)
class Restless(Database):
    """A store whose directory somebody edits each time before a writer gets to it."""

    calm: Database = field(kw_only=True)

    @contextmanager
    def write(self, *, even_handed_over: bool = False) -> Iterator[Session]:
        with self.calm.read() as session:
            number = len(session.connection().exec_driver_sql("select id from journal").all())
        people = PEOPLE.replace("Sở Ngoại vụ", f"Sở Ngoại vụ {number}")
        assert sync(self.calm, given(people=people), LATER, TODAY).problems == ()
        with super().write(even_handed_over=even_handed_over) as session:
            yield session


@contextmanager
def restless(town: House) -> Iterator[None]:
    """Until the end of the block the store does not stand still."""
    calm = town.porch.database
    town.porch.job.__dict__["database"] = Restless(calm.url, calm=calm)
    yield
    town.porch.job.__dict__["database"].engine.dispose()
    town.porch.job.__dict__["database"] = calm


class TestAStoreThatNeverStandsStill:
    WORDS = "The directory or the holidays have changed meanwhile."

    def test_the_editor_says_so_and_keeps_what_was_typed(self, town: House) -> None:
        writer = town.writer()
        checked = hidden(writer.send(MOVED))
        with restless(town):
            answers = [writer.send(MOVED, step, checked) for step in ("look", "save")]
        for answer in answers:
            assert (answer.status_code, self.WORDS in said(answer), typed(answer)) == (409, True, MOVED)
        assert town.text() == FRONT
        assert writer.save(MOVED).status_code == 200

    def test_a_proposal_says_so_and_can_still_be_refused(self, second: House) -> None:
        path = proposed(second.writer(Role.OFFICER))
        head = second.writer()
        fields = hidden(head.browser.get(path), f"{path}/approve")
        with restless(second):
            page = head.browser.get(path)
            answer = head.browser.post(f"{path}/approve", fields)
        assert (page.status_code, self.WORDS in said(page)) == (200, True)
        assert ("Refuse" in said(page), f'action="{path}/approve"' in page.text) == (True, False)
        assert (answer.status_code, self.WORDS in said(answer), second.text()) == (409, True, FRONT)
        assert act(head, path, "approve").status_code == 200
