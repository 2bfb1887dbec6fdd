from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from merit.audit.domain import GENESIS, canonical, chain_hash, is_due, scrubbed

pytestmark = pytest.mark.unit

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def test_canonical_is_sorted_compact_ascii():
    assert canonical({"b": "é", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"\\u00e9"}'


def test_chain_hash_covers_previous_and_payload():
    expected = hashlib.sha256(bytes(32) + b'{"a":1}').hexdigest()

    assert chain_hash(GENESIS, '{"a":1}') == expected
    assert chain_hash(expected, '{"a":1}') != expected


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("198504122010011003", "nip:X3"),
        ("NIP 19850412 201001 1 003 diubah", "NIP nip:X3 diubah"),
        ("1985041220100110031", "1985041220100110031"),  # 19 digits are no NIP
        (["198504122010011003", 5], ["nip:X3", 5]),
        ({"198504122010011003": dt.date(2026, 1, 2)}, {"nip:X3": "2026-01-02"}),
        ({"b", "a"}, ["a", "b"]),
        (None, None),
        (True, True),
    ],
)
def test_scrubbed(value, kept):
    assert scrubbed(value, lambda nip: f"X{nip[-1]}") == kept


@pytest.mark.parametrize(
    ("unsealed", "minutes", "due"), [(0, 60, False), (1, 9, False), (1, 10, True), (499, 1, False), (500, 0, True)]
)
def test_is_due(unsealed, minutes, due):
    assert is_due(unsealed=unsealed, sealed_at=NOW - dt.timedelta(minutes=minutes), now=NOW) is due
