"""`luanphien demo`: the main job on the five packaged plans, from nothing, in a folder of its own."""

from __future__ import annotations

import mailbox
import shutil
from datetime import UTC, date, datetime, timedelta
from email import policy as mail_policy
from email.parser import BytesParser
from pathlib import Path

from rich.padding import Padding
from rich.text import Text as Styled

from calendars.eyes import Voice
from calendars.feedquery import FeedQuestion
from calendars.wording import day_words
from config import mailing, settle
from config.chainfile import load_chains
from config.feeds import feed_bytes
from config.mailscreens import outcome_screen, silence_words
from config.screens import next_screen, settled_screen
from config.session import NOTHING, Job, fail
from config.words import tell
from scheduler.occurrence import Selection

AS_OF = date(2021, 9, 1)
"""A day inside the time of the plans, on which reminders are due."""

MARK = ".luanphien-demo"
BOX, LETTERS = "mail", "thu"
"""Folders of the mail that was sent: as a relay's Maildir, and each mail as a file that mail programs open."""

MORNING = timedelta(hours=9)


def run(job: Job, folder: Path, as_of: date | None, *, serve: bool) -> None:
    """Plans into a fresh store, next turns, feed, reminders; then the same question as of today; then serve."""
    _make_folder(job, folder)
    today = job.today()
    settings = {"database_url": f"sqlite:///{folder / 'luanphien.db'}", "mail_url": f"maildir:{folder / BOX}",
                "plans": None, "directory": None, "holidays": None}  # fmt: skip
    then = _on(job.elsewhere(**settings), as_of or AS_OF)
    _say(job, "The five packaged plans, seen on {day}, inside their own time", day=day_words(then.today(), job.lang))
    _load(then)
    _show_next(then)
    _write_feed(then, folder / "lich.ics")
    _send(then, folder)
    now = job.elsewhere(**settings)
    _say(job, "The same question today, {day}", day=day_words(today, job.lang))
    settle.refresh(now.database, now.now(), today)
    _show_next(now)
    _tell(job, "Everything above is projected: the plans and agreements ended in 2022 and 2024.")
    _tell(
        job,
        "The rotation still tells whose turn it is; nothing is in force until a new plan or agreement is signed.",
    )
    _tell(job, "To do: write the new plan as a file with `continues:`, run luanphien check, then luanphien sync.")
    if serve:
        from config.server import serve as start  # noqa: PLC0415 - the web framework takes half a second to load

        _say(job, "Pages and feeds; in a calendar app subscribe to {url}", url=f"{now.settings.base_url}/feeds/all.ics")
        start(now, None, None)


def _make_folder(job: Job, folder: Path) -> None:
    """Make the folder anew; one that the demo did not make is left alone."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            what = tell(job.lang, "the folder {folder} is not the demo's", folder=folder)
            fail(what, tell(job.lang, "give another one with --folder"), NOTHING)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def _on(job: Job, day: date) -> Job:
    """The same run, on the morning of another day."""
    morning = datetime(day.year, day.month, day.day, tzinfo=job.settings.zone) + MORNING
    shift = morning.astimezone(UTC) - datetime.now(UTC)
    return Job(job.settings, shift)


def _load(job: Job) -> None:
    given, _, _ = job.given()
    settled = settle.sync(job.database, given, job.now(), job.today())
    with job.office() as desk:
        job.console.print(settled_screen(settled, desk.directory(), job.lang, preview=False))


def _show_next(job: Job) -> None:
    day = job.today()
    with job.office() as desk:
        directory, off = desk.directory(), desk.days_off()
        seen = [desk.seen(record, day, directory, off) for record in desk.next_ones(day)]
    job.console.print()
    job.console.print(next_screen(seen, directory, job.lang, day))


def _write_feed(job: Job, path: Path) -> None:
    question = FeedQuestion(Selection(), Voice(job.settings.lang))
    body = feed_bytes(job, question, load_chains(job.settings.chains))
    path.write_bytes(body)
    events = body.count(b"BEGIN:VEVENT")
    _tell(job, "Calendar file written: {path} ({events} events)", path=path, events=events)


def _send(job: Job, folder: Path) -> None:
    outcome = mailing.send_due(job)
    job.console.print(outcome_screen(outcome, job.lang))
    why, holiday = mailing.silence(job, outcome)
    if why:
        job.console.print(silence_words(why, holiday, job.today(), job.lang), style="yellow")
    if not outcome.sent:
        return
    letters = [message.as_bytes() for _, message in sorted(mailbox.Maildir(folder / BOX, create=False).iteritems())]
    for number, letter in enumerate(letters, 1):
        mail = BytesParser(policy=mail_policy.default).parsebytes(letter)
        name = f"{number:02}.eml"
        (folder / LETTERS).mkdir(exist_ok=True)
        (folder / LETTERS / name).write_bytes(letter)
        line = Styled.assemble((f"{name}  ", "dim"), (f"{mail['To']}  ", "bold"), str(mail["Subject"]))
        job.console.print(Padding(line, (0, 0, 0, 2)))
    _tell(job, "To read a mail, open its file in {folder} with a mail program", folder=folder / LETTERS)


def _say(job: Job, msgid: str, **fields: object) -> None:
    job.console.print()
    job.console.rule(Styled(tell(job.lang, msgid, **fields), style="bold"), align="left")


def _tell(job: Job, msgid: str, **fields: object) -> None:
    job.console.print(tell(job.lang, msgid, **fields), style="yellow" if not fields else "", markup=False)
