"""YAML from people under guard: plain values with their places, every fault with its line, and nothing raises."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.gate import unprintable
from config.guard import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR, Marked, read_yaml, top_word
from scheduler.errors import Problem

ALIAS = ("anchors and aliases (& and *) are not read", "write the value out where it is needed")
SYNTAX = (
    "the file is not well-formed YAML here",
    "check indentation, colons and quotes on this line and the one before",
)
CONTROL = ("the text holds the control character {code}", "type the text again without it")


def faults(text: str) -> list[tuple[int, int, str, str, str, dict[str, object]]]:
    """Line, column, field, message, fix and fields of every problem of `text`."""
    _, problems = read_yaml(text, "ke-hoach.yaml")
    assert {problem.file for problem in problems} <= {"ke-hoach.yaml"}
    return [(p.line, p.column, p.field, p.message, p.fix, dict(p.fields)) for p in problems]


def test_values_stay_text_and_each_has_its_place() -> None:
    text = 'plan: a\nyears: [2020, "2021"]\nnothing: ~\nempty:\nquoted: "~"\nwho:\n  vi: Quảng Trị\n'
    assert read_yaml(text, "a.yaml") == (
        Marked(
            {
                "plan": "a",
                "years": ["2020", "2021"],
                "nothing": None,
                "empty": None,
                "quoted": "~",
                "who": {"vi": "Quảng Trị"},
            },
            {
                (): (1, 1),
                ("plan",): (1, 1),
                ("years",): (2, 1),
                ("years", 0): (2, 9),
                ("years", 1): (2, 15),
                ("nothing",): (3, 1),
                ("empty",): (4, 1),
                ("quoted",): (5, 1),
                ("who",): (6, 1),
                ("who", "vi"): (7, 3),
            },
        ),
        [],
    )


def test_a_place_that_is_not_there_is_the_nearest_around_it() -> None:
    marked, _ = read_yaml("a:\n  - b: 1\n", "a.yaml")
    assert [marked.at(path) for path in ((), ("a",), ("a", 0, "b"), ("a", 0, "c"), ("a", 7), ("x", "y"))] == [
        (1, 1),
        (1, 1),
        (2, 5),
        (2, 5),
        (1, 1),
        (1, 1),
    ]


def test_letters_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Đoàn: Quảng Trị\n")
    assert read_yaml(decomposed, "a.yaml")[0].data == {"Đoàn": "Quảng Trị"}


@pytest.mark.parametrize(("text", "value"), [("", None), ("# chưa có gì\n", None), ("---\n", None), ("a", "a")])
def test_little_is_no_fault(text: str, value: object) -> None:
    assert (read_yaml(text, "a.yaml")[0].data, faults(text)) == (value, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", [(1, 4, "a", *ALIAS, {})]),
        ("a: [1, &x 2]\n", [(1, 8, "a.1", *ALIAS, {})]),
        ("a: *x\n", [(1, 4, "a", *ALIAS, {})]),
        ("&x a: 1\n", [(1, 1, "", *ALIAS, {})]),
        (
            "a:\n  <<: {b: 1}\n",
            [(2, 3, "a", "merge keys (<<) are not read", "write the fields out", {})],
        ),
        ("a: !!int 1\n", [(1, 4, "a", "tags (!) are not read", "remove the tag", {})]),
        ("a: 1\nb: 2\na: 3\n", [(3, 1, "", "the key {key} stands twice", "keep one of the two", {"key": "a"})]),
        ("? {a: 1}\n: 2\n", [(1, 3, "", "a key must be a word", "write the key as plain text", {})]),
        ("a: 1\n--- \nb: 2\n", [(2, 1, "", "a file holds one document", "remove the part from the line --- on", {})]),
        ("a: [1\n", [(2, 1, "", *SYNTAX, {})]),
        ("a: %\n", [(1, 4, "", *SYNTAX, {})]),
        ('a: "\\e[31m"\n', [(1, 4, "a", *CONTROL, {"code": "U+001B"})]),
        ('a: ["tốt", "\\u202Exấu"]\n', [(1, 12, "a.1", *CONTROL, {"code": "U+202E"})]),
        ('Quảng Trị: "\\0"\n', [(1, 12, "Quảng Trị", *CONTROL, {"code": "U+0000"})]),
        ('"\\e[31m": đỏ\n', [(1, 1, "", *CONTROL, {"code": "U+001B"})]),
        ('"a\\u202Eb": đỏ\n', [(1, 1, "", *CONTROL, {"code": "U+202E"})]),
        ("đoàn: Quảng Trị\nb: tr\x07ong\n", [(2, 6, "", *SYNTAX, {})]),
        ("a: x\x00y\n", [(1, 5, "", *SYNTAX, {})]),
    ],
)
def test_what_is_refused(text: str, expected: list[tuple[object, ...]]) -> None:
    assert faults(text) == expected


def test_every_fault_of_the_values_is_told() -> None:
    assert faults('a: "\\a"\nb: 1\nb: 2\nc: "\\a"\n') == [
        (1, 4, "a", *CONTROL, {"code": "U+0007"}),
        (3, 1, "", "the key {key} stands twice", "keep one of the two", {"key": "b"}),
        (4, 4, "c", *CONTROL, {"code": "U+0007"}),
    ]


def test_a_text_may_be_long_but_not_too_long() -> None:
    assert faults("a: " + "ữ" * MAX_SCALAR) == []
    assert faults("a: " + "ữ" * (MAX_SCALAR + 1)) == [
        (
            1,
            4,
            "a",
            "a text of {length} characters is too long",
            "shorten it to {most}",
            {"length": MAX_SCALAR + 1, "most": MAX_SCALAR},
        )
    ]


def test_a_file_may_be_large_but_not_too_large() -> None:
    line = "# " + "x" * 97 + "\n"
    assert len(line) == 100
    assert faults(line * (MAX_BYTES // 100)) == []
    assert faults(line * (MAX_BYTES // 100) + "#") == [
        (
            1,
            1,
            "",
            "the file has {size} bytes, more than {most}",
            "split it into several files",
            {"size": MAX_BYTES + 1, "most": MAX_BYTES},
        )
    ]


def test_a_file_may_hold_many_values_but_not_too_many() -> None:
    assert faults("- x\n" * (MAX_NODES - 1)) == []
    assert faults("- x\n" * (MAX_NODES + 5)) == [
        (
            MAX_NODES,
            3,
            str(MAX_NODES - 1),
            "the file has more than {most} values",
            "split it into several files",
            {"most": MAX_NODES},
        )
    ]


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 200_000])
def test_values_may_be_nested_but_not_too_deep(levels: int) -> None:
    assert faults("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    field = ".".join(["0"] * MAX_DEPTH)
    message = "the values are nested deeper than {most} levels"
    assert faults("[" * levels) == [(1, MAX_DEPTH + 1, field, message, "write them flat", {"most": MAX_DEPTH})]


def test_bombs_end_at_their_first_anchor() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    laughs += "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghi"))
    merges = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 26))
    assert (faults(laughs), faults(merges)) == ([(1, 4, "a", *ALIAS, {})], [(1, 5, "a0", *ALIAS, {})])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quảng Trị, ສະຫວັນນະເຂດ, តាកែវ – “năm”", None),
        ("hai\ndòng", None),
        ("a\tb", "U+0009"),
        ("a\rb", "U+000D"),
        ("a\x7fb", "U+007F"),
        ("a\x85b", "U+0085"),
        ("a\u2028b", "U+2028"),
        ("a\u2029b", "U+2029"),
        ("a\u202ab", "U+202A"),
        ("a\u2066b", "U+2066"),
        ("a\u2069b", "U+2069"),
        ("a\ue000b", "U+E000"),
        ("a\ud800b", "U+D800"),
        ("a\U000e0fffb", "U+E0FFF"),
        ("\x01\x02", "U+0001"),
    ],
)
def test_characters_that_have_no_place(text: str, expected: str | None) -> None:
    assert unprintable(text) == expected


def test_half_a_character_is_a_fault_of_the_file() -> None:
    assert [place[:3] for place in faults("a: tốt\nb: x\udc80y\n")] == [(2, 5, "")]


anything = st.text(st.characters(), max_size=400)
yamlish = st.text(st.sampled_from(list("ab1 \n\t:-?[]{},&*!|>'\"%@`#~<=\\x\r\0\x07\u2028\ufeffữ")), max_size=120)


@given(anything | yamlish)
@settings(deadline=None, max_examples=400)
def test_any_text_is_read_or_gives_its_faults(text: str) -> None:
    marked, problems = read_yaml(text, "a.yaml")
    lines = len(text.splitlines()) + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
    assert all(isinstance(problem, Problem) and problem.message and problem.fix for problem in problems)
    assert (problems != []) or marked.places != {} or marked.data is None


plain_words = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxy"), min_size=1, max_size=8)
plain_values = st.recursive(
    plain_words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_words, inner, max_size=4),
    max_leaves=20,
)


@given(plain_values)
@settings(deadline=None)
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    expected = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - text only; the oracle of plain values
    assert (read_yaml(text, "a.yaml")[0].data, faults(text)) == (expected, [])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
NAMED = st.dictionaries(WORDS | st.just("owner"), WORDS | st.lists(WORDS) | st.dictionaries(st.just("owner"), WORDS))


@settings(max_examples=300)
@given(NAMED, st.integers(0, 200), st.booleans())
def test_one_word_of_the_outermost_mapping_is_read_as_in_the_whole(
    value: dict[str, Any],
    cut: int,
    flow: bool,
) -> None:
    """Of a beginning alone it is the same word, or none."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, sort_keys=False, default_style='"')
    found = value.get("owner")
    word = found if isinstance(found, str) else None
    assert top_word(text, "owner") == word
    assert top_word(text[:cut], "owner", whole=False) in (None, word)


@pytest.mark.parametrize(
    ("text", "cut", "word"),
    [
        ("plan: a\nowner: mttq\nperiod: b\n", 26, "mttq"),
        ("plan: a\nowner: mttq\nperiod: b\n", 19, None),
        ("plan: a\nowner: mttq\nperiod: b\n", 17, None),
        ("\ufeffplan: a\nowner: mttq\nperiod: b\n", 18, None),
        ("document: {owner: x}\nparts: [owner, y]\nowner: mttq\n", 99, "mttq"),
        ("{plan: a, owner: mttq}", 99, "mttq"),
        ("[owner, mttq]", 99, None),
        ("owner: [mttq]\n", 99, None),
        ("- a: [\n", 99, None),
        ("", 99, None),
    ],
)
def test_one_word_and_no_part_of_one(text: str, cut: int, word: str | None) -> None:
    assert top_word(text[:cut], "owner", whole=cut > len(text)) == word
