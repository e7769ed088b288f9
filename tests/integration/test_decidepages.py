"""Deciding on pages: forms, what they would change, what they store, and everything that stores nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import httpx
import pytest

from calendars import feedquery, links
from calendars.eyes import Voice
from config.database import Database
from config.decide import decide
from config.decideground import Ground
from config.officers import Role
from config.remit import remit_of
from scheduler import history, store
from scheduler.amendment import Decision, Verb, days_of
from scheduler.occurrence import Occurrence, Selection, Status
from scheduler.plan import LANGUAGES, Gap
from tests.integration.porch import Browser, Porch
from tests.integration.reading import hidden, said
from tests.integration.rows import fingerprints
from tests.integration.town import EXCHANGE, FRONT_HEAD, TALKS, VISIT, WATCH, take

SAVANNAKHET, SALAVAN, TALK = "doan.savannakhet.2021", "doan.salavan.2021", "hoi-dam.2021"
CALLED = "“Trao đổi đoàn – Salavan (2021)”"
"""The second of them."""

OPEN = """  - id: chuyen-de
    clauses: [II.9]
    kind: talks
    title: {vi: Trao đổi chuyên đề}
    words: tổ chức trao đổi chuyên đề
    rule: {type: unset}
    lead: [so-ngoai-vu]
    partners: [salavan]
    to_set: [dates, first_host]
"""
REPORTS = """  - id: bao-cao-ky
    clauses: [V.1]
    kind: report
    title: {vi: Báo cáo định kỳ}
    rule: {type: unset}
    lead: [mttq]
    to_set: [cycle]
"""
PAPERS = """  - id: thu-moi
    clauses: [III.1]
    kind: deadline
    title: {vi: Gửi thư mời}
    rule: {type: once, when: 2021-08-20}
    lead: [mttq]
"""
LATER = """plan: sau
owner: {lead}
period: giai đoạn 2023 - 2026
document: {{number: 07/KH, date: 2022-12-01, issuer: {lead}, title: {{vi: Kế hoạch sau}}}}
obligations:
  - id: doan
    continues: mat-tran
    clauses: [I]
    kind: exchange
    title: {{vi: Trao đổi đoàn}}
    rule:
      type: rotation
      every: 2
      legs:
        savannakhet: {{}}
        salavan: {{}}
    lead: [{lead}]
    partners: [savannakhet, salavan]
