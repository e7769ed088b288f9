"""What programs can ask for, described as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from scheduler.anniversary import AnniversaryClass
from scheduler.occurrence import Flag, Status
from scheduler.plan import LANGUAGES, Gap, Kind
from scheduler.window import Precision

JSON = dict[str, Any]

_TEXT: JSON = {"type": "string"}
_DAY: JSON = {"type": ["string", "null"], "format": "date"}
_MAYBE: JSON = {"type": ["string", "null"]}
_IDS: JSON = {"type": "array", "items": _TEXT}


def described(version: str) -> JSON:
    """The OpenAPI document of this version."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "luanphien",
            "version": version,
            "description": "Whose turn it is, what is due and who must be told. Read-only; no cookie, no key.",
        },
        "paths": {
            "/next.json": {"get": _operation("next", "Who is next, for every partner", _next_filters(), "Upcoming")},
            "/feeds/all.json": {"get": _operation("all", "What a feed shows, as JSON", _feed_filters(), "Feed")},
            "/feeds/{slug}.json": {"get": _operation("public", "A public feed", [_path("slug")], "Feed")},
            "/feeds/s/{token}.json": {"get": _operation("secret", "A secret feed", [_path("token")], "Feed")},
            "/healthz": {"get": _operation("health", "Whether the store answers", [], "Health")},
        },
        "components": {"schemas": _schemas()},
    }


def _operation(name: str, summary: str, parameters: list[JSON], answer: str) -> JSON:
    refusals = {"400": "The query cannot be read", "404": "There is no such thing", "503": "Nothing is stored yet"}
    responses: JSON = {"200": {"description": "The answer", "content": _json(answer)}}
    responses["304"] = {"description": "Unchanged since the ETag that was sent"}
    responses |= {code: {"description": said, "content": _json("Error")} for code, said in refusals.items()}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}


def _json(schema: str) -> JSON:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _next_filters() -> list[JSON]:
    return [
        _many("partner", "Parties taking part", _TEXT),
        _many("kind", "Kinds of duty; exchanges and talks unless asked", _one_of(Kind)),
        _query("count", "Turns of each partner", {"type": "integer", "minimum": 1, "maximum": 50}),
        _query("as-of", "The day one looks from", {"type": "string", "format": "date"}),
        _query("q", "Words to look for", {"type": "string", "maxLength": 100}),
        _query(
            "page",
            "The part to search, where there is too much for one; the header Link leads to the next",
            {"type": "integer", "minimum": 1, "maximum": 9999},
        ),
        _query("lang", "Language", _one_of(LANGUAGES)),
    ]


def _feed_filters() -> list[JSON]:
    yes_or_no = {"type": "string", "enum": ["0", "1"]}
    return [
        _many("partner", "Parties taking part", _TEXT),
        _many("lead", "Organisations that lead", _TEXT),
        _many("involving", "Organisations that lead or coordinate", _TEXT),
        _many("kind", "Kinds of duty", _one_of(Kind)),
        _many("plan", "Plans", _TEXT),
        _query("from", "First day, inclusive", {"type": "string", "format": "date"}),
        _query("to", "Last day, inclusive", {"type": "string", "format": "date"}),
        _query("eyes", "The party or organisation by whose eyes titles are written", _TEXT),
        _query("steps", "Preparation steps as events of their own; in the calendar only", yes_or_no),
        _query("alarms", "Alarms on events; in the calendar only", yes_or_no),
        _query("lang", "Language", _one_of(LANGUAGES)),
    ]


def _query(name: str, said: str, schema: JSON) -> JSON:
    return {"name": name, "in": "query", "required": False, "description": said, "schema": schema}


def _many(name: str, said: str, item: JSON) -> JSON:
    return _query(name, said, {"type": "array", "items": item}) | {"style": "form", "explode": True}


def _path(name: str) -> JSON:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _one_of(values: Any) -> JSON:
    return {"type": "string", "enum": [str(value) for value in values]}


def _object(properties: JSON) -> JSON:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _schemas() -> JSON:
    occurrence = _occurrence()
    seen = occurrence | {
        "flags": {"type": "array", "items": _one_of(Flag)},
        "days_left": {"type": ["integer", "null"], "minimum": 0},
    }
    shown = occurrence | {"summary": _TEXT, "url": {"type": "string", "format": "uri"}}
    return {
        "Error": _object({"error": _TEXT}),
        "Health": _object({"status": _TEXT, "revision": {"type": "integer", "minimum": 0}}),
        "Upcoming": {"type": "array", "items": _object(seen)},
        "Feed": _object(
            {
                "lang": _one_of(LANGUAGES),
                "name": _MAYBE,
                "source": {"type": "string", "format": "uri"},
                "last_change": {"type": "string", "format": "date-time"},
                "complete": {"type": "boolean"},
                "occurrences": {"type": "array", "items": _object(shown)},
            }
        ),
    }


def _occurrence() -> JSON:
    """The public JSON of an occurrence, in its order; `end` is the inclusive last day."""
    mark = _object({"ordinal": {"type": "integer", "minimum": 1}, "class": _one_of(AnniversaryClass)})
    return {
        "key": _TEXT,
        "uid": _TEXT,
        "plan": _TEXT,
        "obligation": _TEXT,
        "leg": _MAYBE,
        "clauses": _IDS,
        "cycle": _TEXT,
        "kind": _one_of(Kind),
        "title": _TEXT,
        "start": _DAY,
        "end": _DAY,
        "precision": _one_of(Precision),
        "expression": _MAYBE,
        "status": _one_of(Status),
        "host": _MAYBE,
        "place": _MAYBE,
        "travels": _IDS,
        "partners": _IDS,
        "leads": _IDS,
        "coordinating": _IDS,
        "owner": _TEXT,
        "conditions": _IDS,
        "quantity": _MAYBE,
        "assumed": {"type": "boolean"},
        "to_set": {"type": "array", "items": _one_of(Gap)},
        "anniversary": {"oneOf": [mark, {"type": "null"}]},
        "document": _object({"number": _MAYBE, "date": _DAY, "issuer": _TEXT, "title": _TEXT}),
        "agreement": _MAYBE,
        "sequence": {"type": "integer", "minimum": 0},
        "changed_at": {"type": "string", "format": "date-time"},
        "with": _MAYBE,
    }
