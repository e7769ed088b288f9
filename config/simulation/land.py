"""The 34 provinces since 1 July 2025, whom each borders or is twinned with, and the provinces on the other side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Abroad:
    """A province on the other side: id, country (ISO 3166-1 alpha-2), names."""

    id: str
    country: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Province:
    """A province of Viet Nam: id, name, short code for ids, those it borders or is twinned with.

    `border`: whether it has a land border.
    """

    id: str
    name: str
    code: str
    partners: tuple[str, ...]
    border: bool = True


ABROAD = {
    province.id: province
    for province in (
        Abroad("phongsaly", "LA", "Phôngsalỳ", "Phongsaly"),
        Abroad("luang-prabang", "LA", "Luông Phabang", "Luang Prabang"),
        Abroad("oudomxay", "LA", "Uđômxay", "Oudomxay"),
        Abroad("houaphanh", "LA", "Hủa Phăn", "Houaphanh"),
        Abroad("xiangkhouang", "LA", "Xiêng Khoảng", "Xiangkhouang"),
        Abroad("vientiane", "LA", "Viêng Chăn", "Vientiane"),
        Abroad("bolikhamxay", "LA", "Bolikhămxay", "Bolikhamxay"),
        Abroad("khammouane", "LA", "Khăm Muồn", "Khammouane"),
        Abroad("savannakhet", "LA", "Savannakhet", "Savannakhet"),
        Abroad("salavan", "LA", "Salavan", "Salavan"),
        Abroad("sekong", "LA", "Sekong", "Sekong"),
        Abroad("attapeu", "LA", "Attapư", "Attapeu"),
        Abroad("champasak", "LA", "Chămpasắc", "Champasak"),
        Abroad("ratanakiri", "KH", "Ratanakiri", "Ratanakiri"),
        Abroad("mondulkiri", "KH", "Mondulkiri", "Mondulkiri"),
        Abroad("kratie", "KH", "Kratié", "Kratié"),
        Abroad("tboung-khmum", "KH", "Tboung Khmum", "Tboung Khmum"),
        Abroad("svay-rieng", "KH", "Svay Rieng", "Svay Rieng"),
        Abroad("prey-veng", "KH", "Prey Veng", "Prey Veng"),
        Abroad("kandal", "KH", "Kandal", "Kandal"),
        Abroad("takeo", "KH", "Takeo", "Takeo"),
        Abroad("kampot", "KH", "Kampot", "Kampot"),
        Abroad("kampong-speu", "KH", "Kampong Speu", "Kampong Speu"),
        Abroad("koh-kong", "KH", "Koh Kong", "Koh Kong"),
        Abroad("phnom-penh", "KH", "Phnôm Pênh", "Phnom Penh"),
        Abroad("guangxi", "CN", "Quảng Tây", "Guangxi"),
        Abroad("yunnan", "CN", "Vân Nam", "Yunnan"),
    )
}

COUNTRIES = (
    Abroad("viet-nam", "VN", "Việt Nam", "Viet Nam"),
    Abroad("laos", "LA", "Lào", "Laos"),
    Abroad("cambodia", "KH", "Campuchia", "Cambodia"),
    Abroad("china", "CN", "Trung Quốc", "China"),
)

PROVINCES = (
    Province("quang-tri", "Quảng Trị", "qtr", ("savannakhet", "salavan", "khammouane")),
    Province("an-giang", "An Giang", "agi", ("takeo", "kandal", "kampot")),
    Province("ha-tinh", "Hà Tĩnh", "hti", ("khammouane", "bolikhamxay")),
    Province("lang-son", "Lạng Sơn", "lso", ("guangxi",)),
    Province("nghe-an", "Nghệ An", "nan", ("houaphanh", "xiangkhouang", "bolikhamxay")),
    Province("tay-ninh", "Tây Ninh", "tni", ("tboung-khmum", "svay-rieng", "prey-veng")),
    Province("lao-cai", "Lào Cai", "lca", ("yunnan",)),
    Province("thanh-hoa", "Thanh Hóa", "tho", ("houaphanh",)),
    Province("quang-ngai", "Quảng Ngãi", "qng", ("attapeu", "sekong", "ratanakiri")),
    Province("dong-thap", "Đồng Tháp", "dth", ("prey-veng",)),
    Province("cao-bang", "Cao Bằng", "cba", ("guangxi",)),
    Province("dien-bien", "Điện Biên", "dbi", ("phongsaly", "luang-prabang", "yunnan")),
    Province("son-la", "Sơn La", "sla", ("houaphanh", "luang-prabang")),
    Province("hue", "Huế", "hue", ("salavan", "sekong")),
    Province("da-nang", "Đà Nẵng", "dna", ("sekong",)),
    Province("gia-lai", "Gia Lai", "gla", ("ratanakiri",)),
    Province("dak-lak", "Đắk Lắk", "dla", ("mondulkiri",)),
    Province("lam-dong", "Lâm Đồng", "ldo", ("mondulkiri",)),
    Province("dong-nai", "Đồng Nai", "don", ("kratie", "mondulkiri", "tboung-khmum")),
    Province("quang-ninh", "Quảng Ninh", "qni", ("guangxi",)),
    Province("tuyen-quang", "Tuyên Quang", "tqu", ("yunnan", "guangxi")),
    Province("lai-chau", "Lai Châu", "lch", ("yunnan",)),
    Province("ha-noi", "Hà Nội", "hno", ("vientiane", "phnom-penh"), border=False),
    Province("ho-chi-minh", "Thành phố Hồ Chí Minh", "hcm", ("champasak", "phnom-penh"), border=False),
    Province("hai-phong", "Hải Phòng", "hph", ("luang-prabang", "guangxi"), border=False),
    Province("can-tho", "Cần Thơ", "cth", ("kandal",), border=False),
    Province("ninh-binh", "Ninh Bình", "nbi", ("oudomxay",), border=False),
    Province("phu-tho", "Phú Thọ", "pth", ("luang-prabang",), border=False),
    Province("thai-nguyen", "Thái Nguyên", "tng", ("xiangkhouang",), border=False),
    Province("bac-ninh", "Bắc Ninh", "bni", ("guangxi",), border=False),
    Province("hung-yen", "Hưng Yên", "hye", ("vientiane",), border=False),
    Province("khanh-hoa", "Khánh Hòa", "kho", ("champasak",), border=False),
    Province("vinh-long", "Vĩnh Long", "vlo", ("kampong-speu",), border=False),
    Province("ca-mau", "Cà Mau", "cma", ("koh-kong",), border=False),
)
"""Those on a border first, so that a few of them are a small country with all that there is."""
