"""A change reads only what it touches, and comes to the same as if everything were read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from config.database import Database
from config.excerpt import each_plan, excerpt, whole
from config.planfile import SourceFile, load
from config.replay import rebuild
from config.settle import Given, sync
from scheduler import history, store
from scheduler.occurrence import withdrawn

PEOPLE = {
    "short": """
parties:
  quang-tri: {country: VN, name: {vi: Quảng Trị}}
  salavan: {country: LA, name: {vi: Salavan}}
organisations:
  mttq: {party: quang-tri, name: {vi: MTTQ}}
  so-cu: {party: quang-tri, name: {vi: Sở Cũ}}
  so-moi: {party: quang-tri, name: {vi: Sở Mới}}
""",
}
PEOPLE["ended"] = PEOPLE["short"].replace("{vi: Sở Cũ}}", "{vi: Sở Cũ}, until: 2022-06-30, successor: so-moi}")
PEOPLE["without"] = PEOPLE["short"].replace("  so-cu: {party: quang-tri, name: {vi: Sở Cũ}}\n", "")

HEAD = "plan: {plan}\nowner: mttq\nperiod: {period}\ndocument: {{issuer: mttq, title: {{vi: Kế hoạch}}}}\n"


def head(plan: str, period: str = "giai đoạn 2020 - 2022") -> str:
    return HEAD.format(plan=plan, period=period)


def duty(ident: str, rule: str, clause: str, **more: str) -> str:
    fields = {"kind": "talks", "lead": "[so-cu]", "partners": "[salavan]", "host": "quang-tri", **more}
    lines = [f"    {name}: {value}" for name, value in fields.items() if value]
    top = f"  - id: {ident}\n    clauses: [{clause}]\n    title: {{vi: Việc {ident}}}\n    rule: {rule}\n"
    return top + "\n".join(lines) + "\n"


TALKS = duty("hoi-dam", "{type: yearly, within: tháng 6}", "II.1")
MOVED = duty("hoi-dam", "{type: yearly, within: tháng 9}", "II.1")
PAPERS = duty(
    "giay-to",
    "{type: relative, to: [hoi-dam], before: start, days: 10}",
    "II.1",
    kind="deadline",
    host="",
    partners="",
    lead="[mttq]",
)
GROUNDS = """agreements:
  - id: thoa-thuan
    title: {{vi: Thỏa thuận}}
    parties: [quang-tri, salavan]
    term: giai đoạn 2018 - 2021
    notice_days: 60
    successor: {successor}
