"""Plan files looked over some at a time, each beside all that it must be seen with: memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlmodel import Session

from config.chainfile import chain_problems
from config.deepcheck import DeepCheck
from config.excerpt import is_indexed
from config.holidayfile import days_off
from config.planfile import Library, SourceFile, in_order, load, load_people, load_plans, outline_of
from config.policyfile import policy_of
from config.progress import Watch, bar, watched
from config.session import Job
from config.settle import Given
from scheduler import history
from scheduler.errors import Problem
from scheduler.history import Line
from scheduler.index import WHO, Outline
from scheduler.plan import Directory, Plan
from scheduler.survey import Finding

ALL_TOGETHER = 100
"""Up to so many plan files are read as one whole."""

TOGETHER = 50
"""Of more, so many are read together; a few more where they share something."""

ENTRIES = ("parties", "places", "organisations")

Names = Iterable[str]


@dataclass(slots=True)
class Look:
    """One look through plan files: what is sound, and then what is wrong and what was found.

    `unread` is what kept files from being read, `deeper` what looks into sound plans.
    """

    job: Job
    given: Given
    unread: Sequence[Problem]
    deeper: DeepCheck | None = None
    directory: Directory = field(default_factory=Directory)
    sound: int = 0
    _found: list[Problem] = field(default_factory=list)

    def libraries(self, watching: AbstractContextManager[Watch]) -> Iterator[Library]:
        """The plan files, some at a time; to be taken whole before anything else is asked."""
        ties = self.deeper.ties if self.deeper else ()
        for library in libraries(self.given.directory, self.given.plans, watching, ties):
            self.directory = library.directory
            self._found += library.problems
            self.sound += len(library.plans)
            if self.deeper is not None and not self._found and not self.unread:
                self.deeper.take(library)
            yield library

    def plans(self, watching: AbstractContextManager[Watch]) -> Iterator[Plan]:
        """The same, plan by plan."""
        for library in self.libraries(watching):
            yield from library.plans

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, with plans and with what they rest on."""
        chains = chain_problems(self.given.plans, self.job.settings.chains, self.directory.organisations or None)
        others = (*days_off(self.given.holidays)[1], *policy_of(self.job.settings.policies)[1], *chains)
        return (*self.unread, *in_order(self._found), *others)

    def findings(self) -> Iterator[Finding]:
        """What to look into; nothing while something is wrong."""
        if self.deeper is not None and not self.problems():
            yield from self.deeper.findings()


def taken(session: Session, given: Given) -> bool:
    """Whether the store holds just these plans, directory and days off, as this version reads them.

    Then nothing is wrong with them: a store takes no text with a fault.
    """
    texts = (*((history.PLAN, file.text) for file in given.plans), (history.HOLIDAYS, given.holidays.text))
    lines = [Line(kind, "", text) for kind, text in texts]
    lines += [Line(history.DIRECTORY, "", file.text) for file in given.directory]
    stored = history.digests(session, history.PLAN, history.DIRECTORY, history.HOLIDAYS).items()
    in_force = Counter((kind, digest) for (kind, _), digest in stored if digest != history.EMPTY)
    return is_indexed(session) and in_force == Counter(
        (line.kind, line.digest) for line in lines if line.text or line.kind == history.PLAN
    )


def libraries(
    directory: Sequence[SourceFile],
    plans: Sequence[SourceFile],
    watching: AbstractContextManager[Watch],
    ties: Iterable[Names] = (),
) -> Iterator[Library]:
    """Plan files read beside their directory, some at a time; the first library says what is wrong with that.

    No plan of one library shares a series or an agreement with one of another, nor names it. `ties`: obligations that
    must be seen together although no text says so. Without a directory no plan is read: every name would be a fault.
    """
    if not directory or len(plans) <= ALL_TOGETHER:
        yield load(directory, plans if directory else ())
        return
    adding, groups = _sorted_out(plans, watching, ties)
    people = load_people(directory, adding)
    entries = [problem for problem in load(directory, adding).problems if problem.field.startswith(ENTRIES)]
    wrong = [*people.problems, *(problem for problem in entries if problem not in people.problems)]
    yield Library(people.directory, (), in_order(wrong))
    for group in groups:
        yield load_plans(people, [plans[number] for number in group])


def faults_of(given: Given) -> tuple[Problem, ...]:
    """All that is wrong with plan files and their directory, by file and place."""
    reading = libraries(given.directory, given.plans, bar("", quiet=True))
    return in_order(problem for library in reading for problem in library.problems)


def _sorted_out(
    plans: Sequence[SourceFile], watching: AbstractContextManager[Watch], ties: Iterable[Names]
) -> tuple[list[SourceFile], list[list[int]]]:
    """The plans that add to the directory, and the numbers of all in groups; of what they say nothing else is kept."""
    names: list[Names] = []
    adding: list[SourceFile] = []
    with watching as watch:
        for file in watched(plans, len(plans), watch):
            outline = outline_of(file)
            names.append(tuple(_names(outline)))
            adding += [file] if _adds(outline) else []
    return adding, list(_groups(_together(names, ties)))


def _adds(outline: Outline | None) -> bool:
    """Whether a plan adds to the directory."""
    return outline is not None and any(name.startswith(WHO) for name, _ in outline.gives)


def _names(outline: Outline | None) -> Iterator[str]:
    """All that ties a plan to others; what it adds to the directory is looked at for all together."""
    if outline is not None:
        yield from (name for name, _ in outline.gives if not name.startswith(WHO))
        yield from (anchor for anchor, _ in outline.edges)


def _together(names: Sequence[Names], ties: Iterable[Names]) -> Iterator[list[int]]:
    """Numbers of the files that give or name the same, however far round; in the order of the first of each."""
    heads = list(range(len(names)))
    owners: dict[str, int] = {}

    def head(number: int) -> int:
        while heads[number] != number:
            heads[number] = heads[heads[number]]
            number = heads[number]
        return number

    def join(one: int, other: int) -> None:
        first, second = sorted((head(one), head(other)))
        heads[second] = first

    for number, own in enumerate(names):
        for name in own:
            join(owners.setdefault(name, number), number)
    for tie in ties:
        first, *others = [owners[name] for name in tie if name in owners] or [0]
        for other in others:
            join(first, other)
    found: dict[int, list[int]] = {}
    for number in range(len(names)):
        found.setdefault(head(number), []).append(number)
    yield from found.values()


def _groups(together: Iterable[list[int]]) -> Iterator[list[int]]:
    """The same numbers, `TOGETHER` and more at a time."""
    waiting: list[int] = []
    for some in together:
        waiting += some
        if len(waiting) >= TOGETHER:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
