"""The pages officers sign in and out by: plain values in, HTML out. No script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from calendars.catalogue import msg, say
from calendars.pages.frame import Frame, fill


class Word(StrEnum):
    """What is said on a page of its own, or above the form it is about."""

    WRONG = "wrong"  # name or password; which, and why, is told to nobody
    WAIT = "wait"  # `minutes`
    SEAL = "seal"  # the form is of another session, or of none
    ELSEWHERE = "elsewhere"  # the form came from another site
    UNREADABLE = "unreadable"
    LARGE = "large"
    OVER = "over"  # the session is
    ROLE = "role"
    LINK = "link"  # used, replaced, too old, or never made
    BUSY = "busy"  # somebody else is writing, or the store does not answer
    AGAIN = "again"  # the way there and back was not gone from here, or not to its end
    SILENT = "silent"  # the provider does not answer
    UNTRUSTED = "untrusted"  # what it said cannot be believed
    STRANGER = "stranger"  # its account opens nothing here; why is told to nobody
    SHUT = "shut"  # no passwords are taken
    ALONE = "alone"  # there is no provider
    PLAIN = "plain"  # neither https nor this machine itself
    OUT = "out"
    EVERYWHERE = "everywhere"
    SET = "set"


_WORDS: Mapping[Word, tuple[str, str]] = {
    Word.WRONG: (msg("Sign in"), msg("The name or the password is not right.")),
    Word.WAIT: (
        msg("Please wait"),
        msg("There were too many tries to sign in. Try again in {minutes} min; a right password does not help before."),
    ),
    Word.SEAL: (
        msg("Nothing was changed"),
        msg("The form is too old, or the browser sent no cookie. Allow cookies, open the page again and repeat."),
    ),
    Word.ELSEWHERE: (
        msg("Nothing was changed"),
        msg("The form was not sent from a page of this site. Open the page here and repeat."),
    ),
    Word.UNREADABLE: (
        msg("Nothing was changed"),
        msg("What was sent cannot be read. Open the page again and type it in the form."),
    ),
    Word.LARGE: (msg("Nothing was changed"), msg("What was sent is too large. Open the page again and type less.")),
    Word.OVER: (msg("Your session has ended"), msg("Nothing was changed. Sign in, and do it again.")),
    Word.ROLE: (
        msg("This is not for your role"),
        msg("Nothing was changed. Whoever looks after the programme at your office can give you another role."),
    ),
    Word.LINK: (
        msg("This link works no more"),
        msg(
            "It was used, a newer one was sent, or its hour is over. Ask whoever looks after the programme for another."
        ),
    ),
    Word.BUSY: (msg("Nothing was changed"), msg("The store is busy, or does not answer. Try again in a minute.")),
    Word.PLAIN: (
        msg("Nobody can sign in here"),
        msg(
            "Passwords are taken over https only. Whoever runs the server sets LUANPHIEN_BASE_URL to its https address."
        ),
    ),
    Word.AGAIN: (
        msg("You are not signed in"),
        msg(
            "The sign-in was not finished: it was cancelled, took longer than ten minutes, was begun in another "
            "window, or the browser sent no cookie. Allow cookies, and begin again."
        ),
    ),
    Word.SILENT: (
        msg("The sign-in service does not answer"),
        msg(
            "The service that keeps your account cannot be reached, or its answer cannot be used. "
            "Try again in some minutes; if it stays so, tell whoever looks after the programme at your office."
        ),
    ),
    Word.UNTRUSTED: (
        msg("You are not signed in"),
        msg(
            "The answer of the service that keeps your account could not be verified, so nobody was signed in. "
            "Begin again; if it stays so, tell whoever looks after the programme at your office."
        ),
    ),
    Word.STRANGER: (
        msg("Your account opens nothing here"),
        msg(
            "Accounts are let in one by one, by the mail address the office has noted. Ask whoever looks after the "
            "programme at your office to enter you, or to look why your account is not let in."
        ),
    ),
    Word.SHUT: (
        msg("No passwords are taken here"),
        msg("At this office one signs in with the account of the office. Open the sign-in page and choose it."),
    ),
    Word.ALONE: (
        msg("There is no such way to sign in"),
        msg("This installation is bound to no other sign-in service. Open the sign-in page."),
    ),
    Word.OUT: (msg("You are signed out"), msg("This browser knows nothing of you any more.")),
    Word.EVERYWHERE: (msg("You are signed out"), msg("Every session you had has ended, here and on other machines.")),
    Word.SET: (msg("The password is set"), msg("Every earlier session has ended. Sign in with the new password.")),
}
"""Of each word its title and what is said."""

_WITH_DOOR = frozenset({
    Word.OVER, Word.OUT, Word.EVERYWHERE, Word.SET, Word.SEAL,
    Word.AGAIN, Word.SILENT, Word.UNTRUSTED, Word.STRANGER, Word.SHUT, Word.ALONE,
})  # fmt: skip
"""From these the way leads to the sign-in page."""

_FAULTS: Mapping[str, str] = {
    "short": msg("This is too short: take at least {least} characters, such as four or five words."),
    "long": msg("This is too long: take at most {most} characters."),
    "common": msg("This is among the first that are tried: take another one."),
    "control": msg("It holds characters that cannot be typed again: take others."),
    "other": msg("The two are not the same: type both again."),
}

_ROLES: Mapping[str, str] = {
    "reader": msg("reads"),
    "officer": msg("officer"),
    "head": msg("head"),
    "admin": msg("looks after the installation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The form. `next` is the path one comes from; `minutes` for who has to wait.

    `elsewhere` is the words of the button that leads to an account elsewhere, empty for our own; None: there is none.
    `passwords`: they are taken.
    """

    seal: str = field(repr=False)
    next: str = ""
    name: str = ""
    problem: Word | None = None
    minutes: int = 0
    elsewhere: str | None = None
    passwords: bool = True

    @property
    def way(self) -> str:
        """The path to the account elsewhere, without its language."""
        return f"/sign-in/elsewhere?{urlencode({'next': self.next})}" if self.next else "/sign-in/elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """The form for a password: whose it is, how long it must be, and what is wrong with what was typed."""

    name: str
    login: str
    least: int
    most: int
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who is signed in. `organisations` are names; `reminded`: who they are among those who are written to."""

    ident: str
    name: str
    address: str
    role: str
    organisations: tuple[str, ...]
    sessions: int
    reminded: str | None = None


