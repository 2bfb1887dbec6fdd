"""Patterns of XML Schema: the whole text must fit, and no pattern takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.processing.patterns import matches
from merit.assessment.domain.processing.values import UnsupportedError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("abc", "abc", "abcd"),
        ("^abc$", "abc", "ab"),
        ("a|bc", "bc", "abc"),
        ("(ab)*", "", "aba"),
        ("a{2,3}", "aaa", "aaaa"),
        ("a{2,}", "aaaaa", "a"),
        ("a{0}b", "b", "ab"),
        ("[a-cx]+", "abxc", "abd"),
        ("[^0-9]+", "abc", "a1"),
        ("[a-z-[aeiou]]+", "xyz", "xaz"),
        (r"\d{4}-\d{2}", "2026-11", "2026-1"),
        (r"\s*\S+\s*", "  satu ", "satu dua"),
        (r"\p{Lu}\p{Ll}*", "Élan", "élan"),
        (r"\P{N}+", "abc", "ab1"),
        (r"\i\c*", "_id-1", "1id"),
        (r"a\.b\+", "a.b+", "axb+"),
        (".*", "apa saja", "dua\nbaris"),
        (r"\(x\)", "(x)", "x"),
    ],
)
def test_patterns(pattern: str, fits: str, fails: str):
    assert matches(pattern, fits)
    assert not matches(pattern, fails)


@pytest.mark.parametrize(
    "pattern", ["(", "a)", "[a", "a{3", "a{5,2}", "*a", "x" * 501, "((a{99}){99}){99}", r"\p{Latin}"]
)
def test_patterns_that_cannot_be_understood_are_named(pattern: str):
    with pytest.raises(UnsupportedError, match="patternMatch"):
        matches(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a|a)*b", "(a*)*b", "(a+)+b", "(.*)*x", "a?" * 30 + "a" * 30 + "b"])
def test_hostile_patterns_cost_little(pattern: str):
    begin = time.process_time()

    assert not matches(pattern, "a" * 2_000)
    assert time.process_time() - begin < 5


pieces = st.sampled_from(["a", "b", ".", "[ab]", "(a|b)", "(ab)", "a*", "b+", "(a|bb)?", "[^a]", "a{1,2}", "(ba){2}"])


@given(st.lists(pieces, min_size=1, max_size=6), st.text("abc", max_size=8))
def test_agrees_with_the_library_where_both_understand(parts: list[str], text: str):
    pattern = "".join(parts)

    assert matches(pattern, text) == bool(re.fullmatch(pattern, text))
