"""The forms of decisions as they are sent: one strict model for each verb, and no field that it does not use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.deskforms import Form, Line
from scheduler.amendment import Verb
from scheduler.plan import Gap

MOST_WHY = 500
"""Characters of a reason (`config.decide` keeps no more)."""

MOST_JOINT = 6
"""Other turns that a form offers to hold together with; as many hosts of an order it has places for."""

_KEY = r"[a-z0-9][a-z0-9.-]{0,249}"
Key = Annotated[str, Field(pattern=rf"^{_KEY}$")]
Choice = Annotated[str, Field(pattern=rf"^({_KEY})?$")]
Raw = Annotated[str, Field(max_length=4 * MOST_WHY)]


class Paper(Form):
    """What every form of a decision has. `seen`: the mark of the effect they looked at, and the revision then.

    `step`: show what it does, save it, go back to the form, or show the form with another month.
    """

    seal: Annotated[Line, Field(max_length=100)]
    step: Annotated[str, Field(pattern=r"^(look|save|change|month-[12][0-9]{3}-(0[1-9]|1[0-2]))$")] = "look"
    seen: Annotated[str, Field(pattern=r"^([0-9a-f]{64}\.[0-9]{1,12})?$")] = ""
    why: Raw = ""


class OnKey(Paper):
    """A decision on one occurrence."""

    key: Key


class OnDays(OnKey):
    """One with days; `month` is what its calendar shows."""

    first: Raw = ""
    last: Raw = ""
    month: Annotated[str, Field(pattern=r"^([12][0-9]{3}-(0[1-9]|1[0-2]))?$")] = ""


class ProposeForm(OnDays):
    """Days that are suggested."""

    place: Choice = ""


class JointForm(ProposeForm):
    """Days of a meeting that may fulfil several turns."""

    also1: Choice = ""
    also2: Choice = ""
    also3: Choice = ""
    also4: Choice = ""
    also5: Choice = ""
    also6: Choice = ""


class HeldForm(JointForm):
    """A record of what took place."""

    host: Choice = ""


class UntilForm(OnKey):
    """Waiting for an answer."""

    until: Raw = ""


class SkipForm(OnKey):
    """A cycle that is left out."""

    turn: Literal["", "passes", "waits"] = ""


class SwapForm(OnKey):
    """Two turns that trade hosts."""

    other: Choice = ""


class HostForm(OnKey):
    """The host of one cycle."""

    party: Choice = ""


class LeaveForm(HostForm):
    """A party that takes no more turns."""

    since: Raw = ""


class JoinForm(LeaveForm):
    """A party that takes turns."""

    after: Choice = ""


class SetForm(OnKey):
    """What the text leaves open: as words, or chosen one after the other."""

    gap: Gap
    value: Raw = ""
    value1: Choice = ""
    value2: Choice = ""
    value3: Choice = ""
    value4: Choice = ""
    value5: Choice = ""
    value6: Choice = ""


class UndoForm(Paper):
    """A decision that is taken back."""

    number: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")]


FORMS: Mapping[Verb, type[Paper]] = {
    Verb.CONFIRM: JointForm,
    Verb.PROPOSE: ProposeForm,
    Verb.POSTPONE: OnDays,
    Verb.SKIP: SkipForm,
    Verb.CANCEL: OnKey,
    Verb.HELD: HeldForm,
    Verb.DONE: OnKey,
    Verb.SWAP: SwapForm,
    Verb.HOST: HostForm,
    Verb.JOIN: JoinForm,
    Verb.LEAVE: LeaveForm,
    Verb.AWAIT_PARTNER: UntilForm,
    Verb.SET: SetForm,
    Verb.UNDO: UndoForm,
}
"""The form of each decision."""
