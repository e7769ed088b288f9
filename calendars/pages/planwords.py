"""The words of the pages of plans, by what things are called inside."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.catalogue import msg

NO_PLAN = msg("There is no such plan.")
NO_REVISION = msg("There is no such revision of the plan. The history lists those there are.")
NO_PROPOSAL = msg("There is no such proposal, or it is for another organisation.")
NO_ACT = msg("A proposal can be approved, refused or withdrawn, and nothing else.")
NO_CHOICE = msg("There is no such choice. Take one from the list.")
NO_ID = msg("This cannot be part of a plan's id: it has small letters, digits and hyphens.")

OURS = msg("of my organisations")
ALL = msg("all plans")

STANDINGS: Mapping[str, str] = {
    "not-yet": msg("Not yet in force"),
    "in-force": msg("In force"),
    "lapsed": msg("Ended"),
    "unknown": msg("Term not stated"),
}
"""How a plan's period stands today."""

BARS: Mapping[str, str] = {
    "role": msg("You can check a text here. Heads of the organisation that owns the plan save it."),
    "heads": msg("Heads of the organisation that owns the plan approve or refuse it."),
    "other": msg("Whoever proposed it withdraws it. You can refuse it with a reason."),
    "before": msg("You can check a text here. Another organisation owns this plan: only it can save."),
    "past": msg(
        "A plan of another organisation, which has ended, had this id. Write another id, or ask that organisation."
    ),
    "after": msg("The text gives the plan to an organisation that you do not act for. Its owner must be yours."),
    "entries": msg(
        "Only whoever looks after the installation may add or change parties, places and organisations. Leave them as"
        " they are in force."
    ),
    "takes": msg("The text takes over duties of plans that other organisations own. Agree on it with them first."),
    "own": msg("Nobody approves their own proposal. Another head, or whoever looks after the installation, does."),
}
"""Why somebody may not save or approve."""

STALE: Mapping[str, str] = {
    "text": msg(
        "The text was changed after it was checked. Nothing was saved: see what it changes now, and save again."
    ),
    "base": msg(
        "Somebody else has saved this plan meanwhile. Nothing was saved or overwritten; your text stands below."
    ),
    "effect": msg("The same text would change something else by now. Nothing was saved: look at it again."),
    "same": msg("This text is in force already. Nothing was saved."),
    "around": msg("The directory or the holidays have changed meanwhile. Nothing was saved: check the text again."),
    "over": msg("The proposal does not wait any more. Nothing was done."),
}
"""Why nothing was done."""

NEW_ENTRIES = msg("New parties, places or organisations: {idents}")
CHANGED_ENTRIES = msg("Parties, places or organisations that change: {idents}")
GONE_ENTRIES = msg("Parties, places or organisations taken away: {idents}")
MORE = msg("… and {count} more")

AGAIN = msg("Another text of this plan is in force by now. Take the proposal's text into the editor and check it anew.")
MENDED = msg("The text has faults. Nothing was saved.")

STATES: Mapping[str, str] = {
    "pending": msg("waits for a second officer"),
    "approved": msg("approved"),
    "withdrawn": msg("withdrawn"),
    "refused": msg("refused"),
}
"""How a proposal stands."""

SAVE = msg("Save, and put it in force")
PROPOSE = msg("Propose it to a second officer")
SAVED = msg("The text is in force. Those whose duties changed are told by mail.")
SAME_TEXT = msg("This text is in force already: there is nothing to save.")

BY_FILES = msg("from files")
BY_BOTH = msg("{by}, approved by {by2}")
BYTES = msg("{count} bytes")
TAKEN = msg("taken away")

DOCUMENT = msg("Document")
OWNER = msg("Owner of the plan")
PERIOD = msg("Period")
AGREEMENTS = msg("Agreements")
DUTIES = msg("Duties")
LEAD = msg("Lead")
COORDINATING = msg("Coordinating")
PARTNERS = msg("Partners")
CONDITIONS = msg("Conditions")
QUANTITY = msg("Quantity")
TO_SET = msg("Still to set")
CONTINUES = msg("Continues the series of")
HOST = msg("Host")
PLAN = msg("Plan")
BY = msg("Proposed by")
WHEN = msg("When")
STATE = msg("Status")
ENDED_BY = msg("Ended by")
REASON = msg("Reason")
LEFT = msg("Plans {first} – {last} of {count}; the others stand on other pages.")
LEFT_DUTIES = msg("Duties {first} – {last} of {count}; the others stand on other pages.")
LEFT_REVISIONS = msg("Revisions {first} – {last} of {count}; the others stand on other pages.")
WAITING_CUT = msg("The oldest {count} are shown; decide on these, and the others show.")
WAITING_UNREAD = msg("None was found in the part that was read; there may be others.")
NO_REASON = msg("Give a reason for refusing: whoever proposed it reads it. Nothing was done.")
