"""The words of the outbox in a terminal where pages have others: what names a command, or is said more shortly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from calendars.catalogue import msg, say
from calendars.pages.outboxwords import FAULTS
from calendars.pages.outboxwords import state_words as on_pages
from calendars.wording import day_words
from config.words import tell
from notifications.bounces import Ignored
from notifications.byhand import Refusal
from notifications.diagnosis import Fault, diagnose
from notifications.tables import DeliveryState

STATES: Mapping[str, str] = {
    DeliveryState.PENDING: msg("still waiting"),
    DeliveryState.CLAIMED: msg("in a worker's hands"),
    DeliveryState.SENT: msg("sent out"),
}
"""States that are called otherwise here than on pages."""

REFUSALS = {
    Refusal.IN_HANDS: msg("the worker {worker} holds it until {until}; try again then"),
    Refusal.SENT: msg("it has been sent and stays so"),
    Refusal.ENDED: msg("it has nothing left to say; what still stands is in another mail"),
    Refusal.HELD: msg("it is held; run luanphien outbox release {ident}"),
    Refusal.NOT_HELD: msg("it is not held"),
    Refusal.GIVEN_UP: msg("it was given up and does not go anyway"),
    Refusal.NOTHING_LEFT: msg("nothing of it is left to say"),
}
FIXES = {
    Fault.MAILBOX_UNKNOWN: msg("Ask for the right address by telephone and correct it; later mails go there."),
    Fault.MAILBOX_FULL: msg("Telephone; run luanphien outbox retry once there is room."),
    Fault.POLICY: msg(
        "Look at SPF and DMARC with luanphien doctor, and ask the administrator there to let the sender in."
    ),
    Fault.SENDER: msg(
        "Give LUANPHIEN_MAIL_FROM an address this login may use; if it is one, set LUANPHIEN_RETURN_PATH=plain."
    ),
    Fault.BUSY: msg("Nothing: it goes again by itself."),
    Fault.NAME: msg("Check the host in LUANPHIEN_MAIL_URL and the network; luanphien doctor tests both."),
    Fault.UNREACHABLE: msg("Check LUANPHIEN_MAIL_URL, the network and the firewall; luanphien doctor tests them."),
    Fault.LOGIN: msg("Correct user and password in LUANPHIEN_MAIL_URL; luanphien doctor tries them."),
    Fault.CERTIFICATE: msg("Have it renewed, or write the host as the certificate names it."),
    Fault.NO_TLS: msg("Use smtps:// in LUANPHIEN_MAIL_URL, or a relay that offers STARTTLS."),
    Fault.BROKE_OFF: msg("Nothing: it goes again by itself."),
    Fault.UNANSWERED: msg("Nothing: it goes again with the same Message-ID, so that a second copy can be told."),
    Fault.FOLDER: msg("Check the folder in LUANPHIEN_MAIL_URL, its owner and the room on the disk."),
    Fault.UNWRITABLE: msg(
        "Correct what the error names in the plan or directory, run luanphien sync, then luanphien outbox retry."
    ),
    Fault.CRASHED: msg("Look into the log and the memory of the machine, then run luanphien outbox retry."),
    Fault.LATE: msg("Telephone; once the relay answers again, later mails go by themselves."),
    Fault.OTHER: msg("Read what the relay says, mend it, and run luanphien outbox retry."),
}
"""What to do about it, by the commands that do it."""

IGNORED = {
    Ignored.UNRELATED: msg("no mail that came back to us"),
    Ignored.FORGED: msg("its return path was not made here"),
    Ignored.NO_REPORT: msg("an automatic answer or a letter; nothing came back"),
    Ignored.UNREADABLE: msg("it cannot be read"),
    Ignored.UNKNOWN: msg("the store has no such mail"),
    Ignored.KNOWN: msg("read before"),
}


def state_words(state: str, lang: str) -> str:
    """How a mail stands, or what else was written down of it."""
    return tell(lang, STATES[state]) if state in STATES else on_pages(state, lang)


def fault_words(error: str, lang: str) -> tuple[str, str]:
    """What an error means, and what to do about it."""
    fault = diagnose(error)
    return say(lang, FAULTS[fault][0]), tell(lang, FIXES[fault])


def moment_words(moment: datetime, zone: ZoneInfo, lang: str) -> str:
    """A moment where the office is: 1/9/2021 07:30."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date(), lang)} {local:%H:%M}"
