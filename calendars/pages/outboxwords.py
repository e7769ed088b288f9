"""The words of the outbox, by what mail is called inside; a terminal has its own only where it names commands."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.catalogue import msg, say

STATES: Mapping[str, str] = {
    "pending": msg("waiting to go"),
    "claimed": msg("about to go"),
    "transmitting": msg("being handed over"),
    "sent": msg("sent"),
    "retry": msg("to be tried again"),
    "dead": msg("given up"),
    "in_doubt": msg("in doubt: perhaps taken, goes again"),
    "expired": msg("nothing left to say"),
    "quarantined": msg("put aside: a person must look"),
    "held": msg("held until it is released"),
}

BESIDE: Mapping[str, str] = {"returned": msg("came back")}
"""What else is written down of a mail."""

NOTES: Mapping[str, str] = {
    "sent again by hand": msg("sent again by hand"),
    "held by hand": msg("held by hand"),
    "held by restore": msg("held by restore, since it may have gone after the backup was made"),
    "released by hand": msg("released by hand"),
    "taken back": msg("taken back from a worker that was lost or stopped"),
}

_AGAIN = msg("Send it again, or telephone.")
_ITSELF = msg("Nothing: it goes again by itself.")
_SAME = msg("Nothing: it goes again with the same Message-ID, so that a second copy can be told.")
_RELEASE = msg("It waits until somebody releases it.")
_ADDRESS = msg("Ask for the right address by telephone and correct it; later mails go there.")
_ROOM = msg("Telephone, and send it again once there is room.")
_ADMIT = msg("Ask the administrator there to let the sender in; luanphien doctor looks at SPF and DMARC.")
_SERVER = msg("Tell whoever looks after the server; luanphien doctor finds the cause.")
_PLAN = msg("Have what the error names corrected in the plan or directory, then send it again.")
_LATE = msg("Telephone; later mails go by themselves.")

FAULTS: Mapping[str, tuple[str, str]] = {
    "mailbox-unknown": (msg("The mail server there knows no such mailbox."), _ADDRESS),
    "mailbox-full": (msg("The mailbox is full."), _ROOM),
    "policy": (msg("The mail server there refuses mail of this kind or from this sender."), _ADMIT),
    "sender": (msg("The relay does not take mail from this sender."), _SERVER),
    "busy": (msg("The mail server asks to come back later."), _ITSELF),
    "name": (msg("The name of the mail relay is not known here."), _SERVER),
    "unreachable": (msg("The mail relay cannot be reached."), _SERVER),
    "login": (msg("The relay does not accept the login."), _SERVER),
    "certificate": (msg("The relay's certificate is not valid."), _SERVER),
    "no-tls": (msg("The relay offers no encryption, and a password is never sent in clear."), _SERVER),
    "broke-off": (msg("The connection to the relay broke off."), _ITSELF),
    "unanswered": (msg("The relay did not say whether it took the mail."), _SAME),
    "folder": (msg("The mail folder cannot be written."), _SERVER),
    "unwritable": (msg("The mail cannot be written."), _PLAN),
    "crashed": (msg("Three workers were lost while they held it."), _SERVER),
    "late": (msg("It could not be sent before its day was over."), _LATE),
    "other": (msg("The mail could not be sent."), _SERVER),
}
"""What went wrong, and what to do about it."""

REASONS: Mapping[str, str] = {
    "later-step": msg("a later step speaks for it"),
    "same-day": msg("told in the same mail"),
    "past": msg("its time is over"),
    "no-address": msg("nobody has an address"),
    "moved": msg("its days have moved"),
    "joint": msg("another meeting fulfils it"),
    "gone": msg("there is no such duty any more"),
    "held": msg("it has taken place"),
    "skipped": msg("it was skipped"),
    "cancelled": msg("it was cancelled"),
    "answered": msg("somebody answered"),
    "closed": msg("the address takes no more mail"),
    "undeliverable": msg("the mail was given up"),
}
"""Why something a mail told has ended otherwise."""

REFUSALS: Mapping[str, str] = {
    "in-hands": msg("The mail is about to go: a worker holds it until {until}. Look again then."),
    "sent": msg("It has been sent and stays so."),
    "ended": msg("It has nothing left to say; what still stands is in another mail."),
    "held": msg("It is held, and must be released first."),
    "not-held": msg("It is not held."),
    "given-up": msg("It was given up and does not go anyway."),
    "nothing-left": msg("Nothing of it is left to say."),
}
"""Why a mail stays as it is."""

SPECIAL: Mapping[str, str] = {
    "digest": msg("what the week brings"),
    "verify": msg("confirm this address"),
    "office": msg("a notice to the office"),
    "access": msg("a link to set a password"),
}
"""What mails tell that is about no occurrence."""

ACTS: Mapping[str, str] = {"retry": msg("Send again"), "hold": msg("Hold"), "release": msg("Release")}
"""What can be done to a mail."""

DONE: Mapping[str, str] = {
    "retry": msg("It goes again with the next round."),
    "hold": msg("It is held. Releasing takes this back."),
    "release": msg("It is released. Holding takes this back, as long as it has not gone."),
}
"""What is said once it was done."""

SINCE, SENT_ON, NEXT, TRIES, LAST = (
    msg("In the outbox since"), msg("Sent on"), msg("Next try"), msg("Tries"), msg("Given up after")
)  # fmt: skip
"""What is known of a mail."""

OF_ALL, OF_TROUBLED = msg("all states"), msg("all in trouble")
NO_MAIL = msg("There is no such mail, or it is for another organisation.")
NO_ACT = msg("A mail can be sent again, held or released, and nothing else.")
NO_STATE = msg("There is no such state. Choose one from the list.")
NO_ADDRESS = msg("This cannot be a mail address. Type it again.")
NO_NUMBER = msg("This is no number of a page. Begin with the first.")
CUT = msg("Mails {first} – {last} of {count}; the others stand on other pages.")
STALE = msg("The mail has changed since you looked. Look at it again, and decide anew.")
FOR_HEADS = msg("Heads can send it again, hold and release it.")

_ANEW = msg("The mail is written anew as things stand now, and goes to {address} with the next round.")
_TWICE = msg(
    "The same mail goes to {address} once more. Whoever has it already gets it twice, with the same Message-ID."
)
_NOTHING = msg("Nothing goes to {address} until somebody releases it.")
_WORTH = msg("After {moment} it is not worth sending any more.")


def state_words(state: str, lang: str) -> str:
    """How a mail stands, or what else was written down of it."""
    known = {**STATES, **BESIDE}
    return say(lang, known[state]) if state in known else state


def note_words(detail: str, lang: str) -> str:
    """What the audit says of a change: in words of ours, with the reason that a person gave, or as it stands."""
    note, _, reason = detail.partition(": ")
    if note not in NOTES:
        return detail
    words = say(lang, NOTES[note])
    return say(lang, "{label}: {value}", label=words, value=reason) if reason else words


def reason_words(reason: str, lang: str) -> str:
    """Why something a mail told has ended otherwise; a reason of another version names itself."""
    return say(lang, REASONS[reason]) if reason in REASONS else reason


def trouble_words(fault: str, state: str, lang: str) -> tuple[str, str]:
    """What went wrong with a mail in this state, and what to do about it now."""
    what, fix = FAULTS[fault]
    if state in ("dead", "quarantined") and fix in (_ITSELF, _SAME):
        fix = _AGAIN
    return say(lang, what), say(lang, _RELEASE if state == "held" else fix)


def waiting_words(lang: str) -> str:
    """What to do about a mail that a person holds."""
    return say(lang, _RELEASE)


def outcome_words(act: str, address: str, until: str | None, lang: str, *, doubted: bool) -> tuple[str, ...]:
    """What the reader gets once this is done. `until`: after that it is not worth sending; None: it always is."""
    if act == "hold":
        worth = (say(lang, _WORTH, moment=until),) if until else ()
        return (say(lang, _NOTHING, address=address), *worth)
    return (say(lang, _TWICE if doubted else _ANEW, address=address),)
