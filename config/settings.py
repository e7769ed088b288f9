"""Settings: `LUANPHIEN_*` environment variables, checked once when a command starts."""

from __future__ import annotations

import os
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Language = Literal["vi", "en", "lo", "km"]


class Settings(BaseSettings):
    """What a deployment decides. Every field is the variable `LUANPHIEN_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="LUANPHIEN_", frozen=True, hide_input_in_errors=True)

    database_url: str = Field(
        default="sqlite:///luanphien.db", description="SQLAlchemy URL: sqlite:///… or postgresql://…"
    )
    mail_url: str = Field(default="maildir:luanphien-mail", description="maildir:PATH, smtp://… or smtps://…")
    mail_from: str = Field(default="Luân phiên <nhac-viec@luanphien.example>", description="Sender of reminders.")
    base_url: str = Field(default="http://127.0.0.1:8000", description="Where people reach the pages.")
    plans: str | None = Field(
        default=None, description="Plan folders or files, separated like PATH; else the packaged five."
    )
    directory: str | None = Field(default=None, description="Folder of directory files; default: the packaged one.")
    policies: str | None = Field(default=None, description="File with the reminder policy; else the packaged one.")
    chains: str | None = Field(default=None, description="File with the preparation chains; else the packaged one.")
    lang: Language = Field(default="vi", description="Language of what is printed: vi, en, lo or km.")
    timezone: str = Field(default="Asia/Ho_Chi_Minh", description="Whose day and hour counts.")
    host: str = Field(default="127.0.0.1", description="Address `serve` listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8000, description="Port `serve` listens on.")
    secret: str | None = Field(default=None, description="Key for Message-IDs; else one is made and kept in the store.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone; write one such as Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write an address such as https://lich.quangtri.gov.vn")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("write sqlite:///PATH or postgresql://USER@HOST/NAME")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail(cls, value: str) -> str:
        if not value.startswith(("maildir:", "smtp://", "smtps://")):
            raise ValueError("write maildir:PATH, smtp://HOST:25 or smtps://USER:PASSWORD@HOST:465")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose day counts."""
        return ZoneInfo(self.timezone)

    @property
    def plan_paths(self) -> tuple[str, ...]:
        """The plan folders and files asked for; empty: the packaged ones."""
        return tuple(part for part in (self.plans or "").split(os.pathsep) if part)
