"""The hash chain: what an entry says, how it is hashed, and what no entry may contain."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

GENESIS = "0" * 64
CHECKPOINT_ENTRIES = 500
CHECKPOINT_AGE = dt.timedelta(minutes=10)

# A NIP has 18 digits, written together or grouped 8-6-1-3; 18 digits inside a hexadecimal hash are none.
_NIP = re.compile(r"(?<![\da-f])\d{8} ?\d{6} ?\d ?\d{3}(?![\da-f])")


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one JSON text of a document: sorted keys, no spaces, ASCII only."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def chain_hash(previous: str, payload: str) -> str:
    """Return ``SHA-256(previous ‖ payload)``, hexadecimal, over the bytes as stored."""
    return hashlib.sha256(bytes.fromhex(previous) + payload.encode()).hexdigest()


def scrubbed(value: Any, refer: Callable[[str], str]) -> Any:
    """Return the value with every NIP in it replaced by a keyed reference."""
    if isinstance(value, str):
        return _NIP.sub(lambda found: "nip:" + refer(found.group().replace(" ", "")), value)
    if isinstance(value, Mapping):
        return {scrubbed(str(key), refer): scrubbed(item, refer) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [scrubbed(item, refer) for item in items]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrubbed(str(value), refer)


def is_due(*, unsealed: int, sealed_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the next checkpoint is due: 500 entries or ten minutes after the last one."""
    return unsealed >= CHECKPOINT_ENTRIES or (unsealed > 0 and now - sealed_at >= CHECKPOINT_AGE)
