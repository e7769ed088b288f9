"""What the editor of plans shows: a text as it was typed, with what is wrong with it or what it changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from calendars.catalogue import say
from calendars.pages import planwords as words
from calendars.pages.plans import Edit
from calendars.pages.textdiff import text_diff
from calendars.query import RefusalError
from config import planviews as views
from config import proposals
from config.chainfile import chain_problems
from config.guard import MAX_BYTES
from config.officers import Officer
from config.planasked import the_plan
from config.planfile import in_order, plan_id
from config.planforms import Sent
from config.plangiving import Done, Looked, least_of, look, save
from config.planlooks import quick_faults, wrong_name
from config.planscene import Bar, BarredError, Draft, MovedError, NotAsShownError, Scene, Stale
from config.revisions import base_of, text_of
from config.session import Job
from config.waitingplans import concerns
from scheduler.errors import EmptyStoreError

EMPTY_PLAN = """\
# docs/plan-file.md: các trường của tệp kế hoạch. The fields of a plan file.
plan:
owner: {owner}
period:
document:
  number:
  date:
  issuer: {owner}
  title:
    vi:
obligations:
  - id:
    clauses: []
    kind:
    title:
      vi:
    words:
    rule: {{type: unset}}
    lead: [{owner}]
"""
"""What a new plan begins with."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One request to the editor: who edits which plan (None: a new one), in which language, with which seal."""

    job: Job
    officer: Officer
    plan: str | None
    lang: str
    secret: str = field(repr=False)

    def opened(self, number: int | None) -> Edit:
        """The text in force, or that of a proposal. Raises RefusalError."""
        with self.job.office() as desk:
            if not desk.revision:
                raise EmptyStoreError("the store holds no plan yet")
            if self.plan is not None:
                the_plan(desk, self.plan)
            base = base_of(desk.session, self.plan) if self.plan else ""
            text = text_of(desk.session, self.plan) if self.plan else self._begun()
            if number is not None:
                found = proposals.one(desk.session, number)
                mine = found is not None and found.text and concerns(desk, self.officer, found)
                if found is None or not mine or self.plan not in (None, found.plan):
                    raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_PROPOSAL)
                text = found.text
            draft = Draft(self.plan, text)
            scene = Scene(self.job, self.officer, draft, least_of(self.job), self.plan or plan_id(draft.file), {})
            scene.weigh(desk.session)
        return self._view(text, base=base, bar=scene.bar)

    def checked(self, sent: Sent, note: str | None = None) -> tuple[Edit, HTTPStatus]:
        """What is wrong with a text, or what it changes. Says when another text came into force since it was opened."""
        if sent.unread is not None:
            view, unread = self._view(sent.text, base=sent.form.base), views.faults((sent.unread,), "", "", self.lang)
            return replace(view, faults=unread), HTTPStatus.OK
        draft = Draft(self.plan, sent.text)
        try:
            looked = look(self.job, self.officer, draft)
        except MovedError as error:
            return self._view(sent.text, base=sent.form.base, note=words.STALE[error.stale]), HTTPStatus.CONFLICT
        moved = looked.base != sent.form.base
        if note is None and moved:
            note = words.STALE[Stale.BASE]
        with self.job.database.read() as session:
            before = text_of(session, looked.plan) if looked.plan and looked.base else ""
        view = self._view(sent.text, looked=looked, before=before, note=note)
        return view, HTTPStatus.CONFLICT if note else HTTPStatus.OK

    def saved(self, sent: Sent) -> Done | tuple[Edit, HTTPStatus]:
        """Save what was checked; or why not, with the text as it was typed."""
        draft, form = Draft(self.plan, sent.text), sent.form
        if not form.effect or draft.digest != form.digest:
            view, status = self.checked(sent, words.STALE[Stale.TEXT])
            return (replace(view, note=view.bar), HTTPStatus.FORBIDDEN) if view.bar else (view, status)
        try:
            done = save(self.job, self.officer, draft, (form.base, form.effect))
        except NotAsShownError as error:
            return self.checked(sent, words.STALE[error.stale])
        except BarredError as error:
            return self.checked(sent, words.BARS[error.bar])[0], HTTPStatus.FORBIDDEN
        return done if isinstance(done, Done) else self.checked(sent, words.MENDED)

    def quick(self, text: str) -> dict[str, Any]:
        """What is wrong with a text that is being typed."""
        draft = Draft(self.plan, text)
        ident = plan_id(draft.file)
        with self.job.database.read() as session:
            found = [*quick_faults(session, draft.file), *wrong_name(session, draft.file, self.plan, ident)]
        found += chain_problems((draft.file,), self.job.settings.chains)
        shown = views.faults(in_order(found), draft.file.name, text, self.lang)
        told = [{"line": one.line, "column": one.column, "message": one.message, "fix": one.fix} for one in shown]
        return {"count": len(found), "faults": told}

    def _begun(self) -> str:
        return EMPTY_PLAN.format(owner=next(iter(self.officer.organisations), ""))

    def _view(
        self,
        text: str,
        *,
        looked: Looked | None = None,
        base: str = "",
        before: str = "",
        bar: Bar | None = None,
        note: str | None = None,
    ) -> Edit:
        lang, draft = self.lang, Draft(self.plan, text)
        wrong = looked.problems if looked else ()
        sound = looked is not None and not wrong
        known = looked is not None and bool(looked.effect)
        same = looked is not None and looked.base == draft.digest
        barred = looked.bar if looked else bar
        second = self.job.settings.plan_approval == "second"
        button = say(lang, words.PROPOSE if second else words.SAVE)
        if same and note is None:
            note = words.SAME_TEXT
        return Edit(
            plan=self.plan,
            text=text,
            faults=views.faults(wrong, draft.file.name, text, lang) if wrong or looked else None,
            more_faults=max(0, len(wrong) - views.MOST_FAULTS),
            entries=views.entries(looked, lang) if looked is not None and sound else (),
            effect=self._effect(looked) if looked is not None and known else None,
            diff=text_diff(before, text) if sound else None,
            words_lang=views.fault_lang(lang),
            base=looked.base if looked else base,
            digest=draft.digest if sound else "",
            effect_mark=looked.effect if looked is not None and sound else "",
            saving=button if known and not same and barred is None else None,
            bar=say(lang, words.BARS[barred]) if barred else None,
            note=say(lang, note) if note else None,
            most=MAX_BYTES,
            seal=self.secret,
        )

    def _effect(self, looked: Looked) -> Any:
        with self.job.office() as desk:
            return views.effect(looked, desk.directory(), self.lang)
