from __future__ import annotations

import pytest

from merit.security.passwords import PasswordFault, find_fault, hash_password, is_password, needs_rehash

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("tikus putih melompat jauh", None),
        ("kuda-baterai-staples-benar", None),
        ("Zx9!kfw02Lpq", None),
        ("🐘" * 3 + "gajah bertopi", None),
        ("tikus putih melompat " * 10, None),
        ("pendek 1234", PasswordFault.TOO_SHORT),
        ("m3" * 129, PasswordFault.TOO_LONG),
        ("bismillah123456", PasswordFault.COMMON),
        ("sayangbalikpapan", PasswordFault.COMMON),
        ("P@ssw0rd123456", PasswordFault.COMMON),
        ("rahasia-negara-2026", PasswordFault.COMMON),
        ("qwertyuiop123", PasswordFault.COMMON),
        ("aaaaaaaaaaaa", PasswordFault.COMMON),
        ("abcabcabcabc", PasswordFault.COMMON),
        ("198712052011", PasswordFault.COMMON),
        ("aplikasi merit kota jauh", PasswordFault.CONTEXT),
        ("xk2 budi.santoso 99", PasswordFault.CONTEXT),
        ("xyz 19850412 201001 1 003", PasswordFault.CONTEXT),
    ],
)
def test_find_fault(password, fault):
    assert find_fault(password, context=("budi.santoso", "198504122010011003")) == fault


def test_short_login_is_no_context_word():
    assert find_fault("adik bermain kelereng biru", context=("adi",)) is None


def test_hash_is_argon2id_with_19_mib_and_two_passes():
    stored = hash_password("tikus putih melompat jauh")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not needs_rehash(stored)


def test_password_matches_only_itself():
    stored = hash_password("tikus putih melompat jauh")

    assert is_password(stored, "tikus putih melompat jauh")
    assert not is_password(stored, "tikus putih melompat jauh ")


def test_nobody_has_a_password():
    assert not is_password(None, "tikus putih melompat jauh")
