"""The description of the JSON side at /openapi.json, and schemathesis asking a running server all it describes."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.command import COMMAND, PATIENCE
from tests.interop.readers import missing

pytestmark = pytest.mark.acceptance

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = 15
"""Questions an operation; the same ones every time."""


def test_whatever_is_asked_the_server_answers_as_described(site: str, tmp_path: Path) -> None:
    program = COMMAND.with_name("schemathesis")
    if not program.exists():
        missing("schemathesis is not installed: make install")
    command = [
        program, "run", f"{site}/openapi.json", "--checks", CHECKS, "--max-examples", str(EXAMPLES),
        "--phases", "examples,coverage,fuzzing", "--generation-deterministic", "--no-shrink", "--no-color",
        "--warnings", "off",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_description_names_every_answer_in_json(site: str) -> None:
    with urllib.request.urlopen(f"{site}/openapi.json", timeout=PATIENCE) as answer:  # noqa: S310 - our own server
        found = json.load(answer)
    assert found["openapi"].startswith("3.")
    assert [path for path in ("/next.json", "/feeds/{slug}.json") if path not in found["paths"]] == []
