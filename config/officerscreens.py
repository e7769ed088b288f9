"""What `luanphien officers …` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from calendars.catalogue import msg
from calendars.wording import name
from config.bindings import Binding
from config.officerbook import Action, Line
from config.officers import Officer, Role, fields_of
from config.outboxwords import moment_words
from config.words import tell
from scheduler.plan import Directory

ROLES = {
    Role.READER: msg("reads only"),
    Role.OFFICER: msg("specialist officer"),
    Role.HEAD: msg("head of section"),
    Role.ADMIN: msg("looks after the installation"),
}
ACTIONS = {
    Action.ADDED: msg("officer added"),
    Action.CHANGED: msg("details changed"),
    Action.CLOSED: msg("closed, sessions ended"),
    Action.REOPENED: msg("let in again"),
    Action.INVITED: msg("a link to set a password was made"),
    Action.PASSWORD: msg("set a password, sessions ended"),
    Action.SIGNED_OUT: msg("every session ended"),
    Action.BOUND: msg("an account elsewhere was bound"),
    Action.UNBOUND: msg("unbound from an account elsewhere"),
}


def list_screen(officers: Sequence[Officer], directory: Directory, lang: str) -> RenderableType:
    """Everyone, two lines each."""
    lines: list[RenderableType] = []
    for officer in officers:
        head = Styled.assemble(
            (officer.id, "bold"), "  ", officer.name, "  ", (tell(lang, ROLES[officer.role]), "green")
        )
        if officer.closed_at is not None:
            head.append(f"  {tell(lang, 'may not sign in any more')}", "yellow")
        lines += [head, Padding(Styled(_about(officer, directory, lang), style="dim"), (0, 0, 0, 2))]
    return Group(*lines)


def show_screen(
    officer: Officer,
    lines: Sequence[Line],
    known: tuple[bool, int, int],
    directory: Directory,
    said: tuple[ZoneInfo, str],
) -> RenderableType:
    """One officer; `known`: whether a password is set, and how many accounts and sessions there are."""
    zone, lang = said
    has_password, accounts, count = known
    ways = [tell(lang, "a password is set") if has_password else tell(lang, "no password is set yet")]
    if accounts:
        ways.append(tell(lang, "bound to an account elsewhere"))
    rows: list[RenderableType] = [
        list_screen([officer], directory, lang),
        Padding(Styled("; ".join((*ways, tell(lang, "sessions: {count}", count=count)))), (0, 0, 0, 2)),
        Styled(tell(lang, "What was done"), style="bold"),
    ]
    for line in lines:
        words = Styled(f"{moment_words(line.at, zone, lang)}  {tell(lang, ACTIONS[Action(line.action)])}  ")
        words.append(f"({line.who})", "dim")
        rows.append(Padding(words, (0, 0, 0, 2)))
        rows += [Padding(Styled(each, style="dim"), (0, 0, 0, 4)) for each in _changes(line)]
    return Group(*rows)


def entry_lines(url: str | None, address: str, lang: str) -> Iterator[Styled]:
    """What is said of a link to set a password; in no box, which would cut it at the width of the terminal."""
    if url is None:
        yield Styled(tell(lang, "a link to set a password goes to {address}", address=address))
    else:
        yield Styled(f"  {url}", style="green")
        yield Styled(tell(lang, "Hand it over yourself: no mail goes out, and it is shown only now."), style="yellow")
    yield Styled(tell(lang, "It works once, within an hour."), style="dim")


def officer_json(officer: Officer) -> dict[str, Any]:
    """One officer as JSON."""
    ends = officer.closed_at.isoformat() if officer.closed_at else None
    return {"id": officer.id, **fields_of(officer), "created_at": officer.created_at.isoformat(), "closed_at": ends}


def account_json(binding: Binding) -> dict[str, str]:
    """One account elsewhere as JSON."""
    return {"issuer": binding.issuer, "subject": binding.subject, "bound_at": binding.bound_at.isoformat()}


def _about(officer: Officer, directory: Directory, lang: str) -> str:
    bodies = (name(one, directory, lang) for one in officer.organisations)
    return " · ".join((officer.address, *bodies, officer.lang))


def _changes(line: Line) -> Iterator[str]:
    if line.action == Action.CHANGED:
        for field, (old, new) in line.detail.items():
            yield f"{field}: {_shown(old)} → {_shown(new)}"
    elif line.action in (Action.BOUND, Action.UNBOUND):
        yield f"{line.detail['subject']} @ {line.detail['issuer']}"


def _shown(value: Any) -> str:
    return ", ".join(value) or "—" if isinstance(value, list) else str(value)
