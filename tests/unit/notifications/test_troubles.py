from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.letters import Trouble
from notifications.troubles import Report, postponing, report
from scheduler.plan import LANGUAGES
from tests.unit.notifications.mails import CONFIRMED, office
from tests.unit.notifications.samples import DIRECTORY

BASE = "https://lich.example"
COMMAND = "luanphien decide postpone qt-front-exchange.savannakhet.2021"
RIGHT_ADDRESS = (
    "Hỏi địa chỉ đúng rồi ghi lại: của cá nhân thì bằng lệnh “luanphien contacts change”, của cơ quan thì sửa trong "
    "tệp organisations.yaml rồi chạy “luanphien sync”."
)
REOPEN = "Nếu địa chỉ vẫn đúng, cho gửi lại bằng lệnh “luanphien contacts reopen”."


@pytest.mark.parametrize(
    ("trouble", "fields", "told"),
    [
        (
            Trouble.UNDELIVERABLE,
            {"address": "lan@quang-tri.example", "error": "550 5.1.1 user unknown", "titles": "Đoàn\n\nBáo cáo\n"},
            Report(
                subject="Thư không gửi được: lan@quang-tri.example",
                happened="Thư gửi lan@quang-tri.example không đến được; người nhận chưa biết việc dưới đây.",
                to_do=("Báo người nhận bằng điện thoại.", RIGHT_ADDRESS),
                rows=(("Địa chỉ thư", "lan@quang-tri.example"), ("Máy chủ thư báo", "550 5.1.1 user unknown")),
                titles=("Đoàn", "Báo cáo"),
                command=None,
                url=None,
            ),
        ),
        (
            Trouble.SUSPENDED,
            {"name": "Nguyễn Thị Lan", "address": "lan@quang-tri.example", "organisation": "mttq-quang-tri"},
            Report(
                subject="Đề nghị gọi điện, thư bị trả lại: Nguyễn Thị Lan",
                happened="Ba thư gửi Nguyễn Thị Lan đã bị trả lại. Từ nay không gửi thư đến địa chỉ này nữa.",
                to_do=("Báo người nhận bằng điện thoại.", RIGHT_ADDRESS, REOPEN),
                rows=(
                    ("Cơ quan", "Ủy ban MTTQ Việt Nam tỉnh Quảng Trị"),
                    ("Họ tên", "Nguyễn Thị Lan"),
                    ("Địa chỉ thư", "lan@quang-tri.example"),
                ),
                titles=(),
                command=None,
                url=None,
            ),
        ),
        (
            Trouble.UNDELIVERABLE,
            {"address": "mttq@quang-tri.example", "organisation": "mttq-quang-tri,hai-quan"},
            Report(
                subject="Thư không gửi được: Ủy ban MTTQ Việt Nam tỉnh Quảng Trị; hai-quan",
                happened="Thư gửi Ủy ban MTTQ Việt Nam tỉnh Quảng Trị; hai-quan không đến được; người nhận chưa biết "
                "việc dưới đây.",
                to_do=("Báo người nhận bằng điện thoại.", RIGHT_ADDRESS),
                rows=(
                    ("Cơ quan", "Ủy ban MTTQ Việt Nam tỉnh Quảng Trị; hai-quan"),
                    ("Địa chỉ thư", "mttq@quang-tri.example"),
                ),
                titles=(),
                command=None,
                url=None,
            ),
        ),
        (
            Trouble.LEFT,
            {"name": "Nguyễn Thị Lan"},
            Report(
                subject="Ngừng nhận thư: Nguyễn Thị Lan",
                happened="Nguyễn Thị Lan không nhận thư nhắc nữa. Nhiệm vụ vẫn giữ nguyên nhưng không còn ai được nhắc "
                "ở địa chỉ này.",
                to_do=("Thống nhất với cơ quan đó ai nhận thay, rồi ghi lại bằng lệnh “luanphien contacts add”.",),
                rows=(("Họ tên", "Nguyễn Thị Lan"),),
                titles=(),
                command=None,
                url=None,
            ),
        ),
        (
            Trouble.ASKED,
            {"name": "Nguyễn Thị Lan", "days": "sau Tết", "why": "trùng kỳ họp"},
            Report(
                subject="Đề nghị ngày khác: Nguyễn Thị Lan",
                happened="Nguyễn Thị Lan đề nghị ngày khác. Lịch chưa thay đổi.",
                to_do=("Xem xét, thống nhất với phía bạn và trả lời người đề nghị.",),
                rows=(("Họ tên", "Nguyễn Thị Lan"), ("Ngày đề nghị", "sau Tết"), ("Lý do", "trùng kỳ họp")),
                titles=(),
                command=None,
                url=None,
            ),
        ),
    ],
)
def test_what_an_office_is_told(trouble: Trouble, fields: dict[str, str], told: Report) -> None:
    assert report(office(trouble, fields), BASE, DIRECTORY) == told


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_names_whom_it_is_about(trouble: Trouble, lang: str) -> None:
    told = report(office(trouble, {"address": "lan@quang-tri.example"}, CONFIRMED, lang=lang), BASE, DIRECTORY)
    assert "lan@quang-tri.example" in told.happened
    assert told.url == "https://lich.example/o/qt-front-exchange.savannakhet.2021"


@pytest.mark.parametrize(
    ("fields", "rest"),
    [
        ({"days": "2021-11-02/2021-11-05", "why": "trùng kỳ họp"}, '--days 2021-11-02/2021-11-05 --why "trùng kỳ họp"'),
        ({"days": "2021-11-02", "why": "bão"}, '--days 2021-11-02/2021-11-02 --why "bão"'),
        ({"days": "2021-11-05/2021-11-02", "why": "bão"}, '--why "bão"'),
        ({"days": "2021-13-02", "why": "bão"}, '--why "bão"'),
        ({"days": "sau Tết; rm -rf /"}, '--why "…"'),
        ({"why": "ການປະຊຸມ កិច្ចប្រជុំ"}, '--why "ການປະຊຸມ កិច្ចប្រជុំ"'),
        ({"why": '"; rm -rf / #'}, '--why "; rm -rf /"'),
        ({"why": "$(id) `id` %PATH% !x \\ ^ & | > <"}, '--why "(id) id PATH x /"'),
        ({"why": "“curly” 'single' „low‟"}, '--why "curly single low"'),
        ({"why": "một\nhai\r\nba\u2028bốn\x1b[31m"}, '--why "một hai ba bốn 31m"'),
    ],
)
def test_the_command_that_grants_other_days_can_be_pasted(fields: dict[str, str], rest: str) -> None:
    told = report(office(Trouble.ASKED, fields, CONFIRMED), BASE, DIRECTORY)
    assert told.command == f"{COMMAND} {rest}"


@given(st.text())
def test_law_a_readers_words_are_one_word_of_the_command(why: str) -> None:
    command = postponing(CONFIRMED.occurrence, {"why": why})
    words = shlex.split(command)
    assert words[:-1] == [*COMMAND.split(), "--why"]
    assert command.count('"') == 2
    assert not set("$`\\!%&|<>^\n\r'") & set(command)