def sign_in_page(view: SignIn, frame: Frame) -> str:
    """HTML of the sign-in form."""
    problem = say(frame.lang, _WORDS[view.problem][1], minutes=view.minutes) if view.problem else None
    return fill("sign-in.html", frame, view=view, problem=problem)


def password_page(view: NewPassword, frame: Frame) -> str:
    """HTML of the form for a new password."""
    problem = say(frame.lang, _FAULTS[view.fault], least=view.least, most=view.most) if view.fault else None
    return fill("password.html", frame, view=view, problem=problem)


def account_page(view: Account, frame: Frame) -> str:
    """HTML that tells an officer who they are here."""
    return fill("account.html", frame, view=view, role=say(frame.lang, _ROLES[view.role]))


def word_page(word: Word, frame: Frame, **fields: int) -> str:
    """HTML that says one thing; `fields` are filled in."""
    title, reason = (say(frame.lang, words, **fields) for words in _WORDS[word])
    return fill("word.html", frame, title=title, reason=reason, way=word in _WITH_DOOR)


def kept_page(path: str, fields: tuple[tuple[str, str], ...], seal: str, frame: Frame) -> str:
    """HTML that holds what was typed into a form at `path`; `seal` empty: nobody is signed in yet."""
    return fill("kept.html", frame, path=path, fields=fields, seal=seal)
