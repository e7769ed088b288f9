from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email import policy as email_policy
from email.message import EmailMessage
from html.parser import HTMLParser

import icalendar
import pytest
from jinja2 import TemplateError

from notifications.compose import compose, message_id
from notifications.errors import AddressError, HeaderError
from scheduler.plan import LANGUAGES, Text
from scheduler.window import Precision, Window
from tests.unit.notifications.samples import DIRECTORY, LETTERHEAD, day_of_event, item, letter, record

BODY = """\
Kính gửi: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)

Việc cần làm: Đề xuất ngày với Savannakhet; thống nhất xong thì ghi lại.
Muộn nhất: Thứ Sáu, 31/12/2021 (còn 121 ngày)

Lượt: phía ta chủ trì, đón Savannakhet
Thời gian: trong năm 2021
Tình trạng: chưa chốt ngày
Bên chủ trì: Quảng Trị
Đoàn đi: Savannakhet
Đối tác: Savannakhet
Đơn vị chủ trì: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị
Đơn vị phối hợp: Sở Ngoại vụ tỉnh Quảng Trị
Điều kiện: tình hình dịch bệnh cho phép
Số lượng, kinh phí: mỗi đoàn 5–7 người
Căn cứ: mục II.5, III.2021.1, Kế hoạch đối ngoại nhân dân giai đoạn 2020 –
  2022 (số 06/KH-MTTQ-BTT, ngày 3/10/2019)
Cơ quan ban hành: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị
Nguyên văn: “2 năm một lần, luân phiên”

Quý cơ quan nhận thư này với vai trò đơn vị chủ trì.
Chi tiết: https://lich.example/o/qt-front-exchange.savannakhet.2021


—
Kèm theo thư: tệp lịch (.ics).
Thư gửi tự động từ luanphien; thư trả lời không có người đọc.
"""


def _read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=email_policy.default)
    assert isinstance(parsed, EmailMessage)
    for part in parsed.walk():
        assert part.defects == []
    return parsed


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def _events(mail: EmailMessage) -> dict[str, list[str]]:
    files = {}
    for part in mail.iter_attachments():
        calendar = icalendar.Calendar.from_ical(part.get_content())
        assert "METHOD" not in calendar
        files[str(part.get_filename())] = [str(event["UID"]) for event in calendar.walk("VEVENT")]
    return files


def test_headers() -> None:
    mail = _read(compose(letter(), LETTERHEAD, DIRECTORY))
    assert {name: str(value) for name, value in mail.items()} == {
        "Date": "Wed, 01 Sep 2021 07:30:00 +0700",
        "Message-ID": message_id(LETTERHEAD, "0" * 32),
        "From": "Luân phiên <nhac-viec@luanphien.example>",
        "To": "mttq@quang-tri.example",
        "Subject": "Nhắc việc: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/mixed; boundary="=_luanphien_mixed"',
    }


def test_the_text_says_all_that_is_needed_to_act() -> None:
    assert _part(_read(compose(letter(), LETTERHEAD, DIRECTORY)), "plain") == BODY


def test_the_html_says_the_same() -> None:
    class Words(HTMLParser):
        said = ""

        def handle_data(self, data: str) -> None:
            self.said += data + " "

    reader = Words()
    reader.feed(_part(_read(compose(letter(), LETTERHEAD, DIRECTORY)), "html"))
    said = " ".join(reader.said.split())
    for line in BODY.replace("\n  ", " ").splitlines():
        label, _, value = line.partition(": ")
        if not line.startswith(("Chi tiết", "—")):
            assert label in said
            assert value in said


def test_the_event_is_attached() -> None:
    mail = _read(compose(letter(), LETTERHEAD, DIRECTORY))
    key = "qt-front-exchange.savannakhet.2021"
    assert _events(mail) == {f"{key}.ics": [f"{key}@luanphien"]}


def test_the_same_letter_is_the_same_bytes() -> None:
    assert compose(letter(), LETTERHEAD, DIRECTORY) == compose(letter(), LETTERHEAD, DIRECTORY)


def test_the_subject_never_changes_within_a_thread() -> None:
    fixed = record(window=Window.of(date(2021, 10, 5), date(2021, 10, 8), Precision.DAYS))
    subjects = {_read(compose(letter(item(one)), LETTERHEAD, DIRECTORY))["Subject"] for one in (record(), fixed)}
    assert len(subjects) == 1


