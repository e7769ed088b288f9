"""What commands print for people, with rich; the same words as feeds and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.description import source_words
from calendars.desk import Upcoming
from calendars.differences import differences, moves
from calendars.headline import subject
from calendars.steps import step_groups, steps_heading
from calendars.wording import (
    day_words,
    days,
    days_left_words,
    flag_word,
    name,
    names,
    next_steps,
    status_word,
)
from config.settle import Settled
from config.sums import ADDED, CANCELLED, CHANGED, MOVED
from config.words import problem_json, tell
from scheduler.errors import Problem
from scheduler.occurrence import Flag, Occurrence, Status
from scheduler.plan import Directory
from scheduler.preparation import Step
from scheduler.reconcile import Change

STATUS_STYLE = {
    Status.PROJECTED: "dim",
    Status.TENTATIVE: "yellow",
    Status.PROPOSED: "yellow",
    Status.CONFIRMED: "green",
    Status.POSTPONED: "magenta",
    Status.HELD: "green",
    Status.SKIPPED: "dim",
    Status.CANCELLED: "red",
}
MOST_CHANGES = 40
MOST_ADDED = 12
"""More new occurrences than this are counted by plan."""


def next_screen(seen: Sequence[Upcoming], directory: Directory, lang: str, as_of: date) -> RenderableType:
    """The next turns, a block per partner."""
    title = tell(lang, "Next turns, seen on {day}", day=day_words(as_of, lang))
    blocks: list[RenderableType] = [Styled(title, style="bold"), Styled()]

    def whose(item: Upcoming) -> str:
        return names(item.record.occurrence.partners, directory, lang) or tell(lang, "No partner named")

    for partner, group in groupby(
        sorted(seen, key=lambda item: (len(item.record.occurrence.partners), whose(item))), whose
    ):
        blocks.append(Styled(partner, style="bold cyan"))
        blocks += [Padding(_card(item, directory, lang), (0, 0, 1, 2)) for item in group]
    return Group(*blocks)


def settled_screen(settled: Settled, directory: Directory, lang: str, *, preview: bool) -> RenderableType:
    """What a sync did: counts, then the changes; of many the first, and how many more there are."""
    sums = settled.sums
    heading = "Would add {added}, move {moved}, change {changed}, cancel {cancelled}"
    if not preview:
        heading = "Added {added}, moved {moved}, changed {changed}, cancelled {cancelled}"
    if not settled.count:
        heading = "Everything is as the plans say; nothing changes"
    counts = {sort: sums.of(sort) for sort in (ADDED, MOVED, CHANGED, CANCELLED)}
    lines: list[RenderableType] = [Styled(tell(lang, heading, **counts), style="bold")]
    one_by_one = [change for change in settled.changes if change.before is not None]
    known = settled.count
    if counts[ADDED] <= MOST_ADDED:
        one_by_one += [change for change in settled.changes if change.before is None]
    else:
        known -= counts[ADDED]
        lines += _new_by_plan(sums.plans, lang)
    lines += [_change(change, directory, lang) for change in one_by_one[:MOST_CHANGES]]
    if known > MOST_CHANGES:
        more = known - MOST_CHANGES
        lines.append(Styled(tell(lang, "… and {more} more (--json shows all)", more=more), "dim"))
    lines += [_left_alone(plan, lang) for plan in settled.left_alone[:MOST_CHANGES]]
    if len(settled.left_alone) > MOST_CHANGES:
        more = len(settled.left_alone) - MOST_CHANGES
        lines.append(Styled(tell(lang, "… and {more} more (--json shows all)", more=more), "dim"))
    return Group(*lines)


def _new_by_plan(plans: Mapping[str, int], lang: str) -> Iterator[RenderableType]:
    """How many are new in each plan; of many plans those with most of them."""
    shown = sorted(sorted(plans, key=lambda plan: (-plans[plan], plan))[:MOST_CHANGES])
    for plan in shown:
        yield Styled.assemble(("+ ", "green"), tell(lang, "{plan}: {count} new", plan=plan, count=plans[plan]))
    if len(plans) > len(shown):
        more, count = len(plans) - len(shown), sum(plans.values()) - sum(plans[plan] for plan in shown)
        yield Styled(tell(lang, "… and {more} more plans with {count} new", more=more, count=count), "dim")


def _left_alone(plan: str, lang: str) -> Styled:
    hint = "Plan {plan} is in the store but not among the files; it stays. To end it: luanphien sync --retire {plan}"
    return Styled(tell(lang, hint, plan=plan), style="yellow")


def chain_screen(steps: Sequence[Step], directory: Directory, lang: str) -> RenderableType:
    """What is to be done around a meeting, by day."""
    lines: list[RenderableType] = [Styled(steps_heading(steps, lang), style="bold")]
    groups = step_groups(steps, directory, lang)
    width = max(cell_len(step.day) for group in groups for step in group.steps)
    for group in groups:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, min_width=width)
        grid.add_column(overflow="fold")
        for step in group.steps:
            grid.add_row(step.day, Styled(f"{step.title} · {step.leads}").append(f"\n{step.why}", style="dim"))
        lines += [Styled(group.note, style="yellow")] if group.note else []
        lines.append(Padding(grid, (0, 0, 0, 2)))
    return Group(*lines)


def problems_screen(problems: Iterable[Problem], lang: str) -> RenderableType:
    """Problems: place, what, and the fix."""
    lines: list[RenderableType] = []
    for problem in problems:
        shown = problem_json(problem, lang)
        where = f"{problem.file}:{problem.line}:{problem.column}"
        lines.append(Styled.assemble((where, "bold"), " ", (problem.field, "cyan"), " ", str(shown["message"])))
        lines.append(Styled(f"    → {shown['fix']}", style="green"))
    return Group(*lines)


def bullet(line: str, style: str = "") -> RenderableType:
    """One line of a list; what does not fit goes on under its own beginning."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(" •", Styled(line, style=style))
    return grid


