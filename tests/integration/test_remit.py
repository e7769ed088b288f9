"""Whose duties an officer acts on: what their organisations lead, and the plans these own; whose mails they see."""

from __future__ import annotations

import re

import pytest

from calendars.todaylist import Letter, Matter, Part
from config.database import Database
from config.officers import Role
from config.remit import covers, remit_of
from config.todaydesk import today_of
from notifications import byhand
from scheduler import store
from scheduler.attending import Bodies
from tests.integration.porch import Porch
from tests.integration.postroom import Postroom
from tests.integration.reading import hidden
from tests.integration.town import FRONT, FRONT_KEYS, PEOPLE, take

LED = [key for key in FRONT_KEYS if key.startswith(("giay-to.", "hoi-dam."))]


@pytest.mark.parametrize(
    ("organisations", "role", "bodies", "keys"),
    [
        (("mttq",), Role.OFFICER, Bodies(frozenset({"mttq"}), frozenset({"mat-tran"})), FRONT_KEYS),
        (("so-ngoai-vu",), Role.HEAD, Bodies(frozenset({"so-ngoai-vu"}), frozenset()), LED),
        ((), Role.ADMIN, Bodies(frozenset(), frozenset()), []),
    ],
)
def test_remit(database: Database, organisations: tuple[str, ...], role: Role, bodies: Bodies, keys: list[str]) -> None:
    with Porch(database) as porch:
        officer = porch.officer("mot", role, organisations=organisations)
        with porch.job.office() as desk:
            remit = remit_of(desk, officer)
            found = store.found(desk.session, FRONT_KEYS)
    assert remit == bodies
    assert [key for key in FRONT_KEYS if covers(remit, found[key].occurrence)] == keys


BODIES = {
    "khoi": "{party: quang-tri, name: {vi: Khối}, members: [phong, to]}",
    "phong": "{party: quang-tri, name: {vi: Phòng}}",
    "to": "{party: quang-tri, name: {vi: Tổ}}",
    "cu": "{party: quang-tri, name: {vi: Cũ}, until: 2021-06-30, successor: phong}",
    "khac": "{party: quang-tri, name: {vi: Khác}}",
}
"""A collective, its members, one that a member came after, and one that is nothing to them."""


@pytest.mark.parametrize(
    ("role", "organisations", "seen"),
    [
        (Role.READER, ("phong",), ""),
        (Role.OFFICER, ("phong",), "phong cu"),
        (Role.OFFICER, ("khoi",), "khoi"),
        (Role.OFFICER, ("khoi", "khac"), "khoi khac"),
        (Role.OFFICER, ("khac",), "khac"),
        (Role.HEAD, ("phong",), "phong cu"),
        (Role.HEAD, ("khoi",), "khoi phong to cu"),
        (Role.HEAD, ("to",), "to"),
        (Role.ADMIN, ("to",), "to"),
        (Role.ADMIN, (), "khoi phong to cu khac"),
    ],
)
def test_mails_are_the_same_ones_wherever_they_are_shown(
    database: Database, role: Role, organisations: tuple[str, ...], seen: str
) -> None:
    """What Today leads to is there, is acted on where it may be, and stands in the trail; else it is not there."""
    with Porch(database) as porch:
        take(database, FRONT, people=PEOPLE + "".join(f"  {ident}: {body}\n" for ident, body in BODIES.items()))
        room = Postroom(database, porch.job.now())
        mails = {body: room.put(f"{body}.2021", f"{body}@x.example", office=body) for body in BODIES}
        with database.write() as session:
            for mail in mails.values():
                byhand.hold(session, [mail], "ai", porch.job.now())
        theirs = {mails[body] for body in seen.split()}
        officer, browser = porch.officer("mot", role, organisations=organisations), porch.browser()
        browser.enter("mot")
        sections = today_of(porch.job, officer, Part(most=None)).sections
        letters = [thing for section in sections if section.matter is Matter.MAIL for thing in section.shown]
        assert {letter.ident for letter in letters if isinstance(letter, Letter)} == theirs
        assert set(re.findall(r'href="/en/outbox/(\w+)"', browser.get("/en/today").text)) == theirs
        assert set(re.findall(r'href="/en/outbox/(\w+)"', browser.get("/en/outbox").text)) == theirs
        lines = browser.get("/en/changes.csv?who=ai").text if role is not Role.ADMIN else " ".join(theirs)
        fields = {"seal": "", "seen": "held.2"}
        if role.rank >= Role.HEAD.rank:
            fields = hidden(browser.get(f"/en/outbox/{min(theirs)}/release"))
        for mail in mails.values():
            barred, path = 404 if role is not Role.READER else 403, f"/en/outbox/{mail}"
            shown = browser.get(path).status_code
            assert (shown, mail in lines) == ((200, True) if mail in theirs else (barred, False))
            form = browser.get(f"{path}/release")
            assert form.status_code == (403 if role.rank < Role.HEAD.rank else shown)
            done = browser.post(f"{path}/release", fields).status_code
            assert (done == 200) is (role.rank >= Role.HEAD.rank and mail in theirs)
