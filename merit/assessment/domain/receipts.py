"""The chain of receipts: every accepted save hashes the one before it, the same on both databases, byte for byte.

``payload`` is the canonical text of one accepted save and is stored; ``receipt`` is
``SHA-256(previous receipt in hexadecimal, followed by the payload)``, the first previous receipt being empty. The
PostgreSQL function ``merit_save`` builds the same bytes (migration 0003).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple


class Answer(NamedTuple):
    """One answer of a request: checked, its value canonical."""

    position: int
    revision: int
    value: str
    marked: bool
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stored save of the chain."""

    number: int
    payload: str
    receipt: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a check of a chain found: its length, its end, and the numbers that do not fit."""

    saves: int
    receipt: str
    faults: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def entry_of(answer: Answer) -> str:
    """Return the canonical text of one answer inside a payload."""
    marked = "true" if answer.marked else "false"
    return (
        f'{{"at":{_quoted(answer.at)},"marked":{marked},"position":{answer.position},'
        f'"revision":{answer.revision},"value":{answer.value}}}'
    )


def stamp(at: dt.datetime) -> str:
    """Return an instant as payloads write it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def payload_of(*, attempt_id: int, number: int, late: bool, at: str, entries: Iterable[str]) -> str:
    """Return the canonical text of one accepted save; entries are in the order of their positions."""
    word = "true" if late else "false"
    return f'{{"at":"{at}","attempt":{attempt_id},"late":{word},"number":{number},"responses":[{",".join(entries)}]}}'


def next_receipt(previous: str, payload: str) -> str:
    """Return the receipt of a save that follows a receipt."""
    return hashlib.sha256((previous + payload).encode()).hexdigest()


def check_chain(attempt_id: int, links: Sequence[Link], *, receipt: str, saves: int) -> ChainReport:
    """Recompute a whole chain and compare it with what the attempt says of it."""
    faults: list[str] = []
    previous = ""
    for expected, link in enumerate(links, start=1):
        if link.number != expected:
            faults.append(f"number:{link.number}")
        if next_receipt(previous, link.payload) != link.receipt:
            faults.append(f"receipt:{link.number}")
        if not _names(link, attempt_id):
            faults.append(f"payload:{link.number}")
        previous = link.receipt
    if (previous, len(links)) != (receipt, saves):
        faults.append("end")
    return ChainReport(saves=len(links), receipt=previous, faults=tuple(faults))


def final_answers(links: Iterable[Link], *, late: bool = False) -> dict[int, tuple[int, str, bool]]:
    """Return the answers a chain leads to: position → revision, canonical value, marked."""
    found: dict[int, tuple[int, str, bool]] = {}
    for link in links:
        if link.late is not late:
            continue
        for entry in json.loads(link.payload)["responses"]:
            found[entry["position"]] = (entry["revision"], _canonical(entry["value"]), entry["marked"])
    return found


def unfounded(links: Sequence[Link], answers: Mapping[int, tuple[int, str]]) -> list[str]:
    """Return what an attempt's answers say that no save of its chain does: changed or added, and deleted ones.

    ``answers`` are (revision, canonical value) by position. A late save may have become an answer that counts, so any
    save is a ground; what came in time must still be there.
    """
    grounds = {
        (entry["position"], entry["revision"], _canonical(entry["value"]))
        for link in links
        for entry in json.loads(link.payload)["responses"]
    }
    changed = [f"answer:{at}" for at, (revision, value) in answers.items() if (at, revision, value) not in grounds]
    return sorted(changed) + [f"gone:{at}" for at in sorted(final_answers(links).keys() - answers.keys())]


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _names(link: Link, attempt_id: int) -> bool:
    """Whether the payload speaks of its own attempt, number and lateness."""
    try:
        body = json.loads(link.payload)
        said = (body["attempt"], body["number"], body["late"])
    except (ValueError, KeyError, TypeError):
        return False
    return said == (attempt_id, link.number, link.late)
