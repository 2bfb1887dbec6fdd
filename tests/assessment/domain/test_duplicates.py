"""Near-duplicates: found whatever changes between them, silent about what only shares a subject."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.domain.duplicates import ALIKE, find_alike, find_pairs

pytestmark = pytest.mark.unit

ASKS = "Warga datang pukul 15.25 padahal loket tutup pukul 15.30. Apa yang Anda lakukan terhadap berkasnya?"
NEARLY = "Warga datang pukul 15.20 padahal loket tutup pukul 15.30. Apa yang akan Anda lakukan terhadap berkas itu?"
OTHERS = [
    "Urutkan langkah memimpin perubahan di unit kerja dari awal sampai akhir.",
    "Rekan Anda meminta daftar hadirnya diisikan karena terlambat dua jam.",
    "Hitunglah persentase permohonan yang selesai tepat waktu pada bulan Maret.",
]


def test_the_nearest_text_comes_first_with_its_similarity():
    found = find_alike(ASKS, [*OTHERS, NEARLY, ASKS])

    assert [one.index for one in found] == [4, 3]
    assert found[0].similarity == 1
    assert ALIKE < found[1].similarity < 1


def test_other_questions_are_not_alike():
    assert find_alike(ASKS, OTHERS) == []


@pytest.mark.parametrize(("text", "others"), [("", OTHERS), (ASKS, []), ("ab", ["ab"]), (ASKS, ["", " "])])
def test_nothing_to_compare_finds_nothing(text: str, others: list[str]):
    assert find_alike(text, others) == []
    assert find_pairs(others) == []


def test_all_pairs_are_found_once():
    assert [(pair.first, pair.second) for pair in find_pairs([ASKS, *OTHERS, NEARLY])] == [(0, 4)]


@given(st.lists(st.text(alphabet="abcdef ghij", max_size=40), max_size=8), st.text(alphabet="abcdef ghij", max_size=40))
@settings(max_examples=30, deadline=None)
def test_similarities_are_shares_in_falling_order(others: list[str], text: str):
    found = [one.similarity for one in find_alike(text, others, cut=0)]

    assert found == sorted(found, reverse=True)
    assert all(0 <= value <= 1 for value in found)
