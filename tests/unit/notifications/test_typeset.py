from __future__ import annotations

import pytest
from jinja2 import TemplateError, TemplateNotFound, UndefinedError
from markupsafe import Markup

from notifications.typeset import Written, caption, typeset
from tests.unit.notifications.samples import ROOT

HEAD = {"greeting": "Kính gửi: Sở A", "attached": False, "unsubscribe": None, "page": "Chi tiết"}


def test_the_three_templates_of_a_mail() -> None:
    written = typeset("verification", "en", {**HEAD, "greeting": "To <A> & B", "url": "https://x.example/?a=1&b=2"})
    assert written.subject == "Please confirm this address for reminders"
    assert written.text == (
        b"To <A> & B\r\n"
        b"\r\n"
        b"Your office has entered this address to send you reminders of exchanges,\r\n"
        b"talks and deadlines.\r\n"
        b"None is sent before you confirm, on this page, that the address is yours:\r\n"
        b"\r\n"
        b"https://x.example/?a=1&b=2\r\n"
        b"\r\n"
        b"If you do not know of this, do nothing: no further mail comes.\r\n"
        b"\r\n"
        b"\xe2\x80\x94\r\n"
        b"Sent automatically by luanphien; replies are not read.\r\n"
    )
    html = written.html.decode()
    assert Markup.escape("To <A> & B") in html
    assert 'href="https://x.example/?a=1&amp;b=2"' in html
    assert "\n" not in html.replace("\r\n", "")


@pytest.mark.parametrize("missing", [*HEAD, "url"])
def test_a_value_that_is_missing_is_an_error_and_never_a_gap(missing: str) -> None:
    values = {**HEAD, "url": "https://x.example"}
    wanted = {name: value for name, value in values.items() if name != missing}
    if missing == "page":
        assert isinstance(typeset("verification", "vi", wanted), Written)
    else:
        with pytest.raises(UndefinedError, match=missing) as caught:
            typeset("verification", "vi", wanted)
        assert isinstance(caught.value, TemplateError)


def test_a_mail_that_has_no_templates_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        typeset("none", "vi", HEAD)


def test_every_mail_has_its_three_templates() -> None:
    folder = ROOT / "notifications" / "templates"
    kinds = {each.name: sorted(file.name for file in each.iterdir()) for each in folder.iterdir() if each.is_dir()}
    del kinds["pages"]  # what links lead to
    assert set(kinds) == {"reminder", "change", "invitation", "verification", "office", "access"}
    assert set(map(tuple, kinds.values())) == {("body.html", "body.txt", "subject.txt")}


def test_a_label_and_its_value() -> None:
    assert [caption("Nơi", "Huế", "vi"), caption("Nơi", "Huế", "km")] == ["Nơi: Huế", "Nơi៖ Huế"]
