"""What `luanphien outbox …` answers: mails on their way, and what a person may do to them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from config.chainfile import load_chains
from config.office import Office
from config.outboxscreens import (
    SHORT,
    Eyes,
    done_screen,
    line_json,
    list_screen,
    mail_json,
    refusal_words,
    show_screen,
)
from config.outboxwords import fault_words
from config.session import NOTHING, USAGE, Job, fail, write_json
from config.words import tell
from notifications import byhand, outbook
from notifications.advice import UNTITLED, titles
from notifications.byhand import Done
from notifications.outbook import HELD_BY_RESTORE, Envelope, Line
from notifications.policy import chain_step
from notifications.tables import DeliveryState
from scheduler import store

LONGEST_WHO = 64
"""Characters of a name that the audit keeps."""

Act = Callable[[Session, Iterable[str], str, datetime], tuple[Done, ...]]


def list_(job: Job, states: Sequence[DeliveryState], address: str | None, count: int, *, as_json: bool) -> None:
    """The mails, those in trouble first. None at all is an answer too."""
    with job.database.read() as session:
        counts = outbook.counts(session)
        mails, more = outbook.listed(session, states, address, count)
        eyes = eyes_of(job, session, ())
    if as_json:
        found = {state.value: number for state, number in counts.items()}
        write_json({"counts": found, "mails": [mail_json(mail) for mail in mails], "more": more})
    elif counts:
        job.console.print(list_screen(counts, mails, more, eyes))
    else:
        job.console.print(tell(job.lang, "No mail has been put into the outbox yet"), style="yellow")
        hint = "luanphien remind --preview shows what is to come, luanphien remind --once sends what is due"
        job.console.print(f"  → {tell(job.lang, hint)}", style="green")


def show(job: Job, prefix: str, *, raw: bool, as_json: bool) -> None:
    """One mail: envelope, what it tells, what became of it; or the exact bytes that were stored."""
    with job.database.read() as session:
        mail = _one(job, session, prefix)
        told, passages = outbook.lines(session, [mail.id])[mail.id], outbook.passages(session, mail.id)
        eyes, message = eyes_of(job, session, told), outbook.raw(session, mail.id)
    if raw:
        if message is None:
            what = tell(job.lang, "the mail {ident} has not been written yet", ident=mail.id[:SHORT])
            fail(what, tell(job.lang, "it is written when it is sent"), NOTHING)
        sys.stdout.flush()
        sys.stdout.buffer.write(message)
        sys.stdout.buffer.flush()
    elif as_json:
        happened = [
            {"at": one.at.isoformat(), "state": one.state, "detail": one.detail, "who": one.worker} for one in passages
        ]
        means, fix = fault_words(mail.last_error, job.lang) if mail.last_error else (None, None)
        advice = {"error_means": means, "to_do": fix}
        tells = [line_json(line, eyes) for line in told]
        write_json(mail_json(mail) | advice | {"tells": tells, "history": happened})
    else:
        job.console.print(show_screen(mail, told, passages, eyes))


def retry(job: Job, prefixes: Sequence[str], states: Sequence[DeliveryState], who: str, *, as_json: bool) -> None:
    """Let mails go now: those named, and all in these states; exits with 1 when one of them stays as it is."""
    if not prefixes and not states:
        what = tell(job.lang, "no mail is named")
        fail(what, tell(job.lang, "give the beginning of an id, --dead or --quarantined"), USAGE)
    _act(job, byhand.retry, prefixes, states, who, as_json=as_json)


def hold(job: Job, prefixes: Sequence[str], who: str, *, as_json: bool) -> None:
    """Keep mails from going; exits with 1 when one of them stays as it is."""
    _act(job, byhand.hold, prefixes, (), who, as_json=as_json)


def release(job: Job, prefixes: Sequence[str], who: str, *, restored: bool, as_json: bool) -> None:
    """Let held mails go: those named, and all that a restore holds; exits with 1 when one of them stays as it is."""
    if not prefixes and not restored:
        fail(tell(job.lang, "no mail is named"), tell(job.lang, "give the beginning of an id, or --restored"), USAGE)
    _act(job, byhand.release, prefixes, (), who, held_for=HELD_BY_RESTORE if restored else None, as_json=as_json)


def _act(
    job: Job,
    act: Act,
    prefixes: Sequence[str],
    states: Sequence[DeliveryState],
    who: str,
    *,
    held_for: str | None = None,
    as_json: bool,
) -> None:
    with job.database.write() as session:
        mails = {_one(job, session, prefix).id for prefix in prefixes}
        mails |= {mail.id for mail in outbook.in_states(session, states)} if states else set()
        mails |= {*outbook.held_for(session, held_for)} if held_for else set()
        done = act(session, sorted(mails), who[:LONGEST_WHO], job.now())
        eyes = eyes_of(job, session, ())
    if as_json:
        write_json(
            [
                mail_json(one.mail)
                | {
                    "refused": one.refusal,
                    "because": refusal_words(one.mail, one.refusal, eyes) if one.refusal else None,
                }
                for one in done
            ]
        )
    elif done:
        job.console.print(done_screen(done, eyes))
    else:
        job.console.print(tell(job.lang, "No mail is like that"), style="dim")
    if any(one.refusal for one in done):
        sys.exit(NOTHING)


def _one(job: Job, session: Session, prefix: str) -> Envelope:
    """The one mail whose id begins so; says what to do when there is none, or more than one."""
    found = outbook.beginning(session, prefix)
    if not prefix or not found:
        what = tell(job.lang, "no mail has an id that begins with {prefix}", prefix=prefix)
        fail(what, tell(job.lang, "luanphien outbox list shows them"), NOTHING)
    if len(found) > 1:
        what = tell(job.lang, "several mails have an id that begins with {prefix}", prefix=prefix)
        fail(what, tell(job.lang, "write more of it: {near}", near=", ".join(mail.id for mail in found)), USAGE)
    return found[0]


def eyes_of(job: Job, session: Session, told: Iterable[Line], lang: str | None = None) -> Eyes:
    """How whoever asks sees these lines; in the language of screens, or in another."""
    lines = tuple(told)
    records = store.found(session, {line.occurrence for line in lines})
    called = UNTITLED
    if any(chain_step(line.step) for line in lines):
        chains = load_chains(job.settings.chains)
        called = titles(records.values(), Office(session, job.today()).steps_of(chains))
    return Eyes(lang or job.lang, job.settings.zone, store.directory_of(session), records, called)
