"""The page on mail that does not arrive: what it shows is what is printed, on a morning on which some does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.gauges import exposition
from notifications.outbox import delivery_id
from notifications.tables import DeliveryState
from notifications.verp import return_path
from tests.unit.config.test_doctor import figures
from tests.unit.docs.pages import DOCS, blocks, tables, text_of
from tests.unit.docs.terminal import Terminal, same
from tests.unit.notifications.relays import ScriptedRelay
from tests.unit.notifications.test_bounces import letter, recipient, report

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "a secret of this test"
PAGES = {"vi": DOCS / "mail.md", "en": DOCS / "mail.en.md"}
GONE, BUSY, RETURNED = "mttq@quang-tri.example", "songoaivu@quang-tri.example", "mttq@ha-tinh.example"


def morning(folder: Path, lang: str) -> Terminal:
    """One mail is refused for good, one for now, and one is taken and comes back."""
    terminal = Terminal(folder, MORNING)
    terminal.run(f"export LUANPHIEN_LANG={lang} LUANPHIEN_SECRET='{SECRET}' LUANPHIEN_WHO=lan")
    terminal.run("luanphien sync")
    answers = {f"RCPT {GONE}": "550 5.1.1 no such user", f"RCPT {BUSY}": "451 4.3.0 come again"}
    with ScriptedRelay(answers) as relay:
        terminal.run(f"export LUANPHIEN_MAIL_URL=smtp://127.0.0.1:{relay.port}")
        terminal.run("luanphien remind --once")
    mail = delivery_id(RETURNED, MORNING.date())
    path = return_path("nhac-viec@luanphien.example", SECRET.encode(), mail)
    new = folder / "returned" / "new"
    new.mkdir(parents=True)
    (new / "1").write_bytes(report(recipient("failed", "5.1.1", "550 5.1.1 no such user"), to=f"To: {path}"))
    (new / "2").write_bytes(letter("Xin chào", "anh@x.example", to="nhac-viec@luanphien.example"))
    return terminal


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_shows_what_happens(lang: str, tmp_path: Path) -> None:
    terminal = morning(tmp_path, lang)
    shown = [part for block in blocks(PAGES[lang]) if block.info == "console" for part in block.text.split("$ ")[1:]]
    assert len(shown) == 7
    for part in shown:
        command, _, screen = part.partition("\n")
        printed = terminal.run(command)
        assert same(screen, printed), f"$ {command}\nshown:\n{screen}\nprinted:\n{printed}"


def test_every_state_and_every_figure_is_described() -> None:
    names = set(re.findall(r"^# TYPE (\S+)", exposition(figures()).decode(), re.MULTILINE))
    for page in ("mail.md", "mail.en.md"):
        first = [next(iter(row.values())) for table in tables(text_of(page)) for row in table]
        words = {word for cell in first for word in re.findall(r"`(\w+)(?:\{[\w,]+\})?`", cell)}
        assert {word for word in words if word in list(DeliveryState)} == set(DeliveryState)
        assert {word for word in words if word.startswith("luanphien_")} == names
