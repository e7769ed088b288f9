"""`luanphien serve`: web application and alarm clock in one process."""

from __future__ import annotations

import uvicorn

from calendars.feeddesk import Tally
from config.feeds import note_fetches
from config.logs import set_up
from config.mailing import check_ways
from config.session import Job
from config.web import application
from config.words import tell
from config.worker import Post, mail_calls, say_how_it_stands
from scheduler.alarm import Alarm, Every

FETCHES_EVERY = 60
"""Seconds between two times that fetches of feeds are written down."""


def serve(job: Job, host: str | None, port: int | None, *, mail: bool = True) -> None:
    """Serve until stopped; without `mail`, workers send it. Raises LuanphienError when the store cannot be opened."""
    set_up()
    address = (host or job.settings.host, job.settings.port if port is None else port)
    if "base_url" not in job.settings.model_fields_set:
        job = job.elsewhere(base_url=f"http://{address[0]}:{address[1]}")
    say_how_it_stands(job)
    job.console.print(tell(job.lang, "Pages and feeds at http://{host}:{port}/next (Ctrl-C ends)",
                           host=address[0], port=address[1]))  # fmt: skip
    if mail:
        check_ways(job)
    tally = Tally()
    web = application(job, alarm_of(job, tally, mail=mail), tally)
    uvicorn.run(web, host=address[0], port=address[1], log_config=None, access_log=False, server_header=False)


def alarm_of(job: Job, tally: Tally, *, mail: bool = True) -> Alarm:
    """The alarm clock: who fetched which feed, and with `mail` the daily look after midnight and mail all day long."""
    fetches = Every("fetches", FETCHES_EVERY, lambda: note_fetches(job, tally))
    if not mail:
        return Alarm(job.settings.zone, (fetches,))
    post = Post(job)
    return Alarm(job.settings.zone, (*mail_calls(post), fetches), (post,))
