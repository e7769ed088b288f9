"""What `luanphien feeds …` answers."""

from __future__ import annotations

import secrets
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from calendars import links
from calendars.feedquery import FeedQuestion, pairs_of
from calendars.gate import shows, unprintable
from calendars.links import MOST_LABEL, Link, slug_of
from calendars.pages.linkwords import fetched_words
from calendars.wording import day_words, local_day
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.words import tell


def create(job: Job, label: str, question: FeedQuestion, *, public: bool, slug: str | None, as_json: bool) -> None:
    """Make a link and print its addresses; the secret of a secret one is never seen again."""
    label = label.strip()
    if not shows(label) or len(label) > MOST_LABEL or unprintable(label) is not None or "\n" in label:
        what = tell(job.lang, "a label is one line of 1 to {most} characters", most=MOST_LABEL)
        fail(what, tell(job.lang, "say what the calendar is for, such as “Lịch Mặt trận tỉnh”"), USAGE)
    name = slug_of(slug or label) if public else None
    if public and not name:
        what = tell(job.lang, "the label gives no readable address")
        fail(what, tell(job.lang, "give one with --slug, in letters without marks"), USAGE)
    job.known_feed(question)
    token = None if public else secrets.token_urlsafe(32)
    link = Link(secrets.token_hex(4), label, name, question, job.now(), None)
    with job.database.write() as session:
        links.create(session, link, token, job.who)
    _print(job, link, token, as_json=as_json)


def list_(job: Job, *, as_json: bool) -> None:
    """Every link; exits with 1 when there is none."""
    with job.database.read() as session:
        found = links.listed(session)
    if as_json:
        write_json([_json(link, job) for link in found])
    elif found:
        job.console.print(Group(*(_screen(link, job) for link in found)))
    if not found:
        fix = tell(job.lang, "make one: luanphien feeds create --label …")
        fail(tell(job.lang, "there is no feed yet"), fix, NOTHING)


def revoke(job: Job, ident: str, *, as_json: bool) -> None:
    """End a link. Raises LinkError."""
    with job.database.write() as session:
        link = links.revoke(session, ident, job.now(), job.who)
    if as_json:
        write_json({"id": link.id, "revoked": True})
    else:
        job.console.print(tell(job.lang, "revoked: {label}; its address answers no more", label=link.label))


def rotate(job: Job, ident: str, *, as_json: bool) -> None:
    """Give a secret link another secret. Raises LinkError."""
    token = secrets.token_urlsafe(32)
    with job.database.write() as session:
        link = links.rotate(session, ident, token, job.now(), job.who)
    _print(job, link, token, as_json=as_json)


def address_of(job: Job, link: Link, token: str | None) -> str:
    """Where a link's feed is."""
    path = f"s/{token}" if token else link.slug
    return f"{job.settings.base_url}/feeds/{path}.ics"


def _print(job: Job, link: Link, token: str | None, *, as_json: bool) -> None:
    address = address_of(job, link, token)
    if as_json:
        write_json(_json(link, job) | {"url": address, "json": f"{address.removesuffix('ics')}json"})
        return
    lines: list[RenderableType] = [
        Styled(link.label, style="bold"),
        Styled(f"  {address}", style="green"),  # in no box: a box would cut it at the width of the terminal
    ]
    if token is not None:
        hint = "This address is a secret and is shown only now: whoever has it can read the calendar."
        lines.append(Styled(tell(job.lang, hint), style="yellow"))
    hint = "Paste it into the calendar app. Apps fetch it every few hours, Google and Outlook up to once a day."
    lines += [Styled(tell(job.lang, hint)), Styled(tell(job.lang, "Id: {ident}", ident=link.id), style="dim")]
    job.console.print(Group(*lines), soft_wrap=True)


def _screen(link: Link, job: Job) -> RenderableType:
    state = tell(job.lang, "public address") if link.slug else tell(job.lang, "secret address")
    if link.revoked_at is not None:
        state = tell(job.lang, "revoked on {day}", day=day_words(local_day(link.revoked_at), job.lang))
    head = Styled.assemble((link.id, "dim"), "  ", (link.label, "bold"), "  ", (state, "yellow"))
    filters = " · ".join(f"{name}={value}" for name, value in pairs_of(link.question))
    lines: list[RenderableType] = [head, Padding(Styled(filters, style="dim"), (0, 0, 0, 2))]
    lines += [Padding(Styled(fetched_words(fetch, job.lang)), (0, 0, 0, 2)) for fetch in link.fetches]
    if not link.fetches:
        lines.append(Padding(Styled(tell(job.lang, "never fetched"), style="dim"), (0, 0, 0, 2)))
    return Group(*lines)


def _json(link: Link, job: Job) -> dict[str, Any]:
    return {
        "id": link.id,
        "label": link.label,
        "public": link.slug is not None,
        "url": address_of(job, link, None) if link.slug else None,
        "filters": [list(pair) for pair in pairs_of(link.question)],
        "created_at": link.created_at.isoformat(),
        "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
        "fetches": [
            {
                "client": fetch.client,
                "count": fetch.count,
                "first_at": fetch.first_at.isoformat(),
                "last_at": fetch.last_at.isoformat(),
            }
            for fetch in link.fetches
        ],
    }
