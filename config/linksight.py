"""Whose feeds an officer sees and answers for: those that name organisations of their remit."""

from __future__ import annotations

from dataclasses import dataclass

from calendars.feedquery import FeedQuestion
from scheduler.attending import Bodies
from scheduler.plan import Directory


@dataclass(frozen=True, slots=True)
class FeedSight:
    """What of feeds an officer sees. `bodies` None: all."""

    bodies: Bodies | None
    directory: Directory

    def shows(self, question: FeedQuestion) -> bool:
        """Whether they see it: it names one of theirs, or nobody at all."""
        named, plans = self._named(question)
        if self.bodies is None or not (named or plans):
            return True
        return not (self.bodies.organisations.isdisjoint(named) and self.bodies.plans.isdisjoint(plans))

    def keeps(self, question: FeedQuestion) -> bool:
        """Whether they answer for it: all that it names is theirs, and it names something."""
        named, plans = self._named(question)
        if self.bodies is None:
            return True
        return bool(named or plans) and self.bodies.organisations >= named and self.bodies.plans >= plans

    def common(self, question: FeedQuestion) -> bool:
        """Whether it names nobody, and so is the installation's."""
        return self._named(question) == (frozenset(), frozenset())

    def _named(self, question: FeedQuestion) -> tuple[frozenset[str], frozenset[str]]:
        """The organisations it is narrowed to or speaks for, and its plans."""
        chosen, eyes = question.selection, question.voice.eyes
        looking = (eyes,) if eyes is not None and eyes not in self.directory.parties else ()
        return frozenset((*chosen.leads, *chosen.involving, *looking)), frozenset(chosen.plans)
