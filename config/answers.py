"""What each command answers: one function a command, printed for people or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NoReturn, TypeVar

from rich.text import Text as Styled

from calendars.desk import Upcoming, upcoming_json
from calendars.feedquery import FeedQuestion
from calendars.headline import headline
from calendars.reasons import explain_lines
from calendars.steps import step_json
from calendars.wording import day_words
from config import replay
from config.chainfile import load_chains
from config.checking import Look
from config.deepcheck import DeepCheck
from config.feeds import feed_bytes
from config.findings import finding_json, findings_lines
from config.lacks import with_lacks
from config.listing import list_lines
from config.office import Office
from config.planmodel import PlanModel
from config.progress import bar
from config.screens import bullet, chain_screen, next_screen, problems_screen
from config.session import NOTHING, Job, fail, write_json
from config.streaming import stream_json, stream_screen
from config.wholefeed import prepare, write_whole
from config.words import problem_json, tell
from scheduler.amendment import Decision, decision_content
from scheduler.errors import EmptyStoreError
from scheduler.explain import Fact
from scheduler.occurrence import Record, Selection, as_json
from scheduler.plan import Kind, Plan, Text

T = TypeVar("T")


def check(job: Job, paths: tuple[str, ...], as_of: date | None = None, *, deep: bool = False, as_json: bool) -> None:
    """Validate plan files; nothing is stored. Exits with 1 when something is wrong.

    With `deep`, also what to look into in plans without a fault, as seen on `as_of`; how it exits stays the same.
    """
    given, plans, base = job.given(paths=paths)
    deeper = DeepCheck(job, given, as_of or job.today()) if deep else None
    look = Look(job, given, [*plans.problems, *base.problems], deeper)
    watching = bar(tell(job.lang, "Reading plans"), quiet=as_json)
    if as_json:
        clauses = (row for library in look.libraries(watching) for row in _clauses(library.plans))
        faults = (problem_json(problem, job.lang) for problem in _later(look.problems))
        told = (finding_json(finding, look.directory, job.lang) for finding in look.findings())
        stream_json({"plans": clauses, "errors": faults} | ({"findings": told} if deep else {}))
    else:
        stream_screen(job.console, (_plan_line(plan, job.lang) for plan in look.plans(watching)))
        problems = look.problems()
        job.console.print(problems_screen(problems, job.lang))
        count = {"plans": look.sound, "problems": len(problems)}
        job.console.print(tell(job.lang, "{plans} plans sound, {problems} problems", **count), style="bold")
        if deep and not problems:
            stream_screen(job.console, findings_lines(look.findings(), look.directory, job.lang))
    if look.problems():
        sys.exit(NOTHING)


def _later(made: Callable[[], Iterable[T]]) -> Iterator[T]:
    """What is made when the first of it is asked for."""
    yield from made()


def list_(job: Job, selection: Selection, as_of: date | None, *, as_json: bool) -> None:
    """What falls in a span of days, printed as it is read; exits with 1 when nothing does."""
    with job.office() as desk:
        wanted = desk.closed(selection)
        directory, off, day = desk.directory(), desk.days_off(), as_of or job.today()
        if wanted != selection and wanted.first and wanted.last and not as_json:
            span = {"first": day_words(wanted.first, job.lang), "last": day_words(wanted.last, job.lang)}
            job.console.print(tell(job.lang, "From {first} to {last}; give --to to see further", **span), style="bold")
        seen = (desk.seen(record, day, directory, off) for record in desk.listing(wanted))
        if as_json:
            count = stream_json(_listed_json(item, job.settings.lang) for item in seen)
        else:
            count = stream_screen(job.console, list_lines(seen, directory, job.lang))
    if not count:
        fix = tell(job.lang, "widen --from and --to, or drop a filter")
        _nothing(tell(job.lang, "nothing falls in these days"), fix, as_json=as_json)


def next_(
    job: Job,
    partners: tuple[str, ...],
    kinds: tuple[Kind, ...],
    count: int | None,
    as_of: date | None,
    *,
    as_json: bool,
) -> None:
    """The next turns of every partner; exits with 1 when there are none."""
    day = as_of or job.today()
    with job.office() as desk:
        directory = desk.directory()
        job.known(partners, directory)
        seen = _seen(desk, desk.next_ones(day, partners, kinds, count), day)
    if as_json:
        write_json([upcoming_json(item, job.settings.lang) for item in seen])
    elif seen:
        job.console.print(next_screen(seen, directory, job.lang, day))
    if not seen:
        fix = tell(job.lang, "give an earlier --as-of, or add the new plan and run luanphien sync")
        _nothing(tell(job.lang, "no turn lies ahead of {day}", day=day), fix, as_json=as_json)


def explain(job: Job, key: str, *, as_json: bool) -> None:
    """Why one occurrence is what it is. Raises UnknownKeyError."""
    with job.office() as desk:
        directory = desk.directory()
        found = desk.explained(key, load_chains(job.settings.chains))
        seen = desk.seen(found.record, job.today(), directory, desk.days_off())
    occurrence = found.record.occurrence
    lang = job.settings.lang if as_json else job.lang
    lines = explain_lines(found.facts, directory, lang, occurrence.kind)
    if as_json:
        told = [{**_fact_json(fact), "words": line} for fact, line in zip(found.facts, lines, strict=True)]
        steps = [step_json(step, lang) for step in found.steps]
        write_json({"occurrence": _listed_json(seen, lang), "facts": told, "steps": steps})
        return
    job.console.print(Styled(headline(occurrence, directory, job.lang), style="bold"))
    job.console.print(Styled(key, style="dim"))
    if occurrence.joint is not None:
        job.console.print(Styled(tell(job.lang, "One meeting with: {key}", key=occurrence.joint), style="yellow"))
    for line in lines:
        job.console.print(bullet(line))
    if found.steps:
        job.console.print(chain_screen(found.steps, directory, job.lang))


def feed(job: Job, question: FeedQuestion, *, whole: bool) -> None:
    """Print the calendar; a feed with nothing in it still is one. `whole`: however large it is."""
    chains = load_chains(job.settings.chains)
    if whole:
        with bar(tell(job.lang, "Writing the calendar")) as watch:
            prepare(job, question, chains, watch)
        write_whole(job, question, chains, sys.stdout.buffer)
    else:
        sys.stdout.buffer.write(feed_bytes(job, question, chains))
    sys.stdout.buffer.flush()


def schema() -> None:
    """Print the JSON Schema of plan files."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    write_json(head | PlanModel.model_json_schema() | {"title": "luanphien plan"})


