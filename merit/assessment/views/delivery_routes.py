"""The routes of the save protocol: a request's fields in, JSON out."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from merit import clock
from merit.accounts.domain import network_of
from merit.assessment.domain.seb import HEADER
from merit.assessment.services import delivery, saving, sections
from merit.db import unit_of_work
from merit.errors import ConflictError, InvalidInputError, NotFoundError, RuleViolationError
from merit.i18n import LANGUAGES, speaking
from merit.phrases import phrase

_SEB = "HTTP_" + HEADER.upper().replace("-", "_")
_KEPT_SECONDS = 6 * 60 * 60
_network_of = lru_cache(maxsize=4096)(network_of)


class Asked(NamedTuple):
    """A request: the token of its address, its JSON body, and the server's own view of it."""

    token: str
    body: Mapping[str, Any]
    environ: Mapping[str, Any]


class Reply(NamedTuple):
    """An answer; ``headers`` replace the usual ones of the same name."""

    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = ()


def standing(asked: Asked) -> Reply:
    """Tell where the attempt stands, and to the browser that holds the lease what it has answered."""
    found = delivery.standing_of(asked.token, asked.environ.get("HTTP_MERIT_LEASE", ""))
    row = found.row
    return _json(
        {
            "state": found.state,
            "server_time": _iso(clock.now()),
            "started_at": _iso(row.started_at),
            "deadline": _iso(row.deadline),
            "remaining": found.remaining,
            "sitting": {
                "code": row.sitting_code,
                "name": row.sitting_name,
                "kind": row.sitting_kind,
                "minutes": row.minutes,
            },
            "candidate": {
                "name": row.name,
                "nip": row.nip,
                "number": row.number,
                "room": row.room,
                "seat": row.seat,
            },
            "lease": found.lease,
            "responses": [
                {"position": position, "revision": revision, "value": json.loads(value), "marked": marked}
                for position, revision, value, marked in found.responses
            ],
            "receipt": row.receipt,
            "saves": row.saves,
            "answered": row.answered,
            "items": row.items,
            **_section(found.section),
            **({"sections": list(found.section_seconds)} if found.section else {}),
        }
    )


def lease(asked: Asked) -> Reply:
    """Give the lease, or say that another browser has it."""
    former = lease_in(asked, {"lease"})
    sent = asked.environ.get(_SEB, "")
    with unit_of_work() as session:
        answer = delivery.take_lease(session, asked.token, former, address=address_of(asked.environ), seb_sent=sent)
    if answer.granted:
        return _json({"lease": answer.lease, "granted": True})
    return _conflict(asked, "lease-other-browser", {"asked": answer.lease})


def paper(asked: Asked) -> Reply:
    """Hand out the paper as sealed."""
    environ = asked.environ
    sent = environ.get(_SEB, "")
    address = address_of(environ) if sent else ""  # without the browser's word it is compared with nothing
    found = delivery.paper_of(asked.token, environ.get("HTTP_MERIT_LEASE", ""), address=address, seb_sent=sent)
    mark = f'"{found.sha256}"'
    headers = [
        ("ETag", mark),
        ("Cache-Control", f"private, max-age={_KEPT_SECONDS}, immutable"),
        ("Vary", "Accept-Encoding, Merit-Lease"),
    ]
    if environ.get("HTTP_IF_NONE_MATCH", "") == mark:
        return Reply(304, b"", headers)
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        return Reply(200, bytes(found.packed), [*headers, ("Content-Encoding", "gzip")])
    return Reply(200, gzip.decompress(found.packed), headers)


def responses(asked: Asked) -> Reply:
    """Keep answers; what is acknowledged here has been committed."""
    at = clock.now()
    secret = lease_in(asked, {"lease", "responses"})
    given = asked.body.get("responses")
    saved = saving.save_answers(asked.token, secret, given, at=at)
    if saved.status not in {"saved", "stale-revision"}:
        raise _refused(saved.status)
    refused = {each["position"] for each in saved.stored}
    answer = {
        "saved": _acknowledged(given, refused),
        "receipt": saved.receipt,
        "saves": saved.saves,
        "server_time": _iso(at),
        "deadline": _iso(saved.deadline),
    }
    if saved.late:
        answer["late"] = True
    if saved.section is not None:
        answer["section"] = {"number": saved.section, "deadline": _iso(saved.section_deadline)}
    if saved.status == "saved":
        return _json(answer)
    return _conflict(asked, "stale-revision", {**answer, "stored": list(saved.stored)})


