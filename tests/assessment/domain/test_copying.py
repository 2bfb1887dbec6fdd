"""Similar answers: published data with a planted copy, independence, order."""

import numpy as np
import pytest

from merit.assessment.domain.copying import Answers, CopyingSign, encode, find_pairs, seat_of

pytestmark = pytest.mark.unit

OMITTED = 8


def read(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64)


def simulate(rng, persons=200, items=60, options=4):
    """Answers of people of different ability; wrong answers fall on the other options evenly."""
    ability, difficulty = rng.normal(size=(persons, 1)), rng.normal(size=(1, items))
    right = rng.random((persons, items)) < 1 / (1 + np.exp(difficulty - ability))
    wrong = rng.integers(1, options, (persons, items))
    return np.where(right, 0, wrong)


def test_reference_neighbour_who_copied_is_flagged(shared):
    # Row 2 copies 28 of 32 answers of row 1, who has everything right: no index that allows for ability can tell
    # this from a good candidate (29 of 32); the agreement of neighbours stands 3.6 spreads above that of all pairs.
    answers = read(shared / "data" / "psychometrics" / "sat12_copy_planted.csv")
    seats = [seat_of(1, number, 600) for number in range(1, 601)]

    pairs = find_pairs(Answers(codes=answers, right=answers == 1, seats=seats))

    assert [(pair.copier, pair.source, pair.sign, pair.distance) for pair in pairs] == [
        (1, 0, CopyingSign.NEIGHBOURS_AGREE, 1)
    ]
    assert pairs[0].z > 3.5


def test_reference_copied_wrong_answers_are_flagged_at_any_distance(shared):
    # Row 201 of the raw answers copies 28 of 32 of row 101, who has 19 right; 8 stands for omitted.
    raw = read(shared / "data" / "psychometrics" / "sat12_raw.csv")
    key = raw[0].copy()
    answers = np.where(raw == OMITTED, -1, raw)
    answers[200, :28] = answers[100, :28]

    pairs = find_pairs(Answers(codes=answers, right=answers == key))

    assert (100, 200) in {(min(pair.copier, pair.source), max(pair.copier, pair.source)) for pair in pairs}


def test_copied_answers_are_found_and_honest_ones_are_not():
    honest = simulate(np.random.default_rng(7))
    copied = honest.copy()
    copied[31, :45] = copied[30, :45]
    seats = [seat_of(1, number, 20) for number in range(1, 201)]

    before = find_pairs(Answers(codes=honest, right=honest == 0, seats=seats))
    after = find_pairs(Answers(codes=copied, right=copied == 0, seats=seats))

    strong = [{pair.copier, pair.source} for pair in after if pair.sign is CopyingSign.SIMILAR]
    assert [pair for pair in before if pair.sign is CopyingSign.SIMILAR] == []
    assert strong == [{30, 31}]
    assert after[0].wrong_matches > 10


def test_few_false_flags_among_many_honest_rooms():
    flagged = 0
    for seed in range(20):
        answers = simulate(np.random.default_rng(seed), persons=80, items=40)
        flagged += bool(find_pairs(Answers(codes=answers, right=answers == 0)))

    assert flagged <= 3


def test_order_of_persons_and_items_means_nothing():
    answers = simulate(np.random.default_rng(3), persons=60)
    answers[5, :50] = answers[9, :50]
    rng = np.random.default_rng(1)
    rows, columns = rng.permutation(60), rng.permutation(60)

    one = find_pairs(Answers(codes=answers, right=answers == 0))
    moved = answers[rows][:, columns]
    other = find_pairs(Answers(codes=moved, right=moved == 0))

    assert [(pair.copier, pair.source) for pair in one] == [(rows[pair.copier], rows[pair.source]) for pair in other]
    assert [pair.z for pair in one] == pytest.approx([pair.z for pair in other])


def test_too_few_people_or_items_say_nothing():
    same = np.zeros((10, 40), dtype=np.int64)
    short = np.zeros((40, 5), dtype=np.int64)

    assert find_pairs(Answers(codes=same, right=same == 0)) == []
    assert find_pairs(Answers(codes=short, right=short == 1)) == []


def test_texts_become_codes_within_an_item():
    codes = encode([["A", "x", None], ["B", "x", ""], ["A", "y", "z"]])

    assert codes.tolist() == [[0, 0, -1], [1, 0, -1], [0, 1, 0]]
