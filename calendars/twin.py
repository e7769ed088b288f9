"""The JSON twin of a feed: the same occurrences, for programs."""

from __future__ import annotations

import json
from typing import Any

from calendars.eyes import Voice
from calendars.feed import Subscription, page_url
from calendars.feeddesk import Source
from calendars.headline import headline
from scheduler.occurrence import Record, as_json
from scheduler.plan import Directory


def twin(source: Source, subscription: Subscription, voice: Voice) -> bytes:
    """UTF-8 JSON: the feed's language, address and time of the last change, and its occurrences in their order.

    Each has the public JSON of an occurrence, and `summary` (its title in calendars) and `url` (its page). `complete`
    is false where the oldest are left out.
    """
    answer = {
        "lang": subscription.lang,
        "name": subscription.label,
        "source": subscription.source,
        "last_change": subscription.last_change.isoformat(),
        "complete": source.complete,
        "occurrences": [_one(record, source.directory, subscription, voice) for record in source.records],
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _one(record: Record, directory: Directory, subscription: Subscription, voice: Voice) -> dict[str, Any]:
    occurrence = record.occurrence
    return as_json(record, subscription.lang) | {
        "summary": headline(occurrence, directory, subscription.lang, voice.party(directory)),
        "url": page_url(occurrence.key, subscription.base_url),
    }
