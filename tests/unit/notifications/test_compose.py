from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import icalendar
import pytest
from jinja2 import TemplateError

from calendars.catalogue import say as say_of_calendars
from notifications.blanks import mark
from notifications.compose import Composer, compose, message_id
from notifications.errors import AddressError, HeaderError
from notifications.letters import Agenda, AnyLetter, Happened, ReminderLetter, Trouble
from notifications.policy import Purpose, Role
from notifications.tokens import Action
from notifications.words import say
from scheduler.occurrence import Status
from scheduler.plan import LANGUAGES, Directory, Text
from scheduler.window import Precision, Window
from tests.unit.notifications.mails import (
    CONFIRMED,
    PERMISSION,
    REPORT,
    SLOT,
    asked,
    change,
    everything,
    invited,
    office,
    part,
    read,
    told,
    verification,
)
from tests.unit.notifications.samples import (
    AFFAIRS,
    DIRECTORY,
    FRONT,
    HEAD,
    LAO_FRONT,
    LETTERHEAD,
    PARTIES,
    day_of_event,
    item,
    letter,
    record,
    shelf,
)
from tests.unit.notifications.samples import office as organisation

LARGEST = 36_000
"""Bytes of the HTML of a mail with 40 items."""

BODY = """\
Kính gửi: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)

Việc cần làm: Đề xuất ngày với Savannakhet; thống nhất xong, cập nhật ngày
vào lịch.
Muộn nhất: Thứ Sáu, 31/12/2021 (còn 121 ngày)
Quý cơ quan được giao chủ trì việc cần làm này.

Lượt: phía ta chủ trì, đón đoàn Savannakhet
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

Chi tiết: https://lich.example/o/qt-front-exchange.savannakhet.2021

—
Kèm theo thư: tệp lịch (.ics).
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def _events(mail: EmailMessage) -> dict[str, list[str]]:
    files = {}
    for file in mail.iter_attachments():
        calendar = icalendar.Calendar.from_ical(file.get_content())
        assert "METHOD" not in calendar
        files[str(file.get_filename())] = [str(event["UID"]) for event in calendar.walk("VEVENT")]
    return files


def test_headers() -> None:
    mail = read(compose(letter(), LETTERHEAD, DIRECTORY))
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
    assert part(read(compose(letter(), LETTERHEAD, DIRECTORY)), "plain") == BODY


class _Words(HTMLParser):
    said = ""

    def handle_data(self, data: str) -> None:
        self.said += data + " "


def _seen(mail: EmailMessage) -> str:
    """What a reader of the HTML sees, in one line."""
    reader = _Words()
    reader.feed(part(mail, "html"))
    return " ".join(reader.said.split())


def test_the_html_says_the_same() -> None:
    said = _seen(read(compose(letter(), LETTERHEAD, DIRECTORY)))
    for line in BODY.replace("\n  ", " ").splitlines():
        label, _, value = line.partition(": ")
        if not line.startswith(("Chi tiết", "—")):
            assert label in said
            assert value in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_html_of_every_mail_says_what_its_text_says(lang: str) -> None:
    """But for the words that stand for a button or a link in the text."""
    labels = f"{say(lang, 'Please confirm that you have it, on this page:')} {say_of_calendars(lang, 'Page')}"
    apart = [word.rstrip(":៖") for word in labels.split()]
    for each in everything(CONFIRMED, "Họp", lang=lang):
        mail = read(compose(each, LETTERHEAD, DIRECTORY))
        text = re.sub(r"https://\S+|[—─→-]", " ", part(mail, "plain"))
        said = _seen(mail)
        words = (word.rstrip(":៖") for word in text.split())
        assert [word for word in words if word not in said and word not in apart] == []


def test_the_event_is_attached() -> None:
    mail = read(compose(letter(), LETTERHEAD, DIRECTORY))
    key = "qt-front-exchange.savannakhet.2021"
    assert _events(mail) == {f"{key}.ics": [f"{key}@luanphien"]}


def test_the_same_letter_is_the_same_bytes() -> None:
    assert compose(letter(), LETTERHEAD, DIRECTORY) == compose(letter(), LETTERHEAD, DIRECTORY)


def test_the_subject_never_changes_within_a_thread() -> None:
    fixed = record(window=Window.of(date(2021, 10, 5), date(2021, 10, 8), Precision.DAYS))
    subjects = {read(compose(letter(item(one)), LETTERHEAD, DIRECTORY))["Subject"] for one in (record(), fixed)}
    assert len(subjects) == 1


def test_a_thread_goes_on() -> None:
    chain = tuple(f"<{n}@luanphien.example>" for n in range(15))
    mail = read(compose(letter(thread=chain), LETTERHEAD, DIRECTORY))
    assert mail["In-Reply-To"] == chain[0]
    assert mail["References"].split() == [chain[0], *chain[5:]]
    assert read(compose(letter(thread=chain[:1]), LETTERHEAD, DIRECTORY))["References"] == chain[0]


def test_several_items_are_listed_under_one_subject_and_begin_a_thread() -> None:
    event = day_of_event(date(2021, 9, 30), cycle="2021", title=Text("Gặp mặt hữu nghị"))
    mail = read(compose(letter(item(event), item(), thread=("<1@x.example>",)), LETTERHEAD, DIRECTORY))
    text = part(mail, "plain")
    assert mail["Subject"] == "Nhắc 2 việc, gấp nhất: Gặp mặt hữu nghị (2021)"
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
    text = part(read(compose(letter(*events), LETTERHEAD, DIRECTORY)), "plain")
    assert text.count("Căn cứ:") == 4
    assert "Nguyên văn" not in text


def test_an_occurrence_without_a_last_day_has_no_attachment_and_promises_none() -> None:
    open_ended = record(window=Window(date(2021, 10, 5), None, Precision.DAY))
    mail = read(compose(letter(item(open_ended)), LETTERHEAD, DIRECTORY))
    assert _events(mail) == {}
    assert ".ics" not in part(mail, "plain") + part(mail, "html")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("count", [1, 5])
def test_lines_are_short_in_every_language(lang: str, count: int) -> None:
    items = [item(record(cycle=str(2021 + n))) for n in range(count)]
    raw = compose(letter(*items, lang=lang), LETTERHEAD, DIRECTORY)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    for line in part(read(raw), "plain").splitlines():
        assert len(line) <= 78 or " " not in line.strip()


def test_unsubscribing_is_offered_only_where_there_is_an_address_for_it() -> None:
    url = "https://lich.example/u/abc"
    mail = read(compose(letter(unsubscribe=url), LETTERHEAD, DIRECTORY))
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in part(mail, "plain")


def test_message_ids_are_kept_apart_by_delivery_and_secret() -> None:
    other = replace(LETTERHEAD, secret=b"other")
    idents = {message_id(head, delivery) for head in (LETTERHEAD, other) for delivery in ("a", "b")}
    assert len(idents) == 4
    assert "secret" not in repr(LETTERHEAD)


def test_markup_in_a_plan_stays_text() -> None:
    nasty = record(title=Text('<script>alert("1")</script>'), conditions=("<b>x</b>",))
    html = part(read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY)), "html")
    assert "<script>" not in html
    assert "<b>" not in html


def test_control_characters_of_a_plan_do_not_reach_the_subject() -> None:
    nasty = record(title=Text("Họp\r\nBcc: x@y.example"))
    mail = read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY))
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
        text = part(read(compose(letter(item(nasty)), LETTERHEAD, DIRECTORY)), "plain")
    except TemplateError:  # pragma: no cover - what must not happen
        pytest.fail("a plan's words were read as a template")
    assert "{{ 7 * 7 }} {organisation.__class__}" in text


def _text(written: AnyLetter) -> str:
    return part(read(compose(written, LETTERHEAD, DIRECTORY)), "plain")


def _link(action: Action, lang: str = "vi") -> str:
    return LETTERHEAD.links.answer(action, SLOT, HEAD["day"], lang)


STEP = f"""\
Kính gửi: ông/bà Nguyễn Thị Lan, Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)