def heartbeat(asked: Asked) -> Reply:
    """Keep a sign of life and tell the clock."""
    secret = lease_in(asked, {"lease", "events"})
    network = _network_of(asked.environ.get("REMOTE_ADDR", ""))
    beat = delivery.keep_heartbeat(asked.token, secret, asked.body.get("events", []), network=network)
    if beat.status != "ok":
        raise _refused(beat.status)
    now = clock.now()
    state, remaining = delivery.present_clock(beat, now)
    return _json(
        {
            "server_time": _iso(now),
            "deadline": _iso(beat.deadline),
            "state": state,
            "remaining": remaining,
            **_section(delivery.section_clock(beat, now)),
        },
    )


def section(asked: Asked) -> Reply:
    """Enter a section; the ones before it are left for good."""
    secret, number = lease_in(asked, {"lease", "section"}), asked.body.get("section")
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidInputError("request-malformed")
    with unit_of_work() as session:
        attempt = sections.enter_section(session, asked.token, secret, number=number)
    now = clock.now()
    return _json({"server_time": _iso(now), **_section(delivery.section_clock(attempt, now))})


def finish(asked: Asked) -> Reply:
    """End the attempt."""
    end = delivery.finish_attempt(asked.token, lease_in(asked, {"lease"}))
    if end.status != "finished":
        raise _refused(end.status)
    return _json(
        {
            "state": "finished",
            "receipt": end.receipt,
            "answered": end.answered,
            "saves": end.saves,
            "finished_at": _iso(end.finished_at),
            "ending": end.ending,
        }
    )


def _section(found: delivery.SectionClock | None) -> dict[str, Any]:
    """Return what an answer says of the section; nothing where sections are not taken in order."""
    if found is None:
        return {}
    return {
        "section": {
            "number": found.number,
            "from": found.open_from,
            "to": found.open_to,
            "deadline": _iso(found.deadline),
            "remaining": found.remaining,
        }
    }


def _acknowledged(given: Any, refused: set[int]) -> list[dict[str, int]]:
    """Return what the browser may forget: every position not refused, with its highest revision given."""
    highest: dict[int, int] = {}
    for each in given:
        position = each["position"]
        if position not in refused:
            highest[position] = max(each["revision"], highest.get(position, 0))
    return [{"position": position, "revision": revision} for position, revision in highest.items()]


def lease_in(asked: Asked, fields: set[str]) -> str:
    """Return the lease of a body that has these fields and no others."""
    secret = asked.body.get("lease")
    if not isinstance(secret, str) or len(secret) > 128 or not asked.body.keys() <= fields:  # noqa: PLR2004
        raise InvalidInputError("request-malformed")
    return secret


def _refused(status: str) -> Exception:
    if status == "attempt-unknown":
        return NotFoundError(status)
    return RuleViolationError(status)


def language_of(environ: Mapping[str, Any]) -> str:
    """Return the language of the page that asks, "" where it does not say."""
    asked = environ.get("HTTP_MERIT_LANGUAGE", "")
    return asked if asked in LANGUAGES else ""


def _conflict(asked: Asked, code: str, details: Mapping[str, Any]) -> Reply:
    with speaking(language_of(asked.environ)):
        reply = _json({"error": code, "message": phrase(code), **details})
    return reply._replace(status=ConflictError.status)


def _json(body: Mapping[str, Any]) -> Reply:
    return Reply(200, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")


def address_of(environ: Mapping[str, Any]) -> str:
    """Return the address as the browser asked for it."""
    query = environ.get("QUERY_STRING", "")
    tail = f"?{query}" if query else ""
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{environ['PATH_INFO']}{tail}"
