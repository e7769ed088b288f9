"""How fast a reminder becomes the bytes that go out, as ratios inside one run.

Peer: `email.message.EmailMessage`, given the same words: set_content, add_alternative, add_attachment, as_bytes. Floor:
the three parts in base64, joined, and nothing else. Before anything is timed, `email` must read the same headers and
the same parts back from both. Beside it, without a target: the whole of it, words and calendar too, for ten readers of
each duty and for one. Times are those of the processor; read the ratios.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from base64 import encodebytes
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import count
from time import process_time

from measure import Ratio, arguments, report, seconds
from postoffice import EVENT, MORNING, TODAY, ZONE, Country

from notifications.compose import Composer, compose
from notifications.letters import Item, ReminderLetter
from notifications.mime import Part, addressed, identifiers, mailbox, message, words
from notifications.policy import Role
from notifications.tokens import Action
from scheduler.occurrence import Record

TARGET = 20.0
READERS = 10
LINE = "Việc cần làm: Đề xuất ngày với Savannakhet; thống nhất xong, cập nhật ngày vào lịch.\r\n"
TEXT = LINE * 11
HTML = f'<!DOCTYPE html>\r\n<html lang="vi"><body>\r\n{"<p>" + LINE + "</p>"}\r\n</body></html>\r\n' + f"<p>{LINE}" * 12
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//luanphien//luanphien//VI\r\nBEGIN:VEVENT\r\nUID:a@luanphien\r\n"
    + "DESCRIPTION:Đơn vị chủ trì: Sở Ngoại vụ\r\n" * 18
    + "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
"""4 kB together."""

Mail = tuple[str, str, str]
"""Subject, address and Message-ID."""


def mails(many: int) -> list[Mail]:
    """As many mails; ten readers have the same subject."""
    subject = "Nhắc việc: Trao đổi đoàn đại biểu Mặt trận – Savannakhet ({})"
    return [
        (subject.format(n // READERS), f"so-{n}@tinh.example", f"<{n:040x}@luanphien.example>") for n in range(many)
    ]


def by_hand(mail: Mail) -> bytes:
    """The product's own."""
    subject, address, ident = mail
    headers = [
        ("Date", format_datetime(MORNING)),
        ("Message-ID", identifiers([ident])),
        ("From", addressed(mailbox("Luân phiên <nhac-viec@luanphien.example>"))),
        ("To", addressed(mailbox(address))),
        ("Subject", words(subject, "Subject")),
        ("Auto-Submitted", "auto-generated"),
    ]
    bodies = [Part("text/plain", TEXT.encode()), Part("text/html", HTML.encode())]
    return message(headers, bodies, [Part("text/calendar", CALENDAR.encode(), "a.ics")])


def by_email(mail: Mail) -> bytes:
    """The peer."""
    subject, address, ident = mail
    made = EmailMessage(policy=SMTP)
    made["Date"] = format_datetime(MORNING)
    made["Message-ID"] = ident
    made["From"] = "Luân phiên <nhac-viec@luanphien.example>"
    made["To"] = address
    made["Subject"] = subject
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(TEXT)
    made.add_alternative(HTML, subtype="html")
    made.add_attachment(CALENDAR, subtype="calendar", filename="a.ics")
    return made.as_bytes()


def parts_alone(_mail: Mail) -> bytes:
    """The floor."""
    return b"".join(encodebytes(part.encode()) for part in (TEXT, HTML, CALENDAR))


def read_back(raw: bytes) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Headers that are no MIME, and the parts."""
    parsed = message_from_bytes(raw, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    headers = {k: str(v) for k, v in parsed.items() if not k.startswith(("MIME", "Content"))}
    leaves = [part for part in parsed.walk() if not part.is_multipart()]
    return headers, [(leaf.get_content_type(), leaf.get_content().replace("\r\n", "\n")) for leaf in leaves]


def letters(country: Country, readers: int) -> Iterator[ReminderLetter]:
    """A reminder of each event of the country to so many readers."""
    numbers = count()
    for occurrence in country.events():
        record = Record(occurrence, 0, MORNING)
        step = country.almanac.policy.steps_for(occurrence, None)[-1]
        for reader in range(readers):
            ident = f"{next(numbers):032x}"
            yield ReminderLetter(
                delivery=ident,
                address=f"{occurrence.leads[0]}-{reader}@tinh.example",
                lang="vi",
                day=TODAY,
                written_at=MORNING.astimezone(ZONE),
                organisation=occurrence.leads[0],
                person="Lê Thị Lan Hương",
                unsubscribe=country.study.links.address(Action.UNSUBSCRIBE, ident, TODAY, "vi"),
                items=(
                    Item(
                        record=record,
                        step=step,
                        counted_from=EVENT,
                        recipient=occurrence.leads[0],
                        role=Role.LEAD,
                        reminder=ident,
                    ),
                ),
            )


def whole(country: Country, given: list[ReminderLetter]) -> Callable[[], object]:
    """Words, calendar and bytes of these letters, as one run of a worker makes them."""
    return lambda: list(map(Composer(country.letterhead, country.almanac.directory).compose, given))


def main() -> None:
    """Print two tables; exits with 1 when `email` reads something else or a target is missed."""
    parser = arguments(__doc__)
    parser.add_argument("--mails", type=int, default=1000, help="how many mails a round")
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead")
    given = parser.parse_args()
    many = given.mails - given.mails % READERS
    ten, one = Country(many // READERS, READERS), Country(many, 1)
    to_ten, to_one = list(letters(ten, READERS)), list(letters(one, 1))
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(whole(one, to_one))
        pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(20)
        return
    some = mails(many)
    if any(read_back(by_hand(mail)) != read_back(by_email(mail)) for mail in some[::READERS]):
        sys.exit("email reads something else from the product's bytes than from its own")
    composer = Composer(ten.letterhead, ten.almanac.directory)
    if any(composer.compose(each) != compose(each, ten.letterhead, ten.almanac.directory) for each in to_ten[:50]):
        sys.exit("composing many gives other bytes than composing one")
    cases: dict[str, Callable[[], object]] = {
        "parts in base64": lambda: [parts_alone(mail) for mail in some],
        "the product": lambda: [by_hand(mail) for mail in some],
        "EmailMessage.as_bytes": lambda: [by_email(mail) for mail in some],
        "words too, ten readers each": whole(ten, to_ten),
        "words too, one reader each": whole(one, to_one),
    }
    middle = seconds(cases, given.rounds, process_time)
    print(f"{many:,} mails, median of {given.rounds} rounds\n{'':30}{'µs each':>9}{'× EmailMessage':>16}")
    peer = middle["EmailMessage.as_bytes"]
    for name, taken in middle.items():
        print(f"{name:30}{taken / many * 1e6:9.1f}{peer / taken:16.1f}")
    ratio = Ratio("bytes of one reminder (4 kB)", "EmailMessage.as_bytes", peer / middle["the product"], TARGET)
    sys.exit(report([ratio], given.json))


if __name__ == "__main__":
    main()
