"""Passwords: what one may be (NIST SP 800-63B: long enough, no rules of letters), and how it is kept (argon2id)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from calendars.gate import unprintable

LEAST, MOST = 12, 1000
"""Characters of a password."""

_AGAIN = re.compile(r"(.{1,12}?)\1+", re.DOTALL)
_LIST = """
    123456789012 1234567890123 12345678901234 123456789123456789 0123456789012 098765432109 987654321098 1234567890ab
    1234567890qwerty 123456789qwerty qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwerty1234567890
    qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyuiop[] 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc
    1qaz2wsx3edc4rfv q1w2e3r4t5y6 zaq12wsxcde3 qazwsxedcrfv asdfghjkl123 zxcvbnm12345 abcdefghijkl abcdefghijklm
    abcdefghijklmnop abcd12345678 abc123456789 abcdef123456 a1b2c3d4e5f6 aa1234567890 a12345678910 password1234
    password12345 password123456 password1234567 password12345678 password123456789 mypassword123 passw0rd1234
    p@ssw0rd1234 p@ssword1234 administrator administrator1 admin1234567 admin12345678 admin123456789 adminadmin123
    root12345678 welcome12345 welcome123456 letmein12345 iloveyou1234 iloveyou12345 iloveyou123456 changeme1234
    changemenow123 superman1234 football1234 baseball1234 princess1234 sunshine1234 trustno12345 computer1234
    internet1234 samsung12345 facebook1234 google123456 matkhau12345 matkhau123456 matkhau1234567 matkhau12345678
    matkhau123456789 matkhaumoi123 matkhaucuatoi anhyeuem1234 anhyeuem123456 emyeuanh1234 yeuemnhieulam
    tinhyeucuaanh vietnam12345 vietnam123456 vietnamvodich hochiminh123 hochiminh1945 hochiminh1975 hanoi1234567
    saigon123456 quangtri1234 quangtri12345 quangtri123456 angiang12345 hatinh123456 luanphien123 luanphien1234
    luanphien123456 khongcomatkhau khongbiet1234 nguyenvannam nguyenvana123 nguyenvana1234
"""
_COMMON = frozenset(_LIST.split())
"""The commonest that are long enough, as `_plain` leaves them."""


class Fault(StrEnum):
    """Why a password cannot be taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"  # among the first that are tried
    CONTROL = "control"  # it holds what cannot be typed again
    OTHER = "other"  # not the same twice


def fault_of(typed: str, again: str) -> Fault | None:
    """What is wrong with a password that was typed twice; None when it can be taken."""
    text = normal(typed)
    if unprintable(text) is not None or "\n" in text:
        return Fault.CONTROL
    if len(text) < LEAST:
        return Fault.SHORT
    if len(text) > MOST:
        return Fault.LONG
    if _plain(text) in _COMMON or _AGAIN.fullmatch(_plain(text)):
        return Fault.COMMON
    return None if normal(again) == text else Fault.OTHER


def normal(typed: str) -> str:
    """A password as it is compared: the same however a keyboard composes its letters (NFKC)."""
    return unicodedata.normalize("NFKC", typed)


def _plain(text: str) -> str:
    """Small letters without marks or blanks."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not letter.isspace() and not unicodedata.combining(letter))


@dataclass(frozen=True)
class Passwords:
    """Makes and checks what is kept of passwords; parameters are those of argon2-cffi (RFC 9106, the second choice)."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _nobodys: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """What the password of nobody is compared with is made beforehand, so that no first try takes longer."""
        object.__setattr__(self, "_nobodys", self.hasher.hash(secrets.token_hex()))

    def kept(self, password: str) -> str:
        """What is kept of a password."""
        return self.hasher.hash(normal(password))

    def matches(self, kept: str | None, typed: str) -> bool:
        """Whether this is the password that is kept. One hash is worked out in any case."""
        known = kept if kept is not None and len(typed) <= MOST else None
        try:
            self.hasher.verify(known or self._nobodys, normal(typed[:MOST]))
        except (VerificationError, InvalidHashError):
            return False
        return known is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was made with other parameters than those of today."""
        return self.hasher.check_needs_rehash(kept)
