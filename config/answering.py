"""The window of this installation for readers with a link: over its store, its decisions and its outbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial

from sqlmodel import Session

from calendars.desk import Desk
from config.decide import decide
from config.mailing import SECRET_BYTES, known_secret
from config.session import Job
from config.telling import almanac_of
from notifications.letters import Trouble
from notifications.notices import OFFICE, office
from notifications.tokens import Links
from notifications.window import Window
from scheduler.amendment import Decision, Verb


def window_of(job: Job, desk: Desk) -> Window:
    """The store behind the links of mails."""
    return Window(
        desk=desk,
        links=partial(_links, job),
        almanac=lambda session: almanac_of(session, job),
        read=job.database.read,
        write=job.database.write,
        done=partial(_done, job),
        tell_office=partial(_tell_office, job),
        now=job.now,
    )


def _links(job: Job) -> Links:
    """The maker of links, as it is; while no key was ever made, no link was either, and none is taken for one."""
    return Links(job.settings.base_url, known_secret(job) or secrets.token_bytes(SECRET_BYTES))


def _done(job: Job, key: str, who: str, why: str) -> None:
    decide(job, Decision(verb=Verb.DONE, keys=(key,)), who, why, apply=True)


def _tell_office(
    job: Job, session: Session, trouble: Trouble, owner: str, key: str | None, fields: Mapping[str, str]
) -> None:
    office(session, trouble, owner, fields, almanac_of(session, job), job.now(), key or OFFICE)
