"""Archives of arrays: what goes in comes out, and damage is noticed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from merit.errors import InvalidInputError
from merit.ranking.store.archive import Archive, digest, pack

pytestmark = pytest.mark.unit

ARRAYS = {
    "nip": np.array(["199001012015041001", "", "Ünïçødé"]),
    "value": np.array([65.0, np.nan, -0.1]),
    "day": np.array(["2026-11-22", "NaT", "9999-12-31"], dtype="datetime64[D]"),
    "source": np.array([0, 255, 70_000], dtype=np.int64),
    "total": np.array([-(10**17), 0, 10**17], dtype=np.int64),
    "flag": np.array([True, False, True]),
    "grid": np.arange(6, dtype=np.int8).reshape(3, 2),
    "none": np.array([], dtype=np.float64),
    "blank": np.array(["", ""]),
}


def same(left, right):
    return (
        left.dtype == right.dtype and left.shape == right.shape and digest({"a": left}, {}) == digest({"a": right}, {})
    )


def test_pack_keeps_every_kind_of_array():
    archive = Archive(pack(ARRAYS, {"as_of": "2026-11-22"}))

    assert archive.meta == {"as_of": "2026-11-22"}
    assert list(archive) == list(ARRAYS)
    assert [name for name, array in ARRAYS.items() if not same(archive[name], array)] == []


def test_pack_keeps_a_dictionary_of_repeated_rows():
    rows = np.array([[0.1, 0.2, 0.7], [np.nan, 0.0, -0.0]])
    cube = rows[np.arange(4000).reshape(1000, 4) % 2]

    data = pack({"p": cube})

    assert len(data) < 1000
    assert same(Archive(data)["p"], cube)


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.int8, np.bool_, np.dtype("<U4")])
@given(data=st.data())
def test_pack_is_the_identity(dtype, data):
    array = data.draw(hnp.arrays(dtype, hnp.array_shapes(max_dims=3, max_side=5)))

    assert same(Archive(pack({"x": array}))["x"], array)


def test_same_arrays_give_the_same_bytes():
    assert pack(ARRAYS) == pack(ARRAYS)


def test_digest_sees_one_changed_value_and_the_order_of_names_does_not_matter():
    changed = ARRAYS | {"value": np.array([65.0, np.nan, -0.2])}
    reordered = dict(reversed(ARRAYS.items()))

    assert digest(reordered, {}) == digest(ARRAYS, {})
    assert digest(changed, {}) != digest(ARRAYS, {})
    assert digest(ARRAYS, {"a": 1}) != digest(ARRAYS, {"a": 2})


@pytest.mark.parametrize("damage", [slice(0, 1), slice(14, 15), slice(None, None)])
def test_archive_refuses_damaged_bytes(damage):
    data = bytearray(pack(ARRAYS))
    data[damage] = b"\x00" * len(data[damage])

    with pytest.raises(InvalidInputError) as refusal:
        Archive(bytes(data))

    assert refusal.value.reason == "run-archive-damaged"


def test_archive_notices_a_damaged_block_when_it_is_read():
    data = pack(ARRAYS)
    archive = Archive(data[:-10])

    with pytest.raises(InvalidInputError):
        [archive[name] for name in archive]
