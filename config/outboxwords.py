"""The words of the outbox: states, faults with what to do, and why a mail is left alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from calendars.catalogue import msg
from calendars.wording import day_words
from config.words import tell
from notifications.bounces import Ignored
from notifications.byhand import Refusal
from notifications.diagnosis import Fault, diagnose
from notifications.due import Reason
from notifications.tables import DeliveryState

STATES = {
    DeliveryState.PENDING: msg("still waiting"),
    DeliveryState.CLAIMED: msg("in a worker's hands"),
    DeliveryState.TRANSMITTING: msg("being handed over"),
    DeliveryState.SENT: msg("sent out"),
    DeliveryState.RETRY: msg("to be tried again"),
    DeliveryState.DEAD: msg("given up"),
    DeliveryState.IN_DOUBT: msg("in doubt: perhaps taken, goes again"),
    DeliveryState.EXPIRED: msg("nothing left to say"),
    DeliveryState.QUARANTINED: msg("put aside: a person must look"),
    DeliveryState.HELD: msg("held until it is released"),
}
BESIDE = {"returned": msg("came back")}
"""States of the audit that are none of the mail itself."""

NOTES = {
    "sent again by hand": msg("sent again by hand"),
    "held by hand": msg("held by hand"),
    "held by restore": msg("held by restore, since it may have gone after the backup was made"),
    "released by hand": msg("released by hand"),
    "taken back": msg("taken back from a worker that was lost or stopped"),
}
"""Details of the audit that are written in words of ours."""

REFUSALS = {
    Refusal.IN_HANDS: msg("the worker {worker} holds it until {until}; try again then"),
    Refusal.SENT: msg("it has been sent and stays so"),
    Refusal.ENDED: msg("it has nothing left to say; what still stands is in another mail"),
    Refusal.HELD: msg("it is held; run luanphien outbox release {ident}"),
    Refusal.NOT_HELD: msg("it is not held"),
    Refusal.GIVEN_UP: msg("it was given up and does not go anyway"),
    Refusal.NOTHING_LEFT: msg("nothing of it is left to say"),
}
FAULTS = {
    Fault.MAILBOX_UNKNOWN: (
        msg("The mail server there knows no such mailbox."),
        msg("Ask for the right address by telephone and correct it; later mails go there."),
    ),
    Fault.MAILBOX_FULL: (
        msg("The mailbox is full."),
        msg("Telephone; run luanphien outbox retry once there is room."),
    ),
    Fault.POLICY: (
        msg("The mail server there refuses mail of this kind or from this sender."),
        msg("Look at SPF and DMARC with luanphien doctor, and ask the administrator there to let the sender in."),
    ),
    Fault.SENDER: (
        msg("The relay does not take mail from this sender."),
        msg("Give LUANPHIEN_MAIL_FROM an address this login may use; if it is one, set LUANPHIEN_RETURN_PATH=plain."),
    ),
    Fault.BUSY: (msg("The mail server asks to come back later."), msg("Nothing: it goes again by itself.")),
    Fault.NAME: (
        msg("The name of the mail relay is not known here."),
        msg("Check the host in LUANPHIEN_MAIL_URL and the network; luanphien doctor tests both."),
    ),
    Fault.UNREACHABLE: (
        msg("The mail relay cannot be reached."),
        msg("Check LUANPHIEN_MAIL_URL, the network and the firewall; luanphien doctor tests them."),
    ),
    Fault.LOGIN: (
        msg("The relay does not accept the login."),
        msg("Correct user and password in LUANPHIEN_MAIL_URL; luanphien doctor tries them."),
    ),
    Fault.CERTIFICATE: (
        msg("The relay's certificate is not valid."),
        msg("Have it renewed, or write the host as the certificate names it."),
    ),
    Fault.NO_TLS: (
        msg("The relay offers no encryption, and a password is never sent in clear."),
        msg("Use smtps:// in LUANPHIEN_MAIL_URL, or a relay that offers STARTTLS."),
    ),
    Fault.BROKE_OFF: (msg("The connection to the relay broke off."), msg("Nothing: it goes again by itself.")),
    Fault.UNANSWERED: (
        msg("The relay did not say whether it took the mail."),
        msg("Nothing: it goes again with the same Message-ID, so that a second copy can be told."),
    ),
    Fault.FOLDER: (
        msg("The mail folder cannot be written."),
        msg("Check the folder in LUANPHIEN_MAIL_URL, its owner and the room on the disk."),
    ),
    Fault.UNWRITABLE: (
        msg("The mail cannot be written."),
        msg("Correct what the error names in the plan or directory, run luanphien sync, then luanphien outbox retry."),
    ),
    Fault.CRASHED: (
        msg("Three workers were lost while they held it."),
        msg("Look into the log and the memory of the machine, then run luanphien outbox retry."),
    ),
    Fault.LATE: (
        msg("It could not be sent before its day was over."),
        msg("Telephone; once the relay answers again, later mails go by themselves."),
    ),
    Fault.OTHER: (
        msg("The mail could not be sent."),
        msg("Read what the relay says, mend it, and run luanphien outbox retry."),
    ),
}
REASONS = {
    Reason.LATER_STEP: msg("a later step speaks for it"),
    Reason.SAME_DAY: msg("told in the same mail"),
    Reason.PAST: msg("its time is over"),
    Reason.NO_ADDRESS: msg("nobody has an address"),
    Reason.MOVED: msg("its days have moved"),
    Reason.JOINT: msg("another meeting fulfils it"),
    Reason.GONE: msg("there is no such duty any more"),
    Reason.HELD: msg("it has taken place"),
    Reason.SKIPPED: msg("it was skipped"),
    Reason.CANCELLED: msg("it was cancelled"),
    Reason.ANSWERED: msg("somebody answered"),
    Reason.CLOSED: msg("the address takes no more mail"),
    Reason.UNDELIVERABLE: msg("the mail was given up"),
}
"""Why a reminder was not sent by itself."""

IGNORED = {
    Ignored.UNRELATED: msg("no mail that came back to us"),
    Ignored.FORGED: msg("its return path was not made here"),
    Ignored.NO_REPORT: msg("an automatic answer or a letter; nothing came back"),
    Ignored.UNREADABLE: msg("it cannot be read"),
    Ignored.UNKNOWN: msg("the store has no such mail"),
    Ignored.KNOWN: msg("read before"),
}
SPECIAL = {
    "digest": msg("what the week brings"),
    "verify": msg("confirm this address"),
    "office": msg("a notice to the office"),
    "access": msg("a link to set a password"),
}
"""What mails tell that is about no occurrence, by what stands in its place."""


def state_words(state: str, lang: str) -> str:
    """How a mail stands, or what else was written down of it."""
    known = STATES | BESIDE
    return tell(lang, known[state]) if state in known else state


def note_words(detail: str, lang: str) -> str:
    """What the audit says of a change: in words of ours, with the reason that a person gave, or as it stands."""
    note, _, reason = detail.partition(": ")
    if note not in NOTES:
        return detail
    return f"{tell(lang, NOTES[note])}: {reason}" if reason else tell(lang, NOTES[note])


def reason_words(reason: str, lang: str) -> str:
    """Why a reminder was not sent by itself; a reason of another version names itself."""
    return tell(lang, REASONS[Reason(reason)]) if reason in list(Reason) else reason


def fault_words(error: str, lang: str) -> tuple[str, str]:
    """What an error means, and what to do about it."""
    what, fix = FAULTS[diagnose(error)]
    return tell(lang, what), tell(lang, fix)


def moment_words(moment: datetime, zone: ZoneInfo, lang: str) -> str:
    """A moment where the office is: 1/9/2021 07:30."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date(), lang)} {local:%H:%M}"
