"""A form whose session is over: what was typed is kept on a page of its own, to be sent again once signed in.

The walk: a form without a session → `Gate` → `kept` → a page that holds its fields, and leads to the sign-in page;
sent again, with a session but not its seal → `check_seal` → the same page with a fresh seal; sent again → the handler.
Whoever sends it sees first that they do: a page of another site cannot send it at all (`deskforms.from_here`).
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from calendars.desk import Desk
from calendars.framing import frame_of, unprefixed
from calendars.pages.signin import Word, kept_page
from config.asking import Asked, seal, sealed
from config.deskforms import Form, FormError, from_here
from config.planforms import typed
from notifications.forms import PARTS, Fields, UnreadableError, fields_of
from notifications.http import body_of

SEAL = "seal"

_MOST_FIELDS = 40
_SECRETS = ("password", "again")


def check_seal(who: Asked, sent: Form, given: str) -> None:
    """Raise FormError, with all that was typed, when a form is not of this session."""
    if who.token is None or not sealed(who.token, given):
        fields = {name: str(value) for name, value in sent.model_dump(exclude={SEAL}, exclude_none=True).items()}
        raise FormError(Word.SEAL, HTTPStatus.FORBIDDEN, fields)


async def kept(request: Request, desk: Desk, lang: str) -> Response | None:
    """What whoever has no session any more sent, on a page; None where it is no form of ours."""
    if not from_here(request, desk.base_url):
        return None
    if request.headers.get("content-type", "").lower().startswith(PARTS):
        return await _kept_text(request, desk, lang)
    try:
        fields = fields_of(await body_of(request), request.headers.get("content-type", ""), most=_MOST_FIELDS)
    except UnreadableError:
        return None
    return held_up(request, desk, lang, fields, "")


async def _kept_text(request: Request, desk: Desk, lang: str) -> Response | None:
    """The same for a plan in the editor: no other form comes in parts."""
    if not unprefixed(request.url.path).startswith("/plans/"):
        return None
    try:
        return held_up(request, desk, lang, await typed(request, "plan.yaml"), "")
    except FormError:
        return None


def held_up(request: Request, desk: Desk, lang: str, fields: Fields, secret: str) -> Response | None:
    """The page; `secret` is the token of the session that is there by now. None: there is nothing to keep."""
    typed = {name: value for name, value in fields.items() if name != SEAL}
    if not typed or any(name in typed for name in _SECRETS):
        return None
    if typed.get("step") == "save":
        typed["step"] = "look"  # what it does is shown once more, to whoever has signed in by now
    frame = frame_of(desk, request, lang)
    html = kept_page(unprefixed(request.url.path), tuple(typed.items()), seal(secret) if secret else "", frame)
    return HTMLResponse(html, HTTPStatus.FORBIDDEN, {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