"""
NO_PERIOD = f"""plan: khac
owner: mttq
document: {{number: 08/KH-MTTQ, date: 2019-10-03, issuer: mttq, title: {{vi: Kế hoạch khác}}}}
obligations:
{REPORTS.replace("bao-cao-ky", "bao-cao-khac")}"""
PLAN = FRONT_HEAD + EXCHANGE + TALKS + VISIT + WATCH + OPEN + REPORTS + PAPERS
REASON = "Biên bản họp ngày 30/8"


@dataclass
class Bureau:
    """An installation in which officers decide."""

    porch: Porch

    def officer(self, ident: str = "lan", organisations: tuple[str, ...] = ("mttq",)) -> Browser:
        """A browser of an officer, signed in."""
        self.porch.officer(ident, Role.OFFICER, organisations=organisations)
        browser = self.porch.browser()
        assert browser.enter(ident).status_code == 303
        return browser

    def rows(self) -> object:
        """Everything stored."""
        with self.porch.database.read() as session:
            return fingerprints(session), history.revision(session)

    def decided(self) -> list[tuple[Decision, str, str]]:
        """What was decided, in order."""
        with self.porch.database.read() as session:
            found = {each.number: each for some in history.decisions(session).values() for each in some}
        return [(each.decision, each.who, each.why) for _, each in sorted(found.items())]

    def one(self, key: str) -> Occurrence:
        with self.porch.database.read() as session:
            record = store.find(session, key)
        assert record is not None
        return record.occurrence


@pytest.fixture
def bureau(database: Database) -> Iterator[Bureau]:
    with Porch(database, first=False) as porch:
        take(database, PLAN)
        yield Bureau(porch)


def send(browser: Browser, page: httpx.Response, step: str, **typed: str) -> httpx.Response:
    """Press a button of a form, as a browser does."""
    action = re.search(r'method="post" action="(/../decide/[a-z-]+)"', page.text)
    assert action is not None, said(page)
    return browser.post(action[1], {**hidden(page), **typed, "step": step})


def areas(page: httpx.Response) -> dict[str, str]:
    """What a page keeps of a form, with the seal it gives it."""
    kept = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page.text, re.DOTALL)
    return {**hidden(page), **{name: html.unescape(value) for name, value in kept}}


def opened(browser: Browser, verb: str, **asked: str) -> httpx.Response:
    """The form of a decision."""
    page = browser.get(f"/en/decide/{verb}?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert page.status_code == 200, said(page)
    return page


def stored(browser: Browser, verb: str, typed: Mapping[str, str], **asked: str) -> httpx.Response:
    """Open the form, see what it does, store it."""
    shown = send(browser, opened(browser, verb, **asked), "look", why=REASON, **typed)
    assert shown.status_code == 200, said(shown)
    saved = send(browser, shown, "save")
    assert (saved.status_code, "Stored as decision" in said(saved)) == (200, True), said(saved)
    return saved


WALKS: list[tuple[str, dict[str, str], dict[str, str], Decision]] = [
    (
        "confirm", {"key": SAVANNAKHET}, {"first": "2021-12-14", "last": "2021-12-15", "place": "dong-ha"},
        Decision(verb=Verb.CONFIRM, keys=(SAVANNAKHET,), window=days_of(date(2021, 12, 14), date(2021, 12, 15)),
                 place="dong-ha"),
    ),
    (
        "confirm", {"key": SAVANNAKHET}, {"first": "14/12/2021", "also1": SALAVAN},
        Decision(verb=Verb.CONFIRM, keys=(SAVANNAKHET, SALAVAN),
                 window=days_of(date(2021, 12, 14), date(2021, 12, 14))),
    ),
    (
        "propose", {"key": SAVANNAKHET}, {"first": "2021-11-02", "last": ""},
        Decision(verb=Verb.PROPOSE, keys=(SAVANNAKHET,), window=days_of(date(2021, 11, 2), date(2021, 11, 2))),
    ),
    ("postpone", {"key": SAVANNAKHET}, {}, Decision(verb=Verb.POSTPONE, keys=(SAVANNAKHET,))),
    (
        "postpone", {"key": SAVANNAKHET}, {"first": "2022-03-01", "last": "2022-03-04"},
        Decision(verb=Verb.POSTPONE, keys=(SAVANNAKHET,), window=days_of(date(2022, 3, 1), date(2022, 3, 4))),
    ),
    ("skip", {"key": SAVANNAKHET}, {"turn": "waits"}, Decision(verb=Verb.SKIP, keys=(SAVANNAKHET,), waits=True)),
    ("skip", {"key": TALK}, {"turn": "passes"}, Decision(verb=Verb.SKIP, keys=(TALK,))),
    ("cancel", {"key": SAVANNAKHET}, {}, Decision(verb=Verb.CANCEL, keys=(SAVANNAKHET,))),
    (
        "held", {"key": SALAVAN}, {"first": "2021-08-30", "also1": SAVANNAKHET, "place": "salavan"},
        Decision(verb=Verb.HELD, keys=(SALAVAN, SAVANNAKHET), window=days_of(date(2021, 8, 30), date(2021, 8, 30)),
                 place="salavan", hosts=("salavan", "quang-tri")),
    ),
    (
        "held", {"key": SAVANNAKHET}, {"first": "2021-08-30", "host": "savannakhet"},
        Decision(verb=Verb.HELD, keys=(SAVANNAKHET,), window=days_of(date(2021, 8, 30), date(2021, 8, 30)),
                 hosts=("savannakhet",)),
    ),
    (
        "held", {"key": SALAVAN}, {"first": "2021-08-30", "last": "2021-08-31"},
        Decision(verb=Verb.HELD, keys=(SALAVAN,), window=days_of(date(2021, 8, 30), date(2021, 8, 31)),
                 hosts=("salavan",)),
    ),
    ("done", {"key": "thu-moi.once"}, {}, Decision(verb=Verb.DONE, keys=("thu-moi.once",))),
    (
        "swap", {"key": SAVANNAKHET}, {"other": "doan.savannakhet.2023"},
        Decision(verb=Verb.SWAP, keys=(SAVANNAKHET, "doan.savannakhet.2023")),
    ),
    ("host", {"key": SAVANNAKHET}, {"party": "savannakhet"},
     Decision(verb=Verb.HOST, keys=(SAVANNAKHET,), host="savannakhet")),
    (
        "join", {"key": SALAVAN}, {"party": "savannakhet", "since": "2023", "after": "salavan"},
        Decision(verb=Verb.JOIN, obligation="doan", leg="salavan", party="savannakhet", cycle=2023, after="salavan"),
    ),
    (
        "await-partner", {"key": SAVANNAKHET}, {"until": "2021-10-01"},
        Decision(verb=Verb.AWAIT_PARTNER, keys=(SAVANNAKHET,), window=days_of(date(2021, 10, 1), date(2021, 10, 1))),
    ),
    (
        "set", {"key": "chuyen-de.unset", "gap": "dates"}, {"value": "15/6/2022"},
        Decision(verb=Verb.SET, obligation="chuyen-de", gap=Gap.DATES, value="15/6/2022"),
    ),
    (
        "set", {"key": "chuyen-de.unset", "gap": "first_host"}, {"value1": "salavan"},
        Decision(verb=Verb.SET, obligation="chuyen-de", gap=Gap.FIRST_HOST, value="salavan"),
    ),
    (
        "set", {"key": "bao-cao-ky.unset", "gap": "cycle"}, {"value1": "half", "value": "2022"},
        Decision(verb=Verb.SET, obligation="bao-cao-ky", gap=Gap.CYCLE, value="half,2022"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "asked", "typed", "decision"), WALKS)
def test_a_form_shows_what_it_changes_and_then_stores_it(
    bureau: Bureau, verb: str, asked: dict[str, str], typed: dict[str, str], decision: Decision
) -> None:
    browser, before = bureau.officer(), bureau.rows()
    form = opened(browser, verb, **asked)
    shown = send(browser, form, "look", why=REASON, **typed)
    assert shown.status_code == 200, said(shown)
    assert "Nothing is stored yet. This is what it changes:" in said(shown)
    assert bureau.rows() == before
    saved = send(browser, shown, "save")
    assert "Stored as decision" in said(saved), said(saved)
    assert bureau.decided() == [(decision, "Bà Lan (lan)", REASON)]
    changed = shown.text[shown.text.index("What changes") : shown.text.index("<form class")]
    assert changed.split("</section>")[0] in saved.text  # what was shown is what was done


@pytest.mark.parametrize(
    ("key", "asked", "typed", "heir"),
    [
        ("chuyen-de", {"gap": "dates"}, {"value": "15/6/2022"}, "chuyen-de.once"),
        ("bao-cao-ky", {"gap": "cycle"}, {"value1": "half", "value": "2022"}, "bao-cao-ky.2022-h1"),
    ],
)
def test_what_was_open_leads_on_to_what_was_set(
    bureau: Bureau, key: str, asked: dict[str, str], typed: dict[str, str], heir: str
) -> None:
    browser = bureau.officer(organisations=("mttq", "so-ngoai-vu"))
    saved = stored(browser, "set", typed, key=f"{key}.unset", **asked)
    assert ("What was open is set by now" in said(saved), "cancelled" in said(saved)) == (True, False)
    assert f'<a class="button" href="/en/o/{heir}">Go on</a>' in saved.text
    page = browser.get(f"/en/o/{key}.unset")
    assert ("What was open is set by now: " in said(page), "Still to set" in said(page)) == (True, False)
    assert [f'href="/en/o/{heir}"' in page.text, "ancelled" in said(page)[: said(page).index("What was decided")]] == [
        True, False,
    ]  # fmt: skip
    [number] = re.findall(r"Stored as decision (\d+)", said(saved))
    undone = stored(browser, "undo", {}, number=number)
    [(way, label)] = re.findall(r'<p class="back"><a href="([^"]+)">(.*?)</a>', undone.text)
    assert (way.startswith(f"/en/o/{key}."), bureau.one(heir).title.vi in label) == (True, True)
    page = browser.get(f"/en/o/{heir}")
    assert ("It is open again when this is to be: " in said(page), f'href="/en/o/{key}.unset"' in page.text) == (
        True, True,
    )  # fmt: skip


def test_a_party_leaves_and_a_decision_is_taken_back(bureau: Bureau) -> None:
    browser, before = bureau.officer(), bureau.one(SALAVAN)
    stored(browser, "join", {"party": "savannakhet", "since": "2023"}, key=SALAVAN)
    stored(browser, "leave", {"party": "quang-tri", "since": "2025"}, key=SALAVAN)
    stored(browser, "held", {"first": "2021-08-30"}, key=SALAVAN)
    numbers = re.findall(r"decide/undo\?number=(\d+)", browser.get(f"/en/decide?key={SALAVAN}").text)
    assert len(numbers) == 3
    assert bureau.one(SALAVAN).status is Status.HELD
    stored(browser, "undo", {}, number=numbers[-1])
    assert bureau.one(SALAVAN) == before
    assert [decision.verb for decision, *_ in bureau.decided()] == [Verb.JOIN, Verb.LEAVE, Verb.HELD, Verb.UNDO]
    page = said(browser.get(f"/en/decide?key={SALAVAN}"))
    assert f"{numbers[-1]}. held: 30 August 2021 · taken back" in page


def test_what_may_be_decided_is_what_the_page_offers(bureau: Bureau) -> None:
    browser = bureau.officer()
    offered = {
        key: re.findall(
            rf"/en/decide/([a-z-]+)\?key={key}(?:&amp;gap=(\w+))?", browser.get(f"/en/decide?key={key}").text
        )
        for key in (SAVANNAKHET, TALK, "thu-moi.once", "theo-doi.once", "chuyen-de.unset")
    }
    assert {key: [verb + (f" {gap}" if gap else "") for verb, gap in found] for key, found in offered.items()} == {
        SAVANNAKHET: ["held", "confirm", "propose", "postpone", "await-partner", "skip", "cancel", "host", "swap",
                      "join"],
        TALK: ["held", "postpone", "await-partner", "skip", "cancel", "confirm", "propose", "host"],
        "thu-moi.once": ["done", "postpone", "await-partner", "skip", "cancel"],
        "theo-doi.once": ["cancel"],
        "chuyen-de.unset": ["held", "confirm", "propose", "postpone", "await-partner", "skip", "cancel", "host",
                            "set dates", "set first_host"],
    }  # fmt: skip
    stored(browser, "held", {"first": "2021-08-30"}, key=SAVANNAKHET)
    page = browser.get(f"/en/decide?key={SAVANNAKHET}")
    assert "held: to change that, take the decision back first" in said(page)
    assert re.findall(r"/en/decide/([a-z-]+)", page.text) == ["undo"]


@pytest.mark.parametrize(
    ("key", "first", "cut"), [(SALAVAN, "2021-10-05", False), ("doan.salavan.2025", "2025-03-01", True)]
)
def test_that_reminders_are_shown_for_two_years_is_said(bureau: Bureau, key: str, first: str, cut: bool) -> None:
    lan = bureau.officer()
    shown = send(lan, opened(lan, "postpone", key=key), "look", first=first, last=first, why=REASON)
    assert ("Of reminders, only those of the next two years are listed." in said(shown)) is cut


def test_whatever_is_offered_can_be_taken(bureau: Bureau) -> None:
    """Of everything stored: what the form fills in, and else what comes to mind, is refused by no rule."""
    taken: set[tuple[Verb, str]] = set()
    lan = bureau.porch.officer()
    with bureau.porch.job.office() as desk:
        remit = remit_of(desk, lan)
        for key in store.keys(desk.session):
            ground = Ground.of(desk, key, remit)
            days, until = days_of(desk.today, desk.today), days_of(date(2021, 10, 1), date(2021, 10, 1))
            stranger = next(iter(set(ground.directory.parties) - set(ground.members)), "")
            for verb in ground.verbs:
                near = (
                    days if ground.one.window.last and abs((ground.one.window.last - desk.today).days) < 366 else None
                )
                if verb in (Verb.CONFIRM, Verb.PROPOSE, Verb.HELD) and near is None:
                    continue  # days of today are too far from it
                decision = {
                    Verb.AWAIT_PARTNER: Decision(verb=verb, keys=(key,), window=until),
                    Verb.SWAP: Decision(verb=verb, keys=(key, *(mate.key for mate in ground.mates[:1]))),
                    Verb.HOST: Decision(verb=verb, keys=(key,), host=ground.sides[0]),
                    Verb.JOIN: Decision(verb=verb, obligation=ground.one.obligation, leg=ground.one.leg, party=stranger,
                                        cycle=2027),
                }.get(verb, Decision(verb=verb, keys=(key,), window=near if verb in NEAR else None))  # fmt: skip
                decide(bureau.porch.job, decision, "lan", "thử", apply=False)
                taken.add((verb, ground.one.kind.value))
    assert {verb for verb, _ in taken} == set(Verb) - {Verb.LEAVE, Verb.SET, Verb.UNDO}
    assert {kind for _, kind in taken} == {"exchange", "talks", "event", "ongoing", "report", "deadline"}


NEAR = (Verb.CONFIRM, Verb.PROPOSE, Verb.HELD)


def test_what_changes_names_turns_days_feeds_mails_days_off_and_clashes(bureau: Bureau) -> None:
    question = feedquery.FeedQuestion(Selection(partners=("savannakhet",)), Voice("vi"), alarms=False)
    other = feedquery.FeedQuestion(Selection(plans=("tinh",)), Voice("vi"), alarms=False)
    with bureau.porch.database.write() as session:
        links.create(
            session, links.Link("a", "Lịch Savannakhet", None, question, bureau.porch.job.now(), None), "t" * 43
        )
        links.create(session, links.Link("b", "Lịch khác", None, other, bureau.porch.job.now(), None), "u" * 43)
    browser = bureau.officer()
    others = Decision(verb=Verb.CONFIRM, keys=(SALAVAN,), window=days_of(date(2021, 12, 2), date(2021, 12, 3)))
    decide(bureau.porch.job, others, "minh", "đã thống nhất", apply=True)
    shown = send(
        browser, opened(browser, "confirm", key=SAVANNAKHET), "look", first="2021-12-02", last="2021-12-03", why=REASON
    )
    words = said(shown)
    for told in (
        "2 December 2021 is a day off in Laos",
        "On these days, with the same partner or under the same plan: Trao đổi đoàn – Salavan (2021) (2–3 Dec",
        "When before: in 2021 → after: 2–3 December 2021",
        "Status before: dates not set → after: confirmed",
        "Reminders that go instead",
        "mttq@quang-tri.example",
        "Feeds that show it Lịch Savannakhet Reason",
    ):
        assert told in words, f"{told}\n{words}"
    swapped = send(browser, opened(browser, "swap", key=SAVANNAKHET), "look", other="doan.savannakhet.2023", why=REASON)
    assert said(swapped).count("Host · the turn changes") == 2


def test_what_two_officers_store_at_once_is_not_overwritten(bureau: Bureau) -> None:
    lan, minh = bureau.officer("lan"), bureau.officer("minh")
    mine = send(
        lan, opened(lan, "confirm", key=SAVANNAKHET), "look", first="2021-12-14", last="2021-12-15", why="Lan đã gọi"
    )
    theirs = send(minh, opened(minh, "postpone", key=SAVANNAKHET), "look", why="Phía bạn bận")
    assert "Stored as decision" in said(send(minh, theirs, "save"))
    before = bureau.rows()
    late = send(lan, mine, "save")
    assert late.status_code == 409
    assert "Nothing was stored: by now it would do something else than you were shown." in said(late)
    assert "Bà Minh (minh): postponed, new days not known yet (Phía bạn bận)" in said(late)
    assert "Status before: postponed → after: confirmed" in said(late)
    assert bureau.rows() == before
    assert "Stored as decision" in said(send(lan, late, "save"))  # looked at again, and meant
    assert [decision.verb for decision, *_ in bureau.decided()] == [Verb.POSTPONE, Verb.CONFIRM]


def test_the_same_form_sent_twice_is_stored_once(bureau: Bureau) -> None:
    browser = bureau.officer()
    form = opened(browser, "held", key=SALAVAN)
    shown = send(browser, form, "look", first="2021-08-30", why=REASON)
    assert send(browser, shown, "save").status_code == 200
    again = send(browser, shown, "save")
    assert (again.status_code, "Stored as decision" in said(again)) == (200, True)  # and not that nothing was
    other = bureau.officer("minh")
    late = send(
        other, form, "look", first="2021-08-30", why=REASON, seal=hidden(opened(other, "done", key=TALK))["seal"]
    )
    assert (late.status_code, "is recorded as held" in said(late)) == (409, True)
    assert re.search(r"Bà Lan \(lan\): held: 30 August 2021 \(.*\) Take decision \d+ back first\.", said(late))
    assert len(bureau.decided()) == 1


def links_to_undo(page: httpx.Response) -> list[str]:
    """The decisions that a page offers to take back."""
    return re.findall(r'href="/en/decide/undo\?number=(\d+)"', page.text)


def test_what_another_ended_meanwhile_is_said_with_who_when_and_the_way_to_take_it_back(bureau: Bureau) -> None:
    lan, minh = bureau.officer("lan"), bureau.officer("minh")
    mine = send(lan, opened(lan, "held", key=SALAVAN), "look", first="2021-08-30", why=REASON)
    theirs = send(minh, opened(minh, "skip", key=SALAVAN), "look", turn="passes", why="Dịch bệnh")
    skipped = links_to_undo(send(minh, theirs, "save"))
    before = bureau.rows()
    late = send(lan, mine, "save")
    told = f"{CALLED} was skipped 1 September 2021 · Bà Minh (minh): skipped, the turn passes (Dịch bệnh)"
    assert (late.status_code, told in said(late)) == (409, True), said(late)
    assert f"Take decision {skipped[0]} back first." in said(late)
    assert links_to_undo(late) == skipped
    assert f'value="{REASON}"' in late.text  # what was typed is there for afterwards
    assert bureau.rows() == before
    stored(lan, "undo", {}, number=skipped[0])
    again = send(lan, late, "look", first="2021-08-30", why=REASON)
    assert "Stored as decision" in said(send(lan, again, "save"))


@pytest.mark.parametrize(
    ("verb", "typed", "told"),
    [
        (
            "held",
            {"first": "2021-08-30"},
            f"{CALLED} is recorded as held 1 September 2021 · Bà Lan (lan): held: 30 August",
        ),
        ("skip", {"turn": "waits"}, f"{CALLED} was skipped 1 September 2021 · Bà Lan (lan): skipped, the turn waits"),
        ("cancel", {}, f"{CALLED} was cancelled 1 September 2021 · Bà Lan (lan): cancelled"),
    ],
)
def test_a_form_on_what_is_over_says_so_at_once(bureau: Bureau, verb: str, typed: dict[str, str], told: str) -> None:
    browser = bureau.officer()
    number = links_to_undo(stored(browser, verb, typed, key=SALAVAN))
    for asked in ("held", "confirm", "postpone", "skip", "cancel", "swap", "host", "await-partner"):
        answer = browser.get(f"/en/decide/{asked}?key={SALAVAN}")
        assert (answer.status_code, told in said(answer)) == (409, True), said(answer)
        assert links_to_undo(answer) == number
        assert '<form class="deed"' not in answer.text
    assert opened(browser, "join", key=SALAVAN).status_code == 200  # the line goes on


def test_a_form_on_what_the_text_reports_as_held_says_so_at_once(bureau: Bureau) -> None:
    take(bureau.porch.database, FRONT_HEAD + EXCHANGE + "    stated: {salavan.2021: {held: 2021-08-20}}\n")
    answer = bureau.officer().get(f"/en/decide/held?key={SALAVAN}")
    assert (answer.status_code, "held: the plan itself says so." in said(answer)) == (409, True), said(answer)
    assert (links_to_undo(answer), '<form class="deed"' in answer.text) == ([], False)


def test_what_was_taken_back_is_not_asked_for_a_reason(bureau: Bureau) -> None:
    lan, minh = bureau.officer("lan"), bureau.officer("minh")
    number = links_to_undo(stored(lan, "cancel", {}, key=SALAVAN))[0]
    form = opened(lan, "undo", number=number)
    done = send(minh, send(minh, opened(minh, "undo", number=number), "look", why="Nhầm kỳ"), "save")
    told = f"decision {number} was taken back already 1 September 2021 · Bà Minh (minh): decision {number} taken back"
    late = send(lan, form, "look", why=REASON)
    for answer in (lan.get(f"/en/decide/undo?number={number}"), late):
        assert (answer.status_code, f"{told} (Nhầm kỳ)" in said(answer)) == (409, True), said(answer)
        assert '<form class="deed"' not in answer.text
    again = next(each for each in links_to_undo(done) if each != number)
    stored(minh, "undo", {}, number=again)
    assert opened(lan, "undo", number=number).status_code == 200


def test_turns_of_one_host_are_not_offered_to_trade(bureau: Bureau) -> None:
    browser, before = bureau.officer(), bureau.rows()
    form = opened(browser, "swap", key=SAVANNAKHET)
    offered = re.findall(r'<option value="(doan[^"]+)"', form.text)
    assert offered
    own = bureau.one(SAVANNAKHET).host
    assert own not in {bureau.one(key).host for key in offered}
    same = "doan.savannakhet.2025"
    assert bureau.one(same).host == own
    answer = send(browser, form, "look", other=same, why=REASON)
    told = f"“Trao đổi đoàn – Savannakhet (2021)” and {same} have the same host, {own}: nothing would change"
    assert (answer.status_code, told in said(answer)) == (409, True), said(answer)
    assert bureau.rows() == before


def test_a_joint_meeting_stays_one(bureau: Bureau) -> None:
    browser = bureau.officer()
    stored(browser, "confirm", {"first": "2021-08-30", "also1": SALAVAN}, key=SAVANNAKHET)
    form = opened(browser, "held", key=SAVANNAKHET)
    assert re.findall(r'value="([^"]+)" checked', form.text) == [SALAVAN]
    assert hidden(form).keys() == {"seal", "key", "month"}
    alone = send(browser, form, "look", first="2021-08-30", why=REASON)
    assert "It is one meeting with this one, and would be no more: Trao đổi đoàn – Salavan (2021)" in said(alone)
    stored(browser, "held", {"first": "2021-08-30", "also1": SALAVAN}, key=SAVANNAKHET)
    assert (bureau.one(SALAVAN).status, bureau.one(SALAVAN).joint) == (Status.HELD, SAVANNAKHET)


def test_who_hosted_elsewhere_is_asked_about(bureau: Bureau) -> None:
    browser = bureau.officer()
    form = opened(browser, "held", key=SALAVAN)
    asked = "Trao đổi đoàn – Salavan (2021): Salavan hosts by turn, but Đông Hà is elsewhere."
    shown = send(browser, form, "look", first="2021-08-30", place="dong-ha", why=REASON)
    assert asked in said(shown)
    named = send(browser, form, "look", first="2021-08-30", place="dong-ha", host="quang-tri", why=REASON)
    assert ("hosts by turn" in said(named), "Quảng Trị" in said(named)) == (False, True)
    assert "Stored as decision" in said(send(browser, shown, "save"))


def test_a_clash_that_was_not_shown_is_shown_first(bureau: Bureau) -> None:
    browser = bureau.officer()
    form = opened(browser, "confirm", key=SAVANNAKHET)
    shown = send(browser, form, "look", first="2021-12-14", why=REASON)
    assert "On these days" not in said(shown)
    others = Decision(verb=Verb.CONFIRM, keys=(SALAVAN,), window=days_of(date(2021, 12, 14), date(2021, 12, 14)))
    decide(bureau.porch.job, others, "minh", "đã thống nhất", apply=True)
    late = send(browser, shown, "save")
    assert (late.status_code, "On these days, with the same partner" in said(late)) == (409, True)
    saved = send(browser, late, "save")
    assert "On these days, with the same partner" in said(saved)


def test_of_many_mails_it_is_said_how_many_are_not_shown(bureau: Bureau) -> None:
    browser = bureau.officer()
    stored(browser, "confirm", {"first": "2022-08-30"}, key="hoi-dam.2022")
    shown = send(browser, opened(browser, "cancel", key="hoi-dam.2022"), "look", why=REASON)
    less = shown.text[shown.text.index("effects less") :].split("</ul>")[0]
    assert less.count("<li>") == 13
    assert re.search(r"… and \d+ more", less)


def test_what_lies_beyond_the_rows_is_said(bureau: Bureau) -> None:
    answer = bureau.officer().get("/en/decide?key=doan.salavan.2041")
    assert (answer.status_code, "It lies beyond the years that are kept." in said(answer)) == (404, True)


def test_nothing_is_stored_that_was_not_looked_at(bureau: Bureau) -> None:
    browser, before = bureau.officer(), bureau.rows()
    form = opened(browser, "held", key=SALAVAN)
    for step in ("save", "change", "month-2021-10"):
        answer = send(browser, form, step, first="2021-08-30", why=REASON)
        assert answer.status_code == (409 if step == "save" else 200)
    assert "October 2021" in said(answer)
    assert 'value="2021-08-30"' in answer.text
    assert bureau.rows() == before


@pytest.mark.parametrize(
    ("verb", "typed", "words"),
    [
        ("held", {"first": "", "why": REASON}, ["Fill this in."]),
        ("held", {"first": "2021-08-30", "why": "  "}, ["Fill this in."]),
        ("held", {"first": "2021-08-30", "why": "\u200d"}, ["Fill this in."]),
        ("held", {"first": "2021-02-30", "why": REASON}, ["This is no day."]),
        ("held", {"first": "hôm qua", "why": REASON}, ["This is no day."]),
        ("held", {"first": "", "last": "2021-08-30", "why": REASON}, ["Fill this in."]),
        ("held", {"first": "2021-08-30", "last": "2021-08-29", "why": REASON}, ["The last day is before the first."]),
        ("held", {"first": "2021-08-30", "why": "x" * 501}, ["This is too long: at most 500 characters."]),
        ("held", {"first": "2021-08-30", "why": "họp\x07 xong"}, ["It holds characters that cannot be kept"]),
        ("skip", {"why": REASON}, ["Choose one."]),
        ("swap", {"why": REASON}, ["Choose one."]),
        ("join", {"why": REASON, "since": "sớm"}, ["Choose one.", "This is no year."]),
        ("await-partner", {"why": REASON, "until": ""}, ["Fill this in."]),
    ],
)
def test_what_is_missing_or_unreadable_is_said_beside_it(
    bureau: Bureau, verb: str, typed: dict[str, str], words: list[str]
) -> None:
    browser, before = bureau.officer(), bureau.rows()
    answer = send(browser, opened(browser, verb, key=SAVANNAKHET), "look", **typed)
    assert answer.status_code == 400
    assert "Nothing was stored yet: something is missing or cannot be read." in said(answer)
    for told in words:
        assert told in said(answer)
    for value in typed.values():
        if value.strip() and value.isprintable():
            assert f'value="{value}"' in answer.text  # nothing typed is lost
    assert bureau.rows() == before


@pytest.mark.parametrize(
    ("verb", "typed", "words"),
    [
        ("held", {"first": "2021-09-02"}, "2 September 2021 has not come yet Fix days to come instead"),
        (
            "confirm",
            {"first": "2031-01-01"},
            "1 January 2031 is too far from “Trao đổi đoàn – Savannakhet (2021)”, which",
        ),
        (
            "postpone",
            {"first": "2020-12-31"},
            "takes place later Give a later day; if the days were brought forward, fix them under “Fix the days”",
        ),
        ("confirm", {"first": "2021-12-01", "place": "hue"}, "no place or party is called hue"),
        ("confirm", {"first": "2021-12-01", "also1": "tham.once"}, "tham.once is no meeting that could be joint"),
        ("host", {"party": "salavan"}, "salavan takes no part in it"),
        ("swap", {"other": "doan.salavan.2023"}, "are not turns of one line"),
        ("join", {"party": "quang-tri", "since": "2023"}, "quang-tri takes turns already"),
        ("await-partner", {"until": "2021-08-01"}, "1 August 2021 is past already"),
    ],
)
def test_what_the_rules_refuse_is_said_with_the_fix(
    bureau: Bureau, verb: str, typed: dict[str, str], words: str
) -> None:
    browser, before = bureau.officer(), bureau.rows()
    answer = send(browser, opened(browser, verb, key=SAVANNAKHET), "look", why=REASON, **typed)
    assert (answer.status_code, words in said(answer)) == (409, True), said(answer)
    assert bureau.rows() == before


@pytest.mark.parametrize(
    ("value", "what", "fix"),
    [
        ("cuoii thang 6/2020", "không hiểu cụm từ chỉ ngày cuoii thang 6/2020", "có phải là cuối tháng 6/2022?"),
        ("thág 4", "không hiểu cụm từ chỉ ngày thág 4", "cách ghi như trong văn bản: 15/6/2027"),
        ("31/2/2027", "không lịch nào có 31/2/2027", "sửa lại ngày"),
        ("quý V/2027", "không lịch nào có quý V/2027", "sửa lại ngày"),
        ("rằm tháng giêng 2027", "không hiểu cụm từ chỉ ngày rằm tháng giêng 2027", ""),
        ("tháng 4", "cụm từ tháng 4 không có năm", "thêm năm, như tháng 6/2022"),
    ],
)
def test_date_words_that_cannot_be_read_are_refused_in_the_readers_language(
    bureau: Bureau, value: str, what: str, fix: str
) -> None:
    browser = bureau.officer()
    form = browser.get("/vi/decide/set?key=chuyen-de.unset&gap=dates")
    answer = send(browser, form, "look", why=REASON, value=value)
    told = re.search(r'role="alert" lang="vi"><p>(.*?)</p><p>(.*?)</p>', answer.text)
    assert answer.status_code == 409, said(answer)
    assert told is not None, said(answer)
    assert html.unescape(told[1]) == what
    assert fix in html.unescape(told[2])


def test_a_refusal_names_the_meeting_by_its_title_and_days_as_people_write_them(bureau: Bureau) -> None:
    browser = bureau.officer()
    form = browser.get(f"/vi/decide/confirm?key={SAVANNAKHET}")
    told = said(send(browser, form, "look", why=REASON, first="1990-05-01"))
    assert "1/5/1990 quá xa “Trao đổi đoàn" in told
    assert SAVANNAKHET not in told
    assert "văn bản ghi từ 1/1/2021 đến 31/12/2021" in told


def test_what_it_does_names_meetings_by_their_titles(bureau: Bureau) -> None:
    browser = bureau.officer()
    form = browser.get(f"/vi/decide/confirm?key={SAVANNAKHET}")
    told = said(send(browser, form, "look", why=REASON, first="14/12/2021", also1=SALAVAN))
    assert "Tổ chức chung với trước: — → sau: Trao đổi đoàn – Savannakhet (14/12/2021)" in told
    reminders = told.partition("Thư nhắc gửi thay")[2]
    assert "Trao đổi đoàn – Savannakhet (14/12/2021) (" in reminders
    assert (SAVANNAKHET in told, SALAVAN in told) == (False, False)


def test_advice_on_a_page_is_about_the_fields_of_the_page(bureau: Bureau) -> None:
    take(bureau.porch.database, NO_PERIOD)
    browser = bureau.officer()
    form = browser.get("/vi/decide/set?key=bao-cao-khac.unset&gap=cycle")
    told = said(send(browser, form, "look", why=REASON, value1="half"))
    assert "Cần cả năm đầu tiên." in told
    assert "half,NĂM" not in told


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status", "words"),
        [
            ("/en/decide", 404, "Nothing has this key."),
            ("/en/decide?key=khong.2021", 404, "Nothing has this key."),
            ("/en/decide?key=../x", 404, "Nothing has this key."),
            ("/en/decide?key=a&key=b", 400, ""),
            ("/en/decide/fly?key=doan.salavan.2021", 404, "No decision has this name."),
            ("/en/decide/undo", 400, "No decision has this number."),
            ("/en/decide/undo?number=0", 400, "No decision has this number."),
            ("/en/decide/undo?number=99999999999", 400, "No decision has this number."),
            ("/en/decide/undo?number=4", 404, "No decision has this number."),
            ("/en/decide/set?key=chuyen-de.unset", 400, "The text does not leave this open"),
            ("/en/decide/set?key=chuyen-de.unset&gap=lead", 409, "The text does not leave this open"),
            ("/en/decide/set?key=chuyen-de.unset&gap=successor", 400, "A successor is written into the plan"),
            ("/en/decide/held?key=doan.salavan.2021&x=1", 400, ""),
        ],
    )
    def test_addresses(self, bureau: Bureau, path: str, status: int, words: str) -> None:
        answer = bureau.officer().get(path)
        assert (answer.status_code, words in said(answer)) == (status, True), said(answer)

    def test_other_offices(self, bureau: Bureau) -> None:
        lan, hue = bureau.officer("lan"), bureau.officer("hue", ("so-ngoai-vu",))
        stored(lan, "held", {"first": "2021-08-30"}, key=SALAVAN)
        before = bureau.rows()
        number = re.findall(r"undo\?number=(\d+)", lan.get(f"/en/decide?key={SALAVAN}").text)[0]
        for path in (f"?key={SALAVAN}", f"/held?key={SAVANNAKHET}", f"/undo?number={number}"):
            answer = hue.get(f"/en/decide{path}")
            assert answer.status_code == 403
            assert "This is for MTTQ tỉnh Quảng Trị to decide: they lead it, or own its plan." in said(answer)
            assert "You act for Sở Ngoại vụ." in said(answer)
        talk = opened(hue, "confirm", key=TALK)
        assert SAVANNAKHET not in talk.text
        for fields in ({"key": SAVANNAKHET}, {"also1": SAVANNAKHET}):
            sent = {"first": "2021-12-01", "why": REASON, **fields}
            assert send(hue, talk, "look", **sent).status_code == 403
        kept = send(hue, talk, "look", first="2021-12-01", why=REASON, also1=SAVANNAKHET)
        assert f'value="{REASON}"' in kept.text
        assert bureau.rows() == before

    def test_what_ones_decision_would_change_for_others(self, bureau: Bureau) -> None:
        """Talks that both lead are one meeting with a delegation of the other office alone."""
        lan, hue = bureau.officer("lan"), bureau.officer("hue", ("so-ngoai-vu",))
        stored(lan, "confirm", {"first": "2021-11-01", "also1": SAVANNAKHET}, key=TALK)
        before = bureau.rows()
        for verb, typed in (("cancel", {}), ("postpone", {}), ("confirm", {"first": "2021-11-05"})):
            answer = send(hue, opened(hue, verb, key=TALK), "look", why=REASON, **typed)
            assert (answer.status_code, "This is for MTTQ tỉnh Quảng Trị to decide" in said(answer)) == (403, True), (
                verb
            )
        assert bureau.rows() == before

    def test_a_series_that_another_office_continues(self, bureau: Bureau) -> None:
        """What was decided on later rows is not undone by those who had the earlier ones."""
        plan = LATER.format(lead="so-ngoai-vu")
        take(bureau.porch.database, PLAN, plan)
        lan, hue = bureau.officer("lan"), bureau.officer("hue", ("so-ngoai-vu",))
        later = "doan.savannakhet.2023"
        stored(hue, "propose", {"first": "2023-05-01"}, key=later)
        number = re.findall(r"undo\?number=(\d+)", hue.get(f"/en/decide?key={later}").text)[0]
        before = bureau.rows()
        assert lan.get(f"/en/decide?key={later}").status_code == 403
        undo = lan.get(f"/en/decide/undo?number={number}")
        assert undo.status_code == 403 or send(lan, undo, "look", why=REASON).status_code == 403
        join = opened(lan, "join", key=SAVANNAKHET)
        answer = send(lan, join, "look", party="salavan", since="2023", why=REASON)
        assert answer.status_code == 403, said(answer)
        assert bureau.rows() == before

    def test_nobody_decides_for_no_organisation(self, bureau: Bureau) -> None:
        bureau.porch.officer("quan-tri", Role.ADMIN, organisations=())
        admin = bureau.porch.browser()
        admin.enter("quan-tri")
        answer = admin.get(f"/en/decide?key={SALAVAN}")
        assert (answer.status_code, "You act for no organisation." in said(answer)) == (403, True)
        assert "name one yourself: luanphien officers change quan-tri --organisation ID" in said(answer)

    @pytest.mark.parametrize(
        ("role", "bodies"),
        [
            *((role, (body,)) for role in Role for body in ("mttq", "so-ngoai-vu")),
            (Role.READER, ()),
            (Role.ADMIN, ()),
        ],
    )
    def test_the_button_is_there_for_those_who_may_press_it(
        self, bureau: Bureau, role: Role, bodies: tuple[str, ...]
    ) -> None:
        bureau.porch.officer("ai", role, organisations=bodies)
        browser = bureau.porch.browser()
        browser.enter("ai")
        for key in (SALAVAN, TALK, "theo-doi.once"):
            led = f'href="/en/decide?key={key}"' in browser.get(f"/en/o/{key}").text
            assert led is (browser.get(f"/en/decide?key={key}").status_code == 200)
            assert led is (role is not Role.READER and ("mttq" in bodies or (key == TALK and bodies != ())))
            assert "/decide" not in bureau.porch.browser().get(f"/en/o/{key}").text

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"key": "x y"}, 400),
            ({"step": "now"}, 400),
            ({"seen": "x"}, 400),
            ({"turn": "waits"}, 400),
            ({"why": "x" * 1_000_000}, 413),
            ({"why": "x" * 2_001}, 400),
            ({"first": "\x00"}, 400),
            ({"month": "2021-13"}, 400),
            ({"step": "month-0000-01"}, 400),
            ({"step": "month-2200-01"}, 400),
            ({"step": "change", "first": "2021-13-01"}, 200),
            ({"step": "change", "first": "0000-01-01"}, 200),
        ],
    )
    def test_forms_that_are_none_of_ours(self, bureau: Bureau, fields: dict[str, str], status: int) -> None:
        browser, before = bureau.officer(), bureau.rows()
        page = opened(browser, "held", key=SALAVAN)
        sent = {**hidden(page), "first": "2021-08-30", "why": REASON, "step": "look", **fields}
        assert browser.post("/en/decide/held", sent).status_code == status
        assert bureau.rows() == before

    def test_nothing_typed_is_lost_when_the_session_ends(self, bureau: Bureau) -> None:
        browser, before = bureau.officer(), bureau.rows()
        page = opened(browser, "held", key=SALAVAN)
        bureau.porch.later(hours=13)
        typed = {"first": "2021-08-30", "why": 'Biên bản "số 1"\n<b>'}
        over = send(browser, page, "look", **typed)
        assert (over.status_code, "Your session has ended" in said(over)) == (403, True)
        assert over.headers["cache-control"] == "no-store"
        assert browser.enter().status_code == 303
        again = browser.post("/en/decide/held", areas(over))
        assert (again.status_code, "Look it over, and send it again" in said(again)) == (403, True)
        shown = browser.post("/en/decide/held", areas(again))
        assert shown.status_code == 200, said(shown)
        assert 'Reason: Biên bản "số 1" <b>' in html.unescape(said(shown))
        assert bureau.rows() == before
        assert "Stored as decision" in said(send(browser, shown, "save"))

    def test_a_form_of_another_session_is_kept_too(self, bureau: Bureau) -> None:
        browser, before = bureau.officer(), bureau.rows()
        page = opened(browser, "held", key=SALAVAN)
        answer = browser.post("/en/decide/held", {**hidden(page), "seal": "0" * 64, "first": "2021-08-30", "why": "x"})
        assert (answer.status_code, areas(answer)["first"]) == (403, "2021-08-30")
        assert bureau.rows() == before

    def test_a_form_from_elsewhere(self, bureau: Bureau) -> None:
        browser, before = bureau.officer(), bureau.rows()
        shown = send(browser, opened(browser, "held", key=SALAVAN), "look", first="2021-08-30", why=REASON)
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}):
            answer = browser.post("/en/decide/held", {**hidden(shown), "step": "save"}, headers)
            assert answer.status_code == 403, said(answer)
        assert bureau.rows() == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_every_language(bureau: Bureau, lang: str) -> None:
    browser = bureau.officer()
    answers = [browser.get(f"/{lang}/decide?key={SAVANNAKHET}")]
    for verb in Verb:
        asked = {Verb.SET: "key=chuyen-de.unset&gap=dates", Verb.UNDO: "number=9"}.get(verb, f"key={SAVANNAKHET}")
        if verb is not Verb.UNDO:
            answers.append(browser.get(f"/{lang}/decide/{verb}?{asked}"))
    sent = {**hidden(answers[-1]), "value": "15/6/2022", "why": REASON, "step": "look"}
    answers.append(browser.post(f"/{lang}/decide/set", sent))
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    for answer in answers:
        assert f'<html lang="{lang}">' in answer.text
        assert re.search(r"\{[a-z_]+\}", said(answer)) is None
