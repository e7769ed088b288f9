"""A row of a list looks as a table of rich's would, and its key is whole however narrow the screen."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from config.listing import WHEN_WIDTH, Row

WORDS = st.lists(
    st.text(st.sampled_from("aỂ–ກ会 "), min_size=1, max_size=30).filter(lambda word: word.strip() == word), min_size=1
).map(" ".join)


def printed(width: int, what: RenderableType, *, color: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, force_terminal=color, color_system="standard")
    console.print(what, crop=False)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@given(WORDS, WORDS, WORDS, st.integers(WHEN_WIDTH + 12, 120))
def test_a_row_is_folded_as_a_table_folds_it(when: str, what: str, how: str, width: int) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=WHEN_WIDTH, overflow="fold")
    grid.add_column(overflow="fold")
    grid.add_row(when, Group(Styled(what), Styled(how)))
    wanted = [line.rstrip() for line in printed(width, grid).splitlines()]
    plain = [Styled(words, end="") for words in (when, what, how, "a.2027")]
    *lines, key = printed(width, Row(plain[0], (plain[1], plain[2]), plain[3])).splitlines()
    assert lines == wanted
    assert key == "  a.2027"


def test_a_row_with_all_its_styles_and_a_key_wider_than_the_screen() -> None:
    what = Styled("Hội đàm thường niên về công tác biên giới", end="")
    how = Styled.assemble(("đã chốt", "green"), ("!", "red"), end="")
    row = Row(Styled("Quý IV/2027", style="bold", end=""), (what, how), Styled("k" * 60, style="dim", end=""))
    assert printed(40, row, color=True) == (
        "\x1b[1mQuý IV/2027\x1b[0m       Hội đàm thường niên về\n"
        "                  công tác biên giới\n"
        "                  \x1b[32mđã chốt\x1b[0m\x1b[31m!\x1b[0m\n"
        f"  \x1b[2m{'k' * 60}\x1b[0m\n"
    )
