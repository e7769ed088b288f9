"""The reminder policy file: its values, or every fault with its line and the fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calendars.catalogue import msg
from config.faults import Faults
from config.files import HOME, one_file
from config.guard import read_yaml
from config.planfile import OTHERWISE, SENTENCES
from notifications.policy import Policy
from notifications.policyform import LONGEST, PolicyError, policy_from
from scheduler.errors import FaultyFileError, Problem

OWN: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": (
        msg("the field {name} is not known here"),
        msg("remove it, or mend its spelling; the packaged policies.yaml has every field"),
    ),
    "missing": (msg("the field {name} is missing"), msg("write it as in the packaged policies.yaml")),
    "int_type": (msg("{name} is not a whole number"), msg("write a number of days, such as 30")),
    "list_type": (msg("{name} must be a list"), msg("write days in brackets, such as [30, 14, 7, 1]")),
    "twice": (msg("the same number of days stands twice"), msg("keep it once")),
    "lead": (msg("{name} is not a number of days"), msg("write days as 30, working days as 5w")),
    "model_type": (msg("{name} is not a number of days"), msg("write days as 30, working days as 5w")),
}
"""Message and fix by what is wrong, where they are not those of a plan file."""


class PolicyFileError(FaultyFileError):
    """A policy file that cannot be used."""


def load_policy(path: str | None) -> Policy:
    """The policy of the file at `path`; None: the packaged one. Raises PolicyFileError, naming every fault."""
    policy, problems = policy_of(path)
    if policy is None:
        raise PolicyFileError(problems)
    return policy


def policy_of(path: str | None) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy of the file at `path` (None: the packaged one), or what is wrong with it."""
    file, unread = one_file(path or str(HOME / "policies.yaml"))
    if file is None:
        return None, unread
    marked, problems = read_yaml(file.text, file.name)
    if problems:
        return None, tuple(problems)
    faults = Faults(file.name, marked)
    if not isinstance(marked.data, dict):
        faults.add((), "the file holds no fields", "write it as in the packaged policies.yaml")
        return None, tuple(faults.found)
    try:
        return policy_from(_numbers(marked.data)), ()
    except PolicyError as error:
        for fault in error.faults:
            message, fix = OWN.get(fault.code) or SENTENCES.get(fault.code, OTHERWISE)
            name = next((step for step in reversed(fault.path) if isinstance(step, str)), "")
            faults.add(fault.path, message, fix, name=name, ge=0, le=LONGEST, what=fault.message)
    return None, tuple(sorted(faults.found, key=lambda problem: (problem.line, problem.column)))


def _numbers(value: Any) -> Any:
    """The same values with digits read as numbers; the guard keeps every scalar as text."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    text = value.removeprefix("-") if isinstance(value, str) else ""
    return int(value) if text.isascii() and text.isdigit() else value
