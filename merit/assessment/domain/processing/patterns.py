"""Patterns of XML Schema, matched without backtracking: a hostile pattern costs length times states, never more."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from merit.assessment.domain.processing.values import UnsupportedError

Test: TypeAlias = Callable[[str], bool]
MAX_PATTERN = 500
MAX_TEXT = 20_000
MAX_STATES = 2_000
_MOST_REPEATS = 200
_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class _BadPatternError(Exception):
    pass


@dataclass(slots=True)
class _State:
    """A state: free ways on, or a test of one letter and the way after it."""

    free: list[int] = field(default_factory=list)
    test: Test | None = None
    after: int = -1


def _is_initial(letter: str) -> bool:
    return letter in "_:" or letter.isalpha()


def _is_name(letter: str) -> bool:
    return letter in "_:.-\u00b7" or letter.isalnum()


_CLASSES: dict[str, Test] = {
    "d": lambda letter: unicodedata.category(letter) == "Nd",
    "w": lambda letter: unicodedata.category(letter)[0] not in "PZC",
    "s": lambda letter: letter in " \t\n\r",
    "i": _is_initial,
    "c": _is_name,
}


def _negate(test: Test) -> Test:
    return lambda letter: not test(letter)


def _exactly(wanted: str) -> Test:
    return lambda letter: letter == wanted


class _Compiler:
    """Turn a pattern into states (Thompson's construction)."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.states: list[_State] = []

    def compile(self) -> tuple[list[_State], int, int]:
        start, end = self._branches()
        if self.place != len(self.pattern):
            raise _BadPatternError
        return self.states, start, end

    def _new(self) -> int:
        if len(self.states) >= MAX_STATES:
            raise _BadPatternError
        self.states.append(_State())
        return len(self.states) - 1

    def _peek(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def _take(self) -> str:
        letter = self._peek()
        if not letter:
            raise _BadPatternError
        self.place += 1
        return letter

    def _branches(self) -> tuple[int, int]:
        start, end = self._new(), self._new()
        while True:
            first, last = self._sequence()
            self.states[start].free.append(first)
            self.states[last].free.append(end)
            if self._peek() != "|":
                return start, end
            self._take()

    def _sequence(self) -> tuple[int, int]:
        start = last = self._new()
        while self._peek() not in {"", "|", ")"}:
            first, end = self._piece()
            self.states[last].free.append(first)
            last = end
        return start, last

    def _piece(self) -> tuple[int, int]:
        begin = self.place
        atom = self._atom()
        quantifier = self._quantifier()
        if quantifier is None:
            return atom
        after = self.place
        piece = self._repeated(begin, *quantifier)
        self.place = after
        return piece

    def _again(self, begin: int) -> tuple[int, int]:
        self.place = begin
        return self._atom()

    def _repeated(self, begin: int, least: int, most: int | None) -> tuple[int, int]:
        """Write the atom out as often as it may occur."""
        start = last = self._new()
        for _turn in range(least):
            first, end = self._again(begin)
            self.states[last].free.append(first)
            last = end
        if most is None:
            first, end = self._again(begin)
            self.states[last].free.append(first)
            self.states[end].free.append(last)
            return start, last
        final = self._new()
        for _turn in range(most - least):
            self.states[last].free.append(final)
            first, end = self._again(begin)
            self.states[last].free.append(first)
            last = end
        self.states[last].free.append(final)
        return start, final

    def _quantifier(self) -> tuple[int, int | None] | None:
        letter = self._peek()
        if letter in _QUANTIFIERS:
            self._take()
            return _QUANTIFIERS[letter]
        if letter != "{":
            return None
        end = self.pattern.find("}", self.place)
        parts = self.pattern[self.place + 1 : end].split(",") if end > 0 else []
        if not parts or not parts[0].isdecimal() or len(parts) > 2:  # noqa: PLR2004 - least and most
            raise _BadPatternError
        self.place = end + 1
        return _limits(parts)

    def _atom(self) -> tuple[int, int]:
        letter = self._take()
        if letter == "(":
            inner = self._branches()
            if self._take() != ")":
                raise _BadPatternError
            return inner
        start, end = self._new(), self._new()
        self.states[start].test = self._test(letter)
        self.states[start].after = end
        return start, end

    def _test(self, letter: str) -> Test:
        if letter == ".":
            return lambda given: given not in "\n\r"
        if letter == "[":
            return self._group()
        if letter == "\\":
            return self._escape()
        if letter in "*+?{})]":
            raise _BadPatternError
        return _exactly(letter)

    def _escape(self) -> Test:
        letter = self._take()
        if letter in "pP":
            return self._category(negated=letter == "P")
        if letter.lower() in _CLASSES:
            test = _CLASSES[letter.lower()]
            return test if letter.islower() else _negate(test)
        return _exactly(_ESCAPES.get(letter, letter))

    def _category(self, *, negated: bool) -> Test:
        end = self.pattern.find("}", self.place)
        name = self.pattern[self.place + 1 : end]
        if self._peek() != "{" or end < 0 or not 1 <= len(name) <= 2:  # noqa: PLR2004 - "L" or "Lu"
            raise _BadPatternError
        self.place = end + 1
        return lambda letter: unicodedata.category(letter).startswith(name) is not negated

    def _group(self) -> Test:
        negated = self._peek() == "^"
        if negated:
            self._take()
        tests: list[Test] = []
        without: Test | None = None
        while (letter := self._take()) != "]":
            if letter == "-" and self._peek() == "[":
                self._take()
                without = self._group()
            else:
                tests.append(self._range(letter))
        return _grouped(tests, without, negated=negated)

    def _range(self, letter: str) -> Test:
        test = self._escape() if letter == "\\" else _exactly(letter)
        rest = self.pattern[self.place : self.place + 2]
        if len(rest) < 2 or rest[0] != "-" or rest[1] in "]\\[":  # noqa: PLR2004 - a dash and the last letter
            return test
        self.place += 2
        first, last = letter, rest[1]
        return lambda given: first <= given <= last


def _limits(parts: list[str]) -> tuple[int, int | None]:
    least = int(parts[0])
    most = least if len(parts) == 1 else (int(parts[1]) if parts[1].isdecimal() else None)
    if least > _MOST_REPEATS or (most is not None and not least <= most <= _MOST_REPEATS):
        raise _BadPatternError
    return least, most


def _grouped(tests: list[Test], without: Test | None, *, negated: bool) -> Test:
    def test(letter: str) -> bool:
        inside = any(one(letter) for one in tests) is not negated
        return inside and not (without is not None and without(letter))

    return test


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[list[_State], int, int]:
    text = pattern.removeprefix("^").removesuffix("$") if not pattern.endswith("\\$") else pattern.removeprefix("^")
    if len(pattern) > MAX_PATTERN:
        raise UnsupportedError(f"patternMatch {pattern[:80]}")
    try:
        return _Compiler(text).compile()
    except (_BadPatternError, RecursionError) as error:
        raise UnsupportedError(f"patternMatch {pattern[:80]}") from error


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text fits a pattern.

    Parameters
    ----------
    pattern
        A regular expression as XML Schema defines it; a leading ``^`` and a closing ``$`` say nothing new.
    text
        The text.

    Returns
    -------
    Whether it fits.

    Raises
    ------
    UnsupportedError
        When the pattern cannot be understood or is too large.

    """
    states, start, end = _compiled(pattern)
    if len(text) > MAX_TEXT:
        return False
    present = _closure(states, {start})
    for letter in text:
        present = _closure(states, {states[place].after for place in present if _passes(states[place], letter)})
        if not present:
            return False
    return end in present


def _passes(state: _State, letter: str) -> bool:
    return state.test is not None and state.test(letter)


def _closure(states: list[_State], places: set[int]) -> set[int]:
    reached = set(places)
    waiting = list(places)
    while waiting:
        for place in states[waiting.pop()].free:
            if place not in reached:
                reached.add(place)
                waiting.append(place)
    return reached
