"""Why it is somebody's turn, in the reader's language."""

from __future__ import annotations

from calendars.catalogue import msg, say
from scheduler.rotation import Reason

_REASONS = {
    Reason.ORDER: msg("by the order of turns"),
    Reason.WAITED: msg("by the order of turns, shifted since an earlier turn waits"),
    Reason.TRADED: msg("traded with another cycle"),
    Reason.NAMED: msg("named for this cycle alone"),
    Reason.HELD: msg("recorded so when it was held"),
    Reason.OPEN: msg("host not set"),
}


def reason_words(reason: Reason, lang: str) -> str:
    """Why somebody hosts a cycle."""
    return say(lang, _REASONS[reason])
