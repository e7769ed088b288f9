from __future__ import annotations

import mailbox
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.errors import TransportError
from notifications.relay import Relay
from notifications.smtp import MailUrlError, SmtpTransport, transport_for
from notifications.transport import MaildirTransport, Parcel, Transport, Turn
from tests.unit.notifications.relays import HANG_UP, SILENCE, TAKE_AND_HANG_UP, ScriptedRelay, hand_over, real_relay

MAIL = b"Subject: x\r\n\r\nhello\r\n.dot\r\n"
SENDER, READER = "a@b.example", "c@d.example"
PEM = Path(__file__).with_name("relay.pem")


def _mails(count: int) -> list[Parcel]:
    return [Parcel(f"mail-{number}", SENDER, READER, MAIL) for number in range(count)]


def _send(transport: Transport, before_dot: Callable[[str], object] = lambda _ident: True) -> None:
    """One mail; raises what became of it."""
    [(_, error)] = hand_over(transport, _mails(1), before_dot).items()
    if error is not None:
        raise error


@pytest.mark.parametrize(
    ("script", "permanent", "doubtful", "relay"),
    [
        ({"connect": "421 busy"}, False, False, True),
        ({"connect": "554 not you"}, False, False, True),
        ({"connect": HANG_UP}, False, False, True),
        ({"EHLO": "502 what", "HELO": "554 no"}, False, False, True),
        ({"EHLO": HANG_UP}, False, False, True),
        ({"MAIL": "451 later"}, False, False, False),
        ({"MAIL": "550 no such sender"}, True, False, False),
        ({"RCPT": "450 greylisted"}, False, False, False),
        ({"RCPT": "421 closing"}, False, False, True),
        ({"RCPT": "550 no such user"}, True, False, False),
        ({"RCPT": HANG_UP}, False, False, True),
        ({"DATA": "451 later"}, False, False, False),
        ({"DATA": "554 no"}, True, False, False),
        ({"DATA": HANG_UP}, False, False, True),
        ({"dot": "451 later"}, False, False, False),
        ({"dot": "552 too big"}, True, False, False),
        ({"dot": "421 closing"}, False, False, True),
        ({"dot": HANG_UP}, False, True, True),
        ({"dot": SILENCE}, False, True, True),
    ],
)
def test_what_each_failure_means(script: dict[str, str], permanent: bool, doubtful: bool, relay: bool) -> None:
    with ScriptedRelay(script) as pretended:
        with pretended.transport(final_timeout=0.5) as transport, pytest.raises(TransportError) as caught:
            _send(transport)
        assert pretended.taken == []
    assert (caught.value.permanent, caught.value.doubtful, caught.value.relay) == (permanent, doubtful, relay)


def test_hanging_up_before_the_dot_is_heard_and_leaves_no_doubt() -> None:
    relay = ScriptedRelay({"body": HANG_UP})
    with relay, relay.transport() as transport, pytest.raises(TransportError) as caught:
        _send(transport, lambda _ident: relay.hung_up.wait(5))
    assert (caught.value.permanent, caught.value.doubtful, caught.value.relay) == (False, False, True)


@pytest.mark.parametrize("last", ["421 too late", HANG_UP, "500 what"])
def test_what_was_taken_stays_taken_whatever_quit_is_answered(last: str) -> None:
    with ScriptedRelay({"QUIT": last}) as relay:
        with relay.transport() as transport:
            _send(transport)
        assert relay.taken == [b"Subject: x\r\n\r\nhello\r\n..dot\r\n"]


@pytest.mark.parametrize(
    ("script", "connections"),
    [
        ({"RCPT": "550 no such user"}, 1),
        ({"RCPT": "421 closing"}, 2),
        ({"RCPT": "550 no", "RSET": HANG_UP}, 2),
        ({"dot": HANG_UP}, 2),
    ],
)
def test_the_next_mail_goes_all_the_same(script: dict[str, str], connections: int) -> None:
    one_refused = script.keys() == {"RCPT"} and connections == 1
    with ScriptedRelay(script, first_only=not one_refused) as relay:
        with relay.transport() as transport:
            with pytest.raises(TransportError):
                _send(transport)
            if one_refused:
                with pytest.raises(TransportError):
                    _send(transport)
            else:
                _send(transport)
                assert len(relay.taken) == 1
        assert relay.connections == connections


