"""How fast rules become occurrences, as ratios inside one run.

Peer: dateutil.rrule, which gives dates and nothing else. Floor: a bare loop that makes those dates and keeps nothing.
The product is measured through its own functions: `rotation.turns` with the window of each year (spans), and
`expand.expand` (whole occurrences). Before anything is timed, dateutil must agree on every date. Times are those of the
processor, so that other programs on the machine count less; read the ratios.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from time import process_time

from dateutil.rrule import YEARLY, rrule
from measure import Ratio, arguments, report, seconds

from scheduler.expand import expand
from scheduler.plan import Agreement, Directory, Document, Kind, Obligation, Organisation, Party, Plan, Text
from scheduler.rotation import turns
from scheduler.rules import Leg, Rotation
from scheduler.series import Series, series_of
from scheduler.slots import Ground, year_cycle
from scheduler.window import Precision, Window
from scheduler.workdays import DaysOff

HOME, PARTNERS = "quang-tri", ("savannakhet", "salavan", "sekong", "khammouane")
FIRST, YEARS, MILLENNIUM = 2020, 10, 1000
IN_A_PLAN = 100
OFTEN = 100
TARGETS = {"spans": 40.0, "whole occurrences": 12.0}

DIRECTORY = Directory(
    {ident: Party(ident, Text(ident), "VN" if ident == HOME else "LA") for ident in (HOME, *PARTNERS)},
    {},
    {"front": Organisation("front", Text("Mặt trận"), HOME)},
)


def rule_of(number: int) -> tuple[int, Leg]:
    """Every second rule is biennial; first years and first hosts vary."""
    every, partner = 1 + number % 2, PARTNERS[number % len(PARTNERS)]
    order = (HOME, partner) if number // 4 % 2 else (partner, HOME)
    return every, Leg(None, FIRST + number // 8 % every, order)


def plans_of(rules: int) -> Iterator[Plan]:
    """Plans for 2020–2022, as the real ones, each with an agreement; every rule is an exchange that runs on."""
    term = Window.of(date(FIRST, 1, 1), date(FIRST + 2, 12, 31), Precision.PERIOD)
    for start in range(0, rules, IN_A_PLAN):
        yield Plan(
            id=f"plan-{start}",
            document=Document("06/KH-MTTQ-BTT", date(2019, 10, 3), "front", Text("Kế hoạch")),
            owner="front",
            home=HOME,
            period=term,
            agreements=(Agreement("agreement", Text("Thỏa thuận"), (HOME, *PARTNERS), None, term),),
            obligations=tuple(duty(number) for number in range(start, min(start + IN_A_PLAN, rules))),
        )


def duty(number: int) -> Obligation:
    """One exchange."""
    every, leg = rule_of(number)
    return Obligation(
        id=f"exchange-{number}",
        clauses=("II.5",),
        kind=Kind.EXCHANGE,
        title=Text("Trao đổi đoàn", "Delegation exchange"),
        rule=Rotation(every, (leg,)),
        leads=("front",),
        partners=(PARTNERS[number % len(PARTNERS)],),
    )


def ground_to(last: int) -> Ground:
    """Where the occurrences stand, up to the end of the year `last`."""
    off = DaysOff()
    return Ground(DIRECTORY, off.subtract_working_days, off.add_working_days, date(last, 12, 31))


# What is measured: each takes (every, leg) pairs or series, and gives how many dates, spans or occurrences it made.

Rules = list[tuple[int, Leg]]


def dates_by_hand(rules: Rules, last: int) -> int:
    """The floor."""
    made = 0
    for every, leg in rules:
        year = leg.first_year or 0
        while year <= last:
            date(year, 1, 1)
            year += every
            made += 1
    return made


def dates_by_dateutil(rules: Rules, last: int) -> int:
    """The peer."""
    made = 0
    for every, leg in rules:
        for _ in dateutil_dates(every, leg, last):
            made += 1
    return made


def dateutil_dates(every: int, leg: Leg, last: int) -> rrule:
    """The recurrence rule of a turn's first days."""
    opening, closing = datetime(leg.first_year or 0, 1, 1), datetime(last, 12, 31)  # noqa: DTZ001 - days have no zone
    return rrule(YEARLY, interval=every, dtstart=opening, until=closing)


def spans(rules: Rules, last: int) -> int:
    """Whose turn, and the window of its year."""
    made = 0
    for every, leg in rules:
        for turn in turns(leg, every, FIRST, last):
            year_cycle(None, turn.year)
            made += 1
    return made


