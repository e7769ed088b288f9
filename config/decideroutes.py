"""The addresses officers decide by: GET shows what may be decided and its form, POST what it does, and does it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

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
from calendars.wording import names
from config.again import check_seal
from config.asking import Asking, asked, officer_of, seal
from config.decide import Ruling, decide
from config.decideeffect import Stand, effect
from config.decidefields import sensible
from config.decideforms import Draft, read
from config.decideground import Ground
from config.decidepapers import FORMS, Paper, UndoForm
from config.decideviews import Shown, deed, menu, undoing
from config.deskforms import form
from config.office import Office
from config.officerroutes import Reception
from config.officers import Officer
from config.remit import covers, remit_of
from config.session import Job
from scheduler import history, store
from scheduler.amendment import Amendment, Decision, Verb
from scheduler.errors import LuanphienError, UnknownKeyError
from scheduler.occurrence import Occurrence
from scheduler.plan import LANGUAGES, Gap

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
            return HTMLResponse(await run_in_threadpool(self._form, officer, wanted, None, secret, frame))
        sent = await form(request, FORMS[verb], self.desk.base_url)
        check_seal(who, sent, sent.seal)
        wanted = _named_in(verb, sent)
        frame = replace(frame, query=wanted.pairs)  # so that another language shows the form anew
        return HTMLResponse(*await run_in_threadpool(self._answer, officer, wanted, sent, secret, frame))

    def _menu(self, officer: Officer, key: str, frame: Frame) -> str:
        with self.job.office() as desk:
            ground = _ground(desk, officer, key, frame.lang)
            ident = ground.one.obligation
            every = history.decisions(desk.session, (ident,)).get(ident, ())
            return menu_page(menu(ground, _about(every, ground.one), frame.lang), frame)

    def _form(self, officer: Officer, wanted: Asked, shown: Shown | None, secret: str, frame: Frame) -> str:
        with self.job.office() as desk:
            return deed_page(self._deed(desk, officer, wanted, shown, secret, frame.lang), frame)

    def _deed(self, desk: Office, officer: Officer, wanted: Asked, shown: Shown | None, secret: str, lang: str) -> Deed:
        if wanted.verb is Verb.UNDO:
            amendment = _amendment(desk, officer, wanted.number, lang)
            return undoing(amendment, desk.directory(), shown or Shown(wanted.verb, Draft({}), secret), lang)
        ground = _ground(desk, officer, wanted.key, lang)
        if wanted.gap is not None and wanted.gap not in ground.one.to_set and shown is None:
            raise RefusalError(HTTPStatus.CONFLICT, words.NO_GAP)
        typed = {**sensible(wanted.verb, ground), **({"gap": wanted.gap.value} if wanted.gap else {})}
        return deed(ground, shown or Shown(wanted.verb, Draft(typed), secret), lang)

    def _answer(self, officer: Officer, wanted: Asked, sent: Paper, secret: str, frame: Frame) -> tuple[str, int]:
        with self.job.office() as desk:
            one = _ground(desk, officer, wanted.key, frame.lang).one if wanted.key else None
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
        save = sent.step == "save"
        try:
            self._check(officer, draft.decision, frame.lang)
            ruling = decide(self.job, draft.decision, officer.signature, draft.why, apply=save, seen=mark)
        except LuanphienError as error:
            if isinstance(error, RefusalError):
                raise
            return self._form(officer, wanted, replace(shown, error=error), secret, frame), HTTPStatus.CONFLICT
        stale = save and ruling.number is None
        stand = Stand(secret, f"{ruling.mark}.{revision}", stale, self._since(ruling, int(since or 0)) if stale else ())
        return self._effect(wanted, draft, ruling, stand, frame), HTTPStatus.CONFLICT if stale else HTTPStatus.OK

    def _effect(self, wanted: Asked, draft: Draft, ruling: Ruling, stand: Stand, frame: Frame) -> str:
        with self.job.office() as desk:
            ground = Ground.of(desk, wanted.key) if wanted.key else None
            return effect_page(effect(desk, ground, draft, ruling, stand, frame.lang), frame)

    def _check(self, officer: Officer, decision: Decision, lang: str) -> None:
        """Everything a decision names must be theirs to decide on. Raises RefusalError."""
        with self.job.office() as desk:
            if decision.target is not None:
                _amendment(desk, officer, decision.target, lang)
            for key in decision.keys:
                _ground(desk, officer, key, lang)

    def _since(self, ruling: Ruling, revision: int) -> tuple[Amendment, ...]:
        """What was decided on the same obligations after a revision of the store."""
        with self.job.database.read() as session:
            records = store.found(session, ruling.decision.keys)
            idents = {record.occurrence.obligation for record in records.values()}
            idents |= {change.after.obligation for change in ruling.changes}
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


def _ground(desk: Office, officer: Officer, key: str, lang: str) -> Ground:
    """The ground of an occurrence that is theirs to decide on. Raises RefusalError."""
    try:
        ground = Ground.of(desk, key)
    except UnknownKeyError as error:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_KEY) from error
    _check_theirs(desk, officer, (ground.one,), lang)
    return ground


def _amendment(desk: Office, officer: Officer, number: int, lang: str) -> Amendment:
    """A decision on what is theirs to decide on. Raises RefusalError."""
    idents = history.decided_under(desk.session, number)
    if not idents:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_NUMBER)
    stored = store.stored(desk.session, idents)
    for ident in idents:
        _check_theirs(desk, officer, tuple(stored.get(ident, {}).values()), lang)
    taken = history.decisions(desk.session, idents)
    return next(each for ident in idents for each in taken[ident] if each.number == number)


def _check_theirs(desk: Office, officer: Officer, some: Iterable[Occurrence], lang: str) -> None:
    """One of these at least must be theirs: a line of turns is one matter. Raises RefusalError."""
    if not officer.organisations:
        raise RefusalError(HTTPStatus.FORBIDDEN, words.ACTS_FOR_NOBODY)
    remit, every = remit_of(desk, officer), tuple(some)
    if not any(covers(remit, one) for one in every):
        directory = desk.directory()
        bodies = dict.fromkeys(body for one in every for body in (*one.leads, one.owner))
        raise RefusalError(
            HTTPStatus.FORBIDDEN,
            words.NOT_YOURS,
            bodies=names(bodies, directory, lang, "; "),
            own=names(officer.organisations, directory, lang, "; "),
        )


def _about(every: Iterable[Amendment], one: Occurrence) -> tuple[Amendment, ...]:
    """The decisions on an occurrence, on the whole line it is in, and what took them back."""
    found: dict[int, Amendment] = {}
    for amendment in every:
        decision = amendment.decision
        whole = not decision.keys and decision.target is None and decision.leg in (None, one.leg)
        if whole or one.key in decision.keys or decision.target in found:
            found[amendment.number] = amendment
    return tuple(found.values())
