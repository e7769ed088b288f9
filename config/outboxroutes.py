"""The addresses of the outbox: GET shows mails and what an act will do, POST does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from calendars.catalogue import say
from calendars.counter import READING, Counter
from calendars.desk import Desk
from calendars.framing import frame_of, refusal
from calendars.gate import unprintable
from calendars.pages import outboxwords as words
from calendars.pages.frame import Frame
from calendars.pages.outbox import Act, Left, Mail, act_page, left_page, mail_page, outbox_page
from calendars.portion import check_page, turning
from calendars.query import RefusalError
from config import outboxviews as views
from config.access import RULES
from config.again import check_seal
from config.asking import Asking, asked, officer_of, seal
from config.deskforms import MOST_REASON, HandForm, form
from config.office import Office
from config.officerroutes import Reception
from config.officers import Officer
from config.outboxanswers import eyes_of
from config.outboxwords import moment_words
from config.remit import bodies_of
from config.session import Job
from notifications import byhand, outbook
from notifications.byhand import Hand
from notifications.outbook import Envelope
from notifications.shown import words_of
from scheduler.plan import LANGUAGES

ON_PAGE = 20
"""Mails on one page."""

_IDENT = re.compile(r"[0-9a-f]{32}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_LONGEST = 320

_ACTING = {Hand.RETRY: byhand.retry, Hand.HOLD: byhand.hold, Hand.RELEASE: byhand.release}


def outbox_routes(job: Job, asking: Asking, desk: Desk) -> list[BaseRoute]:
    """The routes, in the reader's language and under each."""
    here, refuse = Mailroom(job, asking, desk), partial(refusal, desk)
    told = Reception(asking, desk).told
    tongues: tuple[tuple[str, str | None], ...] = (("", None), *((f"/{lang}", lang) for lang in LANGUAGES))
    found: list[BaseRoute] = []
    for path, answer, methods in (
        ("/outbox", here.mails, READING),
        ("/outbox/{id}", here.mail, READING),
        ("/outbox/{id}/{act}", here.act, (*READING, "POST")),
    ):
        handler = told(answer)
        found += [Route(f"{start}{path}", Counter(handler, refuse, desk.lang, own, methods)) for start, own in tongues]
    return found


