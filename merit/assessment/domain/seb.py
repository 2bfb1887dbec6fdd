"""Safe Exam Browser: the config key of a settings file, and the check of what the browser sends with each request.

The config key is the SHA-256 of the settings as canonical JSON: keys sorted without regard to case, no white space,
``originatorVersion`` and empty dictionaries left out, data as base64, dates as ISO 8601. The browser sends
``SHA-256(absolute address without fragment + config key)``, so that a value seen for one address is worthless for
another.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import plistlib
from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from merit.errors import InvalidInputError

HEADER = "X-SafeExamBrowser-ConfigKeyHash"
MOST_BYTES = 2 * 1024 * 1024


def config_key(settings: bytes) -> str:
    """Return the config key of an unencrypted settings file (XML property list), hexadecimal."""
    if len(settings) > MOST_BYTES or b"<!ENTITY" in settings:
        raise InvalidInputError("seb-file-unreadable")
    try:
        tree = plistlib.loads(settings, fmt=plistlib.FMT_XML)
    except (ExpatError, plistlib.InvalidFileException, ValueError, AttributeError, IndexError) as error:
        raise InvalidInputError("seb-file-unreadable") from error
    if not isinstance(tree, dict):
        raise InvalidInputError("seb-file-unreadable")
    return key_of(canonical_json(tree))


def key_of(canonical: str) -> str:
    """Return the config key of settings in canonical JSON."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def canonical_json(settings: Mapping[str, Any]) -> str:
    """Return the settings as the browser hashes them."""
    own = {name: value for name, value in settings.items() if name != "originatorVersion"}
    return json.dumps(_plain(own), ensure_ascii=False, separators=(",", ":"))


def request_hash(address: str, key: str) -> str:
    """Return what the browser sends for an address."""
    return hashlib.sha256((address.split("#", 1)[0] + key).encode()).hexdigest()


def is_allowed(keys: Iterable[str], address: str, sent: str) -> bool:
    """Whether a request comes from a browser with one of the sitting's config keys; without keys any browser may."""
    given = sent.strip().lower().encode("utf-8", "replace")
    wanted = [request_hash(address, key.strip().lower()).encode() for key in keys]
    matches = [hmac.compare_digest(each, given) for each in wanted]
    return not wanted or any(matches)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _plain(each) for name, each in value.items() if each != {}}
        return dict(sorted(kept.items(), key=lambda pair: pair[0].casefold()))
    if isinstance(value, list):
        return [_plain(each) for each in value if each != {}]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
