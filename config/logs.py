"""Logs: one line an event on standard error, without secrets."""

from __future__ import annotations

import logging
import re
import sys

TOKEN = re.compile(
    r"(/feeds/s/|/r/[a-z]+/|/password/)[^/?\s\"]+|(?<=/sign-in/back\?)[^\s\"]+|(?<![\w-])[\w-]{43}(?![\w-])"
)


class Redacting(logging.Formatter):
    """Tokens of feeds and of mails stand in addresses, and addresses in logs; the token is taken out."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with tokens replaced by three dots."""
        return TOKEN.sub(lambda found: f"{found[1] or ''}…", super().format(record))


def set_up() -> None:
    """Send what happens to standard error, from INFO on; the alarm's own ticking only from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("apscheduler", "alembic", "procrastinate", "psycopg.pool", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
