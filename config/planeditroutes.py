"""The addresses of the editor of plans: a text is looked at, its effect is shown, and only then saved or proposed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Protocol, TypeVar

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from calendars.catalogue import say
from calendars.counter import ASKING
from calendars.desk import Desk
from calendars.framing import frame_of
from calendars.pages import planwords as words
from calendars.pages.frame import Frame
from calendars.pages.plans import Edit, edit_page
from config.again import check_seal
from config.asking import asked, officer_of, seal
from config.officers import Officer
from config.planasked import number_of, plan_id
from config.plancheck import NEW
from config.planediting import Bench
from config.planforms import edit_form, live_form
from config.plangiving import Done
from config.session import Job

AT_ONCE = 2
"""Texts that a process looks at together: each may be as large as a text can be."""

T = TypeVar("T")


class Showing(Protocol):
    """What shows a plan, with what was just done to it."""

    def __call__(self, officer: Officer, ident: str, frame: Frame, done: str | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class Editor:
    """The handlers. They answer behind their gates (`access`): who writes may look and check, who answers saves."""

    job: Job
    desk: Desk
    shown: Showing
    _looking: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))

    async def edit(self, request: Request) -> Response:
        """The editor; after POST with what was found, or what became of it."""
        bench, frame = self._bench(request), frame_of(self.desk, request, request.state.lang)
        if request.method != "POST":
            return _answer(await self.run(partial(bench.opened, number_of(request, "proposal"))), frame)
        sent = await edit_form(request, self.desk.base_url, f"{bench.plan or NEW}.yaml")
        check_seal(asked(request), sent.form.model_copy(update={"text": sent.text}), sent.form.seal)
        frame = replace(frame, query=())
        if sent.form.step == "look" or sent.unread is not None:
            view, status = await self.run(partial(bench.checked, sent))
            return _answer(view, frame, status)
        done = await self.run(partial(bench.saved, sent))
        if not isinstance(done, Done):
            return _answer(done[0], frame, done[1])
        if done.proposal is not None:
            where = frame.at(f"/plans/{done.plan}/proposals/{done.proposal}")
            return RedirectResponse(where, HTTPStatus.SEE_OTHER)
        frame, note = replace(frame, path=f"/plans/{done.plan}"), say(frame.lang, words.SAVED)
        return HTMLResponse(await self.run(partial(self.shown, bench.officer, done.plan, frame, note)))

    async def check(self, request: Request) -> Response:
        """What is wrong with a text that is being typed, as JSON."""
        bench = self._bench(request)
        sent = await live_form(request, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        return JSONResponse(await self.run(partial(bench.quick, sent.text)))

    def _bench(self, request: Request) -> Bench:
        plan = plan_id(request) if request.path_params.get("id", NEW) != NEW else None
        return Bench(self.job, officer_of(request), plan, request.state.lang, seal(asked(request).token or ""))

    async def run(self, work: Callable[[], T]) -> T:
        """Let a thread do it, a few at a time: a text that is looked at may be large, and writers wait meanwhile."""
        return await anyio.to_thread.run_sync(work, limiter=self._looking)


def _answer(view: Edit, frame: Frame, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The editor's page. Its script may ask this server; nothing else may."""
    return HTMLResponse(edit_page(view, frame), status, {"Content-Security-Policy": ASKING})
