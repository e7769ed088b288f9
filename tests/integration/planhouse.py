"""An installation with a plan on two desks, officers who edit it in their browsers, and all that is kept of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from config.database import Database
from config.officers import Role
from config.settle import Settled, sync
from config.tables import ProposalRow
from notifications.tables import REMINDER
from scheduler.tables import JournalRow, OccurrenceRow
from tests.integration.porch import SAME, Browser, Porch
from tests.integration.reading import hidden
from tests.integration.town import FRONT, HEAD, TODAY, VISIT, given

EDIT = "/en/plans/mat-tran/edit"
SWAPPED = FRONT.replace("order: [quang-tri, salavan]", "order: [salavan, quang-tri]")
MOVED = FRONT.replace("when: 2021-09-20", "when: 2021-09-21")
THEIRS = HEAD.format(name="so", period="2020 - 2022").replace("owner: mttq", "owner: so-ngoai-vu") + VISIT.replace(
    "id: tham", "id: tham-so"
)
BOUNDARY = "0123456789"


def parts(fields: Mapping[str, str | bytes], file: bytes | None = None, called: str = "a.yaml") -> bytes:
    """A form as browsers send it in parts."""
    body = b""
    for name, value in fields.items():
        raw = value if isinstance(value, bytes) else value.replace("\n", "\r\n").encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + raw + b"\r\n"
    if file is not None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{called}"\r\n'
        body += (head + "Content-Type: application/x-yaml\r\n\r\n").encode() + file + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def typed(page: httpx.Response) -> str:
    """The text in the editor."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@dataclass
class Writer:
    """Somebody with an editor."""

    browser: Browser

    def open(self, path: str = EDIT) -> httpx.Response:
        return self.browser.get(path)

    def send(
        self, text: str, step: str = "look", fields: Mapping[str, str] | None = None, path: str = EDIT, **more: Any
    ) -> httpx.Response:
        """Send the form; without fields, those of a fresh page."""
        kept = hidden(self.open(path)) if fields is None else fields
        body = parts({**kept, "text": text, "step": step}, more.get("file"), more.get("called", "a.yaml"))
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self.browser.post(path, body, more.get("headers", SAME), kind)

    def save(self, text: str, path: str = EDIT) -> httpx.Response:
        """Check, and save what was shown."""
        return self.send(text, "save", hidden(self.send(text, path=path)), path)


@dataclass
class House:
    """The installation."""

    porch: Porch

    def writer(self, role: Role = Role.HEAD, *organisations: str) -> Writer:
        """Somebody signed in; of the organisation that owns the plan, unless others are given."""
        ident = f"{role}-{len(self.porch.browsers)}"
        bodies = organisations or (() if role is Role.ADMIN else ("mttq",))
        self.porch.officer(ident, role, organisations=bodies)
        browser = self.porch.browser()
        assert browser.enter(ident).status_code == 303
        return Writer(browser)

    def sync(self, *plans: str) -> Settled:
        """Files into the store, as from the terminal."""
        return sync(self.porch.database, given(*plans), self.porch.job.now(), TODAY)

    def text(self, plan: str = "mat-tran") -> str:
        """The text in force."""
        with self.porch.database.read() as session:
            row = JournalRow
            query = select(row.text).where(row.kind == "plan", row.subject == plan).order_by(row.id.desc())  # type: ignore[arg-type, union-attr]  # columns
            return str(session.execute(query.limit(1)).scalar_one())

    def kept(self) -> dict[str, list[Any]]:
        """All rows of plans, occurrences, proposals and mail."""
        with self.porch.database.read() as session:
            tables = {"journal": JournalRow, "occurrence": OccurrenceRow, "proposal": ProposalRow}
            found = {
                name: [tuple(one) for one in session.execute(select(*row.__table__.columns))]  # type: ignore[attr-defined]  # SQLModel makes it
                for name, row in tables.items()
            }
            return found | {"told": [tuple(one) for one in session.execute(select(REMINDER.c.step))]}


@contextmanager
def house(database: Database, **settings: Any) -> Iterator[House]:
    """An installation that has settings of its own."""
    with Porch(database, settings) as porch:
        yield House(porch)
