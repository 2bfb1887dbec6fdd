"""Named arrays in one byte string: narrowed, compressed, hashed.

An archive is ``MRA1``, the length of an index (8 bytes, little endian), the index (canonical JSON, compressed) and
the compressed arrays one after the other. Nothing in it can execute. An array is decompressed when it is first asked
for, so that a page which shows fifty rows does not unpack evidence it never reads.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from merit.errors import InvalidInputError
from merit.ranking.document import canonical_json

Array: TypeAlias = NDArray[Any]

_MAGIC = b"MRA1"
_LENGTH = 8
_LEVEL = 1  # level 1 writes three times as fast as 6 for a tenth more bytes
_DATE_NAT = np.iinfo(np.int32).min
_MIN_PARALLEL_BYTES = 1_000_000
_HASH_FACTORS = np.uint64(0x9E3779B97F4A7C15)


def pack(arrays: Mapping[str, Array], meta: Mapping[str, Any] | None = None) -> bytes:
    """Return the archive of the arrays and of ``meta`` (anything JSON can hold)."""
    parts = [part for name, array in arrays.items() for part in _split(name, np.asarray(array))]
    blocks = _compress_all([body for _entry, body in parts])
    entries = [entry | {"bytes": len(block)} for (entry, _body), block in zip(parts, blocks, strict=True)]
    index = zlib.compress(canonical_json({"arrays": entries, "meta": dict(meta or {})}).encode(), _LEVEL)
    return b"".join((_MAGIC, len(index).to_bytes(_LENGTH, "little"), index, *blocks))


def digest(arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is in an archive, whatever compression would make of it."""
    total = hashlib.sha256(canonical_json(dict(meta)).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"\n{name}:{array.dtype.str}:{array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


class Archive(Mapping[str, Array]):
    """The arrays of an archive, read only, unpacked one by one when asked for."""

    def __init__(self, data: bytes) -> None:
        """Read the index; raise :class:`InvalidInputError` when the bytes are no archive."""
        try:
            start = len(_MAGIC) + _LENGTH
            length = int.from_bytes(data[len(_MAGIC) : start], "little")
            index = json.loads(zlib.decompress(data.removeprefix(_MAGIC)[_LENGTH : _LENGTH + length]))
            self.meta: dict[str, Any] = index["meta"]
            self._entries = _locate(index["arrays"], start + length)
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise InvalidInputError("run-archive-damaged") from error
        self._data = data
        self._arrays: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._arrays:
            entry, position = self._entries[name]
            self._arrays[name] = self._read(entry, position)
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._entries if not name.endswith(_DICTIONARY))

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def _read(self, entry: dict[str, Any], position: int) -> Array:
        try:
            body = zlib.decompress(self._data[position : position + entry["bytes"]])
            array = _decode(entry, body)
            if entry.get("dictionary"):
                array = self[entry["name"] + _DICTIONARY][array]
        except (ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
            raise InvalidInputError("run-archive-damaged") from error
        array.flags.writeable = False
        return array


_DICTIONARY = "#"


def _locate(entries: Iterable[dict[str, Any]], position: int) -> dict[str, tuple[dict[str, Any], int]]:
    located = {}
    for entry in entries:
        located[str(entry["name"])] = (entry, position)
        position += int(entry["bytes"])
    return located


def _split(name: str, array: Array) -> list[tuple[dict[str, Any], bytes]]:
    """Return one part per array, two where its rows repeat and a dictionary of them is kept instead."""
    if array.dtype == np.float64 and array.ndim > 1 and (found := _dictionary(array)) is not None:
        rows, index = found
        entry, body = _encode(name, index)
        return [_encode(name + _DICTIONARY, rows), (entry | {"dictionary": True}, body)]
    return [_encode(name, array)]


def _dictionary(array: Array) -> tuple[Array, Array] | None:
    """Return distinct last-axis rows and the index of each, None where they hardly repeat.

    Rows are told apart by a 64-bit mix of their bits; the result is compared with the original before it is used.
    """
    rows = np.ascontiguousarray(array).reshape(-1, array.shape[-1])
    if not rows.size:
        return None
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for part in rows.view(np.uint64).T:
        mixed = (mixed ^ part) * _HASH_FACTORS
        mixed ^= mixed >> np.uint64(29)
    _distinct, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    if len(first) > max(len(rows) // 8, 1):
        return None
    distinct = rows[first]
    if not np.array_equal(distinct[inverse].view(np.uint64), rows.view(np.uint64)):
        return None
    return distinct, inverse.reshape(array.shape[:-1])


def _encode(name: str, array: Array) -> tuple[dict[str, Any], bytes]:
    """Return the index entry and the raw bytes, narrowed and with the bytes of equal weight side by side."""
    kind = array.dtype.kind
    entry: dict[str, Any] = {"name": name, "dtype": array.dtype.str, "shape": list(array.shape)}
    if kind == "U":
        narrow = _narrow(np.ascontiguousarray(array).view(np.uint32)) if array.dtype.itemsize else array.view(np.uint8)
    elif kind == "M":
        days = array.astype("datetime64[D]")
        narrow = np.where(np.isnat(days), _DATE_NAT, days.astype(np.int64)).astype(np.int32)
    elif kind in "iu":
        narrow = _narrow(array)
    elif kind in "fb":
        narrow = array
    else:
        raise TypeError(f"Array {name} of {array.dtype} cannot be stored.")
    narrow = np.ascontiguousarray(narrow)
    entry["stored"] = narrow.dtype.str
    return entry, narrow.reshape(-1).view(np.uint8).reshape(-1, narrow.dtype.itemsize).T.tobytes()


def _narrow(array: Array) -> Array:
    """Return the integers in the smallest type that holds them all."""
    if not array.size:
        return array.astype(np.int8)
    low, high = int(array.min()), int(array.max())
    fitting = (np.uint8, np.uint16, np.uint32) if low >= 0 else (np.int8, np.int16, np.int32)
    for dtype in fitting:
        bounds = np.iinfo(dtype)
        if bounds.min <= low and high <= bounds.max:
            return array.astype(dtype)
    return array


def _decode(entry: Mapping[str, Any], body: bytes) -> Array:
    stored, dtype = np.dtype(entry["stored"]), np.dtype(entry["dtype"])
    shape = tuple(int(size) for size in entry["shape"])
    raw: Array = np.frombuffer(body, dtype=np.uint8).reshape(stored.itemsize, -1)
    narrow: Array = np.ascontiguousarray(raw.T).view(stored).reshape(-1)
    if dtype.kind == "U":
        if not dtype.itemsize:
            return np.zeros(shape, dtype=dtype)
        texts: Array = narrow.astype(np.uint32).view(dtype).reshape(shape)
        return texts
    if dtype.kind == "M":
        days = narrow.astype(np.int64).view("datetime64[D]")
        days[narrow == _DATE_NAT] = np.datetime64("NaT", "D")
        return days.astype(dtype).reshape(shape)
    restored: Array = narrow.astype(dtype).reshape(shape)
    return restored


def _compress_all(bodies: list[bytes]) -> list[bytes]:
    """Compress every body; large archives use two threads, zlib lets go of the interpreter."""
    if sum(map(len, bodies)) < _MIN_PARALLEL_BYTES:
        return [zlib.compress(body, _LEVEL) for body in bodies]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda body: zlib.compress(body, _LEVEL), bodies))
