"""Links that act: what a mail's button may do, signed, bound to one reminder or address, and expiring."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

_ENTRY = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})")
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{6})([0-9a-f]{32})")

ANSWERS_FOR = timedelta(days=60)
"""How long the buttons of a reminder work."""

ADDRESS_FOR = timedelta(days=400)
"""How long a link about an address works: a mail in a drawer must still be able to end the mails."""


class Action(StrEnum):
    """What a link does once its button is pressed; the words of its address."""

    ACKNOWLEDGE = "ack"
    DONE = "done"
    POSTPONE = "postpone"
    UNSUBSCRIBE = "unsubscribe"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token stands for. `subject`: the id of a reminder (which names its reader), or of an address."""

    action: Action
    subject: str
    expires: date


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the links of mails. `key` is secret; links begin with `base_url`, never with a Host header."""

    base_url: str
    key: bytes = field(repr=False)

    def answer(self, action: Action, reminder: str, day: date, lang: str) -> str:
        """The link of a button in a mail of `day` about one reminder, to a page in `lang`."""
        return f"{self.base_url}/{lang}/r/{action}/{self.token(Pass(action, reminder, day + ANSWERS_FOR))}"

    def address(self, action: Action, address: str, day: date, lang: str) -> str:
        """A link about an address, by its id, in a mail of `day`."""
        return f"{self.base_url}/{lang}/r/{action}/{self.token(Pass(action, address, day + ADDRESS_FOR))}"

    def token(self, granted: Pass) -> str:
        """The pass as 70 hexadecimal digits; the same pass gives the same token."""
        return f"{granted.subject}{granted.expires.toordinal():06x}{self._seal(granted)}"

    def read(self, action: Action, token: str) -> Pass | None:
        """The pass of a token for this action; None when it was not made here. Whether it has expired is not asked."""
        found = _TOKEN.fullmatch(token)
        if found is None or not 1 <= int(found[2], 16) <= date.max.toordinal():
            return None
        granted = Pass(action, found[1], date.fromordinal(int(found[2], 16)))
        return granted if hmac.compare_digest(self._seal(granted), found[3]) else None

    def password(self, ident: str, lang: str) -> str:
        """The link by which an officer sets a password, by its id of 32 hexadecimal digits, to a page in `lang`."""
        return f"{self.base_url}/{lang}/password/{self.entry(ident)}"

    def entry(self, ident: str) -> str:
        """The token of such a link."""
        return ident + hmac.digest(self.key, f"luanphien password\n{ident}".encode(), "sha256").hex()[:32]

    def read_entry(self, token: str) -> str | None:
        """The id of the link with this token; None when it was not made here. Whether it still works is not asked."""
        found = _ENTRY.fullmatch(token)
        return found[1] if found and hmac.compare_digest(self.entry(found[1]), token) else None

    def _seal(self, granted: Pass) -> str:
        said = f"luanphien link\n{granted.action}\n{granted.subject}\n{granted.expires.isoformat()}"
        return hmac.digest(self.key, said.encode(), "sha256").hex()[:32]
