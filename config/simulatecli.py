"""`luanphien simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config import simulate as country
from config.options import AsJson
from config.session import Job
from config.simulation.land import PROVINCES
from config.simulation.nation import Sizes
from scheduler.history import YEARS_AHEAD


def simulate(
    provinces: Annotated[
        int,
        typer.Option(min=1, max=len(PROVINCES), help="Mấy tỉnh; tỉnh biên giới trước. Provinces, border ones first."),
    ] = len(PROVINCES),
    pairs: Annotated[int, typer.Option(min=1, max=100_000, help="Mấy cặp kết nghĩa. Twinned pairs.")] = 10_000,
    years: Annotated[int, typer.Option(min=1, max=50, help="Mấy năm. Years of all plans.")] = 10,
    seed: Annotated[int, typer.Option(help="Số mầm; cùng số thì cùng dữ liệu. The same seed gives the same.")] = 1,
    first_year: Annotated[
        int | None,
        typer.Option(min=1990, help="Năm đầu, đã qua. First year, in the past; else so that it fills the store."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Ghi tệp vào thư mục này. Write the files to this folder.")] = None,
    no_sync: Annotated[
        bool, typer.Option("--no-sync", help="Không nạp vào kho. Write files only; the store is left alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Dựng dữ liệu cả nước để thử, không có thật. A whole country made up, to try the product on."""
    job = Job.start()
    latest = job.today().year - 1
    if first_year is not None and first_year > latest:
        words = f"năm đầu chậm nhất là {latest} / the first year is {latest} at the latest"
        raise typer.BadParameter(words, param_hint="--first-year")
    begins = first_year or min(latest, job.today().year + YEARS_AHEAD - years + 1)
    country.simulate(job, Sizes(provinces, pairs, years, begins), seed, out, keep=not no_sync, as_json=as_json)
