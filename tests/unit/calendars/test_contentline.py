"""What calendars write by hand is what icalendar writes, byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from icalendar import STATUS, TRANSP, Calendar, Event, vText

from calendars.contentline import content_lines, escaped
from calendars.gate import lines, one_line
from calendars.ical import DESCRIPTION_CAP, Entry, EventStatus, Header, bound, event_bytes

WORDS = st.text(max_size=300) | st.text('a,;^\\\n"ôສក:', max_size=300) | st.text("ô,", min_size=60, max_size=160)
TITLES = WORDS.filter(one_line)
DAYS = st.dates(date(1800, 1, 1), date(2200, 1, 1))
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - bounds are naive
ENTRIES = st.builds(
    Entry,
    uid=st.from_regex(r"[A-Za-z0-9._-]{1,250}@[a-z0-9.-]{1,50}", fullmatch=True),
    start=DAYS,
    stop=DAYS.map(lambda day: day + timedelta(days=150_000)),
    summary=TITLES,
    description=WORDS,
    url=st.from_regex(r"https?://[!-~]{1,200}", fullmatch=True),
    status=st.sampled_from(EventStatus),
    categories=st.lists(TITLES, max_size=3).map(tuple),
    sequence=st.integers(0, 10**6),
    changed_at=MOMENTS,
    busy=st.booleans(),
)


def by_icalendar(entry: Entry) -> bytes:
    """The oracle."""
    event = Event.new(
        uid=entry.uid,
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        sequence=entry.sequence,
        start=entry.start,
        end=entry.stop,
        summary=one_line(entry.summary),
        description=lines(entry.description, DESCRIPTION_CAP),
        url=entry.url,
        status=STATUS(entry.status),
        transparency=TRANSP.OPAQUE if entry.busy else TRANSP.TRANSPARENT,
    )
    if entry.categories:
        event.categories = [one_line(category) for category in entry.categories]
    away = "OOF" if entry.busy else "TENTATIVE" if entry.status is EventStatus.TENTATIVE else "FREE"
    event["X-MICROSOFT-CDO-BUSYSTATUS"] = vText(away)
    return bytes(event.to_ical())


@given(ENTRIES)
def test_an_event_is_what_icalendar_makes_of_it(entry: Entry) -> None:
    assert event_bytes(entry) == by_icalendar(entry)


@given(WORDS)
def test_a_text_of_any_length_is_folded_as_icalendar_folds_it(text: str) -> None:
    clean = lines(text)
    calendar = Calendar()
    calendar["X-TEXT"] = vText(clean)
    body = content_lines([("BEGIN", "VCALENDAR"), ("X-TEXT", escaped(clean)), ("END", "VCALENDAR")])
    assert body == bytes(calendar.to_ical())


@given(TITLES, WORDS, st.sampled_from(["vi", "lo"]), st.sampled_from([None, "https://lich.example/feeds/all.ics"]))
def test_a_calendar_with_its_name_put_in_is_what_icalendar_writes(
    name: str, about: str, lang: str, source: str | None
) -> None:
    body = bound(Header(name=name, description=about, lang=lang, source=source), ())
    found = Calendar.from_ical(body)
    assert bytes(found.to_ical()) == body
    assert found["NAME"] == found["X-WR-CALNAME"]
