"""The file of people: what it means, what is said of one with faults, and that it comes out as it went in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.contactfile import (
    LONGEST_QUIET,
    MOST_PEOPLE,
    OWN_FIXES,
    ContactModel,
    contact_from,
    contacts_from,
    fields_of,
    quiet_words,
    yaml_of,
)
from config.files import HOME, directory_files
from config.planfile import OTHERWISE, SENTENCES, SourceFile, load
from config.words import problem_json
from notifications.contacts import CalendarWay, Contact, Mails, Quiet, Rank
from scheduler.plan import Directory
from tests.unit.docs.pages import DOCS, blocks, code, tables, text_of

SAMPLE = Path(__file__).parents[2] / "data" / "valid" / "contacts.yaml"
AFFAIRS = "so-ngoai-vu-quang-tri"


@cache
def directory() -> Directory:
    """The packaged one."""
    return load(directory_files(None).files, ()).directory


def read(text: str) -> tuple[Contact, ...]:
    """The people of a sound file."""
    found, problems = contacts_from(SourceFile("contacts.yaml", text), directory())
    assert problems == ()
    return found


def faults(text: str) -> list[tuple[int, int, str, str, str]]:
    """Line, column, field, message and fix of every fault, in English; such a file gives nobody."""
    found, problems = contacts_from(SourceFile("contacts.yaml", text), directory())
    assert found == ()
    shown = [problem_json(problem, "en") for problem in problems]
    return [(int(p["line"]), int(p["column"]), str(p["field"]), str(p["message"]), str(p["fix"])) for p in shown]


def one(**fields: str) -> str:
    """A file of one person, a field a line: name on line 3, organisation on 4, mail on 5, then the others."""
    given = {"name": "Lan", "organisation": AFFAIRS, "mail": "lan@quang-tri.example", **fields}
    return "contacts:\n  lan:\n" + "".join(f"    {name}: {value}\n" for name, value in given.items() if value)


LAN = Contact(
    id="lan",
    name="Lan",
    organisation=AFFAIRS,
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="vi",
)


def test_what_is_left_out_has_its_default() -> None:
    assert read(one()) == (LAN,)


def test_everything_written_out() -> None:
    fields = {"rank": "head", "lang": "km", "mails": "digest", "calendar": "invitations", "quiet": "[sun, 2026-12-24]"}
    christmas = date(2026, 12, 24)
    assert read(one(**fields)) == (
        replace(
            LAN,
            rank=Rank.HEAD,
            lang="km",
            mails=Mails.DIGEST,
            calendar=CalendarWay.INVITATIONS,
            quiet=Quiet(frozenset({6}), ((christmas, christmas),)),
        ),
    )


@pytest.mark.parametrize(
    ("organisation", "lang"),
    [(AFFAIRS, "vi"), ("mat-tran-lao-savannakhet", "lo"), ("ubmt-campuchia-takeo", "km")],
)
def test_language_is_that_of_their_side(organisation: str, lang: str) -> None:
    assert [contact.lang for contact in read(one(organisation=organisation))] == [lang]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Lan@Quang-Tri.example", "Lan@quang-tri.example"),
        ("lan@quảng-trị.example", "lan@xn--qung-tr-rn4c1n.example"),
        ("  lan@quang-tri.example  ", "lan@quang-tri.example"),
    ],
)
def test_an_address_in_the_form_every_server_takes(written: str, address: str) -> None:
    assert [contact.address for contact in read(one(mail=f"'{written}'"))] == [address]


def test_the_sample() -> None:
    found = read(SAMPLE.read_text(encoding="utf-8"))
    assert [(c.id, c.organisation, c.rank, c.lang) for c in found if c.organisation == AFFAIRS] == [
        ("hung", AFFAIRS, Rank.HEAD, "vi"),
        ("lan", AFFAIRS, Rank.SPECIALIST, "vi"),
        ("mai", AFFAIRS, Rank.DEPUTY_DIRECTOR, "vi"),
    ]
    assert (len(found), [c.id for c in found if c.lang == "lo"]) == (10, ["khamla"])
    assert [c.id for c in found if c.mails is Mails.DIGEST] == ["binh"]
    assert [c.id for c in found if c.calendar is CalendarWay.INVITATIONS] == ["thao"]
    assert [c.id for c in found if c.quiet != Quiet()] == ["dung"]


ALONE = "write the address alone, such as lan@quang-tri.gov.vn"
LIKE = "write it as lan@quang-tri.gov.vn"
SINGLE = "write the one they read: each person has one address"
PLAIN = "ask for an address of plain letters, digits, dots and hyphens"


@pytest.mark.parametrize(
    ("mail", "said", "fix"),
    [
        ("lan@quang-tri.example, mai@quang-tri.example", "{} is more than one address", SINGLE),
        ("lan@quang-tri.example;mai@quang-tri.example", "{} is more than one address", SINGLE),
        ("lân@quang-tri.example", "{} has letters before the @ that most mail servers refuse", PLAIN),
        ("Lan <lan@quang-tri.example>", "{} is more than an address", ALONE),
        ("<lan@quang-tri.example>", "{} is more than an address", ALONE),
        ("=?utf-8?q?=0D=0ABcc?=@quang-tri.example", "{} is more than an address", ALONE),
        ("lan", "{} is not an address that mail can go to", LIKE),
        ("lan@quang-tri", "{} is not an address that mail can go to", LIKE),
        ("lan@quang-tri.invalid", "{} is not an address that mail can go to", LIKE),
        (f"{'l' * 65}@quang-tri.example", "{} is not an address that mail can go to", LIKE),
    ],
)
def test_an_address_that_cannot_be_used(mail: str, said: str, fix: str) -> None:
    assert faults(one(mail=f'"{mail}"')) == [(5, 5, "contacts.lan.mail", said.format(mail), fix)]


@pytest.mark.parametrize(
    ("name", "said", "fix"),
    [
        ('"Lan\\nBcc"', "the name has more than one line", "write it on one line"),
        ('"=?UTF-8?Q?=0D=0ABcc?="', "the name holds =?, which mail programs take for a code",
         "write the name without it"),
        (f'"{"n" * 201}"', "name is longer than 200 characters", "shorten it"),
        ('""', "name is empty", "write it, or remove the line"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used(name: str, said: str, fix: str) -> None:
    assert faults(one(name=name)) == [(3, 5, "contacts.lan.name", said, fix)]


@pytest.mark.parametrize("letter", ["\\r", "\\x07", "\\u2028", "\\u202e", "\\ud83d"])
def test_control_characters_are_refused(letter: str) -> None:
    [(line, _, _, said, _)] = faults(one(name=f'"Lan{letter}"'))
    assert (line, "control character" in said or "well-formed" in said) == (3, True)


DAYS = "write mon, tue, wed, thu, fri, sat or sun, a day such as 2026-12-24, or FIRST/LAST"


@pytest.mark.parametrize(
    ("item", "said", "fix"),
    [
        ("saturday", "{} is not a quiet day", DAYS),
        ("24/12/2026", "{} is not a quiet day", DAYS),
        ("2026-12-24/", "{} is not a quiet day", DAYS),
        ("2026-02-30", "no calendar has the days {}", "correct them"),
        ("2026-12-31/2026-12-20", "{} ends before it begins", "write the first day before the slash"),
        ("0206-12-24", "{} is not in the years 1900 to 2150", "correct the year"),
        ("2026-01-01/2027-01-02", "{} is longer than 366 days",
         "write a shorter span, or take the person off the list"),
    ],
)  # fmt: skip
def test_a_quiet_day_that_cannot_be_used(item: str, said: str, fix: str) -> None:
    expected = (6, 19, "contacts.lan.quiet.1", said.format(item), fix)
    assert faults(one(quiet=f"[ sat, {item}]")) == [expected]


def test_a_year_is_not_too_long() -> None:
    [contact] = read(one(quiet="[2026-01-01/2027-01-01]"))
    [(first, last)] = contact.quiet.spans
    assert last - first == timedelta(days=LONGEST_QUIET - 1)


def test_a_working_day_must_be_left() -> None:
    fix = "leave one of mon, tue, wed, thu and fri, or take the person off the list"
    expected = [(6, 5, "contacts.lan.quiet", "no working day is left on which mail may come", fix)]
    assert faults(one(quiet="[mon, tue, wed, thu, fri]")) == expected
    assert read(one(quiet="[mon, tue, wed, thu, sat, sun]"))[0].quiet.weekdays == frozenset({0, 1, 2, 3, 5, 6})


def test_organisations_nobody_knows() -> None:
    near = (
        4,
        5,
        "contacts.lan.organisation",
        "no organisation is called so-ngoai-vu-quang-ti",
        f"did you mean {AFFAIRS}?",
    )
    assert faults(one(organisation="so-ngoai-vu-quang-ti")) == [near]
    [(_, _, _, said, fix)] = faults(one(organisation="x"))
    assert (said, fix) == (
        "no organisation is called x",
        "use one that is there, or add it to the directory or the plan",
    )


def test_an_id_is_not_that_of_an_organisation() -> None:
    text = one().replace("lan:", f"{AFFAIRS}:", 1)
    said, fix = f"{AFFAIRS} is the id of an organisation", "give the person an id of their own, such as lan"
    assert faults(text) == [(2, 3, f"contacts.{AFFAIRS}", said, fix)]


IDS = "ids are small letters without marks, digits and hyphens, such as lan or nguyen-thi-lan"
FIELDS = "remove it; the fields are name, organisation, rank, mail, lang, mails, calendar and quiet"
START = "write contacts: and the people below it, as luanphien contacts export does"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, 1, "", "the file holds no fields", START)]),
        ("- lan\n", [(1, 1, "", "the file holds no fields", START)]),
        ("contacts:\n", [(1, 1, "contacts", "contacts must hold fields", "write its fields below it, indented")]),
        ("contacts:\n  lan: Lan\n",
         [(2, 3, "contacts.lan", "lan must hold fields", "write its fields below it, indented")]),
        (one().replace("lan:", "Lan:", 1), [(2, 3, "contacts.Lan", "Lan is not written as it should be", IDS)]),
        (one().replace("lan:", f"{'l' * 65}:", 1),
         [(2, 3, f"contacts.{'l' * 65}", f"{'l' * 65} is longer than 64 characters", "shorten it")]),
        (one(mail=""), [(2, 3, "contacts.lan.mail", "the field mail is missing", "add `mail:`")]),
        (one(adress="x"), [(6, 5, "contacts.lan.adress", "the field adress is not known here", FIELDS)]),
        (one(lanq="vi"), [(6, 5, "contacts.lan.lanq", "the field lanq is not known here",
                           "remove it, or did you mean lang?")]),
        (one(rank="boss"), [(6, 5, "contacts.lan.rank", "rank is not one of the known words",
                             "write one of: 'specialist', 'head', 'deputy-director'")]),
        (one(lang="fr"), [(6, 5, "contacts.lan.lang", "lang is not one of the known words",
                           "write one of: 'vi', 'en', 'lo', 'km'")]),
        (one(quiet="sat"), [(6, 5, "contacts.lan.quiet", "quiet must be a list",
                             "write it as [a, b], or one item per line after a dash")]),
        (one() + "  lan: {}\n", [(6, 3, "contacts", "the key lan stands twice", "keep one of the two")]),
        (one(name="&a Lan"), [(3, 11, "contacts.lan.name", "anchors and aliases (& and *) are not read",
                               "write the value out where it is needed")]),
    ],
)  # fmt: skip
def test_every_fault_has_its_place_and_its_fix(text: str, expected: list[tuple[int, int, str, str, str]]) -> None:
    assert faults(text) == expected


def test_faults_are_told_together() -> None:
    text = one(name='"a\\nb"', mail="lan", organisation="x", quiet="[x]")
    assert [(line, field) for line, _, field, _, _ in faults(text)] == [
        (3, "contacts.lan.name"),
        (4, "contacts.lan.organisation"),
        (5, "contacts.lan.mail"),
        (6, "contacts.lan.quiet.0"),
    ]


def test_too_many_people() -> None:
    text = "contacts:\n" + "".join(
        f"  p{n}: {{name: N, organisation: x, mail: a@b.example}}\n" for n in range(MOST_PEOPLE + 1)
    )
    assert [(said, fix) for *_, said, fix in faults(text)] == [("contacts has too many items", "give at most 2000")]


def test_no_fix_sends_people_to_the_schema_of_plans() -> None:
    fixes = {fix for _, fix in (*SENTENCES.values(), OTHERWISE)}
    assert {fix for fix in fixes if "luanphien schema" in fix or "qt-front" in fix} <= OWN_FIXES.keys()


def test_options_are_checked_as_a_file_is() -> None:
    given = {"name": "Lan", "organisation": AFFAIRS, "mail": "lan@quang-tri.example"}
    assert contact_from("lan", given, directory()) == (LAN, ())
    assert contact_from("null", given | {"name": "~"}, directory()) == (replace(LAN, id="null", name="~"), ())
    none, [problem] = contact_from("lan", given | {"name": "Lan\x07"}, directory())
    assert (none, problem.message) == (None, "the text holds the control character {code}")


def test_the_file_as_it_is_written() -> None:
    lan = replace(LAN, name="Nguyễn Thị Lan", quiet=Quiet(frozenset({5}), ((date(2026, 12, 20), date(2026, 12, 31)),)))
    hung = replace(LAN, id="hung", name="Yes: Hùng", address="hung@quang-tri.example", rank=Rank.HEAD)
    assert yaml_of([lan, hung]) == (
        "contacts:\n"
        "  hung:\n"
        "    name: 'Yes: Hùng'\n"
        "    organisation: so-ngoai-vu-quang-tri\n"
        "    rank: head\n"
        "    mail: hung@quang-tri.example\n"
        "    lang: vi\n"
        "    mails: single\n"
        "    calendar: feed\n"
        "    quiet: []\n"
        "  lan:\n"
        "    name: Nguyễn Thị Lan\n"
        "    organisation: so-ngoai-vu-quang-tri\n"
        "    rank: specialist\n"
        "    mail: lan@quang-tri.example\n"
        "    lang: vi\n"
        "    mails: single\n"
        "    calendar: feed\n"
        "    quiet: [sat, 2026-12-20/2026-12-31]\n"
    )
    assert (yaml_of(()), read(yaml_of(()))) == ("contacts: {}\n", ())


SPANS = st.builds(
    lambda first, length: (first, first + timedelta(days=length)),
    st.dates(date(1900, 1, 1), date(2149, 12, 31)),
    st.integers(0, LONGEST_QUIET - 1),
)
QUIETS = st.builds(
    lambda weekdays, spans: Quiet(weekdays, tuple(sorted(spans))),
    st.frozensets(st.integers(0, 6)).filter(lambda days: not days >= set(range(5))),
    st.frozensets(SPANS, max_size=4),
)
NAMES = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=60)
    | st.sampled_from(["null", "~", "yes", "1e3", "2026-12-24", "*a", "&a", "- x", "# x", "a: b", "{", "<<", "ທ້າວ"])
)  # fmt: skip
PEOPLE = st.builds(
    Contact,
    id=st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,2}", fullmatch=True),
    name=NAMES,
    organisation=st.sampled_from([AFFAIRS, "mat-tran-lao-savannakhet", "ubmt-campuchia-takeo"]),
    rank=st.sampled_from(Rank),
    address=st.builds("{}@{}".format, st.from_regex(r"[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9]{1,9})?", fullmatch=True),
                      st.sampled_from(["quang-tri.example", "xn--qung-tr-rn4c1n.example"])),
    lang=st.sampled_from(["vi", "en", "lo", "km"]),
    mails=st.sampled_from(Mails),
    calendar=st.sampled_from(CalendarWay),
    quiet=QUIETS,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PEOPLE, max_size=5, unique_by=lambda contact: contact.id))
def test_reading_what_was_written_gives_the_same(people: list[Contact]) -> None:
    first = contacts_from(SourceFile("contacts.yaml", yaml_of(people)), directory())
    known = {contact.id: contact for contact in people}
    if first[1]:  # a name that no file may hold: of blanks alone, with =?, or with directions hidden in it
        return
    again = read(yaml_of(first[0]))
    assert (again, yaml_of(again)) == (first[0], yaml_of(first[0]))
    assert [replace(contact, name="") for contact in again] == [
        replace(known[ident], name="") for ident in sorted(known)
    ]


@settings(deadline=None)
@given(PEOPLE)
def test_a_person_as_fields_is_that_person(person: Contact) -> None:
    fields = fields_of(replace(person, name="Lan"))
    assert contact_from(person.id, fields, directory()) == (replace(person, name="Lan"), ())
    assert fields["quiet"] == quiet_words(person.quiet)


PAGES = ("contacts.md", "contacts.en.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_has_a_sound_example_and_every_field(page: str) -> None:
    [example] = [block for block in blocks(DOCS / page) if block.info == "yaml"]
    assert [contact.id for contact in read(example.text)] == ["hung", "lan"]
    rows = tables(text_of(page))[1]
    field, must, *_ = rows[0]
    told = {code(row[field]): bool(row[must]) for row in rows}
    assert told == {name: form.is_required() for name, form in ContactModel.model_fields.items()}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_gives_the_packaged_numbers(page: str) -> None:
    policy = yaml.safe_load((HOME / "policies.yaml").read_text(encoding="utf-8"))
    steps = policy["escalation"]
    numbers = {policy["coordinating_from"], *steps.values()}
    below = text_of(page).partition("```")[0]
    assert numbers == {int(number) for number in re.findall(r"\b\d+\b", below)}