def test_one_connection_serves_all() -> None:
    with ScriptedRelay({}) as relay:
        with relay.transport(connections=1) as transport:
            assert hand_over(transport, _mails(3)) == dict.fromkeys(["mail-0", "mail-1", "mail-2"])
        assert (relay.connections, len(relay.taken)) == (1, 3)


def test_a_mail_that_is_abandoned_before_the_dot_is_not_taken() -> None:
    with ScriptedRelay({}) as relay:
        with relay.transport() as transport:
            assert hand_over(transport, _mails(1), lambda _ident: False) == {}
            _send(transport)
        assert (relay.connections, len(relay.taken)) == (2, 1)


@pytest.mark.parametrize(("mails", "connections"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_there_are_never_more_connections_than_mails_or_than_allowed(mails: int, connections: int) -> None:
    with ScriptedRelay({}, stalls={"MAIL": 0.05}) as relay:
        with relay.transport(connections=3) as transport:
            assert hand_over(transport, _mails(mails)) == dict.fromkeys([mail.id for mail in _mails(mails)])
        assert (relay.connections, len(relay.taken)) == (connections, mails)


def test_a_relay_that_lets_us_have_one_connection_is_left_with_it() -> None:
    with ScriptedRelay({}, most=1, stalls={"MAIL": 0.05}) as relay:
        with relay.transport(connections=4) as transport:
            assert set(hand_over(transport, _mails(8)).values()) == {None}
        assert len(relay.taken) == 8


def test_a_relay_that_pipelines_gets_commands_in_groups_and_the_next_mail_right_behind_the_dot() -> None:
    with ScriptedRelay({"EHLO": "250-relay.example\r\n250 PIPELINING"}) as relay:
        with relay.transport(connections=1) as transport:
            assert set(hand_over(transport, _mails(5)).values()) == {None}
        assert (relay.connections, len(relay.taken)) == (1, 5)
        assert relay.waits <= 4 + 2 * 5  # hello, the first commands, goodbye; then text, and dot with what follows


def test_a_mail_behind_the_dot_of_another_is_not_blamed_when_the_relay_breaks_off_there() -> None:
    script = {"EHLO": "250-relay.example\r\n250 PIPELINING", "dot": TAKE_AND_HANG_UP}
    with ScriptedRelay(script, first_only=True) as relay:
        with relay.transport(connections=1) as transport:
            found = hand_over(transport, _mails(3))
        assert [(ident, error and error.doubtful) for ident, error in sorted(found.items())] == [
            ("mail-0", True),
            ("mail-1", None),
            ("mail-2", None),
        ]
        assert (relay.connections, len(relay.taken)) == (2, 3)


def test_a_host_that_cannot_be_one_may_be_mended_and_tried_again() -> None:
    transport = SmtpTransport(Relay("relay..example", 25), timeout=5)
    with transport, pytest.raises(TransportError, match="cannot be used"):
        _send(transport)


def test_a_relay_that_is_not_there_may_be_tried_again() -> None:
    with ScriptedRelay({}) as relay:
        transport = relay.transport()
    with transport, pytest.raises(TransportError, match="cannot be used") as caught:
        _send(transport)
    assert (caught.value.permanent, caught.value.doubtful) == (False, False)


def test_a_relay_that_cannot_be_used_is_asked_anew_for_each_mail() -> None:
    with ScriptedRelay({"connect": "554 not you"}) as relay:
        transport = relay.transport()
        with transport:
            for _ in range(3):
                with pytest.raises(TransportError, match="554 not you"):
                    _send(transport)
        assert relay.connections == 3


class _Taken:
    def __init__(self) -> None:
        self.by: list[tuple[str | None, bool]] = []

    async def handle_DATA(self, _server: SMTP, session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        user = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
        self.by.append((user, session.ssl is not None))
        return "250 taken"


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=good, handled=False, auth_data=data)


@contextmanager
def _secured() -> Iterator[tuple[_Taken, int]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    taken = _Taken()
    with real_relay(taken, tls_context=context, authenticator=_login, require_starttls=True) as port:
        yield taken, port


def test_starttls_and_login() -> None:
    trust = ssl.create_default_context(cafile=str(PEM))
    with _secured() as (taken, port):
        relay = Relay("127.0.0.1", port, user="office", password="right")
        with SmtpTransport(relay, context=trust, timeout=5) as transport:
            _send(transport)
    assert taken.by == [("office", True)]


def test_a_certificate_that_is_not_trusted_stops_the_mail() -> None:
    with _secured() as (taken, port):
        transport = SmtpTransport(Relay("127.0.0.1", port), timeout=5)
        with transport, pytest.raises(TransportError) as caught:
            _send(transport)
    assert taken.by == []
    assert "certificate" in str(caught.value).lower()


def test_a_wrong_password_is_the_relays_trouble_not_the_mails() -> None:
    trust = ssl.create_default_context(cafile=str(PEM))
    with _secured() as (taken, port):
        relay = Relay("127.0.0.1", port, user="x", password="wrong")
        with SmtpTransport(relay, context=trust, timeout=5) as transport, pytest.raises(TransportError) as caught:
            _send(transport)
    assert taken.by == []
    assert not caught.value.permanent
    assert "wrong" not in str(caught.value)


def test_no_password_is_sent_in_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: real("127.0.0.1", *rest, **more))
    with ScriptedRelay({"EHLO": "250 AUTH PLAIN LOGIN"}) as relay:
        away = Relay("relay.example", relay.port, user="x", password="y")
        with SmtpTransport(away, timeout=5) as transport, pytest.raises(TransportError, match="never sent in clear"):
            _send(transport)


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://relay.example", Relay("relay.example", 25)),
        ("smtp://relay.example:2525/", Relay("relay.example", 2525)),
        ("smtps://relay.example", Relay("relay.example", 465, tls=True)),
        ("smtp://a%40b:p%3Aw%2F@relay.example:587", Relay("relay.example", 587, user="a@b", password="p:w/")),
        ("smtp://[::1]:2525", Relay("::1", 2525)),
    ],
)
def test_relays_by_url(url: str, relay: Relay) -> None:
    transport = transport_for(url)
    assert isinstance(transport, SmtpTransport)
    assert transport._relay == relay


