"""How big the fault runs are: small with every test run, large with `make faults`, or as `LUANPHIEN_FAULTS` says."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Mails and faults of each run; `seconds` is how long workers run beside each other, `pause` how long at most until
    the next signal, `crews` how many workers run beside each other on which database. Of a fleet, `fleet_stall` is how
    long the relay takes over each mail, `fleet_every` how often it is looked for mail.
    """

    mails: int
    kills: int
    terms: int
    term_mails: int
    crashes: int
    crash_mails: int
    seconds: float
    pause: float
    stalls: int
    fleet_mails: int
    fleet_kills: int
    fleet_pause: float
    fleet_stall: float
    fleet_every: int
    crews: tuple[tuple[str, int], ...] = tuple((store, n) for store in ("sqlite", "postgresql") for n in (2, 4, 8))


SHORT = Sizes(
    mails=80,
    kills=4,
    terms=4,
    term_mails=60,
    crashes=2,
    crash_mails=40,
    seconds=1,
    pause=0.5,
    stalls=4,
    fleet_mails=300,
    fleet_kills=4,
    fleet_pause=1.5,
    fleet_stall=0.05,
    fleet_every=6,
    crews=(("sqlite", 2), ("postgresql", 4), ("sqlite", 8)),
)
LONG = Sizes(
    mails=10_000,
    kills=80,
    terms=50,
    term_mails=2_000,
    crashes=30,
    crash_mails=6_000,
    seconds=60,
    pause=2,
    stalls=20,
    fleet_mails=100_000,
    fleet_kills=60,
    fleet_pause=8,
    fleet_stall=0,
    fleet_every=30,
)
MIDDLE = Sizes(
    mails=1_500,
    kills=40,
    terms=50,
    term_mails=600,
    crashes=30,
    crash_mails=1_500,
    seconds=20,
    pause=1,
    stalls=8,
    fleet_mails=5_000,
    fleet_kills=30,
    fleet_pause=2,
    fleet_stall=0.01,
    fleet_every=10,
)
SIZES = {"short": SHORT, "middle": MIDDLE, "long": LONG}[os.environ.get("LUANPHIEN_FAULTS", "short")]
