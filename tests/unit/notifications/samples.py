"""Occurrences, a directory and a policy made by hand, small enough to reason about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from notifications.asks import Almanac
from notifications.compose import Letterhead
from notifications.letters import Item, ReminderLetter
from notifications.mime import mailbox
from notifications.policy import Policy, Role
from notifications.policyform import policy_from
from notifications.tokens import Links
from scheduler.occurrence import Occurrence, Record, Status
from scheduler.plan import Directory, Document, Kind, Organisation, Party, Text
from scheduler.window import Precision, Window

CHANGED = datetime(2021, 1, 4, 2, 0, tzinfo=UTC)
HANOI = timezone(timedelta(hours=7))
ROOT = Path(__file__).parents[3]


@cache
def packaged_policy() -> Policy:
    """The policy that comes with the product."""
    return policy_from(yaml.safe_load((ROOT / "config" / "policies.yaml").read_text("utf-8")))


def shelf(*items: Any) -> Mapping[str, Any]:
    """Values by id."""
    return MappingProxyType({item.id: item for item in items})


def office(
    ident: str, mail: str | None, party: str = "quang-tri", name: Text | None = None, **more: Any
) -> Organisation:
    """An organisation named after its id unless `name` is given."""
    return Organisation(ident, name or Text(ident, ident), party, mail, **more)


PARTIES = shelf(
    Party("quang-tri", Text("Quảng Trị", "Quảng Trị", "ກວາງຈິ", "ក្វាងទ្រី"), "VN"),
    Party("savannakhet", Text("Savannakhet", "Savannakhet", "ສະຫວັນນະເຂດ", "សាវណ្ណខេត"), "LA"),
    Party("takeo", Text("Takeo", "Takeo", None, "តាកែវ"), "KH"),
)
FRONT = office(
    "mttq-quang-tri",
    "mttq@quang-tri.example",
    name=Text(
        "Ủy ban MTTQ Việt Nam tỉnh Quảng Trị", "Quảng Trị Fatherland Front Committee", "ແນວໂຮມປະເທດຊາດຫວຽດນາມ ແຂວງກວາງຈິ"
    ),
)
AFFAIRS = office(
    "so-ngoai-vu-quang-tri",
    "songoaivu@quang-tri.example",
    name=Text("Sở Ngoại vụ tỉnh Quảng Trị", "Quảng Trị Department of Foreign Affairs"),
)
LAO_FRONT = office("neo-lao-savannakhet", "neolao@savannakhet.example", "savannakhet")
DIRECTORY = Directory(parties=PARTIES, organisations=shelf(FRONT, AFFAIRS, LAO_FRONT))

EXCHANGE = Occurrence(
    obligation="qt-front-exchange",
    leg="savannakhet",
    cycle="2021",
    plan="quang-tri-front-2020",
    kind=Kind.EXCHANGE,
    title=Text(
        "Trao đổi đoàn đại biểu Mặt trận",
        "Exchange of Front delegations",
        "ແລກປ່ຽນຄະນະຜູ້ແທນແນວໂຮມ",
        "ការផ្លាស់ប្តូរគណៈប្រតិភូរណសិរ្ស",
    ),
    clauses=("II.5", "III.2021.1"),
    window=Window.of(date(2021, 1, 1), date(2021, 12, 31), Precision.YEAR),
    expression="2 năm một lần, luân phiên",
    status=Status.TENTATIVE,
    host="quang-tri",
    place=None,
    travels=("savannakhet",),
    partners=("savannakhet",),
    leads=("mttq-quang-tri",),
    coordinating=("so-ngoai-vu-quang-tri",),
    owner="mttq-quang-tri",
    conditions=("tình hình dịch bệnh cho phép",),
    quantity="mỗi đoàn 5–7 người",
    assumed=False,
    to_set=(),
    anniversary=None,
    document=Document(
        "06/KH-MTTQ-BTT",
        date(2019, 10, 3),
        "mttq-quang-tri",
        Text("Kế hoạch đối ngoại nhân dân giai đoạn 2020 – 2022", "People-to-people diplomacy plan 2020–2022"),
    ),
    agreement=None,
)


def record(**changes: Any) -> Record:
    """The exchange of 2021, changed."""
    return Record(replace(EXCHANGE, **changes), 0, CHANGED)


def day_of_event(day: date, **changes: Any) -> Record:
    """An event on one known day, led by the Front."""
    given = {"obligation": "event", "leg": None, "kind": Kind.EVENT, "window": Window.day(day), "coordinating": ()}
    return record(**given | changes)


def weekdays_before(day: date, count: int, countries: tuple[str, ...]) -> date:
    """Monday to Friday work, in every country: the `count`-th working day before, 0: the day itself or the last."""
    return _walk(day, count, -1, countries)


def weekdays_after(day: date, count: int, countries: tuple[str, ...]) -> date:
    """The `count`-th working day after."""
    return _walk(day, count, 1, countries)


def _walk(day: date, count: int, way: int, countries: tuple[str, ...]) -> date:
    assert countries
    while day.weekday() > 4 and not count:
        day += timedelta(days=way)
    while count:
        day += timedelta(days=way)
        count -= day.weekday() < 5
    return day


def almanac(directory: Directory = DIRECTORY, **more: Any) -> Almanac:
    """The packaged policy over plain weekdays."""
    return Almanac(packaged_policy(), directory, weekdays_before, weekdays_after, **more)


LINKS = Links("https://lich.example", b"secret")
LETTERHEAD = Letterhead(
    sender=mailbox("Luân phiên <nhac-viec@luanphien.example>"),
    secret=b"secret",
    links=Links("https://lich.example", b"links"),
)


def item(
    of: Record | None = None,
    step: int = -1,
    recipient: str = "mttq-quang-tri",
    role: Role = Role.LEAD,
    **more: Any,
) -> Item:
    """The last step of an occurrence, or the `step`-th, for a reader; without buttons unless `reminder` is given."""
    of = of or record()
    chosen = packaged_policy().steps_for(of.occurrence, None)[step]
    counted_from = chosen.counted_from(of.occurrence.window)
    assert counted_from is not None
    given = {"step": chosen, "counted_from": counted_from, "recipient": recipient, "role": role}
    return Item(record=of, **given | more)


HEAD: Mapping[str, Any] = MappingProxyType(
    {
        "delivery": "0" * 32,
        "address": "mttq@quang-tri.example",
        "lang": "vi",
        "day": date(2021, 9, 1),
        "written_at": datetime(2021, 9, 1, 7, 30, tzinfo=HANOI),
        "organisation": "mttq-quang-tri",
    }
)
"""What every mail to the Front has."""


def letter(*items: Item, **changes: Any) -> ReminderLetter:
    """A mail to the Front."""
    return ReminderLetter(**{**HEAD, "items": items or (item(),), **changes})