Sở Ngoại vụ tỉnh Quảng Trị đã được nhắc việc này nhưng chưa phản hồi. Đề
nghị ông/bà đôn đốc thực hiện.
Việc cần làm: Xin chủ trương đón đoàn
Muộn nhất: Thứ Sáu, 3/9/2021 (còn 2 ngày)
Thư này gửi ông/bà với tư cách lãnh đạo đơn vị được giao.

Đề nghị xác nhận đã nhận việc tại trang này:
{_link(Action.ACKNOWLEDGE)}

Đơn vị thực hiện: Sở Ngoại vụ tỉnh Quảng Trị
Cách tính ngày: 30 ngày trước ngày bắt đầu; 5/9/2021 là ngày nghỉ; Quyết
  định 06/2020/QĐ-TTg, Điều 4
Lượt: phía ta chủ trì, đón đoàn Savannakhet
Thời gian: 5–8/10/2021
Tình trạng: đã chốt
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

Chi tiết: https://lich.example/o/qt-front-exchange.savannakhet.2021
Đã hoàn thành: {_link(Action.DONE)}
Đề nghị ngày khác: {_link(Action.POSTPONE)}

—
Kèm theo thư: tệp lịch (.ics).
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def test_a_step_of_the_preparation_that_rose_to_a_superior() -> None:
    step = asked(
        CONFIRMED,
        Purpose.CHAIN,
        PERMISSION.day,
        prepares=PERMISSION,
        role=Role.SUPERIOR,
        recipient="so-ngoai-vu-quang-tri",
        reminder=SLOT,
    )
    assert _text(letter(step, person="Nguyễn Thị Lan")) == STEP


