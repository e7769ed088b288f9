"""`luanphien simulate`: a whole country, made up, as files and in the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.text import Text as Styled

from config import settle
from config.contactfile import contacts_from
from config.files import holiday_file, one_file
from config.planfile import SourceFile
from config.progress import Watch, bar, watched
from config.screens import problems_screen
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.simulation.nation import Frontier, Sizes, directory, nation, people, plans
from config.simulation.papers import MARK
from config.words import problem_json, tell
from notifications import people as post
from notifications.contacts import Contact
from scheduler import history, store
from scheduler.errors import Problem
from scheduler.portions import portions

STAMP = ".luanphien-simulation"
"""Marks a folder that was written here, so that it may be written anew."""

FOLDERS = ("plans", "directory")
PLANS_AT_ONCE = 50
"""Plans that are taken into the store together, so that memory stays the same however many there are."""


@dataclass(frozen=True, slots=True)
class Made:
    """A country that was made up: who there is, for which sizes and seed."""

    frontiers: tuple[Frontier, ...]
    sizes: Sizes
    seed: int

    @property
    def papers(self) -> int:
        """How many plan files there are."""
        return sum(1 for _ in self.plan_ids())

    @property
    def directory(self) -> tuple[SourceFile, ...]:
        """The directory's files."""
        return tuple(directory(self.frontiers))

    @property
    def people(self) -> tuple[SourceFile, ...]:
        """The files of people."""
        return tuple(people(self.frontiers, self.seed))

    def plan_ids(self) -> Iterator[str]:
        """The ids of all plans."""
        for frontier in self.frontiers:
            yield from frontier.plan_ids

    def plans(self) -> Iterator[SourceFile]:
        """The plan files, made as they are asked for."""
        return plans(self.frontiers, self.sizes, self.seed)


def simulate(job: Job, sizes: Sizes, seed: int, out: Path | None, *, keep: bool, as_json: bool) -> None:
    """Make up a country: its files into the folder `out`, and with `keep` all of it into the store.

    The store must hold no plans but made-up ones; those of another country give way. Exits with 1 when it does.
    """
    if out is None and not keep:
        fix = tell(job.lang, "give a folder with --out, or leave --no-sync out")
        fail(tell(job.lang, "with --no-sync and without --out nothing would be made"), fix, USAGE)
    gone = _given_way(job) if keep else frozenset()
    made = Made(nation(sizes, seed), sizes, seed)
    if out is not None:
        _make_folder(job, out)
        with bar(tell(job.lang, "Writing files")) as watch:
            _write(made, out, watch)
    settled = None
    if keep:
        with bar(tell(job.lang, "Taking plans into the store")) as watch:
            settled = _take_in(job, made, gone, watch)
    readers = _take_people(job, made) if settled is not None and not settled.problems else 0
    _say(job, made, out, settled, readers, as_json=as_json)


def _given_way(job: Job) -> frozenset[str]:
    """The made-up plans in force; ends with code 1 where the store has, or ever had, any other."""
    if not job.database.begun:
        return frozenset()
    with job.database.read() as session:
        known = {subject: digest for (_, subject), digest in history.digests(session, history.PLAN).items()}
    real = sorted(ident for ident in known if not ident.startswith(MARK))
    if real:
        what = tell(job.lang, "the store holds plans that are not made up: {plans}", plans=", ".join(real[:3]))
        fix = "give another store with LUANPHIEN_DATABASE_URL, or only write files: --out FOLDER --no-sync"
        fail(what, tell(job.lang, fix), NOTHING)
    return frozenset(ident for ident, digest in known.items() if digest != history.EMPTY)


def _make_folder(job: Job, folder: Path) -> None:
    """Make room in a folder; one that holds anything else is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / STAMP).exists():
        what = tell(job.lang, "the folder {folder} holds something else", folder=folder)
        fail(what, tell(job.lang, "give an empty or a new folder with --out"), NOTHING)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for old in (folder / name).glob("*.yaml"):
            old.unlink()
    for old in folder.glob("contacts-*.yaml"):
        old.unlink()
    (folder / STAMP).touch()


def _write(made: Made, folder: Path, watch: Watch) -> None:
    for file in (*made.directory, *made.people):
        (folder / file.name).write_text(file.text, encoding="utf-8")
    for file in watched(made.plans(), made.papers, watch):
        (folder / file.name).write_text(file.text, encoding="utf-8")


def _take_in(job: Job, made: Made, gone: frozenset[str], watch: Watch) -> settle.Settled:
    """The files into the store, as `luanphien sync` does it, some at a time; nobody is told of made-up changes."""
    holidays, _ = one_file(job.settings.holidays) if job.settings.holidays else (holiday_file(), ())
    people_known, days = made.directory, holidays or holiday_file()
    left = gone - set(made.plan_ids())
    settled, done, changes = settle.Settled(), 0, 0
    for some in portions(made.plans(), PLANS_AT_ONCE):
        given = settle.Given(some, people_known, days, tuple(sorted(left)), job.who)
        settled = settle.sync(job.database, given, job.now(), job.today())
        if settled.problems:
            break
        left, done, changes = frozenset(), done + len(some), changes + settled.count
        watch(done, made.papers)
    return replace(settled, count=changes)


def _take_people(job: Job, made: Made) -> int:
    """The people into the store. Their addresses are those of their organisations, so that each counts as confirmed."""
    with job.database.write() as session:
        known = store.directory_of(session)
        found: list[Contact] = []
        for file in made.people:
            found += contacts_from(file, known)[0]
        named = {contact.id for contact in found}
        post.remove(session, {contact.id for contact in post.listed(session)} - named, job.now(), job.who)
        post.put(session, found, job.now(), job.who)
    return len(found)


def _say(
    job: Job, made: Made, out: Path | None, settled: settle.Settled | None, readers: int, *, as_json: bool
) -> None:
    problems: tuple[Problem, ...] = settled.problems if settled else ()
    pairs = sum(len(unit.pairs) for frontier in made.frontiers for unit in frontier.units)
    answer: dict[str, Any] = {
        "provinces": made.sizes.provinces, "pairs": pairs, "plans": made.papers, "first_year": made.sizes.first_year,
        "last_year": made.sizes.last_year, "seed": made.seed, "folder": str(out) if out else None,
        "stored": settled is not None and not problems, "changes": settled.count if settled else 0,
        "occurrences": settled.occurrences if settled else 0, "people": readers,
    }  # fmt: skip
    if as_json:
        write_json(answer | {"errors": [problem_json(problem, job.lang) for problem in problems]})
    elif problems:
        job.console.print(problems_screen(problems, job.lang))
    else:
        job.console.print(_screen(job, answer, out))
    if problems:
        raise SystemExit(NOTHING)


def _screen(job: Job, answer: dict[str, Any], out: Path | None) -> Group:
    heading = "{pairs} pairs of {provinces} provinces in {plans} plans, {first_year}–{last_year}, seed {seed}"
    lines = [Styled(tell(job.lang, heading, **answer), style="bold")]
    if answer["stored"]:
        message = "In the store: {occurrences} occurrences, {people} people who are written to"
        lines.append(Styled(tell(job.lang, message, **answer)))
    if out is not None:
        lines.append(Styled(tell(job.lang, "Files written to {folder}; to work with them:", **answer)))
        lines.append(Styled(f"  export LUANPHIEN_PLANS={out / 'plans'} LUANPHIEN_DIRECTORY={out / 'directory'}"))
    return Group(*lines)
