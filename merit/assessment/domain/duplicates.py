"""Near-duplicates among items: TF-IDF of letter groups and cosine, behind a cheap first look at shared words.

Two questions that differ in a name or a word give away each other's answer. The measure is the cosine between
TF-IDF vectors of letter groups of 3 to 5 inside words (1 is the same text). Fitting that on a whole bank at every
save would take seconds; so words shared, weighted by rarity, first choose who is compared at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.6  # from here on an author is warned
SHORTLIST = 150
_PREFIX = 6  # letters of a word that count: forms of one word agree
_SHORTEST = 3
_COMMON = 0.05  # a word in more than this share of the items joins no pairs …
_COMMON_LEAST = 40  # … unless the bank is small
_WORD_CUT = 0.45
_ROWS = 1000
_WORD = re.compile(r"\w+")

Codes: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The text at ``index`` is this similar, 0-1."""

    index: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by index, the first one lower, and how similar they are."""

    first: int
    second: int
    similarity: float


@lru_cache(maxsize=40_000)
def word_codes(text: str) -> Codes:
    """Return one number per different word of a text, from its first letters."""
    words = {word[:_PREFIX] for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST}
    return np.array(sorted({crc32(word.encode()) for word in words}), dtype=np.uint32)


def find_alike(text: str, others: Sequence[str], *, cut: float = ALIKE, most: int = 5) -> list[Likeness]:
    """Return the texts most similar to one text, the most similar first, none below ``cut``."""
    chosen = _share_words(text, others)
    if not chosen:
        return []
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 -- slow import

    matrix = _letter_groups([text, *(others[index] for index in chosen)])
    neighbours = NearestNeighbors(n_neighbors=min(most, len(chosen)), metric="cosine").fit(matrix[1:])
    distances, places = neighbours.kneighbors(matrix[:1])
    found = (
        Likeness(chosen[place], _similarity(distance)) for distance, place in zip(distances[0], places[0], strict=True)
    )
    return [one for one in found if one.similarity >= cut]


def find_pairs(texts: Sequence[str], *, cut: float = ALIKE, most: int = 500) -> list[Pair]:
    """Return the most similar pairs among all texts, the most similar first, none below ``cut``."""
    candidates = _pairs_by_words(texts)
    if not candidates:
        return []
    involved = sorted({index for pair in candidates for index in pair})
    place = {index: row for row, index in enumerate(involved)}
    matrix = _letter_groups([texts[index] for index in involved])
    left = matrix[[place[first] for first, _second in candidates]]
    right = matrix[[place[second] for _first, second in candidates]]
    cosines = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    pairs = [
        Pair(first, second, _similarity(1 - float(cosine)))
        for (first, second), cosine in zip(candidates, cosines, strict=True)
    ]
    alike = [pair for pair in pairs if pair.similarity >= cut]
    return sorted(alike, key=lambda pair: (-pair.similarity, pair.first, pair.second))[:most]


def _similarity(distance: float) -> float:
    return round(min(1.0, max(0.0, 1.0 - float(distance))), 4)


def _letter_groups(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 -- slow import

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), lowercase=True, dtype=np.float32)
    return vectorizer.fit_transform(texts)


def _share_words(text: str, others: Sequence[str]) -> list[int]:
    """Return the texts that share most of their words with one text, by rarity of the words shared."""
    wanted = word_codes(text)
    codes = [word_codes(other) for other in others]
    sizes = np.array([len(some) for some in codes], dtype=np.int64)
    if not len(wanted) or not sizes.sum():
        return []
    flat, owner = np.concatenate(codes), np.repeat(np.arange(len(others)), sizes)
    shared = np.isin(flat, wanted)
    hit, hit_owner = flat[shared], owner[shared]
    _names, inverse, counts = np.unique(hit, return_inverse=True, return_counts=True)
    rarity = np.log((1 + len(others)) / (1 + counts)) + 1
    weight = np.bincount(hit_owner, weights=rarity[inverse], minlength=len(others)) / np.sqrt(np.maximum(sizes, 1))
    best = np.argsort(-weight, kind="stable")[:SHORTLIST]
    return [int(index) for index in best if weight[index] > 0]


def _pairs_by_words(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs whose rarer words agree well enough to be worth a closer look."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 -- slow import
    from sklearn.preprocessing import normalize  # noqa: PLC0415 -- slow import

    codes = [word_codes(text) for text in texts]
    sizes = np.array([len(some) for some in codes], dtype=np.int64)
    if len(texts) < 2 or not sizes.sum():  # noqa: PLR2004 -- a pair
        return []
    names, columns, counts = np.unique(np.concatenate(codes), return_inverse=True, return_counts=True)
    kept = (counts > 1) & (counts <= max(_COMMON_LEAST, _COMMON * len(texts)))
    rows = np.repeat(np.arange(len(texts)), sizes)[kept[columns]]
    columns = columns[kept[columns]]
    rarity = (np.log((1 + len(texts)) / (1 + counts)) + 1)[columns]
    matrix = normalize(csr_matrix((rarity, (rows, columns)), shape=(len(texts), len(names)), dtype=np.float32))
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), _ROWS):
        close = (matrix[start : start + _ROWS] @ matrix.T).tocoo()
        near = (close.data >= _WORD_CUT) & (close.row + start < close.col)
        pairs += zip((close.row[near] + start).tolist(), close.col[near].tolist(), strict=True)
    return pairs
