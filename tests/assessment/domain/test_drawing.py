"""Draws keep the blueprint, keep enemies apart, and can be made again."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection, document_problems
from merit.assessment.domain.drawing import (
    Bank,
    BankItem,
    draw,
    draw_orders,
    find_shortages,
    lay_plan,
    place_items,
    shuffled,
    stream,
)
from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    ItemContent,
    MatchInteraction,
    OrderInteraction,
)
from merit.assessment.domain.parallel import draw_forms, form_of_seat, weigh

pytestmark = pytest.mark.unit


def bank_of(*specs: tuple[str, int, int], enemies: list[tuple[int, int]] | None = None, trial: int = 0) -> Bank:
    """Make so many items per (competency, level, count); ids count from 1."""
    items: dict[int, BankItem] = {}
    for competency, level, count in specs:
        for _ in range(count):
            number = len(items) + 1
            facility = ((number * 37) % 60 + 20) / 100
            items[number] = BankItem(
                id=number,
                version_id=number + 1000,
                code=f"B{number}",
                competency=competency,
                level=level,
                facility=facility,
            )
    for _ in range(trial):
        number = len(items) + 1
        items[number] = BankItem(id=number, version_id=number + 1000, code=f"B{number}", is_trial=True)
    return Bank(items, hostile(enemies or []))


def hostile(pairs: list[tuple[int, int]]) -> dict[int, frozenset[int]]:
    known: dict[int, set[int]] = {}
    for left, right in pairs:
        known.setdefault(left, set()).add(right)
        known.setdefault(right, set()).add(left)
    return {item: frozenset(others) for item, others in known.items()}


def plan_of(*rows: BlueprintRow, bank: Bank, fixed: tuple[str, ...] = (), **section: object):
    part = BlueprintSection(name="Bagian", rows=rows, fixed=fixed, **section)
    return lay_plan(BlueprintDocument(sections=(part,)), bank)


def test_a_missing_item_is_counted_where_it_is_missing():
    bank = bank_of(("M.05", 3, 2), ("M.01", 3, 9))
    plan = plan_of(
        BlueprintRow(competency="M.05", level=3, count=6), BlueprintRow(competency="M.01", count=9), bank=bank
    )
    [shortage] = find_shortages(plan)
    assert (shortage.asked.competency, shortage.asked.level, shortage.missing, shortage.available) == ("M.05", 3, 4, 2)


def test_rows_that_compete_for_the_same_items_lack_what_both_cannot_have():
    # Five items of M.01; one row wants 3 of them, another 4 of any competency: 5 of 7 can be had.
    plan = plan_of(BlueprintRow(competency="M.01", count=3), BlueprintRow(count=4), bank=bank_of(("M.01", 2, 5)))
    assert sum(shortage.missing for shortage in find_shortages(plan)) == 2


def test_enemies_make_a_shortage_no_count_can_see():
    # Four items, every two of them enemies: only one may be in a paper.
    bank = bank_of(("M.01", 1, 4), enemies=list(combinations(range(1, 5), 2)))
    [shortage] = find_shortages(plan_of(BlueprintRow(competency="M.01", count=3), bank=bank))
    assert (shortage.available, shortage.missing) == (4, 2)


def test_a_corner_that_chance_misses_is_found():
    # A star: item 1 is everybody's enemy. Taking it first leaves nothing; the draw must leave it out.
    bank = bank_of(("M.01", 1, 41), enemies=[(1, other) for other in range(2, 42)])
    plan = plan_of(BlueprintRow(competency="M.01", count=40), bank=bank)
    picked = draw(plan, stream(b"s", "x"))
    assert picked is not None
    assert set(picked[0]) == set(range(2, 42))
    # Two rows, the second can only be served by the items the first one would like as well.
    tight = plan_of(
        BlueprintRow(count=2), BlueprintRow(pool=("B1", "B2"), count=2), bank=bank_of(("M.01", 1, 4), enemies=[(3, 4)])
    )
    assert draw(tight, stream(b"s", "y")) is None
    assert sum(shortage.missing for shortage in find_shortages(tight)) == 1


def test_fixed_items_come_once_and_their_enemies_never():
    bank = bank_of(("M.01", 1, 6), enemies=[(1, 2), (1, 3)])
    plan = plan_of(BlueprintRow(competency="M.01", count=3), bank=bank, fixed=("B1", "B99"), shuffle_items=False)
    assert plan.unknown == ("B99",)
    picks = draw(plan, stream(b"s", "z"))
    assert picks is not None
    assert set(picks[0]) == {4, 5, 6}
    assert next(place.item for place in place_items(plan, picks, stream(b"s", "p"))) == 1


def test_fixed_enemies_are_named():
    plan = plan_of(bank=bank_of(("M.01", 1, 3), enemies=[(1, 2)]), fixed=("B1", "B2"))
    assert plan.fixed_enemies == (("B1", "B2"),)


def test_items_on_trial_come_only_where_asked_and_do_not_count():
    bank = bank_of(("", 1, 3), trial=2)
    plan = plan_of(BlueprintRow(count=3), BlueprintRow(count=2, trial=True), bank=bank)
    places = place_items(plan, draw(plan, stream(b"s", "t")) or (), stream(b"s", "p"))
    assert {place.item for place in places if not place.is_scored} == {4, 5}
    assert {place.item for place in places if place.is_scored} == {1, 2, 3}
    assert find_shortages(plan_of(BlueprintRow(count=4), bank=bank))


pairs = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda two: two[0] < two[1]), max_size=14)


@settings(max_examples=60, deadline=None)
@given(enemies=pairs, wanted=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)), name=st.text())
def test_a_draw_keeps_every_rule_or_proves_there_is_none(enemies, wanted, name):
    bank = bank_of(("M.01", 1, 6), ("M.02", 2, 6), enemies=enemies)
    first, second, both = wanted
    plan = plan_of(
        BlueprintRow(competency="M.01", count=first),
        BlueprintRow(competency="M.02", count=second),
        BlueprintRow(count=both),
        bank=bank,
    )
    picks = draw(plan, stream(b"secret", name))
    if picks is None:
        assert sum(shortage.missing for shortage in find_shortages(plan)) > 0
        assert not _possible(bank, first, second, both)
        return
    chosen = [item for row in picks for item in row]
    assert [len(row) for row in picks] == list(wanted)
    assert len(chosen) == len(set(chosen))
    assert not any(right in bank.enemies_of(left) for left, right in combinations(chosen, 2))
    assert all(bank.items[item].competency == "M.01" for item in picks[0])
    assert draw(plan, stream(b"secret", name)) == picks
    assert not find_shortages(plan)


def _possible(bank: Bank, first: int, second: int, both: int) -> bool:
    """Try every subset: is there a set without enemies with enough of each?"""
    for bits in product((0, 1), repeat=12):
        chosen = [item for item, bit in zip(range(1, 13), bits, strict=True) if bit]
        if len(chosen) != first + second + both:
            continue
        if sum(item <= 6 for item in chosen) < first or sum(item > 6 for item in chosen) < second:
            continue
        if not any(right in bank.enemies_of(left) for left, right in combinations(chosen, 2)):
            return True
    return False


def test_everybody_is_drawn_alike_often():
    plan = plan_of(BlueprintRow(competency="M.01", count=5), bank=bank_of(("M.01", 1, 20)))
    counts = Counter(
        item for number in range(800) for row in draw(plan, stream(b"s", str(number))) or () for item in row
    )
    # 800 draws of 5 from 20: each 200 times, standard deviation 12; five deviations either side.
    assert set(counts) == set(range(1, 21))
    assert all(140 <= times <= 260 for times in counts.values())


def test_the_same_name_gives_the_same_chance_and_another_secret_another():
    assert shuffled(range(30), stream(b"a", "n")) == shuffled(range(30), stream(b"a", "n"))
    assert shuffled(range(30), stream(b"a", "n")) != shuffled(range(30), stream(b"b", "n"))
    # Written down: what was sealed once must come out the same in every later version.
    assert shuffled(range(8), stream(b"rahasia", "SESI-1/001")) == KNOWN


KNOWN = [3, 7, 2, 4, 0, 5, 1, 6]


def choices(*names: str, fixed: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(id=name, html=name, fixed=name in fixed) for name in names)


def test_fixed_options_stay_and_true_false_keeps_its_order():
    content = ItemContent(
        body="",
        interactions=(
            ChoiceInteraction(id="R1", choices=choices("A", "B", "C", "D", "E", fixed="E")),
            ChoiceInteraction(id="R2", choices=choices("B", "S"), style="true_false"),
            ChoiceInteraction(id="R3", choices=choices("A", "B"), shuffle=False),
            OrderInteraction(id="R4", choices=choices("A", "B", "C")),
            MatchInteraction(id="R5", sources=choices("A", "B"), targets=choices("X", "Y", "Z", fixed="X")),
        ),
    )
    seen: dict[str, set[str]] = {}
    for number in range(200):
        orders = draw_orders(content, stream(b"s", str(number)))
        assert set(orders) == {"R1", "R2", "R3", "R4", "R5"}
        assert (orders["R2"], orders["R3"]) == (["B", "S"], ["A", "B"])
        for name, order in orders.items():
            seen.setdefault(name, set()).add("".join(order))
    assert len(seen["R1"]) == 24
    assert all(order.endswith("E") for order in seen["R1"])
    assert len(seen["R4"]) == 6
    assert all(order[2] == "X" for order in seen["R5"])
    assert len(seen["R5"]) == 4
    still = draw_orders(content, stream(b"s", "0"), shuffle=False)
    assert (still["R1"], still["R5"]) == (["A", "B", "C", "D", "E"], ["A", "B", "X", "Y", "Z"])


def test_forms_share_nothing_where_the_bank_suffices_and_are_alike():
    bank = bank_of(("M.01", 2, 24), ("M.02", 3, 24), enemies=[(1, 2), (3, 30)])
    plan = plan_of(BlueprintRow(competency="M.01", count=6), BlueprintRow(competency="M.02", count=6), bank=bank)
    forms = draw_forms(plan, 4, stream(b"s", "forms"))
    assert forms is not None
    balance = weigh(plan, forms)
    used = Counter(item for picks in forms for row in picks for item in row)
    assert (balance.shared, set(used.values())) == (0, {1})
    assert balance.spread <= 0.02
    assert balance.widest <= 0.03
    for picks in forms:
        chosen = [item for row in picks for item in row]
        assert [len(row) for row in picks] == [6, 6]
        assert not any(right in bank.enemies_of(left) for left, right in combinations(chosen, 2))
    assert draw_forms(plan, 4, stream(b"s", "forms")) == forms


def test_balancing_brings_forms_closer_than_chance():
    bank = bank_of(("M.01", 2, 30))
    plan = plan_of(BlueprintRow(competency="M.01", count=5), bank=bank)
    balanced = weigh(plan, draw_forms(plan, 6, stream(b"s", "1")) or [])
    by_chance = []
    for number in range(20):
        chance, usage = stream(b"t", str(number)), Counter()
        forms = []
        for _ in range(6):
            picks = draw(plan, chance, usage)
            assert picks
            usage.update(picks[0])
            forms.append(picks)
        by_chance.append(weigh(plan, forms).spread)
    assert balanced.spread < min(by_chance) / 2


def test_forms_share_items_only_when_they_must():
    plan = plan_of(BlueprintRow(competency="M.01", count=5), bank=bank_of(("M.01", 2, 8)))
    forms = draw_forms(plan, 2, stream(b"s", "few"))
    assert forms is not None
    assert weigh(plan, forms).shared == 2


def test_hand_worked_balance():
    items = {
        n: BankItem(id=n, version_id=n, code=str(n), competency="A", facility=value)
        for n, value in enumerate([0.2, 0.4, 0.6, 0.8], 1)
    }
    plan = plan_of(BlueprintRow(competency="A", count=2), bank=Bank(items))
    balance = weigh(plan, [((1, 2),), ((3, 4),)])
    assert [round(form.facility, 3) for form in balance.forms] == [0.3, 0.7]
    assert round(balance.spread, 3) == round(balance.widest, 3) == 0.4
    forms = draw_forms(plan, 2, stream(b"s", "hand")) or []
    assert {frozenset(picks[0]) for picks in forms} == {frozenset({1, 4}), frozenset({2, 3})}


@pytest.mark.parametrize("columns", [4, 5, 6, 7])
@pytest.mark.parametrize("forms", [2, 3, 4, 5, 6])
def test_neighbours_have_different_forms(columns: int, forms: int):
    def at(row: int, column: int) -> int:
        return form_of_seat(row * columns + column + 1, columns, forms)

    for row, column in product(range(6), range(columns)):
        if column:
            assert at(row, column) != at(row, column - 1)
        if row:
            assert at(row, column) != at(row - 1, column)
        if row and column and forms >= 4:
            assert at(row, column) != at(row - 1, column - 1)
        if row and column + 1 < columns and forms >= 4:
            assert at(row, column) != at(row - 1, column + 1)


def test_problems_of_a_document_without_a_bank():
    empty = BlueprintDocument(sections=(BlueprintSection(name="A"),))
    assert document_problems(empty) == ["blueprint-empty", "blueprint-section-empty"]
    long = BlueprintSection(name="A", minutes=80, rows=(BlueprintRow(count=1),), fixed=("X",))
    again = BlueprintSection(name="B", minutes=20, fixed=("X",))
    assert document_problems(BlueprintDocument(minutes=90, sections=(long, again))) == [
        "blueprint-sections-longer",
        "blueprint-fixed-twice",
    ]
