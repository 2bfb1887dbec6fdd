"""What a password must be, and how it is kept: Argon2id, 19 MiB, two passes, a bounded number at a time."""

from __future__ import annotations

import os
import re
import string
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from merit.errors import ThrottledError

MIN_LENGTH = 12
MAX_LENGTH = 256
MAX_COMMON_PIECES = 3
MIN_CONTEXT = 4
MIN_WALK = 4
HASHING_PATIENCE_SECONDS = 20
PRODUCT = "merit"

_WORDS = Path(__file__).with_name("common_words.txt")
_WALKS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p")
_LOOKALIKES = str.maketrans("@4301!$5|", "aaeoliss" + "l")
_TAIL = string.digits + string.punctuation
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_places = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "password-too-short"
    TOO_LONG = "password-too-long"
    COMMON = "password-common"
    CONTEXT = "password-context"


def find_fault(password: str, *, context: Iterable[str] = ()) -> PasswordFault | None:
    """Return why the password is refused, None when it may be used; any characters are welcome.

    ``context`` are the words an attacker would try first: the login, the NIP; the product's name is added.
    """
    if len(password) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return PasswordFault.TOO_LONG
    folded = _letters(password)
    words = {_letters(word) for word in (*context, PRODUCT)}
    if any(len(word) >= MIN_CONTEXT and word in folded for word in words):
        return PasswordFault.CONTEXT
    head = password.rstrip(_TAIL)
    plain = _letters(head.translate(_LOOKALIKES) + password[len(head) :])
    if _is_common(folded) or _is_common(plain):
        return PasswordFault.COMMON
    return None


def hash_password(password: str) -> str:
    """Return the Argon2id hash."""
    with _hashing_place():
        return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; without a stored one the same time is spent in vain."""
    with _hashing_place():
        try:
            _hasher.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@contextmanager
def _hashing_place() -> Iterator[None]:
    # Each hash takes 19 MiB and a core: more of them than cores only makes everybody wait.
    if not _places.acquire(timeout=HASHING_PATIENCE_SECONDS):
        raise ThrottledError(seconds=HASHING_PATIENCE_SECONDS)
    try:
        yield
    finally:
        _places.release()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(os.urandom(32).hex())


def prepare() -> None:
    """Make the hash that stands in for unknown users, so that the first such try is as fast as any other."""
    _nobody()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return the words that passwords are commonly made of."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_common(text: str) -> bool:
    """Whether a text is at most three common pieces in a row: words, digits, keyboard walks, repetitions."""
    reach = {0: 0}
    for start in range(len(text)):
        if reach.get(start, MAX_COMMON_PIECES) >= MAX_COMMON_PIECES:
            continue
        for end in _piece_ends(text, start):
            reach[end] = min(reach.get(end, MAX_COMMON_PIECES + 1), reach[start] + 1)
    return len(text) in reach


def _piece_ends(text: str, start: int) -> Iterator[int]:
    """Yield where a common piece that begins at ``start`` may end."""
    words = common_words()
    for end in range(start + 1, len(text) + 1):
        piece = text[start:end]
        if piece.isdecimal() or piece in words or _is_repetition(piece) or _is_walk(piece):
            yield end


def _is_repetition(piece: str) -> bool:
    """Whether the piece is one unit of at most four characters over and over."""
    sizes = range(1, min(4, len(piece) // 2) + 1)
    return len(piece) >= MIN_WALK and any(piece == (piece[:size] * len(piece))[: len(piece)] for size in sizes)


def _is_walk(piece: str) -> bool:
    """Whether the piece runs along a keyboard row or the alphabet, either way."""
    return len(piece) >= MIN_WALK and any(piece in walk or piece[::-1] in walk for walk in _WALKS)
