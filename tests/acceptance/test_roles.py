"""Schemathesis at every address, signed in as each role: no server error, and nothing beyond the role."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.access import RULES, Access
from config.decidepapers import FORMS, Paper
from config.deskforms import ApprovalForm, DeedForm, Form, HandForm, ReasonForm, SignOutForm
from config.linkdesk import Change, LinkForm
from config.officers import Role
from config.peopledeeds import Deed
from config.peopleforms import PersonForm
from config.planforms import EditForm, LiveForm
from scheduler.amendment import Verb
from tests.acceptance.command import COMMAND, PATIENCE, Desk
from tests.acceptance.serving import copied, serving
from tests.integration.porch import PASSWORD
from tests.interop.readers import missing

pytestmark = pytest.mark.acceptance

KEY = "qt-front-exchange.savannakhet.2027"
EXAMPLES = 20
"""Questions an operation beside those at the edges; the same ones every time."""

PAPERS: Mapping[str, tuple[type[Form], ...]] = {
    "/decide/{verb}": tuple(FORMS.values()),
    "/outbox/{id}/{act}": (HandForm,),
    "/people/new": (PersonForm,),
    "/people/{id}/edit": (PersonForm,),
    "/people/{id}/{act}": (DeedForm,),
    "/links/new": (LinkForm,),
    "/links/{id}/{act}": (DeedForm,),
    "/plans/new": (EditForm,),
    "/plans/{id}/edit": (EditForm,),
    "/plans/{id}/check": (LiveForm,),
    "/plans/{id}/proposals/{number}/{act}": (ApprovalForm, ReasonForm),
    "/sign-out": (SignOutForm,),
}
"""What each address is sent by officers who are signed in."""

CHOICES: Mapping[str, list[str]] = {
    "verb": [verb.value for verb in Verb],
    "act": ["retry", "hold", "release", "approve", "refuse", "withdraw", *Deed, *Change],
    "key": [KEY, "khong-co.2021"],
    "id": ["0" * 32, "quang-tri-front-2020"],
    "number": ["1", "0"],
    "year": ["2021"],
    "month": ["9"],
}
"""What stands in a path."""

ANSWERED = ("200", "303", "400", "403", "404", "405", "409", "413", "415")
ENDS = ("/sign-out",)
"""Addresses after which one is nobody any more."""


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """A server with an officer of every role."""
    own = copied(desk, tmp_path_factory.mktemp("vai-tro"))
    with serving(own) as address:
        yield own, address


def entered(office: tuple[Desk, str], role: Role) -> tuple[str, str]:
    """The session of a new officer with this role, and the seal its forms carry."""
    desk, address = office
    words = ("--name", "Nguyễn Thị Lan", "--mail", f"{role}@quang-tri.example", "--organisation", "mttq-quang-tri")
    added = desk.run("officers", "add", f"mot-{role}", *words, "--role", role, "--print", "--json")
    link = re.sub(r"^https?://[^/]+", "", added.json["link"])
    with httpx.Client(base_url=address, headers={"sec-fetch-site": "same-origin"}, follow_redirects=True) as client:
        assert client.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 200
        seal = re.search(r'name="seal" value="([0-9a-f]{64})"', client.get("/vi/sign-in").text)
        assert seal is not None
        page = client.post("/vi/sign-in", data={"name": f"mot-{role}", "password": PASSWORD, "seal": seal[1]})
        own = re.search(r'name="seal" value="([0-9a-f]{64})"', page.text)
        assert own is not None
        return client.cookies["luanphien"], own[1]


def described(role: Role, seal: str) -> dict[str, Any]:
    """Every address of officers as OpenAPI has it: whoever may not is answered 403, and nothing else."""
    paths: dict[str, Any] = {}
    for path, rule in RULES.items():
        if rule.access is not Access.DESK or path in ENDS:
            continue
        allowed = ANSWERED if role.rank >= rule.least.rank else ("403",)
        answers = {"responses": {status: {"description": status} for status in allowed}}
        named = [
            {"name": name, "in": "path", "required": True, "schema": {"enum": CHOICES[name]}}
            for name in re.findall(r"\{(\w+)", path)
        ]
        plain = re.sub(r":\w+\}", "}", path)
        asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("key", "page", "q")]
        paths[f"/en{plain}"] = {"get": {"parameters": [*named, *asked], **answers}}
        if path in PAPERS:
            paths[f"/en{plain}"]["post"] = {"parameters": named, "requestBody": body(PAPERS[path], seal), **answers}
    return {"openapi": "3.0.3", "info": {"title": "desk", "version": "1"}, "paths": paths}


def body(models: tuple[type[Form], ...], seal: str) -> dict[str, Any]:
    """A form of any of these kinds, with its seal."""
    kinds = []
    for model in models:
        found = model.model_json_schema(ref_template="#/x/{model}")
        given = {name: plain(one, found) for name, one in found["properties"].items()}
        given["seal"] = {"enum": [seal]}
        if issubclass(model, Paper) and "key" in given:
            given["key"] = {"enum": CHOICES["key"]}
        kinds.append({
            "type": "object", "properties": given, "required": found.get("required", []), "additionalProperties": False,
        })  # fmt: skip
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": {"oneOf": kinds}}}}


def plain(one: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """A field's description without references."""
    if "$ref" in one:
        return {"enum": found["$defs"][one["$ref"].rpartition("/")[2]]["enum"]}
    return {name: value for name, value in one.items() if name in ("type", "enum", "pattern", "maxLength")} or {
        "type": "string"
    }


@pytest.mark.parametrize("role", list(Role))
def test_nothing_breaks_and_nothing_opens(office: tuple[Desk, str], tmp_path: Path, role: Role) -> None:
    program = COMMAND.with_name("schemathesis")
    if not program.exists():
        missing("schemathesis is not installed: make install")
    token, seal = entered(office, role)
    schema = tmp_path / "desk.json"
    schema.write_text(json.dumps(described(role, seal)))
    command = [
        program, "run", str(schema), "--url", office[1], "--checks", "not_a_server_error,status_code_conformance",
        "-H", f"Cookie: luanphien={token}", "-H", "Sec-Fetch-Site: same-origin", "--max-examples", str(EXAMPLES),
        "--phases", "coverage,fuzzing", "--mode", "positive", "--generation-deterministic", "--no-shrink", "--no-color",
        "--warnings", "off",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True,
        timeout=3 * PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with httpx.Client(base_url=office[1], cookies={"luanphien": token}) as client:
        assert client.get("/vi/account").status_code == 200  # they were signed in all the while
