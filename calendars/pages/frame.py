"""What every page has around it: language, addresses, and the template engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from calendars.catalogue import say
from scheduler.plan import LANGUAGES

TONGUES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English", "lo": "ລາວ", "km": "ខ្មែរ"}
"""Each language by its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a page stands. `path` starts with a slash; `query` is what was asked for, without the language."""

    lang: str
    path: str
    base_url: str
    version: str
    query: tuple[tuple[str, str], ...] = ()

    def here(self, lang: str) -> str:
        """This page in another language."""
        asked = urlencode(self.query)
        return f"/{lang}{self.path}?{asked}" if asked else f"/{lang}{self.path}"

    def at(self, path: str) -> str:
        """Another page in this language."""
        return f"/{self.lang}{path}"

    @property
    def feed(self) -> str:
        """The address of the feed of what this page shows, for any calendar app."""
        filters = [pair for pair in self.query if pair[0] in ("partner", "kind")]
        return f"{self.base_url.rstrip('/')}/feeds/all.ics?{urlencode([*filters, ('lang', self.lang)])}"

    @property
    def webcal(self) -> str:
        """The same with the scheme that calendar apps open by themselves."""
        parts = urlsplit(self.feed)
        return parts._replace(scheme="webcal").geturl()


@cache
def engine() -> Environment:
    """The template engine: everything escaped, an unknown name is an error."""
    return Environment(
        loader=PackageLoader("calendars", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(template: str, frame: Frame, **values: object) -> str:
    """A page from its template; inside, `say` speaks the language of the frame."""
    words = partial(say, frame.lang)
    tongues = [(lang, TONGUES[lang]) for lang in LANGUAGES]
    return engine().get_template(template).render(frame=frame, say=words, tongues=tongues, **values)
