"""What the pages of people show and do, each in one look at the store or one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from calendars.catalogue import say
from calendars.pages import people as pages
from calendars.pages import peoplewords as words
from calendars.pages.choices import Choice
from calendars.pages.frame import Frame
from calendars.portion import check_page, turning
from calendars.query import RefusalError
from calendars.search import plain
from calendars.wording import day_words
from config import peopleforms as forms
from config import peopleviews as views
from config.access import RULES
from config.chainfile import load_chains
from config.contactanswers import AHEAD
from config.contactfile import yaml_of
from config.contactscreens import Room
from config.deskforms import MOST_REASON, DeedForm
from config.foreseeing import preview
from config.office import Office
from config.officers import Officer
from config.outboxanswers import eyes_of
from config.peopledeeds import Bar, Deed, bar, do, minutes_left, save
from config.peopleforms import PersonForm
from config.peoplesight import Asked, View, view_of
from config.session import Job
from notifications import mailboxbook
from notifications.advice import UNTITLED, titles
from notifications.contacts import Contact
from notifications.policy import chain_step

ON_PAGE = 20
"""People on one page."""

MOST_TOLD = 20
"""Mails that came back, and changes of an address, that are shown."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The list of people, as officers see it and act on it."""

    job: Job

    def listed(self, who: Asked, typed: str, body: str, state: str, page: int) -> str:
        """One page of the people of their organisations."""
        with self.job.office() as desk:
            view = view_of(desk, who)
        room = view.room
        mine = [one for one in view.everyone.values() if view.sight.covers(one.organisation)]
        offered = {one.organisation for one in mine}
        if body and body not in offered:
            raise RefusalError(HTTPStatus.BAD_REQUEST, words.NO_CHOICE)
        chosen = [
            one
            for one in views.in_order(mine, room)
            if (not body or one.organisation == body)
            and views.stands_as(room.standing(one), state)
            and plain(typed) in plain(f"{one.name}\n{one.id}\n{one.address}")
        ]
        passed = (page - 1) * ON_PAGE
        shown = chosen[passed : passed + ON_PAGE]
        check_page(page, shown)
        frame = who.frame
        more = len(chosen) > passed + len(shown)
        if more or page > 1:
            last = passed + len(shown)
            note = say(who.lang, words.CUT, first=passed + 1, last=last, count=len(chosen))
            frame = replace(frame, note=note, turning=turning(frame, page, more=more))
        few = 1 < len(offered) <= forms.MOST_CHOICES
        roll = pages.Roll(
            people=tuple(views.card(one, room) for one in shown),
            words=typed,
            bodies=views.bodies(offered, body, room, none=say(who.lang, words.CHOICES[""])) if few else (),
            states=tuple(Choice(one, say(who.lang, label), one == state) for one, label in words.CHOICES.items()),
            narrowed=bool(typed or body or state),
            may_add=may_act(who.officer) and not view.sight.nobodys,
            nobodys=view.sight.nobodys,
        )
        return pages.people_page(roll, frame)

    def show(self, who: Asked, ident: str, done: str | None = None) -> str:
        """One person whole."""
        with self.job.office() as desk:
            view = view_of(desk, who)
            contact = view.one(who.officer, ident)
            eyes = eyes_of(self.job, desk.session, (), who.lang)
            most = 0 if view.shared(contact) else MOST_TOLD  # what others did and wrote about it is theirs
            returned = mailboxbook.returned(desk.session, contact.address, most)
            story = mailboxbook.story(desk.session, contact.address, most)
        room = view.room
        span = (room.today, room.today + AHEAD)
        keeps = view.sight.covers(contact.organisation)
        acts = tuple(
            (name, say(who.lang, label))
            for name, label in words.ACTS.items()
            if keeps and may_act(who.officer) and (name == "edit" or self._bar(view, Deed(name), contact) is None)
        )
        first, last = (day_words(day, who.lang) for day in span)
        stays = None if acts else say(who.lang, words.FOR_HEADS if keeps else words.NOT_YOURS)
        return pages.person_page(
            pages.Person(
                card=views.card(contact, room),
                facts=views.facts(contact, room),
                acts=acts,
                stays=stays,
                span=f"{first} – {last}",
                days=self._ahead(contact, room),
                silent=views.silence(contact, room),
                returned=views.returned(returned, eyes),
                story=views.story(story, eyes),
                done=done,
            ),
            who.frame,
        )

    def _ahead(self, contact: Contact, room: Room) -> tuple[pages.Day, ...]:
        """The reminders they get, by day: those of `luanphien contacts show`."""
        span = (room.today, room.today + AHEAD)
        mails = [one for one in preview(self.job, *span, contact.address) if one[0].slot.recipient == contact.recipient]
        called = UNTITLED
        if any(chain_step(reminder.slot.step) for reminder, _ in mails):
            with self.job.office() as desk:
                records = [record for _, record in mails if record is not None]
                called = titles(records, desk.steps_of(load_chains(self.job.settings.chains)))
        return views.ahead(mails, room, called)

    def ask(self, who: Asked, ident: str, deed: Deed) -> tuple[str, int]:
        """What an act will do, or why it cannot be done."""
        with self.job.office() as desk:
            view = view_of(desk, who)
        contact = view.kept(ident)
        why = self._bar(view, deed, contact)
        if why is not None:
            return self._left(who, view, contact, why), HTTPStatus.CONFLICT
        gets = say(who.lang, words.GETS[deed], address=contact.address, name=contact.name)
        page = pages.Deed(
            card=views.card(contact, view.room),
            name=deed.value,
            label=say(who.lang, words.ACTS[deed]),
            gets=(gets,),
            reasoned=deed.reasoned,
            most=MOST_REASON,
            seen=view.stands(contact),
            seal=who.seal,
        )
        return pages.deed_page(page, who.frame), HTTPStatus.OK

    def do(self, who: Asked, ident: str, deed: Deed, sent: DeedForm) -> tuple[str, int]:
        """Do it, unless the person is not as they saw them, or it cannot be done."""
        with self.job.database.write() as session:
            view = view_of(Office(session, self.job.today()), who)
            contact = view.kept(ident)
            if view.stands(contact) != sent.seen:
                return self._stale(who, ident), HTTPStatus.CONFLICT
            why = self._bar(view, deed, contact)
            if why is not None:
                return self._left(who, view, contact, why), HTTPStatus.CONFLICT
            done = do(session, deed, contact, self.job.now(), who.officer.id, sent.reason.strip())
        if not done:
            return self._left(who, view, contact, Bar.LATELY), HTTPStatus.CONFLICT
        if deed is Deed.REMOVE:
            frame = replace(who.frame, path="/people")
            return pages.gone_page(pages.Gone(name=contact.name, lines=yaml_of([contact])), frame), HTTPStatus.OK
        return self.show(who, ident, say(who.lang, words.DONE[deed])), HTTPStatus.OK

    def blank(self, who: Asked, ident: str | None, sent: PersonForm | None = None) -> str:
        """The form, empty, with what is known, or as it was left."""
        with self.job.office() as desk:
            view = view_of(desk, who, stored=True)
        before = view.kept(ident) if ident is not None else None
        given = forms.typed(sent) if sent else forms.filled(before, next(iter(who.officer.organisations), ""))
        seen_then = sent.seen if sent else view.stands(before)
        return pages.blank_page(self._blank(who, view, given, {}, ident, seen_then), self._path(who, ident))

    def look(self, who: Asked, ident: str | None, sent: PersonForm) -> tuple[str, int]:
        """What saving changes, or the form with what cannot be used."""
        with self.job.office() as desk:
            view = view_of(desk, who, stored=True)
        before = view.kept(ident) if ident is not None else None
        if view.stands(before) != sent.seen:
            return self._stale(who, ident), HTTPStatus.CONFLICT
        contact, faults = self._read(view, ident, sent)
        form = self._blank(who, view, forms.typed(sent), faults, ident, sent.seen)
        if contact is None:
            return pages.blank_page(form, self._path(who, ident)), HTTPStatus.BAD_REQUEST
        notes = forms.notes(contact, before, view.everyone.values(), view.sight, view.room)
        change = forms.change(form, sent, contact, before, view.room, notes)
        return pages.change_page(change, self._path(who, ident)), HTTPStatus.OK

    def save(self, who: Asked, ident: str | None, sent: PersonForm) -> tuple[str, int]:
        """Save it, unless it changed meanwhile, or cannot be used any more."""
        with self.job.database.write() as session:
            view = view_of(Office(session, self.job.today()), who, stored=True)
            before = view.kept(ident) if ident is not None else None
            if view.stands(before) != sent.seen:
                return self._stale(who, ident), HTTPStatus.CONFLICT
            contact, faults = self._read(view, ident, sent)
            if contact is None:
                form = self._blank(who, view, forms.typed(sent), faults, ident, sent.seen)
                return pages.blank_page(form, self._path(who, ident)), HTTPStatus.BAD_REQUEST
            asked = save(session, contact, before, self.job.now(), who.officer.id) if contact != before else False
        who = replace(who, frame=replace(who.frame, path=f"/people/{contact.id}"))
        return self.show(who, contact.id, say(who.lang, words.DONE["asked" if asked else "saved"])), HTTPStatus.OK

    def _read(self, view: View, ident: str | None, sent: PersonForm) -> tuple[Contact | None, Mapping[str, str]]:
        read = forms.read(sent, ident or sent.id.strip(), view.sight)
        if ident is None and sent.id.strip() in view.everyone:
            return None, {**read.faults, "id": words.FAULTS["taken"]}
        return read.contact, read.faults

    def _blank(
        self,
        who: Asked,
        view: View,
        given: tuple[dict[str, str], list[str]],
        faults: Mapping[str, str],
        ident: str | None,
        seen_then: str,
    ) -> pages.Blank:
        offered = [body for body in view.room.directory.organisations if view.sight.covers(body)]
        return forms.sealed_with(forms.blank(given, faults, ident, offered, view.room), seen_then, who.seal)

    def _bar(self, view: View, deed: Deed, contact: Contact) -> Bar | None:
        return bar(deed, view.room.standing(contact), self.job.now(), shared=view.shared(contact))

    def _left(self, who: Asked, view: View, contact: Contact, why: Bar) -> str:
        left = minutes_left(view.room.standing(contact), self.job.now())
        said = say(who.lang, words.REFUSALS[why], minutes=left)
        path = f"/people/{contact.id}"
        return pages.left_page(pages.Left(why=said, path=path, label=contact.name), who.frame)

    def _stale(self, who: Asked, ident: str | None) -> str:
        path = "/people" if ident is None else f"/people/{ident}"
        left = pages.Left(why=say(who.lang, words.STALE), path=path, label=say(who.lang, words.LOOK_AGAIN))
        return pages.left_page(left, self._path(who, ident))

    def _path(self, who: Asked, ident: str | None) -> Frame:
        return who.frame if ident is None else replace(who.frame, path=f"/people/{ident}/edit")


def may_act(officer: Officer) -> bool:
    """Whether they may act on people at all."""
    return officer.may(RULES["/people/{id}/{act}"].least)
