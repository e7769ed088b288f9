"""A small office with people who were reminded, and a visitor who presses the buttons of their mails."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx

from calendars.feeddesk import Tally
from config.database import Database
from config.decide import decide
from config.mailing import letterhead_of
from config.telling import almanac_of
from config.web import application
from notifications import people
from notifications.asks import asks
from notifications.contacts import Contact, Rank, address_id
from notifications.due import Reminder, Slot
from notifications.outbox import enqueue_now
from notifications.policy import Purpose, Role
from notifications.tokens import Action, Pass
from scheduler import store
from scheduler.amendment import Decision, Verb
from scheduler.occurrence import Occurrence
from tests.integration.desk import Still, days
from tests.integration.town import FRONT, NOON, TODAY, take

EXCHANGE, DEADLINE, VISIT = "doan.savannakhet.2021", "giay-to.hoi-dam.2022", "tham.once"
FORM = "application/x-www-form-urlencoded"

LAN = Contact(
    id="lan",
    name="Nguyễn Thị Lan",
    organisation="mttq",
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="vi",
)
MINH = Contact(
    id="minh", name="Lê Minh", organisation="mttq", rank=Rank.SPECIALIST, address="minh@quang-tri.example", lang="vi"
)
HUNG = Contact(
    id="hung", name="Trần Hùng", organisation="mttq", rank=Rank.HEAD, address="hung@quang-tri.example", lang="vi"
)
EVERYBODY = (LAN, MINH, HUNG)


@dataclass
class Wicket:
    """The installation's own application over a store with one plan; the clock stands still until it is set."""

    database: Database
    job: Still = field(init=False)
    batches: int = 0

    def __post_init__(self) -> None:
        take(self.database, FRONT)
        self.job = Still(self.database, NOON)
        with self.database.write() as session:
            people.put(session, EVERYBODY, NOON)
            for contact in EVERYBODY:
                people.verified(session, address_id(contact.address), NOON)
        self.links = letterhead_of(self.job).links
        self._runner = asyncio.Runner()
        app = application(self.job, None, Tally())
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://lich.example")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    @property
    def now(self) -> datetime:
        return self.job.now()

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.job.__dict__["moment"] = self.now + timedelta(**span)

    def decide(self, verb: Verb, *keys: str, **fields: object) -> None:
        """The office decides, a minute later."""
        self.later(minutes=1)
        given = Decision(verb=verb, keys=keys, **fields)  # type: ignore[arg-type]  # names of the fields of a Decision
        decide(self.job, given, "Văn phòng", "theo công văn", apply=True)

    def fix(self, key: str = EXCHANGE, first: str = "2021-11-15", last: str | None = None) -> None:
        """The days of a meeting are agreed."""
        self.decide(Verb.CONFIRM, key, window=days(first, last))

    def look(self, key: str) -> Occurrence:
        with self.database.read() as session:
            return store.found(session, (key,))[key].occurrence

    def remind(
        self,
        key: str,
        purpose: Purpose,
        of: str | None = None,
        *,
        who: Contact | None = LAN,
        prefix: str = "",
        role: Role = Role.LEAD,
    ) -> str:
        """A reminder that went out; its id. `who` None: to the organisation's own address."""
        self.batches += 1
        with self.database.write() as session:
            record = store.found(session, (key,))[key]
            wanted = (ask for ask in asks(record, almanac_of(session, self.job)) if ask.step.purpose is purpose)
            ask = next(ask for ask in wanted if of is None or ask.step.of == of)
            recipient = who.recipient if who else "mttq"
            slot = Slot(key, f"{prefix}{ask.step.id}", ask.counted_from, ask.repeat, recipient)
            reminder = Reminder(
                slot=slot,
                organisation="mttq",
                address=who.address if who else "mttq@quang-tri.example",
                lang="vi",
                role=role,
                send_on=TODAY,
            )
            enqueue_now(session, [reminder], f"probe-{self.batches}", TODAY, self.now)
        return slot.id

    def path(self, action: Action, subject: str, lang: str | None = "en", expires: date | None = None) -> str:
        """The path of a link."""
        token = self.links.token(Pass(action, subject, expires or self.job.today() + timedelta(days=60)))
        return f"/{lang}/r/{action}/{token}" if lang else f"/r/{action}/{token}"

    def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, headers=headers))

    def press(self, path: str, fields: Mapping[str, str] | None = None) -> httpx.Response:
        """Send the form of a page, as a browser does."""
        return self._runner.run(self._client.post(path, data=dict(fields or {}), headers={"content-type": FORM}))

    def press_at_once(self, path: str, fields: Mapping[str, str], times: int) -> list[httpx.Response]:
        """Send the form so many times before any answer has come."""

        async def all_of_them() -> list[httpx.Response]:
            form, kind = dict(fields), {"content-type": FORM}
            return await asyncio.gather(*(self._client.post(path, data=form, headers=kind) for _ in range(times)))

        return self._runner.run(all_of_them())

    def post(self, path: str, body: bytes, kind: str | None = FORM) -> httpx.Response:
        """Send any bytes; in pieces, with no length told beforehand."""

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 4096):
                yield body[start : start + 4096]

        headers = {} if kind is None else {"content-type": kind}
        return self._runner.run(self._client.post(path, content=pieces(), headers=headers))


def buttons(answer: httpx.Response) -> list[str]:
    """What can be pressed on a page."""
    return [html.unescape(found) for found in re.findall(r"<button[^>]*>(.*?)</button>", answer.text)]