def rebuild(job: Job, *, as_json: bool) -> None:
    """Rebuild the projection from the journal; exits with 1 when a row comes out differently."""
    with job.office() as desk:
        if not desk.revision:
            raise EmptyStoreError("the store holds no plan yet")
    with bar(tell(job.lang, "Rebuilding"), quiet=as_json) as watch:
        found = replay.rebuild(job.database, watch)
    if as_json:
        write_json({"occurrences": found.occurrences, "different": list(found.different)})
    elif found.different:
        message = "{count} occurrences come out differently; the stored ones were kept: {keys}"
        keys = ", ".join(found.different[:10])
        job.console.print(tell(job.lang, message, count=len(found.different), keys=keys), style="bold red")
    else:
        message = "{count} occurrences rebuilt from the journal, every one as it was"
        job.console.print(tell(job.lang, message, count=found.occurrences), style="bold")
    if found.different:
        sys.exit(NOTHING)


def _nothing(what: str, fix: str, *, as_json: bool) -> NoReturn:
    """End with 1; an empty JSON list has said it already."""
    if as_json:
        sys.exit(NOTHING)
    fail(what, fix, NOTHING)


def _seen(desk: Office, records: Sequence[Record], as_of: date) -> list[Upcoming]:
    directory, off = desk.directory(), desk.days_off()
    return with_lacks(desk, [desk.seen(record, as_of, directory, off) for record in records])


def _listed_json(item: Upcoming, lang: str) -> dict[str, Any]:
    return as_json(item.record, lang) | {"flags": [flag.value for flag in item.flags]}


def _clauses(plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """Every clause of every plan with its obligation; another plan's clause stands with that plan."""
    rows: dict[str, list[dict[str, Any]]] = {plan.id: [] for plan in plans}
    for plan in plans:
        for obligation in plan.obligations:
            own = (*obligation.clauses, *(clause for stated in obligation.stated for clause in stated.clauses))
            for clause in own:
                where, _, name = clause.rpartition("/")
                gaps = [gap.value for gap in obligation.to_set]
                row = {"clause": name, "obligation": obligation.id, "kind": obligation.kind.value, "to_set": gaps}
                rows.setdefault(where or plan.id, []).append(row)
    return [{"plan": plan, "clauses": clauses} for plan, clauses in rows.items()]


def _plan_line(plan: Plan, lang: str) -> Styled:
    clauses = sum(len(item["clauses"]) for item in _clauses([plan]))
    open_ = sum(1 for obligation in plan.obligations if obligation.to_set)
    words = tell(lang, "{duties} duties under {clauses} clauses, {open} with something still to set",
                 duties=len(plan.obligations), clauses=clauses, open=open_)  # fmt: skip
    return Styled.assemble(("✓ ", "green"), (plan.id, "bold"), f": {words}")


def _fact_json(fact: Fact) -> dict[str, Any]:
    return {"code": fact.code.value, **{name: _plain(value) for name, value in fact.fields.items()}}


def _plain(value: object) -> object:
    """A fact's field as JSON: ids and numbers as they are, words in Vietnamese and English, days as ISO text."""
    if isinstance(value, Text):
        return {"vi": value.vi, "en": value.en}
    if isinstance(value, Decision):
        return decision_content(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