def test_every_item_has_a_button_of_its_own_and_links_for_what_fits_it() -> None:
    mail = read(compose(letter(item(CONFIRMED, reminder=SLOT), item(REPORT, reminder=SLOT)), LETTERHEAD, DIRECTORY))
    found = [part(mail, "plain").count(_link(action)) for action in (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)]
    assert found == [2, 1, 2]
    html = unescape(part(mail, "html"))
    assert [html.count(f'"{_link(action)}"') for action in (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)] == found
    assert "/r/" not in _text(letter(item(CONFIRMED)))


def test_what_is_said_of_an_occurrence_is_said_once() -> None:
    step = asked(CONFIRMED, Purpose.CHAIN, PERMISSION.day, prepares=PERMISSION, reminder=SLOT)
    mail = read(compose(letter(step, item(CONFIRMED, reminder=SLOT)), LETTERHEAD, DIRECTORY))
    text, said = part(mail, "plain"), _seen(mail)
    assert [words.count("Căn cứ") for words in (text, said)] == [1, 1]
    assert [words.count("Các thông tin khác như mục 1.") for words in (text, said)] == [1, 1]
    assert text.count("Việc cần làm:") == text.count("Chi tiết:") == 2


def test_a_title_like_an_encoded_word_does_not_hold_up_other_items() -> None:
    nasty = record(title=Text("=?UTF-8?Q?=0D=0A?=Bcc: x@y.example"))
    several = letter(item(nasty), item()), change(told(nasty), told(REPORT))
    subjects = [read(compose(each, LETTERHEAD, DIRECTORY))["Subject"] for each in several]
    assert [subject.count("= ?UTF-8?Q?=0D=0A?=Bcc") for subject in subjects] == [1, 1]


def test_what_is_past_asks_for_its_result_and_says_how() -> None:
    text = _text(letter(asked(CONFIRMED, Purpose.RECORD, date(2021, 10, 8), recipient="so-ngoai-vu-quang-tri")))
    command = "luanphien decide held qt-front-exchange.savannakhet.2021 --days 2021-10-05/2021-10-08"
    assert "luanphien decide" not in text
    assert "Đề nghị báo kết quả cho Ủy ban MTTQ Việt Nam tỉnh Quảng Trị" in text
    own = _text(letter(asked(CONFIRMED, Purpose.RECORD, date(2021, 10, 8))))
    assert f'Người quản lý lịch ghi kết quả bằng lệnh sau:\n\n{command} --why "…"\n' in own


