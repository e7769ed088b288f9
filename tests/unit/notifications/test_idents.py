from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from notifications.idents import namer


@given(st.uuids(), st.text())
def test_law_an_id_is_the_uuid_of_version_5(namespace: UUID, name: str) -> None:
    assert namer(str(namespace))(name) == uuid5(namespace, name).hex
