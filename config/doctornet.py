"""What `luanphien doctor` finds outside: the relay or the mail folder, and the domain of the sender."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dns.exception import DNSException, Timeout
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from calendars.catalogue import msg
from config.doctorchecks import Finding, broken, fine, warning
from config.outboxwords import FIXES
from notifications.diagnosis import diagnose
from notifications.errors import TransportError
from notifications.relay import Relay, relay_of
from notifications.smtp import SmtpTransport

PATIENCE = 5.0
"""Seconds that one answer from outside is waited for."""

ENDS_SOON = 21
"""Days; a certificate that ends earlier is told of."""

NULL_MX = "."
"""The name of a mail server in a domain that takes no mail (RFC 7505)."""


def of_way_out(mail_url: str, sender: str, now: datetime, *, network: bool) -> Iterator[Finding]:
    """The relay, greeted without sending anything, or the folder; `network` False leaves the relay alone.

    `sender` stands on the envelope, as it will on mails.
    """
    relay = relay_of(mail_url)
    if relay is not None:
        yield from of_relay(SmtpTransport(relay, timeout=PATIENCE), relay, sender, now) if network else ()
    elif mail_url.startswith("maildir:"):
        yield of_folder(Path(mail_url.removeprefix("maildir:")))
    else:
        what = msg("LUANPHIEN_MAIL_URL names no way out for mail")
        yield broken("mail", what, msg("write maildir:PATH, smtp://HOST:25 or smtps://USER:PASSWORD@HOST:465"))


def of_folder(path: Path) -> Finding:
    """Whether mail can be put into a Maildir, which need not be there yet. Nothing is made."""
    nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return fine("mail", msg("mail goes into the folder {path}; a program must fetch it there"), path=path)
    what = msg("the mail folder {path} cannot be written")
    return broken("mail", what, msg("check the folder in LUANPHIEN_MAIL_URL, its owner and the disk"), path=path)


def of_relay(transport: SmtpTransport, relay: Relay, sender: str, now: datetime) -> Iterator[Finding]:
    """Connection, encryption and login of a relay, whether it takes the sender, and how long its certificate lasts."""
    try:
        greeting = transport.greet(sender)
    except TransportError as error:
        fix = FIXES[diagnose(str(error))]
        yield broken("mail", msg("the mail relay cannot be used: {error}"), fix, error=error)
        return
    if greeting.logged_in:
        yield fine("mail", msg("{relay} takes our login"), relay=relay.name)
    else:
        yield fine("mail", msg("{relay} answers, without a login"), relay=relay.name)
    if not greeting.secured:
        what, fix = (
            msg("mail goes to {relay} without encryption"),
            msg("use smtps://, or have the relay offer STARTTLS"),
        )
        yield warning("tls", what, fix, relay=relay.name)
    elif greeting.certificate_ends is not None:
        days = (greeting.certificate_ends - now).days
        if days < ENDS_SOON:
            what, fix = msg("the certificate of {relay} ends in {days} days"), msg("have it renewed")
            yield warning("tls", what, fix, relay=relay.name, days=days)
        else:
            yield fine("tls", msg("the certificate of {relay} holds for {days} days"), relay=relay.name, days=days)


def resolver() -> Resolver:
    """The name servers of this machine, asked with little patience. Raises DNSException when it has none."""
    found = Resolver()
    found.lifetime = PATIENCE
    return found


def of_domain(domain: str, ask: Resolver) -> Iterator[Finding]:
    """Whether a sender's domain takes answers and returned mail, and says who may send in its name."""
    try:
        yield _takes_mail(domain, ask)
        yield _says(domain, ask, domain, "v=spf1", "SPF")
        yield _says(domain, ask, f"_dmarc.{domain}", "v=DMARC1", "DMARC")
    except NXDOMAIN:
        what = msg("there is no domain {domain}")
        yield broken("dns", what, msg("correct LUANPHIEN_MAIL_FROM, or have the domain set up"), domain=domain)
    except (DNSException, OSError) as error:
        yield unasked(domain, error)


def unasked(domain: str, error: Exception) -> Finding:
    """The domain could not be asked about."""
    why = "timeout" if isinstance(error, Timeout) else str(error) or type(error).__name__
    what = msg("{domain} could not be asked about: {why}")
    fix = msg("run it where names can be looked up, or use --no-network")
    return warning("dns", what, fix, domain=domain, why=why.splitlines()[0])


def _takes_mail(domain: str, ask: Resolver) -> Finding:
    servers = _texts(ask, domain, "MX")
    hosts = [server.partition(" ")[2] for server in servers]
    if servers and hosts != [NULL_MX]:
        names = ", ".join(sorted(host.rstrip(".") for host in hosts))
        return fine("dns", msg("mail to {domain} goes to {names}"), domain=domain, names=names)
    if not servers and (_texts(ask, domain, "A") or _texts(ask, domain, "AAAA")):
        return fine("dns", msg("mail to {domain} goes to the machine of that name"), domain=domain)
    what = msg("{domain} takes no mail: answers and returned mail are lost")
    return broken("dns", what, msg("have an MX record set, or send by an address of another domain"), domain=domain)


def _says(domain: str, ask: Resolver, where: str, mark: str, name: str) -> Finding:
    """Whether a TXT record says who may send (SPF, RFC 7208), or what to do with the rest (DMARC, RFC 7489)."""
    try:
        found = any(mark.lower() in text.lower() for text in _texts(ask, where, "TXT"))
    except NXDOMAIN:
        found = False
    if found:
        return fine("dns", msg("{domain} has an {name} record"), domain=domain, name=name)
    what = msg("{domain} has no {name} record; many mail servers refuse such mail")
    return warning(
        "dns", what, msg("ask who runs the domain to add one that names the relay"), domain=domain, name=name
    )


def _texts(ask: Resolver, name: str, kind: str) -> list[str]:
    try:
        return sorted(record.to_text() for record in ask.resolve(f"{name}.", kind, search=False))
    except NoAnswer:
        return []
