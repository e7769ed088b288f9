"""The addresses of proposals: what a text would change, and a second officer who approves or refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from calendars.catalogue import say
from calendars.desk import Desk
from calendars.framing import frame_of
from calendars.pages import planwords as words
from calendars.pages.frame import Frame
from calendars.pages.plans import Proposed, proposal_page
from calendars.pages.textdiff import text_diff
from calendars.query import RefusalError
from config import planviews as views
from config import proposals
from config.again import check_seal
from config.asking import asked, officer_of, seal
from config.deskforms import MOST_REASON, ApprovalForm, ReasonForm, form
from config.office import Office
from config.officerbook import signatures
from config.officers import Officer, Role
from config.outboxwords import moment_words
from config.planasked import numbered, plan_id
from config.planeditroutes import Editor
from config.plangiving import Done, Looked, approve, draft_of, look
from config.planscene import Bar, BarredError, MovedError, NotAsShownError, Stale
from config.proposals import Proposal, State
from config.revisions import base_of, text_of
from config.session import Job
from config.waitingplans import concerns, owners_of

ACTS = ("approve", "refuse", "withdraw")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request about a proposal: who asks, for which, and how the page is framed."""

    officer: Officer
    plan: str
    number: int
    frame: Frame
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """The handlers. They answer behind their gates (`access`); a proposal is shown to those it concerns."""

    job: Job
    desk: Desk
    editor: Editor

    async def proposal(self, request: Request) -> Response:
        """One proposal, and what it would change as things stand now."""
        return HTMLResponse(await self.editor.run(partial(self._show, self._visit(request), None)))

    async def act(self, request: Request) -> Response:
        """What became of approving, refusing or withdrawing it; asked for alone, the proposal."""
        visit, act = self._visit(request), request.path_params["act"]
        if act not in ACTS:
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_ACT)
        if request.method != "POST":
            return HTMLResponse(await self.editor.run(partial(self._show, visit, None)))
        if act == "approve":
            seen = await form(request, ApprovalForm, self.desk.base_url)
            check_seal(asked(request), seen, seen.seal)
            base, _, effect = seen.seen.partition(".")
            return await self.editor.run(partial(self._approve, visit, (base, effect)))
        sent = await form(request, ReasonForm, self.desk.base_url)
        check_seal(asked(request), sent, sent.seal)
        state = State.REFUSED if act == "refuse" else State.WITHDRAWN
        return await self.editor.run(partial(self._end, visit, state, sent.reason.strip()))

    def _approve(self, visit: Visit, seen: tuple[str, str]) -> Response:
        self._read(visit)
        try:
            done = approve(self.job, visit.officer, visit.number, seen)
        except NotAsShownError as error:
            return HTMLResponse(self._show(visit, words.STALE[error.stale]), HTTPStatus.CONFLICT)
        except BarredError as error:
            return HTMLResponse(self._show(visit, words.BARS[error.bar]), HTTPStatus.FORBIDDEN)
        if not isinstance(done, Done):
            return HTMLResponse(self._show(visit, words.MENDED), HTTPStatus.CONFLICT)
        frame = replace(visit.frame, path=f"/plans/{done.plan}")
        return HTMLResponse(self.editor.shown(visit.officer, done.plan, frame, say(frame.lang, words.SAVED)))

    def _end(self, visit: Visit, state: State, reason: str) -> Response:
        if state is State.REFUSED and not reason:
            return HTMLResponse(self._show(visit, words.NO_REASON), HTTPStatus.BAD_REQUEST)
        with self.job.office() as desk:
            found = self._found(desk, visit)
            bodies = owners_of(desk, found.plan, found.text)
        with self.job.database.write() as session:
            desk = Office(session, self.job.today())
            refused = _why_not(desk, visit.officer, self._found(desk, visit), state)
            if refused is None:
                proposals.end(session, visit.number, state, visit.officer.id, self.job.now(), reason, bodies)
        if isinstance(refused, Stale):
            return HTMLResponse(self._show(visit, words.STALE[refused]), HTTPStatus.CONFLICT)
        if refused is not None:
            return HTMLResponse(self._show(visit, words.BARS[refused]), HTTPStatus.FORBIDDEN)
        return HTMLResponse(self._show(visit, None))

    def _read(self, visit: Visit) -> Proposal:
        with self.job.office() as desk:
            return self._found(desk, visit)

    def _found(self, desk: Office, visit: Visit) -> Proposal:
        """The proposal, if it concerns them. Raises RefusalError: what is for others is not there."""
        found = proposals.one(desk.session, visit.number)
        if found is None or found.plan != visit.plan or not concerns(desk, visit.officer, found):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PROPOSAL)
        return found

    def _show(self, visit: Visit, note: str | None) -> str:
        found = self._read(visit)
        try:
            looked = look(self.job, visit.officer, draft_of(found)) if found.state is State.PENDING else None
        except MovedError as error:
            looked, note = None, note or words.STALE[error.stale]
        with self.job.office() as desk:
            eyes = views.Eyes.of(self.job, desk, visit.frame.lang)
            base = base_of(desk.session, found.plan)
            before = text_of(desk.session, found.plan) if base else ""
            refusing = _why_not(desk, visit.officer, found, State.REFUSED) is None
            called = signatures(desk.session, (found.by, found.by2))
        lang, stale = eyes.lang, found.state is State.PENDING and base != found.base
        wrong = looked.problems if looked is not None and not stale else ()
        tried = looked if looked is not None and looked.effect and not stale else None
        bar = _bar(visit.officer, found, looked)
        view = Proposed(
            id=found.id,
            plan=found.plan,
            new=not base,
            facts=tuple(_facts(found, called, eyes)),
            pending=found.state is State.PENDING,
            state=say(lang, words.STATES[found.state]),
            faults=views.faults(wrong, draft_of(found).file.name, found.text, lang),
            more_faults=max(0, len(wrong) - views.MOST_FAULTS),
            words_lang=views.fault_lang(lang),
            entries=views.entries(looked, lang) if looked and not stale else (),
            effect=views.effect(tried, eyes.directory, lang) if tried else None,
            diff=text_diff(before, found.text) if found.text else None,
            stale=say(lang, words.AGAIN) if stale else None,
            bar=say(lang, words.BARS[bar]) if bar else None,
            acts=tuple(_acts(visit.officer, found, approving=tried is not None and bar is None, refusing=refusing)),
            seen=f"{base}.{tried.effect}" if tried else "",
            most=MOST_REASON,
            note=say(lang, note) if note else None,
            seal=visit.secret,
        )
        return proposal_page(view, replace(visit.frame, path=f"/plans/{found.plan}/proposals/{found.id}"))

    def _visit(self, request: Request) -> Visit:
        number = numbered(request.path_params["number"], words.NO_PROPOSAL, HTTPStatus.NOT_FOUND)
        frame = replace(frame_of(self.desk, request, request.state.lang), query=())
        return Visit(officer_of(request), plan_id(request), number, frame, seal(asked(request).token or ""))