@dataclass(frozen=True, slots=True)
class Mailroom:
    """The handlers. They answer behind their gates (`access`); an officer sees what is told for their remit."""

    job: Job
    asking: Asking
    desk: Desk

    async def mails(self, request: Request) -> Response:
        """The mails, the gravest first."""
        officer, frame = officer_of(request), self._frame(request)
        asked_for = _narrowed(request)
        return HTMLResponse(await run_in_threadpool(self._list, officer, frame, *asked_for))

    async def mail(self, request: Request) -> Response:
        """One mail."""
        officer, frame = officer_of(request), self._frame(request)
        return HTMLResponse(await run_in_threadpool(self._show, officer, _ident(request), frame))

    async def act(self, request: Request) -> Response:
        """What an act will do; after POST, what became of it."""
        who, frame, ident = asked(request), self._frame(request), _ident(request)
        officer = officer_of(request)
        if request.path_params["act"] not in list(Hand):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_ACT)
        hand = Hand(request.path_params["act"])
        if request.method != "POST":
            return HTMLResponse(*await run_in_threadpool(self._ask, officer, ident, hand, seal(who.token or ""), frame))
        sent = await form(request, HandForm, self.desk.base_url)
        check_seal(who, sent, sent.seal)
        frame = replace(frame, path=f"/outbox/{ident}")  # so that another language shows the mail, not the form
        left = await run_in_threadpool(self._do, officer, ident, hand, sent, frame)
        if left is not None:
            return HTMLResponse(left_page(left, frame), HTTPStatus.CONFLICT)
        return HTMLResponse(await run_in_threadpool(self._show, officer, ident, frame, hand))

    def _list(self, officer: Officer, frame: Frame, state: str, address: str, page: int) -> str:
        states = views.states_of(state)
        if states is None:
            raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_STATE)
        passed = (page - 1) * ON_PAGE
        with self.job.office() as desk:
            session, of = desk.session, bodies_of(desk, officer)
            found, more = outbook.listed(session, states, address or None, ON_PAGE, skip=passed, of=of)
            check_page(page, found)
            eyes = eyes_of(self.job, session, (), frame.lang)
            view = views.shelf(outbook.counts(session, of), found, (state, address), eyes, self.job.now())
        note = None
        if more or page > 1:
            last = passed + len(found)
            note = say(frame.lang, words.CUT, first=passed + 1, last=last, count=last + more)
        ways = turning(frame, page, more=more > 0)
        return outbox_page(view, replace(frame, note=note, turning=ways))

    def _show(self, officer: Officer, ident: str, frame: Frame, done: Hand | None = None) -> str:
        with self.job.office() as desk:
            session, mail = desk.session, _one(desk, officer, ident)
            lines, message = outbook.lines(session, [ident])[ident], outbook.raw(session, ident)
            eyes = eyes_of(self.job, session, lines, frame.lang)
            refused = {hand: byhand.refusal(session, mail, hand) for hand in Hand}
            story = outbook.passages(session, ident)
        may = officer.may(RULES["/outbox/{id}/{act}"].least)
        short, why = views.entry(mail, eyes, self.job.now()), refused[Hand.RETRY]
        acts = tuple((hand.value, say(frame.lang, words.ACTS[hand])) for hand in Hand if may and refused[hand] is None)
        return mail_page(
            Mail(
                entry=short,
                facts=views.facts(mail, short.since, eyes),
                tells=tuple(views.told(line, eyes) for line in lines),
                story=tuple(views.passed(passage, eyes) for passage in story),
                words=None if message is None else words_of(message),
                words_lang=mail.lang,
                acts=acts,
                stays=views.stays(mail, why, eyes) if why and may else _for_heads(frame.lang, may=may),
                done=say(frame.lang, words.DONE[done]) if done else None,
            ),
            frame,
        )

    def _ask(self, officer: Officer, ident: str, hand: Hand, secret: str, frame: Frame) -> tuple[str, int]:
        with self.job.office() as desk:
            session, mail = desk.session, _one(desk, officer, ident)
            why = byhand.refusal(session, mail, hand)
            eyes, seen = eyes_of(self.job, session, (), frame.lang), _seen(session, mail)
        short = views.entry(mail, eyes, self.job.now())
        if why is not None:
            return left_page(Left(entry=short, why=views.stays(mail, why, eyes)), frame), HTTPStatus.CONFLICT
        until = moment_words(mail.deadline, eyes.zone, frame.lang) if mail.deadline else None
        view = Act(
            entry=short,
            name=hand.value,
            label=say(frame.lang, words.ACTS[hand]),
            after=words.state_words(byhand.after(mail, hand), frame.lang),
            gets=words.outcome_words(hand, mail.address, until, frame.lang, doubted=mail.doubted),
            most=MOST_REASON,
            seen=seen,
            seal=secret,
        )
        return act_page(view, frame), HTTPStatus.OK

    def _do(self, officer: Officer, ident: str, hand: Hand, sent: HandForm, frame: Frame) -> Left | None:
        """Do it, unless the mail is not as they saw it, or may not be touched: why nothing was done."""
        with self.job.database.write_beside() as session:
            _one(Office(session, self.job.today()), officer, ident)
            [mail] = outbook.locked(session, [ident])
            eyes, now = eyes_of(self.job, session, (), frame.lang), self.job.now()
            if _seen(session, mail) != sent.seen:
                since = outbook.passages(session, ident)[int(sent.seen.partition(".")[2]) :]
                meanwhile = tuple(views.passed(passage, eyes) for passage in since)
                return Left(entry=views.entry(mail, eyes, now), why=say(frame.lang, words.STALE), meanwhile=meanwhile)
            [done] = _ACTING[hand](session, [ident], officer.id, now, sent.reason.strip())
            if done.refusal is not None:
                return Left(entry=views.entry(mail, eyes, now), why=views.stays(mail, done.refusal, eyes))
        return None

    def _frame(self, request: Request) -> Frame:
        return frame_of(self.desk, request, request.state.lang)


def _ident(request: Request) -> str:
    ident: str = request.path_params["id"]
    if _IDENT.fullmatch(ident) is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_MAIL)
    return ident


def _narrowed(request: Request) -> tuple[str, str, int]:
    """State, address and page that are asked for. Raises RefusalError."""
    given = request.query_params
    address, page = given.get("address", "").strip(), given.get("page", "1")
    if len(address) > _LONGEST or unprintable(address) is not None or "\n" in address:
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_ADDRESS)
    if _PAGE.fullmatch(page) is None:
        raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_NUMBER)
    return given.get("state", ""), address, int(page)


def _one(desk: Office, officer: Officer, ident: str) -> Envelope:
    """The mail, if they may see it. Raises RefusalError: what is for others is not there."""
    mail = outbook.one(desk.session, ident, bodies_of(desk, officer))
    if mail is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_MAIL)
    return mail


def _seen(session: Session, mail: Envelope) -> str:
    """How a mail stands, so that every change shows: its state, and how many changes it has had."""
    return f"{mail.state.value}.{len(outbook.passages(session, mail.id))}"


def _for_heads(lang: str, *, may: bool) -> str | None:
    return None if may else say(lang, words.FOR_HEADS)
