"""What an address of the plans asks for, read strictly."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.requests import Request

from calendars.pages import planwords as words
from calendars.pages.outboxwords import NO_NUMBER
from calendars.query import RefusalError
from config.excerpt import plan_of
from config.office import Office
from scheduler.plan import Plan

LONGEST_ID = 80
"""Characters of a plan's id (`planmodel`)."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PART = re.compile(rf"[a-z0-9-]{{0,{LONGEST_ID}}}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def plan_id(request: Request) -> str:
    """The plan that a path names. Raises RefusalError for what cannot be one."""
    ident: str = request.path_params["id"]
    if len(ident) > LONGEST_ID or _ID.fullmatch(ident) is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PLAN)
    return ident


def the_plan(desk: Office, ident: str) -> Plan:
    """A plan in force. Raises RefusalError."""
    plan = plan_of(desk.session, ident)
    if plan is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PLAN)
    return plan


def narrowed(request: Request) -> tuple[str, str, int]:
    """Whose plans (empty: not said), a part of their ids, and the page. Raises RefusalError."""
    given = request.query_params
    whose, name = given.get("whose", ""), given.get("name", "").strip()
    if whose not in ("", "ours", "all"):
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_CHOICE)
    if _PART.fullmatch(name) is None:
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_ID)
    return whose, name, page_of(request)


def page_of(request: Request) -> int:
    """Which page, from 1. Raises RefusalError."""
    return number_of(request, "page") or 1


def number_of(request: Request, name: str) -> int | None:
    """A number from 1 of the query, None: not given. Raises RefusalError."""
    given = request.query_params.get(name)
    return None if given is None else numbered(given, NO_NUMBER if name == "page" else words.NO_REVISION)


def numbered(text: str, otherwise: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> int:
    """A number from 1. Raises RefusalError."""
    if _NUMBER.fullmatch(text) is None:
        raise RefusalError(status, otherwise)
    return int(text)
