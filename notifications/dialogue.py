"""What is said to a relay over one connection, and what its replies mean (RFC 5321; RFC 2920). No I/O is done here."""

from __future__ import annotations

import re
from collections import deque
from enum import Enum, StrEnum

from notifications.errors import TransportError
from notifications.transport import Parcel

_LONGEST = 500
"""Characters kept of what a relay says."""

_LONGEST_LINE = 8192
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_REPLY = re.compile(rb"([2-5][0-9][0-9])(-?)(.*)", re.DOTALL)


class Phase(StrEnum):
    """To what a relay replies, as it is named when it refuses."""

    RSET = "RSET"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "the mail"


class _Stage(Enum):
    """How far the mail in hand is."""

    OPENING = 1  # its commands are said, or are about to be
    WRITING = 2  # its text is on the way
    READY = 3  # all but the final dot is written


class Dialogue:
    """The dialogue on one open connection, mail after mail; `pipelining`: the relay takes commands in groups.

    The caller moves bytes: `to_write` out, `receive` in, `written` when all is out, `lose` when the connection is gone.
    What has happened is put into `ready`, `answered` and `returned`, for the caller to take out (`transport.Turn`).
    After `closed` nothing more is to be said.

    A relay that pipelines hears the commands of the `next` mail right behind the final dot (RFC 2920, 3.1), so that a
    mail costs one round trip. Every reply is listened to: what is refused is not written.
    """

    def __init__(self, relay: str, *, pipelining: bool) -> None:
        """`relay` is how it is named in errors."""
        self.ready: list[Parcel] = []
        self.answered: list[tuple[Parcel, TransportError | None]] = []
        self.returned: list[Parcel] = []
        self.closed = False
        self._relay = relay
        self._pipelining = pipelining
        self._out: list[bytes] = []
        self._heard = b""
        self._said: list[bytes] = []  # lines of a reply that goes on
        self._lines: deque[tuple[Phase, bytes]] = deque()
        self._awaited: deque[Phase] = deque()
        self._stage = _Stage.OPENING
        self._current: Parcel | None = None
        self._next: Parcel | None = None
        self._dotted: Parcel | None = None
        self._refused: TransportError | None = None
        self._behind = False  # the mail in hand stands behind what was said of another, and nothing of it is answered

    @property
    def idle(self) -> bool:
        """Whether a mail may begin, at once or after the reply to RSET."""
        return not (self._current or self._dotted or self.closed)

    @property
    def follows(self) -> bool:
        """Whether a mail may be given that begins right behind the final dot of the one that is ready."""
        waits = self._current is not None and self._stage is _Stage.READY
        return self._pipelining and waits and self._next is None and not self.closed

    @property
    def awaited(self) -> Phase | None:
        """What the relay is to reply to next; None: nothing is asked."""
        return self._awaited[0] if self._awaited else None

    def begin(self, parcel: Parcel) -> None:
        """Say the commands of a mail, now (`idle`) or right behind the dot (`follows`)."""
        if self._current is not None:
            self._next = parcel
            return
        self._open(parcel)

    def dot(self) -> None:
        """Write the final dot of the mail that is ready."""
        self._dotted, self._current = self._current, None
        self._out.append(b".\r\n")
        self._awaited.append(Phase.DOT)
        following, self._next = self._next, None
        if following is not None:
            self._open(following)

    def to_write(self) -> bytes:
        """What is to be written now."""
        out, self._out = b"".join(self._out), []
        return out

    def written(self) -> None:
        """All of it is written."""
        if self._current is not None and self._stage is _Stage.WRITING and not self.closed:
            self._stage = _Stage.READY
            self.ready.append(self._current)

    def receive(self, data: bytes) -> None:
        """What the relay says, cut anywhere."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            if self.closed:
                return
            self._read(line.rstrip())
        if len(self._heard) > _LONGEST_LINE and not self.closed:
            self.lose("it says what is no reply")

    def lose(self, why: str) -> None:
        """The connection is gone, or is given up. What was dotted may have been taken; nothing else was."""
        if self.closed:
            return
        self.closed = True
        dotted, current = self._dotted, self._current
        if dotted is not None:
            said = f"{self._relay} did not answer the final dot: {why}"
            self.answered.append((dotted, TransportError(said, doubtful=True, relay=True)))
        if current is not None and self._behind:
            self.returned.append(current)
        elif current is not None:
            error = self._refused or TransportError(f"{self._relay} broke off: {why}", relay=True)
            self.answered.append((current, error))
        if self._next is not None:
            self.returned.append(self._next)
        self.ready.clear()

    def abandon(self) -> None:
        """Say nothing more, and nothing of the mail that is ready; the one that was to follow is returned."""
        self._current = None
        self.lose("given up")

    def _open(self, parcel: Parcel) -> None:
        self._current, self._stage, self._behind = parcel, _Stage.OPENING, bool(self._awaited)
        self._lines.append((Phase.MAIL, b"MAIL FROM:<%s>\r\n" % parcel.sender.encode("ascii")))
        self._lines.append((Phase.RCPT, b"RCPT TO:<%s>\r\n" % parcel.recipient.encode("ascii")))
        self._lines.append((Phase.DATA, b"DATA\r\n"))
        self._speak()

    def _speak(self) -> None:
        while self._lines and not self.closed and (self._pipelining or not self._awaited):
            phase, line = self._lines.popleft()
            self._awaited.append(phase)
            self._out.append(line)

    def _read(self, line: bytes) -> None:
        found = _REPLY.fullmatch(line) if len(line) <= _LONGEST_LINE else None
        if found is None:
            self.lose("it says what is no reply")
            return
        self._said.append(found[3].strip())
        if found[2] and len(self._said) < _LONGEST_LINE:
            return
        text, self._said = b"\n".join(self._said), []
        self._hear(int(found[1]), text)

    def _hear(self, code: int, text: bytes) -> None:
        if not self._awaited:
            self._interrupted(code, text)
            return
        phase = self._awaited.popleft()
        self._behind = self._behind and phase in (Phase.DOT, Phase.RSET)
        if phase is Phase.DOT:
            self._taken_or_not(code, text)
        elif phase is Phase.DATA:
            self._may_write(code, text)
        elif phase is not Phase.RSET and code // 100 != 2:
            self._refuse(refusal(phase, code, text))
        if code == 421:
            self.lose(_words(code, text))
        self._speak()

    def _taken_or_not(self, code: int, text: bytes) -> None:
        if code // 100 == 3:
            self.lose(f"it says what is no answer: {_words(code, text)}")
        elif self._dotted is not None:
            parcel, self._dotted = self._dotted, None
            self.answered.append((parcel, None if code // 100 == 2 else refusal(Phase.DOT, code, text)))

    def _may_write(self, code: int, text: bytes) -> None:
        if self._refused is not None and code // 100 == 3:
            self.lose("it wants a mail whose recipient it has refused")  # nothing is written, not even a lone dot
        elif self._refused is not None:
            self._conclude(self._refused)
        elif code != 354:
            self._refuse(refusal(Phase.DATA, code, text))
        elif self._current is not None:
            self._stage = _Stage.WRITING
            self._out.append(transparent(self._current.message))

    def _refuse(self, error: TransportError) -> None:
        """The first refusal counts. What was said already, in a group, is answered before the next mail begins."""
        self._refused = self._refused or error
        self._lines.clear()
        if Phase.DATA not in self._awaited:
            self._conclude(self._refused)

    def _conclude(self, error: TransportError) -> None:
        parcel, self._current, self._refused = self._current, None, None
        if parcel is not None:
            self.answered.append((parcel, error))
            self._lines.append((Phase.RSET, b"RSET\r\n"))

    def _interrupted(self, code: int, text: bytes) -> None:
        """A relay that speaks without being asked, before the final dot; nothing was taken then."""
        self._refused = refusal("the mail, before its end,", code, text)
        self.lose(_words(code, text))


def refusal(what: str, code: int, text: bytes) -> TransportError:
    """What a relay's refusal means for the mail: 5xx is for good; 421 is the relay's own trouble."""
    said = f"{what} was refused: {_words(code, text)}"[:_LONGEST]
    return TransportError(said, permanent=500 <= code <= 599, relay=code == 421)


def _words(code: int, text: bytes) -> str:
    return f"{code} {' '.join(text.decode('utf-8', 'replace').split())}".strip()[:_LONGEST]


def transparent(message: bytes) -> bytes:
    """The mail as it goes over the wire, final dot left out: CRLF, leading dots doubled (RFC 5321, 4.5.2)."""
    ends = message.count(b"\n")
    if not (ends == message.count(b"\r\n") == message.count(b"\r")):  # else all line ends are in order, as usual
        message = _LINE_END.sub(b"\r\n", message)
    if b"\n." in message or message.startswith(b"."):
        message = _LINE_START_DOT.sub(b"..", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"
