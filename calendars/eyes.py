"""By whose eyes a calendar is read: who receives, who travels, and whose duty it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calendars.catalogue import msg, say
from calendars.wording import name
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory
from scheduler.succession import circles_of


@dataclass(frozen=True, slots=True)
class Voice:
    """How a calendar speaks: its language, by the eyes of which party or organisation (None: nobody's), and whether the
    steps that prepare a meeting are events of their own.
    """

    lang: str
    eyes: str | None = None
    steps: bool = False

    def party(self, directory: Directory) -> str | None:
        """The party by whose eyes it is: itself, or the one the organisation is of."""
        body = directory.organisations.get(self.eyes) if self.eyes else None
        return body.party if body else self.eyes


class Part(StrEnum):
    """What a party does in a meeting."""

    RECEIVES = "receives"  # it is at home and others come (*đón đoàn*)
    VISITS = "visits"  # it travels
    PRESIDES = "presides"  # it travels and chairs


def part_of(party: str | None, occurrence: Occurrence, directory: Directory) -> Part | None:
    """What a party does in an occurrence; None where it neither receives nor travels, or it is not known."""
    where = directory.party_at(occurrence.place) if occurrence.place else occurrence.host
    if party is None or not occurrence.travels:
        return None
    if party in occurrence.travels:
        known = where is not None or others_than(party, occurrence)
        return (Part.PRESIDES if occurrence.host == party else Part.VISITS) if known else None
    return Part.RECEIVES if party == where else None


def others_than(party: str, occurrence: Occurrence) -> tuple[str, ...]:
    """The partners a party meets."""
    return tuple(partner for partner in occurrence.partners if partner != party)


def is_meant(voice: Voice, occurrence: Occurrence, directory: Directory) -> bool:
    """Whether the reader has a part in an occurrence: a party always, an organisation by its duty."""
    return voice.eyes not in directory.organisations or duty_words(voice, occurrence, directory) is not None


_DUTIES = {
    "lead": msg("Your part: {body} leads."),
    "coordinating": msg("Your part: {body} coordinates."),
    "owner": msg("Your part: {body} keeps the plan."),
}


def duty_words(voice: Voice, occurrence: Occurrence, directory: Directory) -> str | None:
    """What the organisation by whose eyes a calendar is read has to do; None where it has no duty, or there is none."""
    if voice.eyes is None or voice.eyes not in directory.organisations:
        return None
    circles = circles_of(voice.eyes, directory)
    for role, bodies in (("lead", occurrence.leads), ("coordinating", occurrence.coordinating)):
        if not set(circles).isdisjoint(bodies):
            return say(voice.lang, _DUTIES[role], body=name(voice.eyes, directory, voice.lang))
    if occurrence.owner == voice.eyes:
        return say(voice.lang, _DUTIES["owner"], body=name(voice.eyes, directory, voice.lang))
    return None
