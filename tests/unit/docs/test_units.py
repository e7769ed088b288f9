"""The units for systemd that the page on several machines hands out: sound, locked up, and for commands that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from notifications.smtp import FINAL_TIMEOUT
from tests.unit.docs.pages import DOCS, blocks, links
from tests.unit.docs.test_docs import parse

FOLDER = DOCS / "how-to" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
HANDED_OUT = {
    "several-machines": {"luanphien-serve@.service", "luanphien-worker@.service"},
    "small-server": {"luanphien.service"},
    "backup": {"luanphien-backup.service", "luanphien-backup.timer"},
}
"""Which page hands out which units."""

ONCE = {"luanphien-backup.service"}
"""What runs to its end."""
LOCKED = {
    "CapabilityBoundingSet": "",
    "DynamicUser": "yes",
    "EnvironmentFile": "/etc/luanphien/luanphien.env",
    "LockPersonality": "yes",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectSystem": "strict",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
}
"""What every unit says."""


def settings(path: Path) -> dict[str, str]:
    """What a unit says of its service; nothing may stand twice."""
    service = path.read_text("utf-8").partition("[Service]\n")[2].partition("\n[")[0]
    pairs = [line.partition("=")[::2] for line in service.splitlines() if line and not line.startswith("#")]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_both_languages_hand_out_every_unit() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {name for names in HANDED_OUT.values() for name in names}
    for topic, names in HANDED_OUT.items():
        for page in (DOCS / "how-to" / f"{topic}.md", DOCS / "how-to" / f"{topic}.en.md"):
            found = {link.removeprefix("systemd/") for link in links(page) if link.startswith("systemd/")}
            assert found == names


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_are_locked_up(unit: Path) -> None:
    said = settings(unit)
    assert {name: said.get(name) for name in LOCKED} == LOCKED
    assert (said.get("Type"), said.get("Restart")) == (("oneshot", None) if unit.name in ONCE else ("exec", "always"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_run_commands_that_exist(unit: Path) -> None:
    path, *words = shlex.split(settings(unit)["ExecStart"].replace("%i", "8001"))
    assert path == "/opt/luanphien/bin/luanphien"
    parse(" ".join(("luanphien", *words)))


def test_who_sends_mail_is_given_the_time_a_relay_may_take() -> None:
    for name in ("luanphien-worker@.service", "luanphien.service"):
        assert int(settings(FOLDER / name)["TimeoutStopSec"]) > FINAL_TIMEOUT


@pytest.mark.parametrize("topic", HANDED_OUT)
def test_both_languages_show_the_same_configurations(topic: str) -> None:
    pages = (DOCS / "how-to" / f"{topic}.md", DOCS / "how-to" / f"{topic}.en.md")
    # a drawing has words, and so has what commands print
    shown = [[block.text for block in blocks(page) if block.info != "console"] for page in pages]
    drawings = 1 if topic == "several-machines" else 0
    assert shown[0][drawings:] == shown[1][drawings:]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: apt-get install systemd"
)
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        here = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={shutil.which('true')}", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(here, "utf-8")
    timers = sorted(FOLDER.glob("*.timer"))
    for timer in timers:
        shutil.copy(timer, tmp_path)
    units = [str(tmp_path / unit.name.replace("@", "@8001")) for unit in (*UNITS, *timers)]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