"""
AFTER = (
    "agreements:\n  - id: ban-moi\n    title: {{vi: Bản mới}}\n    parties: [quang-tri, salavan]\n    term: {term}\n"
)
RESTS = duty(
    "tham",
    "{type: rotation, every: 2, first_year: 2020, order: [quang-tri, salavan]}",
    "II.2",
    kind="exchange",
    host="",
    agreement="thoa-thuan",
)

CONTINUED = MOVED.replace("    kind", "    continues: mot\n    kind")
FEAST = "obligations:\n" + duty("le", "{type: once, when: 2022-02-02}", "I.1")

VARIANTS: dict[str, tuple[str, ...]] = {
    "mot": (
        head("mot") + "obligations:\n" + TALKS,
        head("mot") + "obligations:\n" + MOVED,
        head("mot") + "obligations:\n" + duty("khac", "{type: once, when: 2021-05-05}", "II.1"),
    ),
    "hai": (
        head("hai") + "obligations:\n" + PAPERS,
        head("hai") + "obligations:\n" + PAPERS.replace("days: 10", "days: 20").replace("[II.1]", "[mot/II.9]"),
        head("hai") + "obligations:\n" + PAPERS.replace("[II.1]", "[II.1, mot/II.1]"),
    ),
    "ba": (
        head("ba", "giai đoạn 2023 - 2025") + "obligations:\n" + CONTINUED,
        head("ba", "giai đoạn 2023 - 2025") + "obligations:\n" + MOVED,
    ),
    "bon": (
        head("bon") + GROUNDS.format(successor="ban-moi") + "obligations:\n" + RESTS,
        head("bon") + GROUNDS.format(successor="null") + "obligations:\n" + RESTS,
    ),
    "nam": (
        head("nam") + AFTER.format(term="giai đoạn 2022 - 2026") + FEAST,
        head("nam") + AFTER.format(term="giai đoạn 2024 - 2026") + FEAST,
        head("nam") + GROUNDS.format(successor="null") + FEAST,
    ),
    "sau": (
        head("sau") + "organisations:\n  to-moi: {party: quang-tri, name: {vi: Tổ mới}}\nobligations:\n"
        + duty("rieng", "{type: yearly, within: tháng 3}", "I.1", lead="[to-moi]"),
        head("sau") + "organisations:\n  so-cu: {party: quang-tri, name: {vi: Sở Cũ}}\nobligations:\n"
        + duty("rieng", "{type: yearly, within: tháng 3}", "I.1", lead="[so-cu]"),
        head("sau") + "obligations:\n" + duty("rieng", "{type: yearly, within: tháng 3}", "I.1", lead="[mttq]"),
    ),
}  # fmt: skip

NOON = datetime(2021, 9, 1, 5, tzinfo=UTC)
NO_HOLIDAYS = SourceFile("holidays.yaml", "")

steps = st.fixed_dictionaries({
    "edits": st.dictionaries(st.sampled_from(sorted(VARIANTS)), st.integers(-1, 2), max_size=2),
    "people": st.sampled_from(["same"] * 9 + ["short", "ended", "without"]),
    "years": st.sampled_from([0, 0, 0, 1]),
})  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(walk=st.lists(steps, min_size=2, max_size=8))
@pytest.mark.parametrize("kind", ["incremental"])
def test_edits_come_to_the_same_as_reading_everything(
    database: Database, kind: str, walk: list[dict[str, object]]
) -> None:
    with database.write() as session:
        for table in ("journal", "occurrence", "obligation", "directory", "segment", "edge", "participation", "kept"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    people, now = PEOPLE["short"], NOON
    texts = {ident: some[0] for ident, some in VARIANTS.items()}
    first = Given(tuple(SourceFile(ident, text) for ident, text in texts.items()), _file(people), NO_HOLIDAYS)
    assert sync(database, first, now, now.date()).problems == ()
    for step in walk:
        now += timedelta(minutes=1, days=365 * int(str(step["years"])))
        given_, wanted, wanted_people = _given(step, texts, people)
        library = load(
            [SourceFile("people.yaml", wanted_people)], [SourceFile(i, t) for i, t in sorted(wanted.items())]
        )
        settled = sync(database, given_, now, now.date())
        assert [(p.file, p.line, p.column, p.message) for p in settled.problems] == [
            (p.file, p.line, p.column, p.message) for p in library.problems
        ]
        event("refused" if settled.problems else "taken")
        if not settled.problems:
            texts, people = wanted, wanted_people
        _check(database, now.date())
    assert rebuild(database).different == ()


def _given(step: dict[str, object], texts: dict[str, str], people: str) -> tuple[Given, dict[str, str], str]:
    """The files of one step: some plans edited, added or retired, the others not even named."""
    edits: dict[str, int] = dict(step["edits"])  # type: ignore[call-overload]  # of a strategy
    gone = tuple(sorted(ident for ident, number in edits.items() if number < 0 and ident in texts))
    put = {ident: VARIANTS[ident][number % len(VARIANTS[ident])] for ident, number in edits.items() if number >= 0}
    wanted = {ident: text for ident, text in {**texts, **put}.items() if ident not in gone}
    now = people if step["people"] == "same" else PEOPLE[str(step["people"])]
    files = tuple(SourceFile(ident, text) for ident, text in sorted(put.items()))
    return Given(files, _file(now), NO_HOLIDAYS, gone), wanted, now


def _file(people: str) -> tuple[SourceFile, ...]:
    return (SourceFile("people.yaml", people),)


def _check(database: Database, today: date) -> None:
    """What is stored is what all texts, read together, say; and any excerpt says the same of its own."""
    with database.read() as session:
        if not history.revision(session):
            return
        world = whole(session)
        assert world.problems == ()
        expected = {o.key: o for ident in world.series for o in world.occurrences(ident, {})}
        stored = {key: record.occurrence for key, record in store.found(session, store.keys(session)).items()}
        assert {key: occurrence for key, occurrence in stored.items() if key in expected} == expected
        others = [occurrence for key, occurrence in stored.items() if key not in expected]
        assert [withdrawn(occurrence) for occurrence in others] == others
        assert store.directory_of(session) == world.directory
        assert store.obligation_digests(session, world.series) == {i: world.digest(i, {}) for i in world.series}
        for ident in world.series:
            part = excerpt(session, [ident])
            assert part.digest(ident, {}) == world.digest(ident, {})
            assert part.occurrences(ident, {}) == world.occurrences(ident, {})
        assert [plan.id for plan in each_plan(session)] == sorted(plan.id for plan in world.library.plans)
