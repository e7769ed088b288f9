"""Whose duties an officer acts on: what their organisations lead, and the plans these own."""

from __future__ import annotations

import pytest

from config.database import Database
from config.officers import Role
from config.remit import covers, remit_of
from scheduler import store
from scheduler.attending import Bodies
from tests.integration.porch import Porch
from tests.integration.town import FRONT_KEYS

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
