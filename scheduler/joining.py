"""One meeting that fulfils several turns: who takes part in the one event it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.occurrence import Occurrence
from scheduler.plan import Directory


def joined(carrier: Occurrence, others: Sequence[Occurrence], directory: Directory) -> Occurrence:
    """The occurrence that carries a joint meeting, with everybody who takes part in the turns it fulfils too.

    Their partners come and, unless they are at home there, travel; their leads lead, and who coordinates coordinates.
    """
    sides = [party for other in others for party in (*other.partners, *_home(other, directory))]
    at = directory.party_at(carrier.place) if carrier.place else None
    leads = tuple(dict.fromkeys((*carrier.leads, *(lead for other in others for lead in other.leads))))
    beside = (*carrier.coordinating, *(body for other in others for body in other.coordinating))
    own = _home(carrier, directory)
    return replace(
        carrier,
        partners=tuple(dict.fromkeys((*carrier.partners, *(side for side in sides if side not in own)))),
        travels=tuple(dict.fromkeys((*carrier.travels, *(side for side in sides if side != at and side not in own)))),
        leads=leads,
        coordinating=tuple(body for body in dict.fromkeys(beside) if body not in leads),
    )


def _home(occurrence: Occurrence, directory: Directory) -> tuple[str, ...]:
    """The party that keeps the plan."""
    owner = directory.organisations.get(occurrence.owner)
    return (owner.party,) if owner else ()