def _bar(officer: Officer, found: Proposal, looked: Looked | None) -> Bar | None:
    """Why they may not approve it."""
    if found.state is not State.PENDING:
        return None
    if found.by == officer.id:
        return Bar.OWN
    if not officer.may(Role.HEAD):
        return Bar.HEADS
    return looked.bar if looked else None


def _acts(officer: Officer, found: Proposal, *, approving: bool, refusing: bool) -> Iterator[str]:
    if found.state is not State.PENDING:
        return
    if found.by == officer.id:
        yield "withdraw"
    if approving:
        yield "approve"
    if refusing:
        yield "refuse"


def _why_not(desk: Office, officer: Officer, found: Proposal, state: State) -> Bar | Stale | None:
    """Why a proposal cannot be refused or withdrawn by them."""
    if found.state is not State.PENDING:
        return Stale.OVER
    if state is State.WITHDRAWN:
        return None if found.by == officer.id else Bar.OTHER
    if found.by == officer.id:
        return Bar.OWN
    return None if officer.may(Role.HEAD) and concerns(desk, officer, found) else Bar.HEADS


def _facts(found: Proposal, called: Mapping[str | None, str], eyes: views.Eyes) -> Iterator[tuple[str, str]]:
    lang = eyes.lang
    yield say(lang, words.PLAN), found.plan
    yield say(lang, words.BY), called[found.by]
    yield say(lang, words.WHEN), eyes.moment(found)
    if found.by2 and found.at2:
        yield say(lang, words.ENDED_BY), f"{called[found.by2]} · {moment_words(found.at2, eyes.zone, lang)}"
    if found.reason:
        yield say(lang, words.REASON), found.reason