def test_the_successor_of_the_owner_records_what_happened() -> None:
    old = organisation("so-cu", None, until=date(2021, 1, 1), successor=FRONT.id)
    directory = Directory(parties=PARTIES, organisations=shelf(FRONT, AFFAIRS, LAO_FRONT, old))
    past = asked(record(owner="so-cu"), Purpose.RECORD, date(2021, 8, 3))
    assert "luanphien decide held" in part(read(compose(letter(past), LETTERHEAD, directory)), "plain")


def test_who_helps_has_no_button_that_records_it_as_done() -> None:
    helped = item(REPORT, role=Role.COORDINATING, recipient="so-ngoai-vu-quang-tri", reminder=SLOT)
    text = _text(letter(helped))
    assert [text.count(_link(action)) for action in (Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE)] == [1, 0, 1]
    assert "Phối hợp với Ủy ban MTTQ" in text


def test_a_mail_to_a_superior_says_so_in_its_subject() -> None:
    risen = asked(CONFIRMED, Purpose.PREPARE, date(2021, 10, 5), role=Role.SUPERIOR)
    report = asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27), role=Role.SUPERIOR)
    own = asked(REPORT, Purpose.OVERDUE, date(2021, 8, 27))
    subjects = [
        read(compose(letter(*items), LETTERHEAD, DIRECTORY))["Subject"]
        for items in ((risen,), (report, risen), (own, risen))
    ]
    assert subjects == [
        "Đôn đốc: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)",
        "Đôn đốc 2 việc, gấp nhất: Báo cáo kết quả thực hiện Kế hoạch (2021)",
        "Nhắc 2 việc, gấp nhất: Báo cáo kết quả thực hiện Kế hoạch (2021)",
    ]


def test_of_very_many_items_the_later_ones_are_a_line_each() -> None:
    items = [item(record(cycle=str(2021 + n)), reminder=f"{n:032x}") for n in range(11)]
    step = asked(CONFIRMED, Purpose.CHAIN, PERMISSION.day, prepares=PERMISSION, reminder=SLOT)
    mail = read(compose(letter(*items, step), LETTERHEAD, DIRECTORY))
    text, said = part(mail, "plain"), _seen(mail)
    assert mail["Subject"] == "Nhắc 12 việc, gấp nhất: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)"
    assert text.count("Việc cần làm:") == text.count("Chi tiết:") == 10
    assert text[text.index("Các việc khác trong thư này") : text.index("\n\n—\n")] == OTHERS
    assert "Savannakhet (2031) : chốt ngày; Thứ Sáu, 31/12/2021 (còn 121 ngày)" in said


OTHERS = """\
Các việc khác trong thư này

- Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2031): chốt ngày; Thứ Sáu,
  31/12/2021 (còn 121 ngày)
  https://lich.example/o/qt-front-exchange.savannakhet.2031
- Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021): việc chuẩn bị: Xin
  chủ trương đón đoàn; Thứ Sáu, 3/9/2021 (còn 2 ngày)
  https://lich.example/o/qt-front-exchange.savannakhet.2021"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mail_with_very_many_items_stays_small(lang: str) -> None:
    items = [item(record(cycle=str(2021 + n)), reminder=f"{n:032x}") for n in range(40)]
    mail = read(compose(letter(*items, lang=lang), LETTERHEAD, DIRECTORY))
    assert len(part(mail, "html").encode()) < LARGEST


WEEK = Agenda(
    first=date(2021, 9, 6), week_ends=date(2021, 9, 12), last=date(2021, 10, 6), week=(REPORT,), month=(CONFIRMED,)
)
AHEAD = """\
Kính gửi: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Tuần này (6–12/9/2021)

- 27/8/2021: Hạn: Báo cáo kết quả thực hiện Kế hoạch
  https://lich.example/o/event.2021

────────────────────────────────────────

Sau đó, đến ngày 6/10/2021

- 5–8/10/2021: Trao đổi đoàn đại biểu Mặt trận – Savannakhet: Quảng Trị chủ
  trì
  https://lich.example/o/qt-front-exchange.savannakhet.2021

