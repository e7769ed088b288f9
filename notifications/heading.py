"""What a mail opens with: to whom it is said, and the title of what it is about."""

from __future__ import annotations

import re

from calendars.gate import one_line
from calendars.headline import subject
from calendars.wording import name
from notifications.letters import Letter
from notifications.words import say
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory

_YEAR = re.compile(r"\d{4}\b")


def greeting(letter: Letter, directory: Directory) -> str:
    """The first line: the person and whom they work for, or the organisation alone."""
    organisation = one_line(name(letter.organisation, directory, letter.lang))
    person = one_line(letter.person or "")
    if person and not organisation:
        return say(letter.lang, "To {person}", person=person)
    if not person:
        return say(letter.lang, "To {organisation}", organisation=organisation)
    return say(letter.lang, "To {person}, {organisation}", person=person, organisation=organisation)


def heading(occurrence: Occurrence, directory: Directory, lang: str) -> str:
    """Title and year: all that never changes about an occurrence, so that its thread keeps one subject."""
    title, year = subject(occurrence, directory, lang), _YEAR.match(occurrence.cycle)
    return f"{title} ({year[0]})" if year and year[0] not in title else title
