"""What public holidays are called in Vietnamese, Lao and Khmer, by the English name of the library that dates them.

The library names the holidays of each country in its own language and in English only. These are ours; what has no
entry is called by its English name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("vi", "lo", "km")

MADE_GOOD = {"vi": "{name} (nghỉ bù)", "lo": "ພັກຊົດເຊີຍ{name}", "km": "ថ្ងៃឈប់សម្រាកសងជំនួសឲ្យ{name}"}
"""A weekday off because the holiday itself fell on a weekend."""

SWAPPED = {
    "vi": "Ngày nghỉ (thay cho ngày {day})",
    "lo": "ວັນພັກ (ແທນວັນທີ {day})",
    "km": "ថ្ងៃឈប់សម្រាក (ជំនួសថ្ងៃទី {day})",
}
"""A weekday off for which another day, written dd/mm/yyyy, is worked."""


def name_of(english: str, language: str) -> str | None:
    """The name in `language`, one of `LANGUAGES`; None when only the English one is known."""
    known = _NAMES.get(english)
    return None if known is None else known[LANGUAGES.index(language)] or None


# English name: Vietnamese, Lao, Khmer; empty: not known. What another country's holiday is called is best read over by
# the partner.
_NAMES: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    # Several countries
    "Constitution Day": ("Ngày Hiến pháp", "ວັນລັດຖະທຳມະນູນ", "ទិវាប្រកាសរដ្ឋធម្មនុញ្ញ"),
    "International Children's Day": ("Ngày Quốc tế Thiếu nhi", "ວັນເດັກສາກົນ", "ទិវាកុមារអន្តរជាតិ"),
    "International Human Rights Day": ("Ngày Nhân quyền Quốc tế", "ວັນສິດທິມະນຸດສາກົນ", "ទិវាសិទ្ធិមនុស្សអន្តរជាតិ"),
    "International Labor Day": ("Ngày Quốc tế Lao động", "ວັນກຳມະກອນສາກົນ", "ទិវាពលកម្មអន្តរជាតិ"),
    "International New Year Day": ("Tết Dương lịch", "ວັນປີໃໝ່ສາກົນ", "ទិវាចូលឆ្នាំសាកល"),
    "International Women's Rights Day": ("Ngày Quốc tế Phụ nữ", "ວັນແມ່ຍິງສາກົນ", "ទិវាអន្តរជាតិនារី"),
    "Labor Day": ("Ngày Quốc tế Lao động", "ວັນກຳມະກອນສາກົນ", "ទិវាពលកម្មអន្តរជាតិ"),
    "National Day": ("Quốc khánh", "ວັນຊາດ", "ទិវាបុណ្យជាតិ"),
    "National Labor Day": ("Ngày Quốc tế Lao động", "ວັນກຳມະກອນສາກົນ", "ទិវាពលកម្មអន្តរជាតិ"),
    "New Year's Day": ("Tết Dương lịch", "ວັນປີໃໝ່ສາກົນ", "ទិវាចូលឆ្នាំសាកល"),
    "New Year's Eve": ("Ngày cuối năm dương lịch", "ວັນສົ່ງທ້າຍປີເກົ່າ", "ថ្ងៃចុងឆ្នាំសាកល"),
    "Special Public Holiday": ("Ngày nghỉ bù", "ວັນພັກຊົດເຊີຍ", "ថ្ងៃឈប់សម្រាកសងជំនួស"),
    # Viet Nam
    "29 of Lunar New Year": ("29 Tết", "ວັນທີ 29 ກ່ອນບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)", "ថ្ងៃទី 29 មុនបុណ្យតេត (ចូលឆ្នាំវៀតណាម)"),
    "Lunar New Year's Eve": (
        "Giao thừa Tết Nguyên Đán",
        "ມື້ກ່ອນບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃមុនបុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Lunar New Year": ("Tết Nguyên Đán", "ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)", "បុណ្យតេត (ចូលឆ្នាំវៀតណាម)"),
    "Second Day of Lunar New Year": (
        "Mùng hai Tết Nguyên Đán",
        "ມື້ທີ 2 ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃទី 2 បុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Third Day of Lunar New Year": (
        "Mùng ba Tết Nguyên Đán",
        "ມື້ທີ 3 ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃទី 3 បុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Fourth Day of Lunar New Year": (
        "Mùng bốn Tết Nguyên Đán",
        "ມື້ທີ 4 ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃទី 4 បុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Fifth Day of Lunar New Year": (
        "Mùng năm Tết Nguyên Đán",
        "ມື້ທີ 5 ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃទី 5 បុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Sixth Day of Lunar New Year": (
        "Mùng sáu Tết Nguyên Đán",
        "ມື້ທີ 6 ບຸນປີໃໝ່ຫວຽດນາມ (ເຕັດ)",
        "ថ្ងៃទី 6 បុណ្យតេត (ចូលឆ្នាំវៀតណាម)",
    ),
    "Hung Kings' Commemoration Day": ("Ngày Giỗ Tổ Hùng Vương", "ວັນລະນຶກກະສັດຮຸ່ງ", "ទិវារំលឹកស្តេចហ៊ុង"),
    "Liberation Day/Reunification Day": (
        "Ngày Chiến thắng",
        "ວັນປົດປ່ອຍພາກໃຕ້ ທ້ອນໂຮມປະເທດຊາດ",
        "ទិវារំដោះភាគខាងត្បូង បង្រួបបង្រួមប្រទេសជាតិ",
    ),
    "Vietnam Cultural Day": ("Ngày Văn hóa Việt Nam", "ວັນວັດທະນະທຳຫວຽດນາມ", "ទិវាវប្បធម៌វៀតណាម"),
    # Laos
    "Lao National Day": ("Quốc khánh Lào", "ວັນຊາດ", "ទិវាបុណ្យជាតិឡាវ"),
    "Lao New Year's Day": ("Tết Bunpimay", "ບຸນປີໃໝ່ລາວ", "បុណ្យចូលឆ្នាំឡាវ"),
    "Lao New Year's Day (Special)": ("Tết Bunpimay (nghỉ thêm)", "ພັກບຸນປີໃໝ່ລາວ", "ថ្ងៃឈប់សម្រាកបុណ្យចូលឆ្នាំឡាវ"),
    # Cambodia
    "Day of Victory over the Genocidal Regime": (
        "Ngày chiến thắng chế độ diệt chủng",
        "ວັນໄຊຊະນະຕໍ່ລະບອບຂ້າລ້າງເຜົ່າພັນ",
        "ទិវាជ័យជម្នះលើរបបប្រល័យពូជសាសន៍",
    ),
    "HM King Norodom Sihamoni's Birthday": (
        "Ngày sinh Quốc vương Norodom Sihamoni",
        "ວັນປະສູດ ພະມະຫາກະສັດ ນໍໂຣດົມ ສີຫະມຸນີ",
        "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្ម ព្រះមហាក្សត្រ",
    ),
    "HM King Norodom Sihamoni's Coronation Day": (
        "Ngày Quốc vương Norodom Sihamoni đăng quang",
        "ວັນຂຶ້ນຄອງຣາດ ພະມະຫາກະສັດ ນໍໂຣດົມ ສີຫະມຸນີ",
        "ព្រះរាជពិធីគ្រងព្រះបរមរាជសម្បត្តិ",
    ),
    "HM King Norodom Sihanouk Mourning Day": (
        "Ngày tưởng niệm Cựu vương Norodom Sihanouk",
        "ວັນໄວ້ອາໄລ ພະມະຫາກະສັດ ນໍໂຣດົມ ສີຫະນຸ",
        "ទិវាគោរពព្រះវិញ្ញាណក្ខន្ធ ព្រះបាទ នរោត្តម សីហនុ",
    ),
    "HM Queen Norodom Monineath Sihanouk the Queen-Mother's Birthday": (
        "Ngày sinh Hoàng thái hậu Norodom Monineath",
        "ວັນປະສູດ ພະລາຊະມານດາ ນໍໂຣດົມ ມຸນີນາດ ສີຫະນຸ",
        "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្ម សម្តេចព្រះមហាក្សត្រី",
    ),
    "Khmer New Year's Day": ("Tết Chol Chnam Thmay", "ບຸນປີໃໝ່ກຳປູເຈຍ", "ពិធីបុណ្យចូលឆ្នាំថ្មីប្រពៃណីជាតិ"),
    "Khmer New Year's Replacement Holiday": (
        "Nghỉ bù Tết Chol Chnam Thmay",
        "ພັກຊົດເຊີຍບຸນປີໃໝ່ກຳປູເຈຍ",
        "ថ្ងៃឈប់សម្រាកសងជំនួសឲ្យពិធីបុណ្យចូលឆ្នាំថ្មីប្រពៃណីជាតិ",
    ),
    "Meak Bochea Day": ("Lễ Meak Bochea", "ບຸນມາຄະບູຊາ", "ពិធីបុណ្យមាឃបូជា"),
    "National Day of Remembrance": (
        "Ngày tưởng niệm nạn nhân chế độ diệt chủng",
        "ວັນລະນຶກແຫ່ງຊາດ",
        "ទិវាជាតិនៃការចងចាំ",
    ),
    "National Independence Day": ("Ngày Độc lập Campuchia", "ວັນເອກະລາດກຳປູເຈຍ", "ពិធីបុណ្យឯករាជ្យជាតិ"),
    "Paris Peace Agreement's Day": (
        "Ngày ký Hiệp định hòa bình Paris",
        "ວັນລະນຶກສັນຍາສັນຕິພາບປາຣີ",
        "ទិវារំលឹកសន្ធិសញ្ញាសន្តិភាពទីក្រុងប៉ារីស",
    ),
    "Pchum Ben Day": ("Lễ Pchum Ben", "ບຸນພະຈຸມເບັນ", "ពិធីបុណ្យភ្ជុំបិណ្ឌ"),
    "Peace Day in Cambodia": ("Ngày Hòa bình Campuchia", "ວັນສັນຕິພາບກຳປູເຈຍ", "ទិវាសន្តិភាពនៅកម្ពុជា"),
    "Royal Ploughing Ceremony": ("Lễ Tịch điền", "ພິທີແຮກນາຂວັນ", "ព្រះរាជពិធីច្រត់ព្រះនង្គ័ល"),
    "Visaka Bochea Day": ("Lễ Visak Bochea (Phật đản)", "ບຸນວິສາຂະບູຊາ", "ពិធីបុណ្យវិសាខបូជា"),
    "Water Festival": ("Lễ hội đua thuyền (Bon Om Touk)", "ບຸນຊ່ວງເຮືອກຳປູເຈຍ", "ព្រះរាជពិធីបុណ្យអុំទូក"),
    # Thailand and China
    "Asarnha Bucha": ("Lễ Asalha Puja (Phật giảng pháp lần đầu)", "", ""),
    "Bridge Public Holiday": ("Ngày nghỉ bắc cầu", "", ""),
    "Buddhist Lent Day": ("Lễ Nhập hạ", "", ""),
    "Chakri Memorial Day": ("Ngày tưởng niệm triều đại Chakri", "", ""),
    "Chinese New Year (Spring Festival)": ("Tết Nguyên đán Trung Quốc", "", ""),
    "Chinese New Year Extended Holiday": ("Nghỉ Tết Nguyên đán Trung Quốc kéo dài", "", ""),
    "Chinese New Year's Eve": ("Giao thừa Tết Nguyên đán Trung Quốc", "", ""),
    "Coronation Day": ("Ngày Quốc vương đăng quang", "", ""),
    "Dragon Boat Festival": ("Tết Đoan ngọ", "", ""),
    "HM King Bhumibol Adulyadej Memorial Day": ("Ngày tưởng niệm Quốc vương Bhumibol Adulyadej", "", ""),
    "HM King Bhumibol Adulyadej the Great Memorial Day": ("Ngày tưởng niệm Quốc vương Bhumibol Adulyadej", "", ""),
    "HM King Bhumibol Adulyadej the Great's Birthday": ("Ngày sinh Quốc vương Bhumibol Adulyadej", "", ""),
    "HM King Bhumibol Adulyadej's Birthday": ("Ngày sinh Quốc vương Bhumibol Adulyadej", "", ""),
    "HM King Chulalongkorn Memorial Day": ("Ngày tưởng niệm Quốc vương Chulalongkorn", "", ""),
    "HM King Maha Vajiralongkorn's Birthday": ("Ngày sinh Quốc vương Maha Vajiralongkorn", "", ""),
    "HM King Maha Vajiralongkorn's Coronation Celebrations": ("Lễ đăng quang Quốc vương Maha Vajiralongkorn", "", ""),
    "HM Queen Sirikit The Queen Mother's Birthday": ("Ngày sinh Hoàng thái hậu Sirikit", "", ""),
    "HM Queen Suthida's Birthday": ("Ngày sinh Hoàng hậu Suthida", "", ""),
    "Makha Bucha": ("Lễ Magha Puja", "", ""),
    "Mid-Autumn Festival": ("Tết Trung thu", "", ""),
    "National Children's Day": ("Ngày Thiếu nhi", "", ""),
    "National Father's Day": ("Ngày của Cha", "", ""),
    "National Mother's Day": ("Ngày của Mẹ", "", ""),
    "Songkran Festival": ("Tết Songkran", "", ""),
    "Tomb-Sweeping Day": ("Tết Thanh minh", "", ""),
    "Visakha Bucha": ("Lễ Visakha Puja (Phật đản)", "", ""),
})  # fmt: skip
