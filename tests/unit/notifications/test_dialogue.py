"""The SMTP dialogue without I/O: what is said, what replies mean, and that it matters nowhere how they are cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.dialogue import Dialogue, transparent
from notifications.transport import Parcel

Fate = tuple[str, bool, bool, bool, str] | tuple[str, None]

FIRST, SECOND, THIRD = (
    Parcel(name, "a@b.example", f"{name}@d.example", b"Subject: x\r\n\r\nhello\r\n") for name in "nmo"
)
COMMANDS = "MAIL FROM:<a@b.example>\r\nRCPT TO:<{}@d.example>\r\nDATA\r\n"
TEXT = "Subject: x\r\n\r\nhello\r\n"


@dataclass
class Talk:
    """A dialogue with mails that wait; everything that is ready gets its dot at once, and the next mail behind it."""

    dialogue: Dialogue
    waiting: list[Parcel]
    said: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)

    def go_on(self) -> None:
        """Until the relay has to speak."""
        while True:
            if self.waiting and (self.dialogue.idle or self.dialogue.follows):
                self.dialogue.begin(self.waiting.pop(0))
            if self.dialogue.ready:
                self.dialogue.ready.clear()
                self.dialogue.dot()
            out = self.dialogue.to_write()
            if not out:
                return
            self.said.append(out.decode())
            self.dialogue.written()

    def hear(self, replies: bytes, sizes: Iterator[int] | None = None) -> None:
        """A relay that speaks only when asked says these replies, cut into pieces of such sizes."""
        left = re.findall(rb"(?:[^\n]{3}-[^\n]*\n)*[^\n]*\n", replies)
        while left and not self.dialogue.closed and (asked := len(self.dialogue._awaited)):
            words, left = b"".join(left[:asked]), left[asked:]
            while words:
                size = next(sizes) if sizes else len(words)
                self.dialogue.receive(words[:size])
                words = words[size:]
                self.collect()
                self.go_on()

    def collect(self) -> None:
        for parcel, error in self.dialogue.answered:
            found = None if error is None else (error.permanent, error.doubtful, error.relay, str(error))
            self.fates.append((parcel.id, *found) if found else (parcel.id, None))
        self.returned += [parcel.id for parcel in self.dialogue.returned]
        self.dialogue.answered.clear()
        self.dialogue.returned.clear()


def talk(*parcels: Parcel, pipelining: bool = True) -> Talk:
    begun = Talk(Dialogue("relay", pipelining=pipelining), list(parcels))
    begun.go_on()
    return begun


def test_commands_go_in_groups_and_the_next_mail_right_behind_the_dot() -> None:
    one = talk(FIRST, SECOND)
    one.hear(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    assert one.said == [COMMANDS.format("n"), TEXT, ".\r\n" + COMMANDS.format("m")]
    one.hear(b"250 taken\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n")
    assert one.said[3:] == [TEXT, ".\r\n"]
    assert one.fates == [("n", None), ("m", None)]
    assert one.dialogue.idle


def test_without_pipelining_each_command_waits_for_its_reply() -> None:
    one = talk(FIRST, SECOND, pipelining=False)
    for reply in (b"250 ok\r\n", b"251 will forward\r\n", b"354 go on\r\n", b"250 taken\r\n", b"250 ok\r\n"):
        one.hear(reply)
    assert one.said == [
        "MAIL FROM:<a@b.example>\r\n",
        "RCPT TO:<n@d.example>\r\n",
        "DATA\r\n",
        TEXT,
        ".\r\n",
        "MAIL FROM:<a@b.example>\r\n",
        "RCPT TO:<m@d.example>\r\n",
    ]
    assert one.fates == [("n", None)]


# replies to one mail → what becomes of it (permanent, doubtful, the relay's own), and whether the connection goes on
REPLIES: list[tuple[str, tuple[bool, bool, bool, str] | None, bool]] = [
    ("250 a|250 b|354 c|250 d", None, True),
    ("250 a|250 b|354 c|252 d", None, True),
    ("250 a|250 b|354 c|250-d\r\n250-e\r\n250 f", None, True),
    ("451 a|503 b|503 c", (False, False, False, "MAIL was refused: 451 a"), True),
    ("550 a|503 b|503 c", (True, False, False, "MAIL was refused: 550 a"), True),
    ("250 a|450 b|503 c", (False, False, False, "RCPT was refused: 450 b"), True),
    ("250 a|550-b\r\n550 c|503 d", (True, False, False, "RCPT was refused: 550 b c"), True),
    ("250 a|550 b|354 c", (True, False, False, "RCPT was refused: 550 b"), False),
    ("250 a|250 b|451 c", (False, False, False, "DATA was refused: 451 c"), True),
    ("250 a|250 b|250 c", (False, False, False, "DATA was refused: 250 c"), True),
    ("250 a|250 b|354 c|452 d", (False, False, False, "the mail was refused: 452 d"), True),
    ("250 a|250 b|354 c|554 d", (True, False, False, "the mail was refused: 554 d"), True),
    ("421 a", (False, False, True, "MAIL was refused: 421 a"), False),
    ("250 a|421 b", (False, False, True, "RCPT was refused: 421 b"), False),
    ("250 a|250 b|421 c", (False, False, True, "DATA was refused: 421 c"), False),
    ("250 a|250 b|354 c|421 d", (False, False, True, "the mail was refused: 421 d"), False),
    (
        "250 a|250 b|354 c|354 d",
        (False, True, True, "relay did not answer the final dot: it says what is no answer: 354 d"),
        False,
    ),
    (
        "250 a|250 b|354 c|HTTP/1.1 200",
        (False, True, True, "relay did not answer the final dot: it says what is no reply"),
        False,
    ),
    ("what?", (False, False, True, "relay broke off: it says what is no reply"), False),
]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(("replies", "fate", "goes_on"), REPLIES)
def test_what_replies_mean(
    replies: str, fate: tuple[bool, bool, bool, str] | None, goes_on: bool, pipelining: bool
) -> None:
    one = talk(FIRST, pipelining=pipelining)
    alone = replies if pipelining or "DATA" in str(fate) else re.sub(r"\|503.*|\|354 c$", "", replies)
    one.hear("".join(f"{reply}\r\n" for reply in alone.split("|")).encode())
    assert one.fates == [("n", *(fate or (None,)))]
    assert one.dialogue.closed is not (goes_on or alone != replies)


@pytest.mark.parametrize(
    ("heard", "fates", "returned"),
    [
        (b"", [("n", False, False, True, "relay broke off: gone")], []),
        (b"250 a\r\n250 b\r\n", [("n", False, False, True, "relay broke off: gone")], []),
        (
            b"250 a\r\n250 b\r\n354 c\r\n",
            [("n", False, True, True, "relay did not answer the final dot: gone")],
            ["m"],
        ),
        (b"250 a\r\n250 b\r\n354 c\r\n250 d\r\n", [("n", None)], ["m"]),
        (
            b"250 a\r\n250 b\r\n354 c\r\n250 d\r\n250 e\r\n",
            [("n", None), ("m", False, False, True, "relay broke off: gone")],
            [],
        ),
        (
            b"250 a\r\n250 b\r\n354 c\r\n250 d\r\n250 e\r\n250 f\r\n354 g\r\n",
            [("n", None), ("m", False, True, True, "relay did not answer the final dot: gone")],
            ["o"],
        ),
    ],
)
def test_only_what_was_dotted_may_have_been_taken(heard: bytes, fates: list[Fate], returned: list[str]) -> None:
    """A mail that stood behind a dot and of which nothing was answered is handed over again, and not blamed."""
    one = talk(FIRST, SECOND, THIRD)
    one.hear(heard)
    one.dialogue.lose("gone")
    one.dialogue.lose("gone again")
    one.collect()
    assert (one.fates, one.returned) == (fates, returned)


def test_a_relay_that_speaks_before_the_dot_took_nothing() -> None:
    dialogue = Dialogue("relay", pipelining=True)
    dialogue.begin(FIRST)
    dialogue.receive(b"250 a\r\n250 b\r\n354 c\r\n")
    dialogue.written()
    assert [parcel.id for parcel in dialogue.ready] == ["n"]
    dialogue.receive(b"552 too much\r\n")
    [(parcel, error)] = dialogue.answered
    assert error is not None
    assert (parcel, error.permanent, error.doubtful, dialogue.closed, dialogue.ready) == (FIRST, True, False, True, [])
    assert str(error) == "the mail, before its end, was refused: 552 too much"


def test_what_is_abandoned_is_not_spoken_of_and_what_was_to_follow_is_returned() -> None:
    dialogue = Dialogue("relay", pipelining=True)
    dialogue.begin(FIRST)
    dialogue.receive(b"250 a\r\n250 b\r\n354 c\r\n")
    dialogue.written()
    dialogue.begin(SECOND)
    dialogue.abandon()
    assert (dialogue.closed, dialogue.answered, dialogue.returned) == (True, [], [SECOND])


def test_after_a_refusal_the_next_mail_waits_for_the_reset() -> None:
    one = talk(FIRST, SECOND, pipelining=False)
    one.hear(b"250 a\r\n")
    one.hear(b"550 b\r\n")
    assert one.said[2:] == ["RSET\r\n"]
    one.hear(b"250 c\r\n")
    assert one.said[3:] == ["MAIL FROM:<a@b.example>\r\n"]


@given(st.lists(st.sampled_from([reply for reply, _, _ in REPLIES]), min_size=1, max_size=4), st.data())
def test_it_does_not_matter_how_replies_are_cut(scripts: list[str], data: st.DataObject) -> None:
    """The same said and the same fates, whether the relay's words come byte by byte or all at once."""
    mails = [Parcel(str(number), "a@b.example", "c@d.example", b"x\r\n") for number in range(len(scripts))]
    words = "".join(f"{reply}\r\n" for script in scripts for reply in script.split("|")).encode()
    whole, cut = talk(*mails), talk(*mails)
    whole.hear(words)
    cut.hear(words, iter(lambda: data.draw(st.integers(1, 12)), 0))
    assert (cut.fates, cut.returned, cut.dialogue.closed) == (whole.fates, whole.returned, whole.dialogue.closed)
    assert "".join(cut.said) == "".join(whole.said)


@given(st.binary(max_size=200))
def test_any_words_are_understood_or_end_the_connection(words: bytes) -> None:
    one = talk(FIRST, SECOND)
    one.dialogue.receive(words)
    one.go_on()
    one.dialogue.lose("over")
    one.collect()
    ends = [fate[0] for fate in one.fates] + one.returned
    assert sorted(ends + [parcel.id for parcel in one.waiting]) == ["m", "n"]


@given(st.binary(max_size=80))
def test_a_mail_on_the_wire_has_no_dot_of_its_own(message: bytes) -> None:
    wire = transparent(message)
    assert wire.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    undone = b"\n".join(line.removeprefix(b".") for line in wire.split(b"\r\n"))
    assert undone.rstrip(b"\n") == message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
