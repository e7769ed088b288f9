"""Lines of the trail in words: each act in each language, and whatever somebody has made of a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.decisions import effect_words
from calendars.trailwords import act_words, area_words, why_words
from scheduler.amendment import Decision, Verb
from scheduler.plan import LANGUAGES, Directory, Gap, Party, Text
from scheduler.trail import NOTHING, Area, Entry

NOBODY = Directory({}, {}, {})
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["first", "count", "x"]), inner),
    max_leaves=5,
)
BINH = {"number": 3, "by": "binh", "digest": "0" * 64}
NAMES = [
    "plan",
    "proposal",
    "after",
    "no plan",
    "refresh",
    "added",
    "fields",
    "mails",
    "label",
    "decision",
    "why",
    "journal",
]


def line(area: str, action: str, detail: str) -> Entry:
    return Entry(
        number=7, at=datetime(2026, 11, 22, tzinfo=UTC), who="lan", area=area, action=action, subject="so",
        detail=detail, about=(), batch=None, previous=NOTHING,
    )  # fmt: skip


def named(*names: str, count: int | None = None) -> dict[str, object]:
    return {"first": [*names], "count": len(names) if count is None else count}


@pytest.mark.parametrize(
    ("gap", "value", "words"),
    [
        (Gap.CYCLE, "half,2027", "chốt chu kỳ: sáu tháng một lần, từ năm 2027"),
        (Gap.CYCLE, "quarter", "chốt chu kỳ: hằng quý"),
        (Gap.ORDER, "quang-tri, savannakhet", "chốt thứ tự luân phiên chủ trì: Quảng Trị, Savannakhet"),
        (Gap.FIRST_HOST, "savannakhet", "chốt bên chủ trì lần đầu: Savannakhet"),
        (Gap.LEAD, "khong-co", "chốt đơn vị chủ trì: khong-co"),
        (Gap.FIRST_YEAR, "2027", "chốt năm đầu tiên: 2027"),
        (Gap.DATES, "2027-05-01/2027-05-03", "chốt ngày cụ thể: 1–3/5/2027"),
        (Gap.DATES, "2027-02-31", "chốt ngày cụ thể: 2027-02-31"),
        (Gap.DATES, "quý III/2027", "chốt ngày cụ thể: quý III/2027"),
    ],
)
def test_what_was_set_is_said_in_words(gap: Gap, value: str, words: str) -> None:
    quang_tri, savannakhet = (
        Party("quang-tri", Text("Quảng Trị"), "VN"),
        Party("savannakhet", Text("Savannakhet"), "LA"),
    )
    known = Directory({"quang-tri": quang_tri, "savannakhet": savannakhet}, {}, {})
    assert effect_words(Decision(verb=Verb.SET, obligation="x", gap=gap, value=value), known, "vi") == words


@pytest.mark.parametrize(
    ("area", "action", "detail", "words"),
    [
        (Area.PLAN, "given", {"plan": named("a", "b"), "no plan": named("c")}, "plans taken in: a, b; plans ended: c"),
        (Area.PLAN, "given", {"plan": named(*"abcdefg", count=80)}, "plans taken in: a, b, c, d, e … (80)"),
        (Area.DIRECTORY, "given", {"no directory": named("x.yaml")}, "directory files taken away: x.yaml"),
        (Area.REFRESH, "refreshed", {"refresh": named("2027-01-01")}, "turns worked out up to the end of 2032"),
        (Area.MAIL, "hold", {"mails": named("a"), "why": "x"}, "held by hand"),
        (Area.MAIL, "release", {"mails": named("a", "b")}, "released by hand (mails: 2)"),
        (Area.FEED, "rotated", {"label": "Lịch"}, "Lịch: address given another secret"),
        (Area.CONTACT, "taken", {"added": named("a"), "changed": named("b"), "fields": ["address", "rank"]},
         "people added: a; people changed: b; mail address, rank"),
        (Area.OFFICER, "changed", {"role": "head", "fields": ["role", "mail"]}, "officer changed; role, mail address"),
        (Area.STORE, "begun", {"journal": {"lines": 12}},
         "the trail begins, and seals the journal up to here (lines: 12)"),
        (Area.STORE, "head-lost", {"after": {"number": 12}},
         "the note of the last line was lost; work went on after line 12"),
        (Area.STORE, "head-changed", {"after": {"number": 12}},
         "the note of the last line had been changed; work went on after line 12"),
        (Area.PLAN, "given", {"plan": named("a"), "proposal": BINH},
         "plans taken in: a; proposed by binh (proposal 3)"),
        (Area.PLAN, "proposed", {"proposal": BINH}, "so: a new text proposed (proposal 3)"),
        (Area.PLAN, "refused", {"proposal": BINH, "why": "x"}, "so: proposal 3 by binh refused"),
        (Area.PLAN, "withdrawn", {"proposal": BINH}, "so: proposal 3 withdrawn"),
        (Area.DECISION, "cancel", {"decision": {"verb": "cancel", "keys": ["a.2021"]}}, "cancelled"),
        (Area.DECISION, "undo", {"decision": {"verb": "undo", "target": 12}}, "decision 12 taken back"),
    ],
)  # fmt: skip
def test_an_act(area: Area, action: str, detail: dict[str, object], words: str) -> None:
    entry = line(area, action, json.dumps(detail))
    assert act_words(entry, NOBODY, "en") == words
    assert all(act_words(entry, NOBODY, lang) not in ("", words) for lang in LANGUAGES if lang != "en")


@given(
    area=st.sampled_from([*Area, "x"]),
    action=st.sampled_from(["hold", "given", "proposed", "head-lost", "x", ""]),
    detail=st.dictionaries(st.sampled_from(NAMES), ANY).map(json.dumps) | ANY.map(json.dumps) | st.text(max_size=9),
    lang=st.sampled_from(LANGUAGES),
)
def test_whatever_somebody_has_made_of_a_line(area: str, action: str, detail: str, lang: str) -> None:
    entry = line(area, action, detail)
    assert isinstance(act_words(entry, NOBODY, lang) + area_words(area, lang) + why_words(entry), str)
