"""Frozen values by the hundred thousand: makers that write a dataclass's slots directly.

A frozen dataclass sets each field through `object.__setattr__`, which is most of what making one costs. A maker fills
an open one, of a subclass that is not frozen and adds nothing, and then closes it by giving it the class itself: the
same value, as frozen as ever, several times sooner. `__post_init__` is not run, so makers are for classes without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_OPEN = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """A function that takes what `cls`, a frozen dataclass with slots, takes, and makes the same value."""
    known = fields(cast(Any, cls))
    made = _written(cls, [field.name for field in known], [field.name for field in known])
    made.__defaults__ = tuple(field.default for field in known if field.default is not MISSING)
    return cast(Callable[P, T], made)


def copier(cls: Callable[P, T], *own: str) -> Callable[..., T]:
    """A function `(like, *own)` that makes a value of `cls` with these fields, in that order, and all others as `like`.

    `like` is any object that has the other fields as attributes.
    """
    values = [field.name if field.name in own else f"like.{field.name}" for field in fields(cast(Any, cls))]
    return cast(Callable[..., T], _written(cls, ["like", *own], values))


def _written(cls: Any, parameters: Iterable[str], values: Iterable[str]) -> Any:
    """A function written out in full, as dataclasses writes `__init__`: a loop over fields would cost what it saves."""
    names = [field.name for field in fields(cls)]
    lines = [f"made.{name} = {value}" for name, value in zip(names, values, strict=True)]
    body = "\n    ".join(("made = opened()", *lines, "made.__class__ = cls", "return made"))
    space = {"cls": cls, "opened": type(f"Open{cls.__name__}", (cls,), {"__slots__": (), **_OPEN})}
    source = f"def make({', '.join(parameters)}):\n    {body}\n"
    exec(compile(source, f"<maker of {cls.__name__}>", "exec"), space)  # noqa: S102 - only names of fields go in
    return space["make"]
