"""The file of preparation chains, into templates; every fault with its line and the fix."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import Field, RootModel

from calendars.catalogue import msg
from config.faults import Faults
from config.files import HOME, one_file
from config.guard import Path, read_yaml
from config.planfile import SourceFile, model_of
from config.planmodel import Id, Model, TextModel
from config.planvalue import text_from
from scheduler.errors import FaultyFileError, Problem
from scheduler.plan import Kind
from scheduler.preparation import LEAD, OWNER, Chains, ChainStep, Side, Template, Way, fitted
from scheduler.rules import Edge, Unit

Days = Annotated[int, Field(ge=1, le=3660)]


class ChainFileError(FaultyFileError):
    """A chain file that cannot be used."""


class StepModel(Model):
    """One step of a chain."""

    title: TextModel = Field(description="What is to be done.")
    before: Days | None = Field(default=None, description="So many days before the first day.")
    after: Days | None = Field(default=None, description="So many days after the last day.")
    unit: Unit = Field(default=Unit.CALENDAR, description="Calendar or working days.")
    edge: Edge | None = Field(default=None, description="start or end, to count from the other end.")
    lead: Id = Field(default=LEAD, description="lead, owner, or an organisation.")
    law: TextModel | None = Field(default=None, description="The article that sets the days.")
    condition: TextModel | None = Field(default=None, description="When it is asked for at all.")
    while_open: bool = Field(default=False, description="Only until the days are confirmed; counted from the last day.")


class TemplateModel(Model):
    """One chain."""

    side: Side = Field(description="hosting, travelling or any.")
    kinds: list[Kind] = Field(default=[], description="Kinds of duty it serves; none: only those that name it.")
    adds_to: Id | None = Field(default=None, description="The chain it is laid over.")
    steps: Annotated[dict[Id, StepModel], Field(min_length=1, max_length=50)] = Field(description="Its steps, by id.")


class ChainsModel(RootModel[dict[Id, TemplateModel]]):
    """Chains by name."""


def chain_file(path: str | None) -> SourceFile:
    """The chain file at `path`; None: the packaged one. Raises ChainFileError when it cannot be read."""
    file, unread = one_file(path or str(HOME / "chains.yaml"))
    if file is None:
        raise ChainFileError(unread)
    return file


def load_chains(path: str | None) -> Chains:
    """The templates of the chain file at `path`; None: the packaged ones. Raises ChainFileError, naming every fault."""
    chains, problems = chains_from(chain_file(path))
    if problems:
        raise ChainFileError(problems)
    return chains


def chains_from(file: SourceFile, organisations: Collection[str] | None = None) -> tuple[Chains, tuple[Problem, ...]]:
    """The templates of a file, in its order, or none and what is wrong. `organisations`: those a step may name."""
    problems: list[Problem] = []
    marked, model = model_of(file, ChainsModel, problems)
    if model is None:
        return {}, tuple(problems)
    faults = Faults(file.name, marked)
    for ident, template in model.root.items():
        _check_template((ident,), template, model.root, faults)
        for name, step in template.steps.items():
            _check_step((ident, "steps", name), step, organisations, faults)
    if faults.found:
        return {}, tuple(faults.found)
    return {ident: _template(ident, template, model.root) for ident, template in model.root.items()}, ()


def chain_problems(
    plans: Iterable[SourceFile], path: str | None, organisations: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """What is wrong with the chain file at `path`, else with the chains these plan files name."""
    file, unread = one_file(path or str(HOME / "chains.yaml"))
    if file is None:
        return unread
    chains, problems = chains_from(file, organisations)
    return problems or unknown_chains(plans, chains)


def unknown_chains(plans: Iterable[SourceFile], chains: Collection[str]) -> tuple[Problem, ...]:
    """Duties of these plan files that name a chain there is not. What else is wrong with a file is not said here."""
    found: list[Problem] = []
    for file in plans:
        if "chain" not in file.text and "\\" not in file.text:
            continue  # the word is nowhere, not even in an escaped form; reading the file again takes a while
        marked, problems = read_yaml(file.text, file.name)
        duties = marked.data.get("obligations") if isinstance(marked.data, dict) and not problems else None
        faults = Faults(file.name, marked)
        for index, item in enumerate(duties if isinstance(duties, list) else ()):
            named = item.get("chain") if isinstance(item, dict) else None
            if isinstance(named, str) and named not in chains:
                faults.unknown(("obligations", index, "chain"), "chain", named, chains)
        found += faults.found
    return tuple(found)


def _check_template(path: Path, template: TemplateModel, templates: dict[str, TemplateModel], faults: Faults) -> None:
    if template.adds_to is None:
        return
    under = templates.get(template.adds_to)
    if under is None or under is template:
        faults.unknown((*path, "adds_to"), "chain", template.adds_to, set(templates) - set(map(str, path)))
    elif under.adds_to is not None:
        message = msg("{ident} is itself laid over another chain")
        faults.add((*path, "adds_to"), message, "name one that stands by itself", ident=template.adds_to)
    elif under.side is not template.side:
        faults.add((*path, "adds_to"), "the two chains are for different sides", "give both the same `side:`")


def _check_step(path: Path, step: StepModel, organisations: Collection[str] | None, faults: Faults) -> None:
    if (step.before is None) == (step.after is None):
        faults.add(path, "a step is either before or after", "write `before:` or `after:` with a number of days")
    elif step.while_open and step.after is not None:
        message = msg("a step after the meeting cannot ask for its days")
        faults.add((*path, "while_open"), message, "write `before:`, or remove while_open")
    if step.lead not in (LEAD, OWNER) and organisations is not None and step.lead not in organisations:
        faults.unknown((*path, "lead"), "organisation", step.lead, {LEAD, OWNER, *organisations})


def _template(ident: str, model: TemplateModel, templates: dict[str, TemplateModel]) -> Template:
    own = tuple(_step(name, step) for name, step in model.steps.items())
    under = templates[model.adds_to].steps.items() if model.adds_to else ()
    return Template(ident, model.side, tuple(model.kinds), fitted(own, (_step(name, step) for name, step in under)))


def _step(ident: str, model: StepModel) -> ChainStep:
    before = model.before is not None
    return ChainStep(
        id=ident,
        title=text_from(model.title),
        days=model.before or model.after or 0,
        unit=model.unit,
        edge=model.edge or (Edge.START if before and not model.while_open else Edge.END),
        way=Way.BEFORE if before else Way.AFTER,
        lead=model.lead,
        law=text_from(model.law) if model.law else None,
        condition=text_from(model.condition) if model.condition else None,
        while_open=model.while_open,
    )