@pytest.mark.parametrize(
    "url",
    [
        "",
        "maildir:",
        "smtp://",
        "smtp:///x",
        "http://relay.example",
        "smtp://h:99999",
        "smtp://u:secret@h/x",
        "smtp://h?tls=no",
        "smtp://u:m%E1%BA%ADt@h",
    ],
)
def test_urls_that_name_nothing(url: str) -> None:
    with pytest.raises(MailUrlError) as caught:
        transport_for(url)
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Relay("h", 25, user="u", password="secret"))


def test_a_maildir_is_made_and_filled(tmp_path: Path) -> None:
    transport = transport_for(f"maildir:{tmp_path / 'new' / 'mail'}")
    told: list[str] = []
    with transport:
        _send(transport, lambda ident: told.append(ident) is None)
    (mail,) = mailbox.Maildir(tmp_path / "new" / "mail")
    assert (mail["Return-Path"], mail["Delivered-To"], mail["Subject"]) == ("<a@b.example>", READER, "x")
    assert mail.get_payload() == "hello\n.dot\n"
    assert told == ["mail-0"]


def test_a_maildir_takes_one_mail_at_a_time_and_forgets_what_is_abandoned(tmp_path: Path) -> None:
    with MaildirTransport(tmp_path / "mail") as transport:
        for mail in _mails(2):
            transport.take(mail)
            assert transport.room(5) == 0 if mail.id == "mail-0" else True
            assert transport.turn(0) == Turn(ready=(mail.id,))
            transport.abandon(mail.id)
            assert transport.room(5) == 1
    assert not (tmp_path / "mail").exists()


def test_a_maildir_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with MaildirTransport(tmp_path / "file" / "mail") as transport, pytest.raises(TransportError) as caught:
        _send(transport)
    assert (caught.value.permanent, caught.value.doubtful) == (False, False)
