"""What is next for every partner, looked up partner by partner, is what reading everything would find."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.database import Database
from config.farther import farther
from config.office import office
from config.settle import sync
from scheduler import approaching, store
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS, Kind
from scheduler.upcoming import is_ahead, upcoming
from tests.integration.town import NOON, TODAY, packaged

PARTNERS = ("savannakhet", "salavan", "sekong", "takeo", "khammouane", "laos")
days = st.dates(date(2018, 1, 1), date(2040, 12, 31))
kinds = st.lists(st.sampled_from([*Kind]), max_size=3, unique=True).map(tuple)
partners = st.lists(st.sampled_from(PARTNERS), max_size=2, unique=True).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(as_of=days, kinds=kinds, partners=partners, count=st.none() | st.integers(1, 4))
def test_the_nearest_are_those_of_all(
    database: Database, as_of: date, kinds: tuple[Kind, ...], partners: tuple[str, ...], count: int | None
) -> None:
    sync(database, packaged(), NOON, TODAY)
    among = kinds or MEETINGS
    with database.read() as session:
        everything = list(store.chosen(session, Selection(kinds=among, partners=partners)))
        everyone = partners or (store.NOBODY, *sorted(store.directory_of(session).parties))
        found = approaching.ahead(session, as_of, among, everyone, count or 1)
    known = {record.occurrence.key: record for some in found.values() for record in some}
    assert upcoming(known.values(), as_of, count, partners) == upcoming(everything, as_of, count, partners)
    assert all(is_ahead(record, as_of) for record in known.values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(as_of=st.dates(date(2021, 1, 1), date(2050, 12, 31)), count=st.none() | st.integers(1, 4))
def test_beyond_the_stored_years_they_are_those_of_the_texts(
    database: Database, as_of: date, count: int | None
) -> None:
    sync(database, packaged(), NOON, TODAY)
    far = date(min(as_of.year + min(50, 10 * (count or 1)), TODAY.year + 50), 12, 31)
    with office(database, TODAY) as desk:
        found = desk.next_ones(as_of, (), (), count)
        wanted = Selection(kinds=MEETINGS)
        everything = [*store.chosen(desk.session, wanted), *farther(desk.session, wanted, far)]
    assert found == list(upcoming(everything, as_of, count, ()))
