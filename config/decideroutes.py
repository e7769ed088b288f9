"""The addresses officers decide by: GET shows what may be decided and its form, POST what it does, and does it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from calendars import query
from calendars.counter import READING, Counter, raw
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.pages import decidewords as words
from calendars.pages.decide import Deed, deed_page, effect_page, menu_page
from calendars.pages.frame import Frame
from calendars.query import RefusalError
from config.again import check_seal
from config.asking import Asking, asked, officer_of, seal
from config.decide import Ruling, decide
from config.decideeffect import Stand, effect
from config.decidefields import sensible
from config.decideforms import Draft, read
from config.decideground import Ground
from config.decidejudge import Judge, amendment_of, ended_by, ground_of, undone_by
from config.decidepapers import FORMS, Paper, UndoForm
from config.decideviews import Shown, deed, menu, undoing
from config.deskforms import form
from config.office import Office
from config.officerroutes import Reception
from config.officers import Officer
from config.remit import remit_of
from config.session import Job
from scheduler import history, store
from scheduler.amendment import Amendment, Decision, Verb
from scheduler.errors import ClosedError, LuanphienError
from scheduler.judging import closed
from scheduler.occurrence import Occurrence
from scheduler.plan import LANGUAGES, Gap
from scheduler.reconcile import Change
from scheduler.ruling import undone

log = logging.getLogger("officers")

_OF_LINES = (Verb.SET, Verb.JOIN, Verb.LEAVE)
"""What is decided on a whole line, whatever became of the occurrence it is asked for on."""

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def decide_routes(job: Job, asking: Asking, desk: Desk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here, refuse = Bench(job, asking, desk), partial(refusal, desk)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/decide", here.menu, READING),
        ("/decide/{verb}", here.deed, (*READING, "POST")),
    ):
        handler = told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form is asked for: of an occurrence and perhaps a gap of its line, or of a decision to take back."""

    verb: Verb
    key: str = ""
    gap: Gap | None = None
    number: int = 0

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The same as the query of an address."""
        given = (("key", self.key), ("gap", self.gap or ""), ("number", str(self.number or "")))
        return tuple((name, value) for name, value in given if value)


@dataclass(frozen=True, slots=True)
class Bench:
    """The handlers. They answer behind their gates (`access`)."""

    job: Job
    asking: Asking
    desk: Desk

    async def menu(self, request: Request) -> Response:
        """What may be decided on one occurrence."""
        key = query.only(query.read_query(raw(request), ("key", "lang")), "key") or ""
        return HTMLResponse(await run_in_threadpool(self._menu, officer_of(request), key, self._frame(request)))

    async def deed(self, request: Request) -> Response:
        """The form of a decision; after POST, what it does, and after the second button that it is done."""
        officer, who = officer_of(request), asked(request)
        verb = next((verb for verb in Verb if verb == request.path_params["verb"]), None)
        if verb is None:
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_VERB)
        secret, frame = seal(who.token or ""), self._frame(request)
        if request.method != "POST":
            wanted = _asked_for(request, verb)
            return HTMLResponse(*await run_in_threadpool(self._opened, officer, wanted, secret, frame))
        sent = await form(request, FORMS[verb], self.desk.base_url)
        check_seal(who, sent, sent.seal)
        wanted = _named_in(verb, sent)
        frame = replace(frame, query=wanted.pairs)  # so that another language shows the form anew
        return HTMLResponse(*await run_in_threadpool(self._answer, officer, wanted, sent, secret, frame))

    def _menu(self, officer: Officer, key: str, frame: Frame) -> str:
        with self.job.office() as desk:
            ground = ground_of(desk, officer, key, frame.lang)
            ident = ground.one.obligation
            every = history.decisions(desk.session, (ident,)).get(ident, ())
            return menu_page(menu(ground, _about(every, ground.one), frame.lang), frame)

    def _opened(self, officer: Officer, wanted: Asked, secret: str, frame: Frame) -> tuple[str, int]:
        """The form before anything is typed; where what it is about is over, that alone, and by whom."""
        with self.job.office() as desk:
            view = self._deed(desk, officer, wanted, None, secret, frame.lang)
        return deed_page(view, frame), HTTPStatus.OK if view.open else HTTPStatus.CONFLICT

    def _form(self, officer: Officer, wanted: Asked, shown: Shown | None, secret: str, frame: Frame) -> str:
        with self.job.office() as desk:
            return deed_page(self._deed(desk, officer, wanted, shown, secret, frame.lang), frame)

    def _deed(self, desk: Office, officer: Officer, wanted: Asked, shown: Shown | None, secret: str, lang: str) -> Deed:
        if wanted.verb is Verb.UNDO:
            amendment = amendment_of(desk, officer, wanted.number, lang)
            shown = shown or Shown(wanted.verb, Draft({}), secret)
            if (bar := undone_by(desk, wanted.number)) is not None:
                shown = replace(shown, error=undone(wanted.number), bar=bar, open=False)
            return undoing(amendment, desk.directory(), shown, lang)
        ground = ground_of(desk, officer, wanted.key, lang)
        if wanted.gap is not None and wanted.gap not in ground.one.to_set and shown is None:
            raise RefusalError(HTTPStatus.CONFLICT, words.NO_GAP)
        if shown is None:
            typed = {**sensible(wanted.verb, ground), **({"gap": wanted.gap.value} if wanted.gap else {})}
            shown = Shown(wanted.verb, Draft(typed), secret)
            if wanted.verb not in _OF_LINES and ground.one.over:
                shown = replace(shown, error=closed(ground.one), open=False)
        if isinstance(shown.error, ClosedError):
            shown = replace(shown, bar=ended_by(desk, officer, str(shown.error.fields["key"])))
        return deed(ground, shown, lang)

    def _answer(self, officer: Officer, wanted: Asked, sent: Paper, secret: str, frame: Frame) -> tuple[str, int]:
        with self.job.office() as desk:
            one = ground_of(desk, officer, wanted.key, frame.lang).one if wanted.key else None
            revision = desk.revision
        draft = read(wanted.verb, sent, one)
        month = sent.step.removeprefix("month-") if sent.step.startswith("month-") else ""
        shown = Shown(wanted.verb, draft, secret, month)
        if month or sent.step == "change":
            unjudged = replace(shown, draft=replace(draft, faults={}))
            return self._form(officer, wanted, unjudged, secret, frame), HTTPStatus.OK
        if draft.decision is None:
            return self._form(officer, wanted, shown, secret, frame), HTTPStatus.BAD_REQUEST
        mark, _, since = sent.seen.partition(".")
        judge, save = Judge(officer, self.job.today(), wanted.key, mark, frame.lang), sent.step == "save"
        try:
            ruling = decide(self.job, draft.decision, officer.signature, draft.why, apply=save, approve=judge)
        except (LuanphienError, OperationalError) as error:
            again = self._again(officer, draft, int(since or 0), frame) if save else None
            return again or self._refused(officer, wanted, replace(shown, error=error), secret, frame)
        stale = save and ruling.number is None
        if stale and (again := self._again(officer, draft, int(since or 0), frame)):
            return again
        since_then = self._since(ruling.decision, ruling.changes, int(since or 0)) if stale else ()
        stand = Stand(secret, f"{judge.mark}.{revision}", judge.beware, stale, since_then)
        return self._effect(
            officer, wanted, draft, ruling, stand, frame
        ), HTTPStatus.CONFLICT if stale else HTTPStatus.OK

    def _refused(self, officer: Officer, wanted: Asked, shown: Shown, secret: str, frame: Frame) -> tuple[str, int]:
        """The form again, with all that was typed and why it was not taken."""
        error = shown.error
        if isinstance(error, OperationalError):
            log.warning("a decision could not be written down: %s", error.orig)
            error = RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, words.BUSY)
        status = error.status if isinstance(error, RefusalError) else HTTPStatus.CONFLICT
        return self._form(officer, wanted, replace(shown, error=error), secret, frame), status

    def _again(self, officer: Officer, draft: Draft, revision: int, frame: Frame) -> tuple[str, int] | None:
        """That it is stored, where the same form was sent before: by a second click, or by loading the page anew."""
        decision = draft.decision
        if decision is None:
            return None
        for amendment in self._since(decision, (), revision):
            mine = (amendment.who, amendment.why) == (officer.signature, draft.why)
            if mine and replace(amendment.decision, hosts=(), host=decision.host) == decision:
                ruling = Ruling(amendment.number, decision, (), (), ())
                with self.job.office() as desk:
                    return effect_page(
                        effect(desk, None, draft, ruling, Stand(again=True), frame.lang), frame
                    ), HTTPStatus.OK
        return None

    def _effect(self, officer: Officer, wanted: Asked, draft: Draft, ruling: Ruling, stand: Stand, frame: Frame) -> str:
        with self.job.office() as desk:
            ground = Ground.of(desk, wanted.key, remit_of(desk, officer)) if wanted.key else None
            return effect_page(effect(desk, ground, draft, ruling, stand, frame.lang), frame)

    def _since(self, decision: Decision, changes: Iterable[Change], revision: int) -> tuple[Amendment, ...]:
        """What was decided on the same obligations after a revision of the store."""
        with self.job.database.read() as session:
            idents = {record.occurrence.obligation for record in store.found(session, decision.keys).values()}
            idents |= {change.after.obligation for change in changes}
            idents |= {decision.obligation} if decision.obligation else set()
            idents |= set(history.decided_under(session, decision.target)) if decision.target else set()
            found = {each.number: each for some in history.decisions(session, idents).values() for each in some}
        return tuple(found[number] for number in sorted(found) if number > revision)

    def _frame(self, request: Request) -> Frame:
        return frame_of(self.desk, request, request.state.lang)


def _asked_for(request: Request, verb: Verb) -> Asked:
    """What the address names. Raises RefusalError."""
    given = query.read_query(raw(request), ("key", "gap", "number", "lang"))
    number, gap = query.only(given, "number") or "", query.only(given, "gap")
    if verb is Verb.UNDO:
        if _NUMBER.fullmatch(number) is None:
            raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_NUMBER)
        return Asked(verb, number=int(number))
    if verb is not Verb.SET:
        return Asked(verb, query.only(given, "key") or "")
    if gap == Gap.SUCCESSOR:
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_SUCCESSOR)
    if gap not in list(Gap):
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_GAP)
    return Asked(verb, query.only(given, "key") or "", Gap(gap))


def _named_in(verb: Verb, sent: Paper) -> Asked:
    """What a form names."""
    if isinstance(sent, UndoForm):
        return Asked(verb, number=int(sent.number))
    return Asked(verb, getattr(sent, "key", ""), getattr(sent, "gap", None))


def _about(every: Iterable[Amendment], one: Occurrence) -> tuple[Amendment, ...]:
    """The decisions on an occurrence, on the whole line it is in, and what took them back."""
    found: dict[int, Amendment] = {}
    for amendment in every:
        decision = amendment.decision
        whole = not decision.keys and decision.target is None and decision.leg in (None, one.leg)
        if whole or one.key in decision.keys or decision.target in found:
            found[amendment.number] = amendment
    return tuple(found.values())
