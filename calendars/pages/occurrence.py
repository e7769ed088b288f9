"""The page of one occurrence: everything known about it, and why."""

from __future__ import annotations

from datetime import date

from calendars.description import further_details, remarks
from calendars.desk import Dossier
from calendars.headline import headline
from calendars.pages.frame import Frame, fill
from calendars.pages.upcoming import card_of
from calendars.reasons import explain_lines
from calendars.steps import step_groups, steps_heading
from scheduler.plan import Directory


def occurrence_page(dossier: Dossier, directory: Directory, frame: Frame, today: date) -> str:
    """HTML of /o/KEY as seen on `today`: its title in calendars and mail, all details, what is to be done, and why."""
    upcoming = dossier.upcoming
    occurrence = upcoming.record.occurrence
    return fill(
        "occurrence.html",
        frame,
        card=card_of(upcoming, directory, frame.lang, today),
        headline=headline(occurrence, directory, frame.lang),
        details=further_details(occurrence, directory, frame.lang),
        remarks=remarks(occurrence, frame.lang),
        reasons=explain_lines(dossier.facts, directory, frame.lang, occurrence.kind),
        chain_heading=steps_heading(dossier.steps, frame.lang),
        chain=step_groups(dossier.steps, directory, frame.lang),
    )
