"""The addresses of plans: what they say, their texts, and how these changed. Saving stands in `planeditroutes`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.catalogue import say
from calendars.counter import READING, Counter
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.pages import planwords as words
from calendars.pages.choices import Choice
from calendars.pages.frame import Frame
from calendars.pages.plans import Past, Sheet, Shelf, history_page, plan_page, plans_page
from calendars.pages.textdiff import text_diff
from calendars.portion import check_page, turning
from calendars.query import RefusalError
from config import planviews as views
from config import proposals
from config.asking import Asking, officer_of
from config.excerpt import plan_of
from config.office import Office
from config.officerbook import signatures
from config.officerroutes import Reception
from config.officers import Officer, Role
from config.planasked import narrowed, number_of, page_of, plan_id, the_plan
from config.planeditroutes import Editor
from config.proposalroutes import Approval
from config.remit import remit_of
from config.revisions import revisions_of, text_of
from config.session import Job
from config.waitingplans import waiting_for
from scheduler import store
from scheduler.errors import EmptyStoreError
from scheduler.plan import LANGUAGES

ON_PAGE = 20
"""Plans, or revisions, on one page."""

DUTIES_ON_PAGE = 50


def plan_routes(job: Job, asking: Asking, desk: Desk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    library, refuse = Library(job, desk), partial(refusal, desk)
    editor = Editor(job, desk, library.shown)
    approval = Approval(job, desk, editor)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    acting = (*READING, "POST")
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/plans", library.plans, READING),
        ("/plans/new", editor.edit, acting),
        ("/plans/{id}", library.plan, READING),
        ("/plans/{id}/file", library.file, READING),
        ("/plans/{id}/history", library.history, READING),
        ("/plans/{id}/edit", editor.edit, acting),
        ("/plans/{id}/check", editor.check, ("POST",)),
        ("/plans/{id}/proposals/{number}", approval.proposal, READING),
        ("/plans/{id}/proposals/{number}/{act}", approval.act, acting),
    ):
        handler = told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Library:
    """The handlers that read. They answer behind their gates (`access`); a plan is shown to every officer."""

    job: Job
    desk: Desk

    async def plans(self, request: Request) -> Response:
        """The plans, those of one's own organisations first asked for."""
        officer, frame = officer_of(request), frame_of(self.desk, request, request.state.lang)
        whose, name, page = narrowed(request)
        return HTMLResponse(await run_in_threadpool(self._list, officer, frame, whose, name, page))

    async def plan(self, request: Request) -> Response:
        """One plan, clause by clause."""
        officer, frame = officer_of(request), frame_of(self.desk, request, request.state.lang)
        page = page_of(request)
        return HTMLResponse(await run_in_threadpool(self.shown, officer, plan_id(request), frame, page=page))

    async def file(self, request: Request) -> Response:
        """The text of a plan as a file."""
        return await run_in_threadpool(self._file, plan_id(request), number_of(request, "revision"))

    async def history(self, request: Request) -> Response:
        """How the text changed."""
        frame = frame_of(self.desk, request, request.state.lang)
        number, page = number_of(request, "revision"), page_of(request)
        return HTMLResponse(await run_in_threadpool(self._history, plan_id(request), number, page, frame))

    def shown(self, officer: Officer, ident: str, frame: Frame, done: str | None = None, page: int = 1) -> str:
        """HTML of one plan; `done`: what was just done to it. Raises RefusalError."""
        with self.job.office() as desk:
            plan = the_plan(desk, ident)
            passed = (page - 1) * DUTIES_ON_PAGE
            part = plan.obligations[passed : passed + DUTIES_ON_PAGE]
            check_page(page, part)
            eyes = views.Eyes.of(self.job, desk, frame.lang)
            stored = store.stored(desk.session, [item.id for item in part])
            waits = waiting_for(desk, officer, plan=ident)
            waiting = views.waiting(waits.shown, eyes, desk.session)
        duties = tuple(
            views.duty(item, [one for one in stored.get(item.id, {}).values() if one.plan == ident], eyes)
            for item in part
        )
        short = views.entry(plan, eyes)
        view = Sheet(
            entry=short,
            facts=views.facts(plan, short, eyes),
            duties=duties,
            waiting=waiting,
            cut=views.waiting_note(waits, eyes.lang),
            may_write=officer.may(Role.OFFICER),
            done=done,
        )
        return plan_page(view, _cut(frame, words.LEFT_DUTIES, page, (passed, len(part), len(plan.obligations))))

    def _list(self, officer: Officer, frame: Frame, whose: str, name: str, page: int) -> str:
        with self.job.office() as desk:
            if not desk.revision:
                raise EmptyStoreError("the store holds no plan yet")
            own = remit_of(desk, officer).plans
            whose = whose or ("ours" if own else "all")
            idents = [ident for ident in desk.plan_ids() if name in ident and (whose == "all" or ident in own)]
            passed = (page - 1) * ON_PAGE
            part = idents[passed : passed + ON_PAGE]
            check_page(page, part)
            found = [plan for plan in (plan_of(desk.session, ident) for ident in part) if plan is not None]
            eyes, waits = views.Eyes.of(self.job, desk, frame.lang), waiting_for(desk, officer)
            waiting = views.waiting(waits.shown, eyes, desk.session)
        offered = (("ours", words.OURS), ("all", words.ALL))
        view = Shelf(
            whose=tuple(Choice(value, say(frame.lang, label), value == whose) for value, label in offered),
            name=name,
            plans=tuple(views.entry(plan, eyes) for plan in found),
            waiting=waiting,
            cut=views.waiting_note(waits, eyes.lang),
            may_write=officer.may(Role.OFFICER),
        )
        return plans_page(view, _cut(frame, words.LEFT, page, (passed, len(part), len(idents))))

    def _file(self, ident: str, number: int | None) -> Response:
        with self.job.database.read() as session:
            known = revisions_of(session, ident)
            if not known:
                raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PLAN)
            if number is not None and number > len(known):
                raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_REVISION)
            text = text_of(session, ident, known[(number or len(known)) - 1].batch)
        if not text:
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_REVISION if number else words.NO_PLAN)
        name = f"{ident}.yaml" if number is None else f"{ident}.{number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode(), media_type="text/yaml; charset=utf-8", headers=headers)

    def _history(self, ident: str, number: int | None, page: int, frame: Frame) -> str:
        with self.job.office() as desk:
            known = revisions_of(desk.session, ident)
            if not known:
                raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PLAN)
            shown = number or len(known)
            if shown > len(known):
                raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_REVISION)
            after = text_of(desk.session, ident, known[shown - 1].batch)
            before = text_of(desk.session, ident, known[shown - 2].batch) if shown > 1 else ""
            given = _signed(desk, ident)
            eyes = views.Eyes.of(self.job, desk, frame.lang)
        passed = (page - 1) * ON_PAGE
        part = tuple(reversed(known))[passed : passed + ON_PAGE]
        check_page(page, part)
        view = Past(
            plan=ident,
            revisions=tuple(views.revision(one, given, eyes) for one in part),
            shown=shown,
            diff=text_diff(before, after),
            in_force=not known[-1].ended,
        )
        return history_page(view, _cut(frame, words.LEFT_REVISIONS, page, (passed, len(part), len(known))))


def _signed(desk: Office, plan: str) -> dict[int, tuple[str, str | None]]:
    """Who gave the texts of a plan on a page, and who agreed, as they sign, by the change of the journal."""
    given = proposals.givers(desk.session, plan)
    called = signatures(desk.session, (ident for pair in given.values() for ident in pair))
    return {batch: (called[by], by2 and called[by2]) for batch, (by, by2) in given.items()}


def _cut(frame: Frame, words_: str, page: int, numbers: tuple[int, int, int]) -> Frame:
    """The frame of one page of several, which says what part it is."""
    passed, shown, count = numbers
    if page == 1 and shown == count:
        return frame
    note = say(frame.lang, words_, first=passed + 1 if shown else 0, last=passed + shown, count=count)
    return replace(frame, note=note, turning=turning(frame, page, more=passed + shown < count))
