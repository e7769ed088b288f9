"""Whom a form for a feed offers: everyone who has a part in what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from calendars.desk import Desk
from calendars.pages.subscribe import Offer
from calendars.subscribequery import OFFERED
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import Directory

MOST_READ = 5000
"""Duties read to know who has a part in any."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is to choose from, kept until something stored changes."""

    desk: Desk
    kept: dict[int, Offer] = field(default_factory=dict)

    def of(self, directory: Directory) -> Offer:
        """What there is now."""
        revision = self.desk.revision()
        found = self.kept.get(revision)
        if found is None:
            found = self._made(directory)
            self.kept.clear()
            self.kept[revision] = found
        return found

    def _made(self, directory: Directory) -> Offer:
        """Who has a part in what is stored; a member of a group has a part in what the group does.

        Of a store that holds too much to be read, everyone in the directory.
        """
        try:
            if self.desk.exceeds(Selection(kinds=OFFERED), MOST_READ):
                everybody = frozenset(directory.parties)
                return Offer(everybody, everybody, frozenset(directory.organisations))
            records = self.desk.select(Selection(kinds=OFFERED), MOST_READ, 0)
        except EmptyStoreError:
            records = ()
        occurrences = [record.occurrence for record in records]
        partners = {partner for one in occurrences for partner in one.partners}
        parties = partners | {party for one in occurrences for party in (one.host, *one.travels) if party is not None}
        named = {body for one in occurrences for body in (*one.leads, *one.coordinating)}
        groups = [directory.organisations[body] for body in named if body in directory.organisations]
        bodies = named.union(member for group in groups for member in group.members)
        known = bodies.intersection(directory.organisations)
        parties |= {directory.organisations[body].party for body in known}
        return Offer(frozenset(partners), frozenset(parties), frozenset(known))
