"""Text that passes the gate is safe in one line or several, and passes again unchanged."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.gate import lines, one_line, shortened, shows

ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Hội đàm", "Hội đàm"),
        (unicodedata.normalize("NFD", "Hội đàm"), "Hội đàm"),
        ("a\r\nATTENDEE:mailto:x@y.example", "a ATTENDEE:mailto:x@y.example"),
        ("a\rb\nc\x0bd\x0ce\x85f\u2028g\u2029h\x1ei", "a b c d e f g h i"),
        ("a\x00b\x07c\x1b[31md\x7fe\x9f", "abc[31mde"),
        ("\u202eevil\u202c \u2066x\u2069 \u200fy", "evil x y"),
        ("lone \ud800 half", "lone \N{REPLACEMENT CHARACTER} half"),
        ("C:\\temp", "C:/temp"),
        ("  many\t\t blanks\u00a0here ", "many blanks here"),
        ("\ufeffmark \ufffe\uffff", "mark"),
        ("ភាសា\u200bខ្មែរ", "ភាសា\u200bខ្មែរ"),
    ],
)
def test_one_line(given_text: str, expected: str) -> None:
    assert one_line(given_text) == expected


def test_lines_keep_their_breaks_however_written() -> None:
    assert lines("a\r\nb\rc\u2028d\x85\te\x00\n\nC:\\N\n") == "a\nb\nc\nd\ne\n\nC:/N"


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert one_line("ă" * 300) == "ă" * 254 + "…"


@pytest.mark.parametrize(
    ("text", "cap", "expected"),
    [
        ("ກຳນົດ", 4, "ກຳ…"),  # the vowel sign stays with its letter
        ("ខ្មែរ", 3, "…"),  # so does the letter under the Khmer subscript sign
        ("abc def", 5, "abc…"),
        ("abc", 3, "abc"),
    ],
)
def test_a_cut_never_parts_a_letter_from_its_marks(text: str, cap: int, expected: str) -> None:
    assert shortened(text, cap) == expected


@pytest.mark.parametrize("text", ["ă", "ກ", "ខ្", "2", "–", "€", " x ", "\u200dx"])
def test_something_is_seen(text: str) -> None:
    assert shows(text)


@pytest.mark.parametrize("text", ["", " \u200b\u200d", *"\n \u00a0\u00ad\u0300\u200b\u200d\u2060\u2800\u3164\ufe0f"])
def test_nothing_is_seen(text: str) -> None:
    assert not shows(text)


@given(ANYTHING, ANYTHING)
def test_what_is_seen_is_seen_beside_anything(one: str, other: str) -> None:
    assert shows(one + other) == (shows(one) or shows(other))


@given(ANYTHING)
def test_what_passed_one_line_is_safe_and_passes_again(text: str) -> None:
    passed = one_line(text)
    assert one_line(passed) == passed
    assert len(passed) <= 255
    assert passed.encode().decode() == passed
    assert unicodedata.is_normalized("NFC", passed)
    assert not [sign for sign in passed if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign == "\\"]


@given(ANYTHING)
def test_what_passed_as_lines_is_safe_and_passes_again(text: str) -> None:
    passed = lines(text)
    assert lines(passed) == passed
    assert not [sign for sign in passed if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") and sign != "\n"]
