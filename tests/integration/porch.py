"""An installation with officers, and visitors with browsers of their own; the clock stands still until it is set."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx
from argon2 import PasswordHasher
from sqlalchemy import select

from calendars.feeddesk import Tally
from config import officerbook
from config.database import Database
from config.mailing import secret_of
from config.officers import Officer, Role
from config.passwords import Passwords
from config.settings import Settings
from config.tables import OfficerAuditRow, OfficerRow, PasswordLinkRow, SessionRow, TryRow
from config.web import application
from notifications.tokens import Links
from tests.integration.desk import Still
from tests.integration.town import FRONT, NOON, take

LOOPBACK, PUBLIC = "http://127.0.0.1:8000", "https://lich.example"
PASSWORD = "bốn con voi trắng"
FORM = "application/x-www-form-urlencoded"
SAME = {"sec-fetch-site": "same-origin"}


class Counting(PasswordHasher):
    """The real hasher, made cheap; it counts what it works out."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002 - the name it has there
        self.verified += 1
        return super().verify(hash, password)


class Clerk(Still):
    """A run with settings of its own."""

    def __init__(self, database: Database, now: datetime, **settings: Any) -> None:
        super().__init__(database, now)
        object.__setattr__(self, "settings", Settings(_env_file=None, **settings))


@dataclass
class Porch:
    """The installation's own application, over a store with one plan."""

    database: Database
    settings: Mapping[str, Any] = field(default_factory=dict)
    hasher: Counting = field(default_factory=Counting)
    first: bool = True

    def __post_init__(self) -> None:
        self.base = str(self.settings.get("base_url", LOOPBACK))
        self.job = Clerk(self.database, NOON, **self.settings)
        if self.first:
            take(self.database, FRONT)
            secret_of(self.job)
        self.app = application(self.job, None, Tally(), Passwords(self.hasher))
        self.runner = asyncio.Runner()
        self.browsers: list[Browser] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for browser in self.browsers:
            self.runner.run(browser.client.aclose())
        self.runner.close()

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.job.__dict__["moment"] = self.job.now() + timedelta(**span)

    def officer(
        self,
        ident: str = "lan",
        role: Role = Role.OFFICER,
        password: str | None = PASSWORD,
        organisations: tuple[str, ...] = ("mttq",),
    ) -> Officer:
        """Somebody who may sign in."""
        officer = Officer(
            id=ident, name=f"Bà {ident.title()}", address=f"{ident}@quang-tri.example", role=role,
            organisations=organisations, lang="vi", created_at=self.job.now(),
        )  # fmt: skip
        with self.database.write() as session:
            officerbook.add(session, officer, "văn phòng")
            if password is not None:
                officerbook.set_password(session, ident, Passwords(self.hasher).kept(password))
        return officer

    def link(self, ident: str = "lan") -> str:
        """The path of a fresh link to set a password."""
        with self.database.write() as session:
            made = officerbook.make_link(session, ident, "văn phòng", self.job.now()).ident
        return f"/en/password/{Links('', secret_of(self.job)).entry(made)}"

    def browser(self, address: str = "192.0.2.7") -> Browser:
        """A browser with no cookies."""
        found = Browser(self, address)
        self.browsers.append(found)
        return found

    def entered(self, role: Role, *organisations: str) -> Browser:
        """A browser of somebody with this role, signed in."""
        ident = f"mot-{role}-{len(self.browsers)}"
        self.officer(ident, role, organisations=organisations)
        browser = self.browser()
        assert browser.enter(ident).status_code == 303
        return browser

    def held(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row about officers, tries apart, and without the time of the last use."""
        with self.database.read() as session:
            return {
                table.__tablename__: sorted(
                    (tuple(row) for row in session.execute(select(*(c for c in columns if c.name != "used_at")))),
                    key=repr,
                )
                for table in (OfficerRow, OfficerAuditRow, SessionRow, PasswordLinkRow)
                for columns in [table.__table__.columns]  # type: ignore[attr-defined]  # SQLModel makes it
            }

    def tries(self) -> int:
        with self.database.read() as session:
            return len(session.execute(select(TryRow)).all())


@dataclass
class Browser:
    """One visitor."""

    porch: Porch
    address: str

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(app=self.porch.app, client=(self.address, 4000))
        self.client = httpx.AsyncClient(transport=transport, base_url=self.porch.base)

    def get(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        return self.porch.runner.run(self.client.request(method, path, headers=headers))

    def post(
        self, path: str, fields: Mapping[str, str] | bytes, headers: Mapping[str, str] = SAME, kind: str = FORM
    ) -> httpx.Response:
        """Send a form as a browser does from a page of the site, unless other headers are given."""
        said = {"content-type": kind, **headers}
        given: dict[str, Any] = {"content": fields} if isinstance(fields, bytes) else {"data": dict(fields)}
        return self.porch.runner.run(self.client.post(path, headers=said, **given))

    def enter(self, name: str = "lan", password: str = PASSWORD, lang: str = "en", **more: str) -> httpx.Response:
        """Open the sign-in page and send its form."""
        page = self.get(f"/{lang}/sign-in")
        return self.post(
            f"/{lang}/sign-in", {"name": name, "password": password, "seal": seal_of(page, "sign-in"), **more}
        )

    def enter_at_once(self, times: int) -> list[httpx.Response]:
        """Send the form with a wrong password so many times before any answer has come."""
        fields = {"name": "lan", "password": "sai rồi sai rồi", "seal": seal_of(self.get("/en/sign-in"), "sign-in")}
        return self.post_at_once("/en/sign-in", [fields] * times)

    def post_at_once(self, path: str, forms: Sequence[Mapping[str, str]]) -> list[httpx.Response]:
        """Send forms before any answer has come."""

        async def all_of_them() -> list[httpx.Response]:
            headers = {"content-type": FORM, **SAME}
            return await asyncio.gather(*(self.client.post(path, data=dict(form), headers=headers) for form in forms))

        return self.porch.runner.run(all_of_them())

    @property
    def signed_in(self) -> bool:
        """Whether the pages know who it is."""
        return self.get("/en/account").status_code == 200

    @property
    def token(self) -> str | None:
        """The session's cookie."""
        return self.client.cookies.get("luanphien") or self.client.cookies.get("__Host-luanphien")


def seal_of(page: httpx.Response, action: str = "sign-(?:in|out)") -> str:
    """What a form of a page carries."""
    found = re.search(rf'action="/../{action}">\s*<input type="hidden" name="seal" value="([0-9a-f]{{64}})"', page.text)
    assert found is not None, page.text
    return found[1]