def test_a_thread_goes_on() -> None:
    chain = tuple(f"<{n}@luanphien.example>" for n in range(15))
    mail = _read(compose(letter(thread=chain), LETTERHEAD, DIRECTORY))
    assert mail["In-Reply-To"] == chain[0]
    assert mail["References"].split() == [chain[0], *chain[5:]]
    assert _read(compose(letter(thread=chain[:1]), LETTERHEAD, DIRECTORY))["References"] == chain[0]


def test_several_items_are_listed_under_one_subject_and_begin_a_thread() -> None:
    event = day_of_event(date(2021, 9, 30), cycle="2021", title=Text("Gặp mặt hữu nghị"))
    mail = _read(compose(letter(item(event), item(), thread=("<1@x.example>",)), LETTERHEAD, DIRECTORY))
    text = _part(mail, "plain")
    assert mail["Subject"] == "Nhắc việc ngày 1/9/2021: 2 việc"
    assert "References" not in mail
    assert text.index("1. Gặp mặt hữu nghị (2021)") < text.index("2. Trao đổi đoàn đại biểu Mặt trận")
    assert _events(mail) == {
        "luanphien-2021-09-01.ics": [
            "qt-front-exchange.savannakhet.2021@luanphien",
            "event.2021@luanphien",
        ][::-1]
    }


def test_many_items_are_told_in_short() -> None:
    events = [item(day_of_event(date(2021, 9, 30), cycle=str(n))) for n in range(4)]
    text = _part(_read(compose(letter(*events), LETTERHEAD, DIRECTORY)), "plain")
    assert text.count("Căn cứ:") == 4
    assert "Nguyên văn" not in text


def test_an_occurrence_without_a_last_day_has_no_attachment_and_promises_none() -> None:
    open_ended = record(window=Window(date(2021, 10, 5), None, Precision.DAY))
    mail = _read(compose(letter(item(open_ended)), LETTERHEAD, DIRECTORY))
    assert _events(mail) == {}
    assert ".ics" not in _part(mail, "plain") + _part(mail, "html")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", [1, 5])
def test_lines_are_short_in_every_language(lang: str, count: int) -> None:
    items = [item(record(cycle=str(2021 + n))) for n in range(count)]
    raw = compose(letter(*items, lang=lang), LETTERHEAD, DIRECTORY)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    for line in _part(_read(raw), "plain").splitlines():
        assert len(line) <= 78 or " " not in line.strip()


def test_unsubscribing_is_offered_only_where_there_is_an_address_for_it() -> None:
    url = "https://lich.example/u/abc"
    mail = _read(compose(letter(unsubscribe=url), LETTERHEAD, DIRECTORY))
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in _part(mail, "plain")


def test_message_ids_are_kept_apart_by_delivery_and_secret() -> None:
    other = replace(LETTERHEAD, secret=b"other")
    idents = {message_id(head, delivery) for head in (LETTERHEAD, other) for delivery in ("a", "b")}
    assert len(idents) == 4
    assert "secret" not in repr(LETTERHEAD)


def test_markup_in_a_plan_stays_text() -> None:
    nasty = record(title=Text('<script>alert("1")</script>'), conditions=("<b>x</b>",))
    html = _part(_read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY)), "html")
    assert "<script>" not in html
    assert "<b>" not in html


def test_control_characters_of_a_plan_do_not_reach_the_subject() -> None:
    nasty = record(title=Text("Họp\r\nBcc: x@y.example"))
    mail = _read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY))
    assert "Bcc" not in mail
    assert mail["Subject"] == "Nhắc việc: Họp Bcc: x@y.example – Savannakhet (2021)"


def test_encoded_words_are_refused() -> None:
    nasty = record(title=Text("=?UTF-8?Q?=0D=0A?=Bcc: x@y.example"))
    with pytest.raises(HeaderError):
        compose(letter(item(nasty)), LETTERHEAD, DIRECTORY)


def test_a_list_of_addresses_is_refused() -> None:
    with pytest.raises(AddressError):
        compose(letter(address="a@b.example, c@d.example"), LETTERHEAD, DIRECTORY)


def test_braces_in_a_plan_are_not_fields() -> None:
    nasty = record(title=Text("{{ 7 * 7 }} {organisation.__class__}"), host="savannakhet", travels=("quang-tri",))
    try:
        text = _part(_read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY)), "plain")
    except TemplateError:  # pragma: no cover - what must not happen
        pytest.fail("a plan's words were read as a template")
    assert "{{ 7 * 7 }} {organisation.__class__}" in text
