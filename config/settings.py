"""Settings: `LUANPHIEN_*` environment variables, checked once when a command starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from calendars.catalogue import msg

PREFIX = "LUANPHIEN_"
LONGEST_SHOWN = 80
Language = Literal["vi", "en", "lo", "km"]

ALLOWED = {
    "database_url": msg("write sqlite:///PATH or postgresql://USER@HOST/NAME"),
    "mail_url": msg("write maildir:PATH, smtp://HOST:25 or smtps://USER:PASSWORD@HOST:465"),
    "base_url": msg("write an address such as https://lich.quangtri.gov.vn"),
    "lang": msg("write vi, en, lo or km"),
    "timezone": msg("write a time zone such as Asia/Ho_Chi_Minh"),
    "port": msg("write a number from 0 to 65535"),
    "mail_per_minute": msg("write how many mails a minute may see, or 0 for any number"),
    "mail_connections": msg("write how many connections the relay may see at a time, from 1 to 32"),
    "metrics": msg("write on or off"),
    "return_path": msg("write signed or plain"),
    "pages": msg("write open or signed-in"),
    "plan_approval": msg("write none or second"),
    "passwords": msg("write yes, or no where LUANPHIEN_OIDC_ISSUER is set"),
    "oidc_issuer": msg("write the provider's address just as it names itself: https://…, without ?"),
    "oidc_client_id": msg("write the id that the provider gave this installation, 1 to 200 characters"),
    "oidc_client_secret": msg(
        "write the secret that the provider gave this installation, 1 to 500 characters of ASCII"
    ),
    "oidc_name": msg("write one line of 1 to 60 characters"),
    "session_idle": msg("write minutes, from 1 to 10080"),
    "session_hours": msg("write hours, from 1 to 720"),
}
"""What a setting that can be wrong may be, by field."""

UNSHOWN = frozenset({"oidc_client_secret"})
"""Settings of which nothing is ever shown."""


class Settings(BaseSettings):
    """What a deployment decides. Every field is the variable `LUANPHIEN_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    database_url: str = Field(
        default="sqlite:///luanphien.db", description="SQLAlchemy URL: sqlite:///… or postgresql://…"
    )
    mail_url: str = Field(default="maildir:luanphien-mail", description="maildir:PATH, smtp://… or smtps://…")
    mail_from: str = Field(default="Luân phiên <nhac-viec@luanphien.example>", description="Sender of reminders.")
    mail_per_minute: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=0, description="At most so many mails a minute; 0: any number."
    )
    mail_connections: Annotated[int, Field(ge=1, le=32)] = Field(
        default=4, description="At most so many connections to the relay at a time."
    )
    base_url: str = Field(default="http://127.0.0.1:8000", description="Where people reach the pages.")
    plans: str | None = Field(
        default=None, description="Plan folders or files, separated like PATH; else the packaged five."
    )
    directory: str | None = Field(default=None, description="Folder of directory files; default: the packaged one.")
    policies: str | None = Field(default=None, description="File with the reminder policy; else the packaged one.")
    holidays: str | None = Field(
        default=None, description="File with corrections to the holidays; else the packaged one."
    )
    chains: str | None = Field(default=None, description="File with the preparation chains; else the packaged one.")
    lang: Language = Field(default="vi", description="Language of what is printed: vi, en, lo or km.")
    timezone: str = Field(default="Asia/Ho_Chi_Minh", description="Whose day and hour counts.")
    host: str = Field(default="127.0.0.1", description="Address `serve` listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8000, description="Port `serve` listens on.")
    return_path: Literal["signed", "plain"] = Field(
        default="signed", description="Envelope sender: a signed one for each mail, or the sender's own address."
    )
    metrics: Literal["on", "off"] = Field(default="on", description="Whether `/metrics` answers: on or off.")
    pages: Literal["open", "signed-in"] = Field(
        default="open", description="Who may read the pages: everybody, or officers who are signed in."
    )
    oidc_issuer: Annotated[str, Field(max_length=500)] | None = Field(
        default=None, description="The provider that officers have an account with (OpenID Connect)."
    )
    oidc_client_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")] | None = Field(
        default=None, validate_default=True, description="The id this installation has there."
    )
    oidc_client_secret: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[!-~]+$")] | None = Field(
        default=None, repr=False, description="Its secret there."
    )
    oidc_name: Annotated[str, Field(min_length=1, max_length=60)] | None = Field(
        default=None, description="The words of the button that leads there."
    )
    passwords: Literal["yes", "no"] = Field(default="yes", description="Whether officers sign in by a password.")
    session_idle: Annotated[int, Field(ge=1, le=10_080)] = Field(
        default=120, description="Minutes after which an unused session ends."
    )
    session_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        default=12, description="Hours after which every session ends."
    )
    plan_approval: Literal["none", "second"] = Field(
        default="none", description="Who must agree to a plan saved on a page: none, or a second officer."
    )
    secret: str | None = Field(default=None, description="Key for Message-IDs; else one is made and kept in the store.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone") from error
        return value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        spoilt = any(letter.isspace() for letter in value) or parts.query or parts.fragment
        if parts.scheme not in ("http", "https") or not parts.hostname or spoilt:
            raise ValueError("not an address of the web")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if value is not None and (not guarded(value) or "?" in value):
            raise ValueError("not an address that cannot be listened to")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _client(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("oidc_issuer") is not None:
            raise ValueError("the provider asks who is asking")
        return value

    @field_validator("oidc_name")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and (not value.isprintable() or not value.strip()):
            raise ValueError("not one line")
        return value

    @field_validator("passwords")
    @classmethod
    def _some_way(cls, value: str, info: ValidationInfo) -> str:
        if value == "no" and info.data.get("oidc_issuer") is None:
            raise ValueError("nobody could sign in")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("not a store that is known")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail(cls, value: str) -> str:
        if not value.startswith(("maildir:", "smtp://", "smtps://")):
            raise ValueError("not a way for mail")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose day counts."""
        return ZoneInfo(self.timezone)

    @property
    def plan_paths(self) -> tuple[str, ...]:
        """The plan folders and files asked for; empty: the packaged ones."""
        return tuple(part for part in (self.plans or "").split(os.pathsep) if part)


def loopback(host: str) -> bool:
    """Whether a name or address is of this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def guarded(address: str) -> bool:
    """Whether an address of the web cannot be listened to: https, or on this machine itself."""
    try:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and " " not in address and "@" not in parts.netloc
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        near = parts.scheme == "http" and loopback(parts.hostname or "")
    except ValueError:
        return False
    return plain and named and "#" not in address and (parts.scheme == "https" or near)


def language(environment: Mapping[str, str]) -> Language:
    """The language to speak while the settings themselves may be wrong; Vietnamese when theirs is."""
    return next((lang for lang in get_args(Language) if lang == environment.get(f"{PREFIX}LANG")), "vi")


def shown(value: Any) -> str:
    """A setting's value for people to see: one line; of what may hold a password only what surely is none."""
    line = " ".join(str(value).split())[:LONGEST_SHOWN]
    scheme, colon, rest = line.partition(":")
    if not colon:
        return line
    if not rest.startswith("//"):
        return f"{scheme}:…"
    return f"{scheme}:" + re.sub(r"\?.*", "?…", re.sub(r"^//.*@", "//…@", rest))
