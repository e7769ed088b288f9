"""Before, by, from, until; conditions; remarks; words that say nothing of time."""

from __future__ import annotations

import re

from scheduler.expression.letters import Letters
from scheduler.expression.occasions import STARTS
from scheduler.expression.pieces import Bound, Condition, Filler, Piece, Remark, Row, Side, fixed, row
from scheduler.expression.reading import Question

_NEXT = (
    r"(?=:? ?(?:truoc |sau |ngay |thang |quy |nam (?:hoc )?[0-9]|(?:dau|giua|cuoi) "
    r"|(?:thuong|trung|ha) tuan|nua |tuan |trong nam|[0-9]))"
)
_CLOCK = r"[0-9]{1,2} ?(?:h|gio|:) ?(?:[0-9]{2})?(?: phut)?"
_DAY_NEXT = r"(?=,? (?:ngay )?[0-9])"
_LATEST = r"(?:cham|muon) nhat"
_FILLERS = (
    r"vao|trong|cua|va|la|se|duoc|cac|ba|hai|ben|nuoc|moi ben|voi|theo|hoac|hinh thuc|thoi gian|thoi diem|thoi han"
    r"|thuc hien|to chuc|tien hanh|hoi dam|gap go|giao luu|giao ban|hop|bao cao|tong hop|chu tri|dang cai|sang tham"
    r"|tham|don doan|doan|giua|cong tac|mot lan|co hieu luc|ngay ky|nham|hoan thanh|ky|xong"
)


def _condition(match: re.Match[str], letters: Letters) -> tuple[Piece, ...]:
    return (Condition(letters.as_written(match.start(), match.end()).rstrip(" ,.")),)


BOUNDS: tuple[Row, ...] = (
    # An hour names its day as the last: "trước 17h00 ngày 15/6".
    row(rf"(?:truoc|{_LATEST}(?: la| vao| truoc)?|den) {_CLOCK}{_DAY_NEXT}", fixed(Bound(Side.BY))),
    row(rf"(?:(?:vao )?luc )?{_CLOCK}{_DAY_NEXT}", fixed(Filler())),
    row(r"(?:buoi )?(?:sang|trua|chieu)(?=,? (?:ngay )?[0-9])", fixed(Filler())),
    row(rf"{_LATEST}(?: la)?(?: phai)?(?: hoan thanh)? truoc{_NEXT}", fixed(Bound(Side.BY_BEFORE))),
    row(rf"(?:(?:hoan thanh|xong|ket thuc) )?truoc{_NEXT}", fixed(Bound(Side.BEFORE))),
    row(
        rf"(?:{_LATEST}|khong (?:muon|cham) hon|khong qua|han (?:chot|cuoi(?: cung)?)|thoi han)"
        rf"(?: la| vao| trong| den| het){{0,3}}{_NEXT}",
        fixed(Bound(Side.BY)),
    ),
    row(rf"(?:cho )?den(?: het)?{_NEXT}|het{_NEXT}", fixed(Bound(Side.TO))),
    row(
        r"(?:ke )?tu ngay (?:ky|ban hanh|phe duyet)(?! ?\(?[0-9])",
        fixed(Remark(asks=(Question.DATES,))),
    ),
    row(rf"(?:bat dau )?(?:ke )?tu{_NEXT}|bat dau(?: vao)?{_NEXT}", fixed(Bound(Side.FROM))),
    row(rf"sau{_NEXT}", fixed(Bound(Side.AFTER))),
    Row(re.compile(r"- ?(?=[0-9]|ngay [0-9]|thang [0-9]|quy [0-9iv]|nam [0-9])"), fixed(Bound(Side.DASH)), bare=True),
)

CONDITIONS: tuple[Row, ...] = (
    row(r"theo yeu cau|tuy (?:theo )?(?:tinh hinh|dieu kien)(?= ?(?:$|[;,()]))", _condition),
    row(
        r"(?:neu|ngay (?:sau )?khi|sau khi|khi|(?:trong )?truong hop|tuy (?:theo )?(?:tinh hinh|dieu kien)"
        rf"|can cu|theo yeu cau)(?:(?!;| thi\b|, ?{STARTS}\b)(?:[^()]|\([^()]*\)))+",
        _condition,
    ),
    row(r"thi", fixed(Remark(frees=True))),
)

REMARKS: tuple[Row, ...] = (
    row(r"\(khong ghi[^()]*\)", fixed(Filler())),
    row(r"(?:du kien|du tinh|khoang)(?: la| vao)?", fixed(Remark(tentative=True))),
    row(
        r"thuong xuyen|kip thoi|dot xuat",
        fixed(Remark(ongoing=True, frees=True, asks=(Question.DATES,))),
    ),
    row(
        r"thuong ngay|lien tuc|tiep tuc|day manh|tang cuong|duy tri|phat huy|chu trong",
        fixed(Remark(ongoing=True, frees=True)),
    ),
)

FILLERS: tuple[Row, ...] = (row(rf"(?:{_FILLERS})", fixed(Filler())),)