def whole_occurrences(series: list[Series], ground: Ground) -> int:
    """Key, turn, host, window, status, travellers and all that the plan says."""
    return sum(len(expand(one, ground, {})) for one in series)


def differ(rules: Rules, series: list[Series], ground: Ground) -> int:
    """How many rules dateutil, or the order of hosts counted by hand, sees otherwise."""
    wrong = 0
    for (every, leg), one in zip(rules, series, strict=True):
        found = expand(one, ground, {})
        oracle = [moment.date() for moment in dateutil_dates(every, leg, ground.horizon.year)]
        hosts = [leg.order[index % len(leg.order)] for index in range(len(oracle))]
        windows = [year_cycle(None, turn.year)[1] for turn in turns(leg, every, FIRST, ground.horizon.year)]
        wrong += (
            [o.window.start for o in found] != oracle
            or [o.host for o in found] != hosts
            or [o.window for o in found] != windows
            or [o.key for o in found] != [f"{one[0].obligation.id}.{day.year}" for day in oracle]
        )
    return wrong


def measured(title: str, cases: dict[str, Callable[[], int]], rounds: int) -> dict[str, float]:
    """Run every case once a round, and print medians beside the peer and the floor. Gives how many times the peer."""
    gc.collect()
    gc.freeze()  # what was set up is nobody's garbage
    made: dict[str, int] = {}

    def counted(name: str, case: Callable[[], int]) -> Callable[[], None]:
        return lambda: made.update({name: case()})

    middle = seconds({name: counted(name, case) for name, case in cases.items()}, rounds, process_time)
    assert len(set(made.values())) == 1, made
    print(f"\n{title}: {next(iter(made.values())):,} dates, dateutil agrees on each; median of {rounds} rounds")
    print(f"{'':28}{'seconds':>9}{'µs each':>9}{'× rrule':>9}{'floors':>9}")
    peer, floor = middle["dateutil.rrule, dates only"], middle["bare loop over dates"]
    for name, taken in middle.items():
        print(f"{name:28}{taken:9.3f}{taken / made[name] * 1e6:9.3f}{peer / taken:9.1f}{taken / floor:9.1f}")
    return {name: peer / taken for name, taken in middle.items()}


def compared(title: str, rules: Rules, series: list[Series], last: int, rounds: int) -> list[Ratio]:
    """Check against dateutil, then measure. Exits with 1 when dateutil disagrees on a date."""
    ground = ground_to(last)
    wrong = differ(rules, series, ground)
    if wrong:
        sys.exit(f"{title}: dateutil disagrees on {wrong:,} of {len(rules):,} rules")
    cases: dict[str, Callable[[], int]] = {
        "bare loop over dates": lambda: dates_by_hand(rules, last),
        "dateutil.rrule, dates only": lambda: dates_by_dateutil(rules, last),
        "spans": lambda: spans(rules, last),
        "whole occurrences": lambda: whole_occurrences(series, ground),
    }
    times = measured(title, cases, rounds)
    return [Ratio(f"{title}: {name}", "dateutil.rrule, dates alone", times[name], TARGETS[name]) for name in TARGETS]


def profiled(rules: Rules, series: list[Series]) -> None:
    """Print the functions that take most of the time, of the product and of the peer."""
    last = FIRST + YEARS - 1
    ground = ground_to(last)
    for case in (lambda: whole_occurrences(series, ground), lambda: dates_by_dateutil(rules, last)):
        profile = cProfile.Profile()
        profile.runcall(case)
        pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(12)


def main() -> None:
    """Print two tables; exits with 1 when dateutil disagrees or a target is missed."""
    parser = arguments(__doc__)
    parser.add_argument("--rules", type=int, default=100_000, help="how many yearly and biennial rules")
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead")
    given = parser.parse_args()
    rules = [rule_of(number) for number in range(given.rules)]
    found = series_of(plans_of(given.rules))
    series = [found[f"exchange-{number}"] for number in range(given.rules)]
    if given.profile:
        profiled(rules, series)
        return
    many = compared(f"{given.rules:,} rules × {YEARS} years", rules, series, FIRST + YEARS - 1, given.rounds)
    title, last = f"one rotation × {MILLENNIUM} years, {OFTEN} times", FIRST + MILLENNIUM - 1
    single = compared(title, rules[:1] * OFTEN, series[:1] * OFTEN, last, given.rounds)
    sys.exit(report([*many, *single], given.json))


if __name__ == "__main__":
    main()
