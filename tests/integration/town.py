"""A small office with two plans, what its store holds, and a second process that works in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from config.database import Database
from config.files import directory_files, holiday_file, plan_files
from config.planfile import SourceFile
from config.settle import Given, Settled, sync
from scheduler import store
from tests.integration.rows import fingerprints

TODAY = date(2021, 9, 1)
NOON = datetime(2021, 9, 1, 5, tzinfo=UTC)
LATER = datetime(2021, 9, 2, 5, tzinfo=UTC)
LATER_STILL = datetime(2021, 9, 3, 5, tzinfo=UTC)

PEOPLE = """
parties:
  quang-tri: {country: VN, name: {vi: Quảng Trị}}
  savannakhet: {country: LA, name: {vi: Savannakhet}}
  salavan: {country: LA, name: {vi: Salavan}}
places:
  dong-ha: {party: quang-tri, name: {vi: Đông Hà}}
organisations:
  mttq: {party: quang-tri, name: {vi: MTTQ tỉnh Quảng Trị}, mail: mttq@quang-tri.example}
  so-ngoai-vu: {party: quang-tri, name: {vi: Sở Ngoại vụ}}
"""

HEAD = """plan: {name}
owner: mttq
period: giai đoạn {period}
document: {{number: 06/KH-MTTQ, date: 2019-10-03, issuer: mttq, title: {{vi: Kế hoạch {name}}}}}
obligations:
"""
FRONT_HEAD = HEAD.format(name="mat-tran", period="2020 - 2022")
OTHER_HEAD = HEAD.format(name="tinh", period="2020 - 2022")

EXCHANGE = """  - id: doan
    clauses: [II.5]
    kind: exchange
    title: {vi: Trao đổi đoàn}
    rule:
      type: rotation
      every: 2
      legs:
        savannakhet: {first_year: 2019, order: [savannakhet, quang-tri]}
        salavan: {first_year: 2019, order: [quang-tri, salavan]}
    lead: [mttq]
    partners: [savannakhet, salavan]
"""
TALKS = """  - id: hoi-dam
    clauses: [II.6]
    kind: talks
    title: {vi: Hội đàm}
    rule: {type: yearly, within: tháng 6}
    lead: [mttq, so-ngoai-vu]
    partners: [salavan]
    host: salavan
    runs_on: no
"""
PAPERS = """  - id: giay-to
    clauses: [III.1]
    kind: deadline
    title: {vi: Chuẩn bị giấy tờ}
    rule: {type: relative, to: [hoi-dam], days: 30}
    lead: [so-ngoai-vu]
"""
VISIT = """  - id: tham
    clauses: [II.7]
    kind: event
    title: {vi: Thăm hỏi}
    rule: {type: once, when: 2021-09-20}
    lead: [mttq]
    partners: [savannakhet]
"""
WATCH = """  - id: theo-doi
    clauses: [II.8]
    kind: ongoing
    title: {vi: Theo dõi}
    rule: {type: ongoing}
    lead: [mttq]
"""
REPORT = """  - id: bao-cao
    clauses: [I.1]
    kind: report
    title: {vi: Báo cáo}
    rule: {type: relative, to: [tham], before: end}
    lead: [mttq]
"""
FRONT = FRONT_HEAD + EXCHANGE + TALKS + PAPERS + VISIT + WATCH
OTHER = OTHER_HEAD + REPORT

FRONT_KEYS = [
    "doan.salavan.2021", "doan.salavan.2023", "doan.salavan.2025",
    "doan.savannakhet.2021", "doan.savannakhet.2023", "doan.savannakhet.2025",
    "giay-to.hoi-dam.2020", "giay-to.hoi-dam.2021", "giay-to.hoi-dam.2022",
    "hoi-dam.2020", "hoi-dam.2021", "hoi-dam.2022",
    "tham.once",
    "theo-doi.once",
]  # fmt: skip
"""Every key of FRONT in a store that keeps rows to the end of 2026."""


def given(*plans: str, people: str = PEOPLE, holidays: str = "", retire: Iterable[str] = ()) -> Given:
    """Plan texts as files."""
    files = tuple(SourceFile(f"ke-hoach-{number}.yaml", text) for number, text in enumerate(plans))
    return Given(files, (SourceFile("danh-ba.yaml", people),), SourceFile("holidays.yaml", holidays), tuple(retire))


def packaged() -> Given:
    """The five packaged plans."""
    return Given(plan_files([]).files, directory_files(None).files, holiday_file())


def take(
    database: Database, *plans: str, now: datetime = NOON, today: date = TODAY, preview: bool = False, **more: Any
) -> Settled:
    """Sync these plan texts; they must be sound."""
    settled = sync(database, given(*plans, **more), now, today, preview=preview)
    assert settled.problems == ()
    return settled


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


GIVEN = ("journal", "trail", "trail_about", "trail_head")
"""Tables of what was given and done."""


def projection(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what can be rebuilt."""
    return {name: rows for name, rows in everything(database).items() if name not in GIVEN}


def stamps(database: Database) -> dict[str, tuple[int, datetime]]:
    """Sequence and time of the last change of every occurrence."""
    with database.read() as session:
        return {key: (sequence, at) for key, (_, sequence, at) in fingerprints(session).items()}


def statuses(database: Database) -> dict[str, str]:
    """Status of every occurrence."""
    with database.read() as session:
        found = store.found(session, store.keys(session))
        return {key: record.occurrence.status.value for key, record in found.items()}


def work(url: str, barrier: Barrier, name: str, rounds: int) -> None:
    """Sync a plan called `name` again and again, each time a little different; for a second process."""
    database = Database(url)
    text = (HEAD.format(name=name, period="2020 - 2022") + EXCHANGE + TALKS).replace("id: ", f"id: {name}-")
    for number in range(rounds):
        barrier.wait(30)
        now = datetime(2021, 9, 1 + number, tzinfo=UTC)
        settled = sync(database, given(text.replace("tháng 6", f"tháng {1 + number}")), now, TODAY)
        if settled.problems:
            raise AssertionError(settled.problems)
    database.close()