—
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def test_a_look_ahead() -> None:
    ahead = ReminderLetter(**HEAD, items=(), agenda=WEEK)
    mail = read(compose(ahead, LETTERHEAD, DIRECTORY))
    assert mail["Subject"] == "Lịch tuần 6–12/9/2021"
    assert part(mail, "plain") == AHEAD
    assert _events(mail) == {}


def test_a_look_ahead_with_something_to_do_begins_a_thread_and_attaches_what_is_to_do() -> None:
    both = letter(item(CONFIRMED), agenda=replace(WEEK, week=()), thread=("<1@x.example>",))
    mail = read(compose(both, LETTERHEAD, DIRECTORY))
    assert mail["Subject"] == "Lịch tuần 6–12/9/2021; 1 việc cần làm"
    assert mail["In-Reply-To"] is None
    assert list(_events(mail)) == ["qt-front-exchange.savannakhet.2021.ics"]
    text = part(mail, "plain")
    assert text.index("Việc cần làm:") < text.index("Tuần này (6–12/9/2021)\n\nKhông có việc nào.")


MOVED = """\
Kính gửi: ông/bà Nguyễn Thị Lan, Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)

Việc này đổi ngày. Đề nghị điều chỉnh việc chuẩn bị theo ngày mới.

Thời gian: 28/9–1/10/2021 → 5–8/10/2021
Lý do: trùng lễ Boun Ok Phansa
Người quyết định: Lê Văn Hùng

Lượt: phía ta chủ trì, đón đoàn Savannakhet
Tình trạng: đã chốt
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

Chi tiết: https://lich.example/o/qt-front-exchange.savannakhet.2021

—
Kèm theo thư: tệp lịch (.ics).
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def test_a_change_goes_on_with_the_thread_under_a_subject_of_its_own() -> None:
    moved = told(before={"days": "2021-09-28/2021-10-01/days"})
    mail = read(compose(change(moved, person="Nguyễn Thị Lan", thread=("<1@x.example>",)), LETTERHEAD, DIRECTORY))
    assert part(mail, "plain") == MOVED
    assert mail["Subject"] == "Thay đổi: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)"
    assert mail["In-Reply-To"] == "<1@x.example>"


def test_a_cancelled_event_is_attached_as_cancelled_with_its_sequence() -> None:
    gone = replace(CONFIRMED, sequence=4, occurrence=replace(CONFIRMED.occurrence, status=Status.CANCELLED))
    mail = read(compose(change(told(gone, Happened.CANCELLED)), LETTERHEAD, DIRECTORY))
    (file,) = mail.iter_attachments()
    (event,) = icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 4)


def test_several_changes_are_one_mail() -> None:
    mail = read(compose(change(told(), told(REPORT), thread=("<1@x.example>",)), LETTERHEAD, DIRECTORY))
    assert mail["Subject"] == "Thay đổi: Báo cáo kết quả thực hiện Kế hoạch (2021) (và 1 việc khác)"
    assert mail["In-Reply-To"] is None
    assert "\n2. Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)\n" in part(mail, "plain")


CONFIRM = """\
Kính gửi: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Địa chỉ này được cơ quan ghi vào danh sách nhận thư nhắc về trao đổi đoàn,
hội đàm và thời hạn.
Chỉ sau khi ông/bà xác nhận địa chỉ này tại trang dưới đây, thư nhắc mới
được gửi:

https://lich.example/vi/r/verify/0

Nếu ông/bà không biết về việc này, xin bỏ qua: sẽ không có thư nhắc nào được
gửi.

—
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def test_a_mail_that_asks_for_the_address_to_be_confirmed() -> None:
    mail = read(compose(verification(), LETTERHEAD, DIRECTORY))
    assert (mail["Subject"], part(mail, "plain")) == ("Đề nghị xác nhận địa chỉ nhận thư nhắc việc", CONFIRM)
    assert mail.get_content_type() == "multipart/alternative"
    assert 'href="https://lich.example/vi/r/verify/0"' in part(mail, "html")


