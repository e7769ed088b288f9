"""What `luanphien backup`, `restore` and `upgrade` answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from config import upgrading
from config.backup import back_up, back_up_finally
from config.backup import resume as taken_back
from config.backupfile import Contents, Header
from config.changeswords import BREAKS, HEADS, HEADS_FIX, RESTORED, RESTORED_FIX, RESTORED_HEADS, numbers, proof_json
from config.outboxwords import moment_words
from config.progress import bar
from config.restore import Restored
from config.restore import restore as restored
from config.session import Job, write_json
from config.words import tell
from scheduler.proving import Proof

MOST_NAMED = 5
NAMED = "luanphien-{at:%Y%m%dT%H%M%SZ}.jsonl.gz"


def backup(job: Job, path: Path, patience: int | None, *, as_json: bool) -> None:
    """Back the store up; with `patience` for the last time, after so many seconds at most for mails in hand.

    In a folder the file is named after the moment.
    """
    path = path / NAMED.format(at=job.now()) if path.is_dir() else path
    with bar(tell(job.lang, "Writing the backup"), quiet=as_json) as watch:
        if patience is None:
            contents = back_up(job.database, path, job.now(), watch)
        else:
            contents = back_up_finally(job, path, patience, watch)
    if as_json:
        write_json({"file": str(path)} | _json(contents))
        return
    fields = {"path": path, "rows": _rows(contents), "size": _size(path), "moment": _moment(job, contents.header)}
    _say(job, tell(job.lang, "{path}: {rows} rows as of {moment}, {size}", **fields))
    if contents.header.final:
        _say(job, tell(job.lang, "This store is handed over: no mail goes from it, and nothing enters it."))
        fix = "point LUANPHIEN_DATABASE_URL to the new store, and run luanphien restore {path}"
        _hint(job, tell(job.lang, fix, path=path))
        _hint(job, tell(job.lang, "to work on here instead: luanphien backup --resume"))


def resume(job: Job, *, as_json: bool) -> None:
    """Let a store work again that was handed over."""
    was = taken_back(job)
    if as_json:
        write_json({"resumed": was})
    elif was:
        _say(job, tell(job.lang, "The store works again. What was restored from its last backup must not send mail."))
    else:
        _say(job, tell(job.lang, "The store was not handed over; nothing has changed."))


def restore(job: Job, path: Path, *, send: bool, as_json: bool) -> None:
    """Bring a backup into an empty store."""
    with bar(tell(job.lang, "Restoring the backup"), quiet=as_json) as watch:
        done = restored(job, path, watch, send=send)
    if as_json:
        write_json(_json(done.contents) | _outcome(done))
        return
    header = done.contents.header
    fields = {"rows": _rows(done.contents), "moment": _moment(job, header), "version": header.version}
    _say(job, tell(job.lang, "{rows} rows as of {moment}, written by luanphien {version}", **fields))
    if done.different:
        message = "{count} of {whole} occurrences are read otherwise by this version; those of the backup count: {keys}"
        keys = ", ".join(done.different[:MOST_NAMED])
        _say(job, tell(job.lang, message, count=len(done.different), whole=done.occurrences, keys=keys))
    else:
        _say(job, tell(job.lang, "{whole} occurrences replayed, each as it was", whole=done.occurrences))
    _say_trail(job, done.proof)
    if done.taken_back:
        _say(job, tell(job.lang, "{count} mails were in a worker's hands and wait again", count=done.taken_back))
    if done.held:
        message = "{count} mails are held: they may have gone after the backup was made"
        _say(job, tell(job.lang, message, count=done.held))
        _hint(job, tell(job.lang, "look through them: luanphien outbox list --state held"))
        _hint(job, tell(job.lang, "let them go: luanphien outbox release --restored"))


def _say_trail(job: Job, proof: Proof) -> None:
    """What is wrong with the trail that came with it."""
    if proof.fault is not None:
        what = tell(job.lang, BREAKS[proof.fault], number=proof.number)
        job.console.print(tell(job.lang, RESTORED, what=what), style="bold red", soft_wrap=True)
        _hint(job, tell(job.lang, RESTORED_FIX))
    elif proof.heads:
        what = tell(job.lang, HEADS, numbers=numbers(proof.heads))
        job.console.print(tell(job.lang, RESTORED_HEADS, what=what), style="yellow", soft_wrap=True)
        _hint(job, tell(job.lang, HEADS_FIX))


def upgrade(job: Job, path: Path | None, *, keep: bool, as_json: bool) -> None:
    """Bring the store to its newest form."""
    with bar(tell(job.lang, "Writing the backup"), quiet=as_json) as watch:
        done = upgrading.upgrade(job, path, watch, keep=keep)
    if as_json:
        write_json({"was": done.was, "now": done.now, "backup": str(done.backup) if done.backup else None})
        return
    if done.was == done.now:
        _say(job, tell(job.lang, "The store has its newest form already: {form}", form=done.now))
        return
    if done.backup:
        _say(job, tell(job.lang, "As it was, it is in {path}", path=done.backup))
    _say(job, tell(job.lang, "The store had form {was} and has form {form} now", was=done.was, form=done.now))


def _json(contents: Contents) -> dict[str, Any]:
    return asdict(contents.header) | {"tables": {name: asdict(each) for name, each in contents.sums.items()}}


def _outcome(done: Restored) -> dict[str, Any]:
    return {
        "occurrences": done.occurrences,
        "different": list(done.different),
        "taken_back": done.taken_back,
        "held": done.held,
        "trail": proof_json(done.proof),
    }


def _moment(job: Job, header: Header) -> str:
    """Of which moment a backup is, where the office is; what is no moment is given as it stands."""
    try:
        return moment_words(datetime.fromisoformat(header.moment), job.settings.zone, job.lang)
    except ValueError:
        return header.moment


def _rows(contents: Contents) -> int:
    return sum(each.rows for each in contents.sums.values())


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def _say(job: Job, words: str) -> None:
    job.console.print(words, soft_wrap=True)


def _hint(job: Job, words: str) -> None:
    job.console.print(f"  → {words}", style="green", soft_wrap=True)
