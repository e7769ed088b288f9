"""The words of the pages of feeds, by what things are called inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from calendars.catalogue import msg, say
from calendars.feedquery import FeedQuestion
from calendars.links import Fetches
from calendars.pages.frame import TONGUES
from calendars.wording import day_words, kind_word, local_day, name, names
from scheduler.plan import Directory

PUBLIC, SECRET, REVOKED = msg("public address"), msg("secret address"), msg("revoked on {day}")
NEVER, LAST, FETCHED = msg("never fetched"), msg("last fetched on {day}"), msg("{client}: {count} times, last on {day}")
MADE = msg("Made on")

CLIENTS: Mapping[str, str] = {
    "google": "Google Calendar",
    "outlook": "Outlook",
    "apple": "Apple Calendar",
    "thunderbird": "Thunderbird",
    "davx5": "DAVx⁵, ICSx⁵",
    "vdirsyncer": "vdirsyncer",
    "browser": msg("a browser"),
    "other": msg("another program"),
}
"""Kinds of programs; the names of products are said in no other way."""

_PRODUCTS = ("google", "outlook", "apple", "thunderbird", "davx5", "vdirsyncer")

ACTS: Mapping[str, str] = {"rotate": msg("Give it another address"), "revoke": msg("Revoke")}
GETS: Mapping[str, str] = {
    "rotate": msg(
        "It gets a new secret address, which is shown once. The old address answers no more from that moment on."
    ),
    "revoke": msg("Its address answers no more from that moment on, for good. It cannot be taken back."),
}
DONE: Mapping[str, str] = {
    "new": msg("The feed is made."),
    "rotate": msg("It has another address. The old one answers no more."),
    "revoke": msg("It is revoked."),
}
ANEW: Mapping[str, str] = {
    "rotate": msg("Whoever fetches it now has to be given the new address, and subscribe anew:"),
    "revoke": msg("Whoever fetches it now keeps what was fetched and gets no changes:"),
}
NOBODY = msg("Nobody has fetched it yet.")

FAULTS: Mapping[str, str] = {
    "label": msg("Write a name of 1 to 120 characters on one line, such as “Lịch Mặt trận tỉnh”."),
    "slug": msg("Write an end of the address of letters without marks, digits and hyphens."),
    "taken": msg("This address was given already, and is never given again: write another end."),
    "involving": msg("Choose an organisation that you act for."),
}

NO_LINK = msg("There is no such feed here, or it is of an organisation that you do not act for.")
NO_DEED = msg("A feed can be given another address or revoked, and nothing else.")
OVER = msg("It is revoked, for good. Make another one.")
IS_PUBLIC = msg("Its address is public and no secret: revoke it, and make another one.")
AGAIN = msg("This feed was made already, and its address shown once. If it was not kept, give it another one.")
STALE = msg("Somebody has changed this since you looked. Look again, and decide anew.")
LOOK_AGAIN = msg("Look again")
FOR_HEADS = msg("Heads of its organisations make, change and revoke feeds.")
COMMON = msg("It is of no single organisation: whoever looks after the installation changes it.")
CUT = msg("Feeds {first} – {last} of {count}; the others stand on other pages.")

PARTNERS, KINDS, LEADS, INVOLVING, PLANS = (
    msg("Partners"), msg("Kinds of duty"), msg("Lead"), msg("Leads or coordinates"), msg("Plans"),
)  # fmt: skip
EYES, LANGUAGE, BESIDES, DAYS = msg("By whose eyes"), msg("Language of the calendar"), msg("Besides"), msg("Days")
EVERYONE, ALL_KINDS = msg("every partner"), msg("all kinds but tasks")
STEPS, ALARMS = msg("Preparation steps as events of their own"), msg("An alarm a week and a day before")


def scope(question: FeedQuestion, directory: Directory, lang: str) -> tuple[tuple[str, str], ...]:
    """What a feed shows, as labels and values."""
    chosen, voice = question.selection, question.voice
    partners = names(chosen.partners, directory, lang, "; ") if chosen.partners else say(lang, EVERYONE)
    kinds = ", ".join(kind_word(kind, lang) for kind in chosen.kinds) if chosen.kinds else say(lang, ALL_KINDS)
    span = " – ".join(day_words(day, lang) if day else "…" for day in (chosen.first, chosen.last))
    besides = [say(lang, STEPS)] if voice.steps else []
    besides += [say(lang, ALARMS)] if question.alarms else []
    found = (
        (PARTNERS, partners),
        (KINDS, kinds),
        (LEADS, names(chosen.leads, directory, lang, "; ")),
        (INVOLVING, names(chosen.involving, directory, lang, "; ")),
        (PLANS, ", ".join(chosen.plans)),
        (DAYS, span if chosen.first or chosen.last else ""),
        (EYES, name(voice.eyes, directory, lang) if voice.eyes else ""),
        (LANGUAGE, TONGUES[voice.lang]),
        (BESIDES, "; ".join(besides)),
    )
    return tuple((say(lang, label), value) for label, value in found if value)


def how_words(slug: str | None, revoked_at: datetime | None, lang: str) -> str:
    """What sort of address it has, or that it has none any more."""
    if revoked_at is not None:
        return say(lang, REVOKED, day=day_words(local_day(revoked_at), lang))
    return say(lang, PUBLIC if slug else SECRET)


def fetched_words(fetch: Fetches, lang: str) -> str:
    """Which program fetched it, how often, and when last."""
    client = (
        CLIENTS[fetch.client] if fetch.client in _PRODUCTS else say(lang, CLIENTS.get(fetch.client, CLIENTS["other"]))
    )
    return say(lang, FETCHED, client=client, count=fetch.count, day=day_words(local_day(fetch.last_at), lang))


def used_words(fetches: tuple[Fetches, ...], lang: str) -> str:
    """When it was last fetched by anybody."""
    if not fetches:
        return say(lang, NEVER)
    return say(lang, LAST, day=day_words(local_day(max(fetch.last_at for fetch in fetches)), lang))