def error_screen(console: Console, what: str, fix: str) -> None:
    """One error and its fix."""
    console.print(Styled.assemble(("✗ ", "bold red"), what))
    if fix:
        console.print(Styled(f"  → {fix}", style="green"))


def _card(item: Upcoming, directory: Directory, lang: str) -> RenderableType:
    """When, who hosts, who travels, who leads, days left, status, clause: one turn in a few lines."""
    occurrence = item.record.occurrence
    head = Styled.assemble((subject(occurrence, directory, lang), "bold"), "  ", status(item, lang))
    if item.days_left is not None and not occurrence.over:
        head.append(f"  · {days_left_words(item.days_left, lang)}", style="bold")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in _facts(occurrence, directory, lang):
        grid.add_row(label, value)
    if steps := next_steps(occurrence, lang, item.lacks):
        grid.add_row(tell(lang, "To decide"), Styled(", ".join(steps), style="yellow"))
    return Group(head, Padding(grid, (0, 0, 0, 2)))


def _facts(occurrence: Occurrence, directory: Directory, lang: str) -> Iterable[tuple[str, str]]:
    unknown = tell(lang, "not stated; to be set")
    yield tell(lang, "When"), days(occurrence.window, lang)
    yield tell(lang, "Host"), name(occurrence.host, directory, lang) if occurrence.host else unknown
    if occurrence.travels:
        yield tell(lang, "Travels"), names(occurrence.travels, directory, lang)
    yield tell(lang, "Leads"), names(occurrence.leads, directory, lang) or unknown
    yield tell(lang, "Under"), _source(occurrence, lang)
    yield tell(lang, "Key"), occurrence.key


def _source(occurrence: Occurrence, lang: str) -> str:
    """Clauses and the document's number and day; its title where it has no number."""
    document = occurrence.document
    if document.number is None or document.date is None or not occurrence.clauses:
        return source_words(occurrence, lang)
    return f"{', '.join(occurrence.clauses)} · {document.number}, {day_words(document.date, lang)}"


def status(item: Upcoming, lang: str) -> Styled:
    """How an occurrence stands, in a word or two, and what is unusual about it."""
    occurrence = item.record.occurrence
    words = Styled(status_word(occurrence, lang), style=STATUS_STYLE[occurrence.status])
    for flag in item.flags:
        words.append(f" · {flag_word(flag, lang)}", style="red" if flag is Flag.OVERDUE else "yellow")
    return words


def _change(change: Change, directory: Directory, lang: str) -> RenderableType:
    after = change.after
    when = days(after.window, lang)
    if change.before is None:
        return Styled.assemble(("+ ", "green"), f"{subject(after, directory, lang)}  {when}  ", (after.key, "dim"))
    if change.dropped:
        return Styled.assemble(("− ", "red"), f"{subject(after, directory, lang)}  {when}  ", (after.key, "dim"))
    before = days(change.before.window, lang)
    moved = when if before == when else f"{before} → {when}"
    head = Styled.assemble(("~ ", "yellow"), f"{subject(after, directory, lang)}  {moved}  ", (after.key, "dim"))
    said = moves(change, directory, lang) if change.replaced else differences(change.before, after, directory, lang)
    return Group(head, *(Padding(Styled(str(move), style="yellow"), (0, 0, 0, 4)) for move in said))
