"""What `luanphien doctor` finds: in settings, programs, clocks, the store, at a relay and at a name server."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from sqlalchemy import text, update

from config.database import Database
from config.doctorchecks import Level, of_clocks, of_python, of_settings, of_sqlite, reserved
from config.doctornet import of_domain, of_folder, of_relay, of_way_out
from config.doctorstore import Post, of_contacts, of_mails, of_readers, of_workers
from config.mailing import return_path_of
from config.outboxwords import FIXES
from config.session import Job
from config.settings import Settings
from notifications.contacts import Contact, Rank, Roster
from notifications.diagnosis import Fault
from notifications.gauges import Figures
from notifications.people import Standing
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.tables import DELIVERY, DeliveryState
from notifications.verp import delivery_of
from scheduler.plan import Directory
from tests.integration.postroom import Postroom
from tests.unit.config.nameserver import name_server
from tests.unit.docs.terminal import Terminal
from tests.unit.notifications.relays import ScriptedRelay, real_relay
from tests.unit.notifications.samples import PARTIES, office, record, shelf

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2021, 9, 1)
PEM = Path(__file__).parents[1] / "notifications" / "relay.pem"
SAFE = (3, 51, 3)
ENVELOPE = "nhac-viec+b-x@luanphien.example"


def said(findings: Any) -> list[tuple[str, str, str]]:
    """Check, level and words of each finding, filled in, in English."""
    return [(one.check, one.level.value, one.what.format_map(one.fields)) for one in findings]


def settings(**given: str) -> Settings:
    return Settings(**{"base_url": "https://lich.quangtri.gov.vn", "mail_from": "a@quangtri.gov.vn"} | given)


GOOD = ("settings", "fine", "settings and the files they name are sound")


@pytest.mark.parametrize(
    ("given", "faults", "expected"),
    [
        ({}, 0, [GOOD, ("sender", "fine", "mail is sent by a@quangtri.gov.vn")]),
        (
            {"base_url": "http://127.0.0.1:8000", "mail_from": "A <a@b.example>"},
            2,
            [
                ("settings", "broken", "faults in the files of plans, directory, holidays, chains or policy: 2"),
                (
                    "settings",
                    "warning",
                    "links in mail begin with http://127.0.0.1:8000, which only this machine can open",
                ),
                ("sender", "warning", "a@b.example is an address for trying out; nobody can answer it"),
            ],
        ),
        ({"mail_from": "a, b"}, 0, [GOOD, ("sender", "broken", "LUANPHIEN_MAIL_FROM is not one mail address: a, b")]),
        (
            {"mail_from": f"{'a' * 22}@quangtri.gov.vn"},
            0,
            [
                GOOD,
                (
                    "sender",
                    "warning",
                    (
                        "what stands before the @ of aaaaaaaaaaaaaaaaaaaaaa@quangtri.gov.vn is longer than 21 letters: "
                        "returned mail cannot be told"
                    ),
                ),
            ],
        ),
    ],
)
def test_settings(given: dict[str, str], faults: int, expected: list[tuple[str, str, str]]) -> None:
    assert said(of_settings(settings(**given), faults)) == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("x.example", True), ("Example.COM", True), ("mail.localhost", True), ("myexample.com", False), ("a.vn", False)],
)
def test_domains_that_nobody_has(domain: str, expected: bool) -> None:
    assert reserved(domain) is expected


def test_a_python_that_lets_words_break_headers_is_named() -> None:
    faulty = [version for version in [(3, 11, 9), (3, 11, 10), (3, 12, 4), (3, 12, 5), (3, 14, 0)]
              if "break headers" in of_python(version).what]  # fmt: skip
    assert faulty == [(3, 11, 9), (3, 12, 4)]


@pytest.mark.parametrize(
    ("version", "journal", "sound", "expected"),
    [
        (
            (3, 40, 1),
            "delete",
            "ok",
            [("fine", "SQLite 3.40.1; it has a fault with WAL journals, so the journal is DELETE")],
        ),
        ((3, 40, 1), "wal", "ok", [("broken", "SQLite 3.40.1 can lose what was stored while the journal is WAL")]),
        (
            (3, 51, 3),
            "wal",
            "page 7 is gone",
            [("fine", "SQLite 3.51.3, journal WAL"), ("broken", "the store is damaged: page 7 is gone")],
        ),
    ],
)
def test_sqlite(version: tuple[int, ...], journal: str, sound: str, expected: list[tuple[str, str]]) -> None:
    found = said(of_sqlite(version, SAFE, journal, sound))
    assert found == [("database", *one) for one in expected]


@pytest.mark.parametrize(
    ("apart", "newest", "level"),
    [
        (None, None, "fine"),
        (None, timedelta(seconds=30), "fine"),
        (None, timedelta(hours=1), "warning"),
        (timedelta(seconds=1), None, "fine"),
        (timedelta(seconds=-6), None, "warning"),
        (timedelta(seconds=61), None, "broken"),
    ],
)
def test_clocks(apart: timedelta | None, newest: timedelta | None, level: str) -> None:
    there = MORNING + apart if apart is not None else None
    [finding] = of_clocks(MORNING, there, MORNING + newest if newest is not None else None)
    assert finding.level == level


# ---- readers and contacts ----


def post(*bodies: Any, contacts: tuple[Contact, ...] = (), **standings: Standing) -> Post:
    known = {standing.address: standing for standing in standings.values()}
    roster = Roster(
        {contact.id: contact for contact in contacts},
        frozenset(address for address, one in known.items() if one.verified),
        frozenset(address for address, one in known.items() if one.closed),
    )
    return Post(Directory(parties=PARTIES, organisations=shelf(*bodies)), roster, known)


OWNER = office("owner", "owner@x.example")
MUTE = office("mute", None)


@pytest.mark.parametrize(
    ("bodies", "leads", "owner", "expected"),
    [
        ((OWNER,), ("owner",), "owner", ("fine", "every body with a duty in the coming year can be reached")),
        (
            (OWNER, MUTE),
            ("mute",),
            "owner",
            ("warning", "bodies without address or successor, so that the plan's owner is told: mute"),
        ),
        (
            (OWNER, MUTE),
            ("mute",),
            "mute",
            ("broken", "nobody can be told of the duties of these bodies, nor can the plan's owner: mute"),
        ),
        ((OWNER, MUTE), (), "owner", ("fine", "every body with a duty in the coming year can be reached")),
    ],
)
def test_who_cannot_be_reached(bodies: Any, leads: Any, owner: str, expected: tuple[str, str]) -> None:
    one = record(leads=leads, owner=owner).occurrence
    assert said(of_readers([one], post(*bodies), TODAY)) == [("readers", *expected)]


def test_only_the_coming_year_is_looked_at() -> None:
    one = record(leads=("mute",), owner="mute").occurrence
    for day in (date(2022, 1, 1), date(2019, 12, 31)):
        assert [finding.level for finding in of_readers([one], post(MUTE), day)] == [Level.FINE]


def test_people_who_get_no_mail() -> None:
    people = [
        Contact(
            id=ident, name=ident, organisation="owner", rank=Rank.SPECIALIST, address=f"{ident}@x.example", lang="vi"
        )
        for ident in ("new", "well", "gone", "left")
    ]
    standings = {
        "well": Standing("well@x.example", verified_at=MORNING),
        "gone": Standing("gone@x.example", verified_at=MORNING, suspended_at=MORNING),
        "left": Standing("left@x.example", verified_at=MORNING, unsubscribed_at=MORNING),
    }
    assert said(of_contacts(post(OWNER, contacts=tuple(people), **standings))) == [
        ("contacts", "warning", "people who have not confirmed their address, and get no mail: new"),
        ("contacts", "warning", "addresses whose mail came back too often, so that none goes there: gone@x.example"),
        ("contacts", "warning", "addresses whose owners want no more mail: left@x.example"),
    ]
    assert said(of_contacts(post(OWNER, contacts=(people[1],), well=standings["well"]))) == [
        ("contacts", "fine", "people who can be reached: 1")
    ]


# ---- mails and workers ----


def figures(oldest: float = 0, workers: dict[str, float] | None = None, **mails: int) -> Figures:
    return Figures(
        revision=1,
        mails=dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): count for state, count in mails.items()},
        oldest=oldest,
        waiting=0,
        ended={},
        became={},
        workers=workers or {},
        suspended=0,
        unsubscribed=0,
        returned=0,
    )


def test_mails_in_trouble() -> None:
    assert said(of_mails(figures(sent=3))) == [("outbox", "fine", "mails sent: 3; none in trouble")]
    found = list(of_mails(figures(oldest=90_000, dead=1, quarantined=2, in_doubt=3, held=4)))
    assert [(one.what.format_map(one.fields), one.fix.format_map(one.fields)) for one in found] == [
        ("mails given up: 1", "luanphien outbox list --state dead says why and what to do"),
        (
            "mails put aside for a person to look at: 2",
            "luanphien outbox list --state quarantined says why and what to do",
        ),
        (
            "mails in doubt, which go again by themselves: 3",
            "luanphien outbox list --state in_doubt says why and what to do",
        ),
        ("mails held until they are released: 4", "luanphien outbox list --state held says why and what to do"),
        ("the oldest mail has been waiting for 25 hours", "luanphien outbox list says for what"),
    ]


@pytest.mark.parametrize(
    ("oldest", "workers", "expected"),
    [
        (0, {"a": 5.0, "b": 900.0}, ("fine", "workers that send mail: 1")),
        (0, {"b": 900.0}, ("warning", "the worker b has shown no life for 15 minutes")),
        (7200, {"b": 900.0}, ("broken", "mail is waiting, and no worker sends it")),
        (0, {}, ("warning", "no worker runs; mail goes by luanphien remind --once alone")),
    ],
)
def test_workers(oldest: float, workers: dict[str, float], expected: tuple[str, str]) -> None:
    assert said([of_workers(figures(oldest, workers))]) == [("worker", *expected)]


# ---- outside ----

OUR = "quangtri.gov.vn"
ZONE = {
    (OUR, "MX"): ("20 mx2.quangtri.gov.vn.", "10 mx1.quangtri.gov.vn."),
    (OUR, "TXT"): ('"google=1"', '"v=spf1 mx -all"'),
    (f"_dmarc.{OUR}", "TXT"): ('"v=DMARC1; p=none"',),
}
TAKES = ("dns", "fine", f"mail to {OUR} goes to mx1.{OUR}, mx2.{OUR}")
SPF = ("dns", "fine", f"{OUR} has an SPF record")
DMARC = ("dns", "fine", f"{OUR} has an DMARC record")
NO_SPF = ("dns", "warning", f"{OUR} has no SPF record; many mail servers refuse such mail")
NO_DMARC = ("dns", "warning", f"{OUR} has no DMARC record; many mail servers refuse such mail")
NO_MAIL = ("dns", "broken", f"{OUR} takes no mail: answers and returned mail are lost")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (ZONE, [TAKES, SPF, DMARC]),
        ({(OUR, "MX"): ZONE[OUR, "MX"]}, [TAKES, NO_SPF, NO_DMARC]),
        (
            {(OUR, "A"): ("192.0.2.1",), (OUR, "TXT"): ('"x"',)},
            [("dns", "fine", f"mail to {OUR} goes to the machine of that name"), NO_SPF, NO_DMARC],
        ),
        ({(OUR, "MX"): ("0 .",)}, [NO_MAIL, NO_SPF, NO_DMARC]),
        ({(OUR, "TXT"): ZONE[OUR, "TXT"]}, [NO_MAIL, SPF, NO_DMARC]),
        ({}, [("dns", "broken", f"there is no domain {OUR}")]),
    ],
)
def test_the_domain_of_the_sender(zone: Any, expected: list[tuple[str, str, str]]) -> None:
    with name_server(zone) as ask:
        assert said(of_domain(OUR, ask)) == expected


def test_a_silent_name_server_is_no_fault_of_ours() -> None:
    with name_server({}, silent=True) as ask:
        assert said(of_domain(OUR, ask)) == [("dns", "warning", f"{OUR} could not be asked about: timeout")]


class _Taken:
    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        raise AssertionError("a check sends no mail")


def _login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == b"right")


@pytest.mark.parametrize(
    ("now", "level", "words"),
    [
        (datetime(2126, 7, 1, tzinfo=UTC), "fine", "the certificate of {relay} holds for 120 days"),
        (datetime(2126, 10, 20, tzinfo=UTC), "warning", "the certificate of {relay} ends in 9 days"),
    ],
)
def test_a_relay_with_login(now: datetime, level: str, words: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    trust = ssl.create_default_context(cafile=str(PEM))
    with real_relay(_Taken(), tls_context=context, authenticator=_login, require_starttls=True) as port:
        relay = Relay("127.0.0.1", port, user="office", password="right")
        found = said(of_relay(SmtpTransport(relay, context=trust, timeout=5), relay, ENVELOPE, now))
    assert found == [("mail", "fine", f"{relay.name} takes our login"), ("tls", level, words.format(relay=relay.name))]


def test_a_wrong_password_is_told() -> None:
    with ScriptedRelay({"EHLO": "250-relay.example\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 no"}) as relay:
        [finding] = of_way_out(f"smtp://office:wrong@127.0.0.1:{relay.port}", ENVELOPE, MORNING, network=True)
    assert (finding.level, finding.fix) == (
        Level.BROKEN,
        "Correct user and password in LUANPHIEN_MAIL_URL; luanphien doctor tries them.",
    )
    assert "wrong" not in str(finding.fields)


def test_a_relay_that_is_not_trusted_says_what_to_do() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    with real_relay(_Taken(), tls_context=context) as port:
        [finding] = of_way_out(f"smtp://127.0.0.1:{port}", ENVELOPE, MORNING, network=True)
    assert (finding.level, finding.fix) == (
        Level.BROKEN,
        "Have it renewed, or write the host as the certificate names it.",
    )


def test_a_relay_without_login_or_encryption() -> None:
    with ScriptedRelay({}) as relay:
        url = f"smtp://127.0.0.1:{relay.port}"
        assert said(of_way_out(url, ENVELOPE, MORNING, network=True)) == [
            ("mail", "fine", f"127.0.0.1:{relay.port} answers, without a login"),
            ("tls", "warning", f"mail goes to 127.0.0.1:{relay.port} without encryption"),
        ]
        assert said(of_way_out(url, ENVELOPE, MORNING, network=False)) == []
        assert relay.connections == 1


def test_a_relay_that_takes_no_signed_return_paths_is_told() -> None:
    with ScriptedRelay({"MAIL": "553 5.7.1 sender address rejected: not owned by user"}) as relay:
        [finding] = of_way_out(f"smtp://127.0.0.1:{relay.port}", ENVELOPE, MORNING, network=True)
    assert (finding.level, finding.fix) == (Level.BROKEN, FIXES[Fault.SENDER])


def test_the_plain_sender_can_be_asked_for() -> None:
    plain, signed = (
        return_path_of(Job(settings(return_path=way)), "a@x.example", b"key")("0" * 32) for way in ("plain", "signed")
    )
    assert (plain, delivery_of(signed, b"key")) == ("a@x.example", "0" * 32)


def test_a_way_out_that_is_none() -> None:
    [finding] = of_way_out("smtp://h?tls=no", ENVELOPE, MORNING, network=True)
    assert finding.level is Level.BROKEN


def test_folders(tmp_path: Path) -> None:
    assert of_folder(tmp_path / "new" / "mail").level is Level.FINE
    file = tmp_path / "file"
    file.write_text("x")
    assert of_folder(file / "mail").level is Level.BROKEN
    assert list(tmp_path.iterdir()) == [file]


# ---- the command ----


def test_an_empty_folder_stays_empty(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    printed = terminal.run("luanphien doctor --no-network")
    assert (terminal.code, "! there is no store yet" in printed) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_the_answer_for_programs_and_the_exit_code(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("luanphien sync")
    answer = json.loads(terminal.run("luanphien doctor --no-network --json"))
    assert (terminal.code, answer["sound"]) == (0, True)
    checks = {one["check"] for one in answer["findings"]}
    assert {
        "settings",
        "python",
        "database",
        "clock",
        "to-set",
        "readers",
        "outbox",
        "worker",
        "feeds",
        "mail",
    } <= checks
    for one in answer["findings"]:
        assert (one["to_do"] is None) == (one["level"] == "fine")
    terminal.run("export LUANPHIEN_MAIL_URL=smtp://127.0.0.1:1")
    answer = json.loads(terminal.run("luanphien doctor --json"))
    assert (terminal.code, answer["sound"]) == (1, False)


@pytest.mark.parametrize("setting", ["", "PLANS", "POLICIES", "CHAINS", "HOLIDAYS"])
def test_faults_are_counted_in_files_that_the_store_took_and_in_others(tmp_path: Path, setting: str) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    terminal.run("luanphien sync")
    (tmp_path / "mine.yaml").write_text("nonsense: {a: [b]}\n", encoding="utf-8")
    terminal.variables |= {f"LUANPHIEN_{setting}": str(tmp_path / "mine.yaml")} if setting else {}
    findings = json.loads(terminal.run("luanphien doctor --no-network --json"))["findings"]
    about = ("faults in the files", "settings and the files")
    [faults] = [one["fields"].get("count", 0) for one in findings if one["what"].startswith(about)]
    assert faults == len(json.loads(terminal.run("luanphien check --json"))["errors"])
    assert bool(faults) is bool(setting)


def test_a_store_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "luanphien.db").write_bytes(b"no database" * 1000)
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    printed = terminal.run("luanphien doctor --no-network")
    assert (terminal.code, "file is not a database" in printed) == (1, True)


def test_a_store_of_a_newer_version_is_told(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    terminal.run("luanphien sync")
    database = Database(f"sqlite:///{tmp_path / 'luanphien.db'}")
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    printed = terminal.run("luanphien doctor --no-network")
    assert (terminal.code, "✗ the store was brought up to date by a newer luanphien" in printed) == (1, True)


def test_waiting_mail_without_a_worker_is_broken(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    terminal.run("luanphien sync")
    database = Database(f"sqlite:///{tmp_path / 'luanphien.db'}")
    Postroom(database).put("event.2021")
    with database.write() as session:
        session.execute(update(DELIVERY).values(created_at=MORNING - timedelta(hours=2)))
    database.close()
    printed = terminal.run("luanphien doctor --no-network")
    assert (terminal.code, "✗ mail is waiting, and no worker sends it" in printed) == (1, True)


def test_a_real_postgresql_tells_its_clock(postgres: str, postgres_template: str, tmp_path: Path) -> None:
    """The template of the run is a store as good as any: nothing is written there."""
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_LANG=en")
    terminal.variables["LUANPHIEN_DATABASE_URL"] = postgres.replace("/postgres?", f"/{postgres_template}?")
    printed = terminal.run("luanphien doctor --no-network")
    assert "✓ this clock and the database's agree" in printed
    assert "! the store holds no plan yet" in printed
    assert terminal.code == 0
