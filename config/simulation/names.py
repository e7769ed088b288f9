"""Names that were made up: communes and posts, villages and districts on the other side, people."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from calendars.links import slug_of

_FIRST = (
    "Hướng", "Tân", "Thanh", "Sơn", "Mường", "Nậm", "Phước", "Trà", "Bình", "Vĩnh", "Xuân", "Kim", "Lộc", "Hương",
    "Ia", "Đắk", "Quảng", "Tam", "Bắc", "Nam", "Đông", "Tây", "Thượng", "Châu", "Cẩm", "Long", "Phú", "Hòa", "Yên",
    "Trung",
)  # fmt: skip
_SECOND = (
    "Phùng", "Lập", "Lay", "Khê", "Lâm", "Hóa", "Lạn", "Thành", "Trạch", "Quang", "Giang", "Hà", "Mai", "Lý", "Kiều",
    "Sơn", "An", "Thủy", "Hiệp", "Đức", "Lương", "Cường", "Tiến", "Hưng", "Thịnh", "Viên", "Mỹ", "Ninh", "Bảo", "Phong",
)  # fmt: skip
_THERE = {
    "LA": (
        ("Na", "Phôn", "Sầm", "Huổi", "Đen", "Thà", "Mường", "Noong", "Keng", "Xiêng", "Pha", "Vang"),
        ("Hin", "Xay", "Khăm", "Ngam", "Bun", "Thoong", "Keo", "Đeng", "Lao", "Mon", "Vẳn", "Xỉ", "Toong", "Phu", "Mi"),
        ("cụm bản", "village cluster"),
    ),
    "KH": (
        ("Prek", "Kampong", "Phnom", "Chrey", "Svay", "Tuol", "Angkor", "Koh", "Boeng", "Prasat", "Trapeang", "Ta"),
        ("Chhrey", "Thom", "Krav", "Sdei", "Ampil", "Roka", "Veng", "Leap", "Meas", "Touch", "Kor", "Sla", "Reang"),
        ("xã", "commune"),
    ),
    "CN": (
        ("Ninh", "Long", "Bằng", "Đại", "Tịnh", "Na", "Ma", "Hà", "Kim", "Phú", "Lục", "Văn"),
        ("Minh", "Châu", "Tường", "Tân", "Tây", "Pha", "Lật", "Khẩu", "Bình", "Ninh", "Xuyên", "Sơn", "Giang"),
        ("trấn", "town"),
    ),
}
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Hồ", "Võ", "Đặng", "Bùi", "Lò", "Vi", "Nông", "Y", "Sùng")
_MIDDLE = ("Thị", "Văn", "Minh", "Thanh", "Quốc", "Ngọc", "Đức", "Hồng", "Xuân", "Hữu")
_GIVEN = (
    "Lan", "Hùng", "Hoa", "Dũng", "Mai", "Tuấn", "Hà", "Sơn", "Nga", "Bình", "Thủy", "Long", "Hạnh", "Phúc", "Linh",
    "Khoa",
)  # fmt: skip


def places(chance: Random) -> Iterator[str]:
    """Names of communes, each once."""
    return _pairs(chance, _FIRST, _SECOND)


def places_there(chance: Random, country: str) -> Iterator[str]:
    """Names of places on the other side, each once."""
    first, second, _ = _THERE[country]
    return _pairs(chance, first, second)


def sort_there(country: str) -> tuple[str, str]:
    """What such a place is called, in Vietnamese and English."""
    return _THERE[country][2]


def person(chance: Random) -> str:
    """Somebody's name."""
    return f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"


def slug(name: str) -> str:
    """A name as part of an id."""
    return slug_of(name)


def _pairs(chance: Random, first: tuple[str, ...], second: tuple[str, ...]) -> Iterator[str]:
    """Every pair of two different syllables once, in chance's order; then the same with a number.

    Of two that differ only in their marks, and so have the same id, one is left out.
    """
    found = list(
        {slug(f"{one} {other}"): f"{one} {other}" for one in first for other in second if one != other}.values()
    )
    number = 1
    while True:
        chance.shuffle(found)
        yield from found if number == 1 else (f"{name} {number}" for name in found)
        number += 1
