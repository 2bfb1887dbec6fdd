"""The chain of receipts: computed by hand, and every tampering found."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from merit.assessment.domain.receipts import Answer, Link, check_chain, entry_of, next_receipt, payload_of

pytestmark = pytest.mark.unit

PAYLOAD = (
    '{"at":"2026-11-23T01:00:00.000000Z","attempt":7,"late":false,"number":1,"responses":['
    '{"at":"09.00","marked":true,"position":2,"revision":1,"value":["B"]}]}'
)


def chain(length: int = 3) -> list[Link]:
    links, receipt = [], ""
    for number in range(1, length + 1):
        entry = entry_of(Answer(2, number, '["B"]', True, "09.00"))
        at = "2026-11-23T01:00:00.000000Z"
        payload = payload_of(attempt_id=7, number=number, late=False, at=at, entries=[entry])
        receipt = next_receipt(receipt, payload)
        links.append(Link(number=number, payload=payload, receipt=receipt, late=False))
    return links


def test_the_first_receipt_by_hand():
    first = chain(1)[0]

    assert first.payload == PAYLOAD
    assert first.receipt == hashlib.sha256(PAYLOAD.encode()).hexdigest()


def test_an_untouched_chain_is_intact():
    links = chain()

    assert check_chain(7, links, receipt=links[-1].receipt, saves=3).is_intact
    assert check_chain(7, [], receipt="", saves=0).is_intact


@pytest.mark.parametrize(
    "tamper",
    [
        lambda links: [replace(links[0], payload=links[0].payload.replace("B", "A")), *links[1:]],
        lambda links: links[:2],
        lambda links: [links[0], links[2]],
        lambda links: [links[1], links[0], links[2]],
        lambda links: [*links[:2], replace(links[2], receipt="0" * 64)],
        lambda links: [replace(links[0], late=True), *links[1:]],
        lambda links: [*links, links[2]],
    ],
    ids=["changed", "cut", "gap", "swapped", "forged", "made late", "doubled"],
)
def test_any_tampering_is_found(tamper):
    links = chain()

    assert not check_chain(7, tamper(links), receipt=links[-1].receipt, saves=3).is_intact


def test_a_chain_moved_to_another_attempt_is_found():
    links = chain()

    assert not check_chain(8, links, receipt=links[-1].receipt, saves=3).is_intact