ASKED = """\
Kính gửi: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị

Nguyễn Thị Lan đề nghị ngày khác. Lịch chưa thay đổi.

Việc cần làm: Xem xét, thống nhất với phía bạn và trả lời người đề nghị.

luanphien decide postpone qt-front-exchange.savannakhet.2021 --days 2021-11-02/2021-11-05 --why "trùng kỳ họp"

Lệnh trên chỉ cho xem hệ quả; thêm --yes để ghi thật.

Việc: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)
Thời gian: 5–8/10/2021
Họ tên: Nguyễn Thị Lan
Ngày đề nghị: 2–5/11/2021
Lý do: trùng kỳ họp

Chi tiết: https://lich.example/o/qt-front-exchange.savannakhet.2021

—
Thư do luanphien gửi tự động; đề nghị không trả lời thư này.
"""


def test_an_office_is_told_who_asks_for_other_days() -> None:
    fields = {"name": "Nguyễn Thị Lan", "days": "2021-11-02/2021-11-05", "why": "trùng kỳ họp"}
    mail = read(compose(office(Trouble.ASKED, fields, CONFIRMED), LETTERHEAD, DIRECTORY))
    assert mail["Subject"] == "Đề nghị ngày khác: Trao đổi đoàn đại biểu Mặt trận – Savannakhet (2021)"
    assert part(mail, "plain") == ASKED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mail_is_whole_in_every_language(lang: str) -> None:
    """Each is written, its text fits, and its HTML loads nothing from elsewhere."""
    for each in everything(CONFIRMED, "Họp", lang=lang):
        raw = compose(each, LETTERHEAD, DIRECTORY)
        mail = read(raw)
        assert max(map(len, raw.split(b"\r\n"))) <= 78
        text, html = part(mail, "plain"), part(mail, "html")
        wide = [line for line in text.splitlines() if len(line) > 78 and " " in line.strip()]
        assert all("https://" in line or line.startswith("luanphien decide ") for line in wide)
        assert "\n\n\n" not in text
        for foreign in ("src=", "@import", "url(", "<link", "<script", "<img"):
            assert foreign not in html


def test_the_same_letters_are_the_same_bytes() -> None:
    once, twice = ([compose(each, LETTERHEAD, DIRECTORY) for each in everything(CONFIRMED, "Họp")] for _ in range(2))
    assert once == twice


def test_the_calendar_part_of_an_invitation_stands_last() -> None:
    mail = read(compose(invited(thread=("<1@x.example>",)), LETTERHEAD, DIRECTORY))
    assert [each.get_content_type() for each in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert mail["In-Reply-To"] == "<1@x.example>"
    assert [each.get_param("method") for each in mail.walk()][-1] == "REQUEST"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_law_many_mails_are_written_as_each_by_itself(lang: str) -> None:
    """Whoever reads, and whatever was written before; at most two wordings are kept here."""
    people = {"person": "Lê <b> & Co. " * 8, "address": "a@quang-tri.example", "delivery": "1" * 32}, {"person": None}
    links = {"unsubscribe": "https://lich.example/u/a?b=1&c=2"}, {}
    each = [
        changed
        for words in ("Họp", "<b>&{x}</b>")
        for one in everything(CONFIRMED, words, lang=lang)
        for changed in (one, *(replace(one, **who, **link) for who in people for link in links))
    ]
    each += [letter(item(reminder=f"{n:032x}"), item(REPORT, reminder=SLOT), lang=lang) for n in range(3)]
    each += [letter(item(of), lang=lang) for of in (record(), record(place="takeo"), record(), CONFIRMED)]
    composer = Composer(LETTERHEAD, DIRECTORY, most=2)
    alone = [compose(one, LETTERHEAD, DIRECTORY) for one in each]
    assert [composer.compose(one) for one in [*each, *each]] == [*alone, *alone]


def test_a_plan_that_speaks_of_blanks_fills_none() -> None:
    seal = mark(LETTERHEAD.secret, "greeting")
    nasty = record(title=Text(f"Họp {seal[-11:]} greeting. {'0' * 32}.greeting."))
    assert "0.greeting." in _text(letter(item(nasty)))
