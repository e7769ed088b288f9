"""The editor's form in parts, read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.planforms import Parts, parts_of, plain

KIND = "multipart/form-data; boundary=XyZ"


def body(*parts: tuple[str, bytes], end: bytes = b"--XyZ--\r\n") -> bytes:
    written = b"".join(b"--XyZ\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return written + end


def named(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.binary(max_size=200), max_size=6))
def test_what_browsers_send_is_read_byte_for_byte(fields: dict[str, bytes]) -> None:
    sent = {name: content for name, content in fields.items() if b"--XyZ" not in content}
    assert parts_of(body(*((named(name), content) for name, content in sent.items())), KIND) == Parts(sent)


def test_a_file_is_known_by_its_field() -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="name=a.yaml"\r\nContent-Type: text/yaml'
    assert parts_of(body((head, b"a")), KIND) == Parts({"file": b"a"}, {"file": "name=a.yaml"})


def test_a_file_that_was_not_chosen_has_no_name_and_an_empty_one_has() -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: application/octet-stream'
    assert parts_of(body((head.format(""), b"")), KIND) == Parts({"file": b""})
    assert parts_of(body((head.format("kế hoạch.yaml"), b"")), KIND).files == {"file": "kế hoạch.yaml"}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", KIND),
        (b"a=b", KIND),
        (body((named("a"), b"x")), "multipart/form-data"),
        (body((named("a"), b"x")), "multipart/mixed; boundary=XyZ"),
        (body((named("a"), b"x")), "multipart/form-data; boundary=other"),
        (body((named("a"), b"x"), end=b""), KIND),
        (b"x" + body((named("a"), b"x")), KIND),
        (body((named("a"), b"x"), (named("a"), b"y")), KIND),
        (body(("Content-Type: text/plain", b"x")), KIND),
        (body(*((named(f"a{number}"), b"x") for number in range(20))), KIND),
        (b"--XyZ\r\n" + named("a").encode() + b"\r\n--XyZ--", KIND),
        (body((named("a"), b"x")), "multipart/form-data; boundary=\u00e9"),
    ],
)
def test_what_is_none(sent: bytes, kind: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which words, nobody is told
        parts_of(sent, kind)


@pytest.mark.parametrize(("sent", "text"), [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\nb\n", "a\nb\n"), ("", "")])
def test_ends_of_lines(sent: str, text: str) -> None:
    assert plain(sent) == text
