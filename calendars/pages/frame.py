"""What every page has around it: language, addresses, and the template engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from calendars.catalogue import say
from scheduler.occurrence import Occurrence
from scheduler.plan import LANGUAGES

TONGUES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English", "lo": "ລາວ", "km": "ខ្មែរ"}
"""Each language by its own name."""

LOCALES: Mapping[str, str] = {"vi": "vi_VN", "en": "en_US", "lo": "lo_LA", "km": "km_KH"}
"""Each language as Open Graph names it."""

HOME = "/"
_SAME = {"/next": HOME}


@dataclass(frozen=True, slots=True)
class Turning:
    """A link from one page to another of the same address; `rel` is prev or next."""

    rel: str
    href: str
    label: str


def _nobody(_occurrence: Occurrence) -> bool:
    """Who is not signed in decides on nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: the name of who is signed in, and the seal their forms carry; both empty for nobody.

    `places`: paths of the pages for officers that they may open. `decides`: whether they may decide on an occurrence;
    it may block.
    """

    name: str = ""
    seal: str = field(default="", repr=False)
    places: tuple[str, ...] = ()
    decides: Callable[[Occurrence], bool] = field(default=_nobody, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a page stands. `path` starts with a slash; `query` is what was asked for, without the language.

    `year` is the present one, whose programme the navigation leads to. `lost`: nothing stands at the address, and
    `path` is where the way out leads. `note` stands above everything on the page, `turning` leads to what is not on it.
    `viewer` None: it is not asked who looks.
    """

    lang: str
    path: str
    base_url: str
    version: str
    year: int
    query: tuple[tuple[str, str], ...] = ()
    lost: bool = False
    note: str | None = None
    turning: tuple[Turning, ...] = ()
    viewer: Viewer | None = None

    def here(self, lang: str) -> str:
        """This page in another language."""
        return self._asked(f"/{lang}{self.path}")

    def at(self, path: str) -> str:
        """Another page in this language."""
        return f"/{self.lang}{path}"

    def current(self, path: str) -> str | None:
        """What `aria-current` says of a link to `path`: "page" on that page, "true" on one below it, else None."""
        here = self.own_path
        if self.lost:
            return None
        if here == path:
            return "page"
        head = "/" + path.strip("/").partition("/")[0]
        return "true" if head != HOME and (here == head or here.startswith(f"{head}/")) else None

    @property
    def signing_in(self) -> str:
        """Where one signs in and comes back to this page, unless it is that one."""
        asked = "" if self.lost or self.path == "/sign-in" else urlencode({"next": self.here(self.lang)})
        return f"{self.at('/sign-in')}?{asked}" if asked else self.at("/sign-in")

    @property
    def own_path(self) -> str:
        """The one path this page is known by."""
        return _SAME.get(self.path, self.path)

    @property
    def canonical(self) -> str:
        """The one address of this page in this language."""
        return self.address(self.lang)

    @property
    def locale(self) -> str:
        """The language as Open Graph names it."""
        return LOCALES[self.lang]

    @property
    def neutral(self) -> str:
        """The address of this page in whatever language its reader likes best."""
        return self._asked(f"{self._base}{self.own_path}")

    def address(self, lang: str) -> str:
        """The whole address of this page in a language."""
        return self._asked(f"{self._base}/{lang}{self.own_path}")

    @property
    def subscribing(self) -> str:
        """The page of all ways to subscribe to what this page shows."""
        asked = urlencode(self._filters)
        return f"{self.at('/subscribe')}?{asked}" if asked else self.at("/subscribe")

    @property
    def _filters(self) -> list[tuple[str, str]]:
        return [pair for pair in self.query if pair[0] in ("partner", "kind")]

    @property
    def feed(self) -> str:
        """The address of the feed of what this page shows, for any calendar app."""
        filters = self._filters
        return f"{self._base}/feeds/all.ics?{urlencode([*filters, ('lang', self.lang)])}"

    @property
    def webcal(self) -> str:
        """The same with the scheme that calendar apps open by themselves."""
        parts = urlsplit(self.feed)
        return parts._replace(scheme="webcal").geturl()

    @property
    def _base(self) -> str:
        return self.base_url.rstrip("/")

    def _asked(self, path: str) -> str:
        asked = urlencode(self.query)
        return f"{path}?{asked}" if asked else path


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
    return engine().get_template(template).render(around(frame), say=partial(say, frame.lang), **values)


def around(frame: Frame) -> dict[str, object]:
    """What the layout of every page needs, `say` apart."""
    tongues = [(lang, TONGUES[lang]) for lang in LANGUAGES]
    others = [LOCALES[lang] for lang in LANGUAGES if lang != frame.lang]
    return {"frame": frame, "tongues": tongues, "locales": others}
