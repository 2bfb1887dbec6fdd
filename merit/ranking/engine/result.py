"""Exact numbers as text, and the hash of a result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from merit.evidence import IntArray
from merit.ranking.domain import STANDING_NAMES, Standing
from merit.ranking.engine.types import ENGINE_VERSION, UTILITY_SCALE, Ranking

POINT_DIGITS = 10
_POINT_UNIT = 10**5
_POINT_WIDTH = 14
_CHUNK = 20_000
Bytes: TypeAlias = NDArray[np.uint8]


def fixed(value: int, digits: int) -> str:
    """Return ``value / 10**digits`` as an exact decimal string with that many digits."""
    sign, number = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(number, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def score_text(ranking: Ranking, row: int) -> str:
    """Return the rounded score of an official at the policy's precision."""
    return fixed(int(ranking.score[row]), ranking.policy.precision)


def points_text(product: int) -> str:
    """Return ``W·U`` (units of 10**-15) as an exact decimal string; weights make it a multiple of 10**5."""
    return fixed(product // _POINT_UNIT, POINT_DIGITS)


def utility_text(units: int) -> str:
    """Return U as an exact decimal string."""
    return fixed(units, len(str(UTILITY_SCALE)) - 1)


def result_document(ranking: Ranking) -> dict[str, Any]:
    """Return what ``result_sha256`` covers, as JSON values: no ids, instants, intervals."""
    weights = ranking.policy.weights.tolist()
    entries = []
    for row in _by_nip(ranking).tolist():
        ranked = ranking.standing[row] == Standing.RANKED
        utilities = ranking.slots.utility[row].tolist()
        entries.append(
            {
                "nip": str(ranking.nip[row]),
                "outcome": STANDING_NAMES[Standing(ranking.standing[row])],
                "points": [points_text(w * u) for w, u in zip(weights, utilities, strict=True)] if ranked else [],
                "rank": int(ranking.rank[row]) if ranked else None,
                "score": score_text(ranking, row) if ranked else None,
            }
        )
    return {**_header(ranking), "officials": entries}


def result_sha256(ranking: Ranking) -> str:
    """Return SHA-256 of the canonical JSON of ``result_document``, written in bulk."""
    digest = hashlib.sha256()
    for piece in canonical_pieces(ranking):
        digest.update(piece)
    return digest.hexdigest()


def canonical_pieces(ranking: Ranking) -> Iterator[bytes]:
    """Yield the canonical JSON (sorted keys, no spaces) of ``result_document`` piece by piece."""
    header = _header(ranking)
    yield f'{{"as_of":{json.dumps(header["as_of"])},"engine":{json.dumps(header["engine"])},"officials":['.encode()
    order = _by_nip(ranking)
    for start in range(0, order.size, _CHUNK):
        text = _rows(ranking, order[start : start + _CHUNK])
        yield text if start + _CHUNK < order.size else text[:-1]
    yield f'],"policy":{json.dumps(header["policy"])}}}'.encode()


def _header(ranking: Ranking) -> dict[str, str]:
    return {
        "as_of": ranking.vacancy.as_of.isoformat(),
        "engine": ENGINE_VERSION,
        "policy": ranking.policy.sha256,
    }


def _by_nip(ranking: Ranking) -> IntArray:
    return np.argsort(ranking.nip, kind="stable")


def _rows(ranking: Ranking, rows: IntArray) -> bytes:
    """Return one JSON object per row, each followed by a comma.

    The objects are laid out as a matrix of bytes of equal width; unused places are 0 and dropped at the end.
    """
    blocks = [_constant(b'{"nip":', rows.size), _quoted(ranking, rows)]
    ranked = (ranking.standing[rows] == Standing.RANKED)[:, None]
    blocks += [np.where(ranked, block, np.uint8(0)) for block in _ranked_blocks(ranking, rows)]
    for standing, name in STANDING_NAMES.items():
        if standing is not Standing.RANKED:
            text = f',"outcome":"{name}","points":[],"rank":null,"score":null}},'.encode()
            mine = (ranking.standing[rows] == standing)[:, None]
            blocks.append(np.where(mine, _constant(text, rows.size), np.uint8(0)))
    matrix = np.concatenate(blocks, axis=1)
    return bytes(matrix[matrix != 0].tobytes())


def _ranked_blocks(ranking: Ranking, rows: IntArray) -> Iterator[Bytes]:
    size, precision = rows.size, ranking.policy.precision
    separator = b',"outcome":"ranked","points":["'
    products = ranking.slots.utility[rows] * ranking.policy.weights[None, :] // _POINT_UNIT
    for slot in range(products.shape[1]):
        yield _constant(separator, size)
        yield _decimals(products[:, slot], POINT_DIGITS, _POINT_WIDTH)
        separator = b'","'
    yield _constant(b'"],"rank":', size)
    yield _decimals(ranking.rank[rows], 0, len(str(int(ranking.rank.max(initial=0)))))
    yield _constant(b',"score":"', size)
    yield _decimals(ranking.score[rows], precision, precision + 3 + (precision > 0))
    yield _constant(b'"},', size)


def _constant(text: bytes, size: int) -> Bytes:
    return np.broadcast_to(np.frombuffer(text, dtype=np.uint8), (size, len(text)))


def _quoted(ranking: Ranking, rows: IntArray) -> Bytes:
    """Return NIPs as JSON strings; ASCII letters and digits need no escaping, which spares a slow loop."""
    nips = ranking.nip[rows]
    if "".join(nips.tolist()).isascii() and np.strings.isalnum(nips).all():
        mark = _constant(b'"', rows.size)
        return np.concatenate((mark, _as_bytes(nips.astype(np.bytes_)), mark), axis=1)
    return _as_bytes(np.array([json.dumps(nip, ensure_ascii=False).encode() for nip in nips.tolist()]))


def _as_bytes(texts: NDArray[np.bytes_]) -> Bytes:
    return texts.view(np.uint8).reshape(texts.size, texts.dtype.itemsize)


def _decimals(values: IntArray, digits: int, width: int) -> Bytes:
    """Return non-negative numbers as text of one width, leading zeros left out as 0 bytes."""
    text = np.zeros((values.size, width), dtype=np.uint8)
    rest = values
    column = width - 1
    for place in range(width - (digits > 0)):
        if digits and place == digits:
            text[:, column] = ord(".")
            column -= 1
        quotient = rest // 10
        digit = (rest - quotient * 10).astype(np.uint8) + np.uint8(ord("0"))
        text[:, column] = digit if place <= digits else np.where(rest > 0, digit, np.uint8(0))
        rest = quotient
        column -= 1
    return text
