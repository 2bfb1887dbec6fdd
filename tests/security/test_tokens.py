from __future__ import annotations

import datetime as dt

import pytest

from merit.security.tokens import (
    enrolment_address,
    is_totp_secret,
    matching_step,
    new_token,
    new_totp_secret,
    token_hash,
)

pytestmark = pytest.mark.unit

# RFC 6238, appendix B: the ASCII secret "12345678901234567890" in base32; at 59 s (step 1) the eight-digit
# code is 94287082, so six digits are 287082. At 1111111109 s (step 37037036) it is 07081804, so 081804.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@pytest.mark.parametrize(
    ("code", "seconds", "last", "step"),
    [
        ("287082", 59, None, 1),
        ("287 082", 59, None, 1),
        ("081804", 1111111109, None, 37037036),
        ("287082", 89, None, 1),  # one step late
        ("081804", 1111111079, None, 37037036),  # one step early
        ("287082", 90, None, None),  # two steps late
        ("287082", 59, 1, None),  # used
        ("287082", 59, 2, None),  # a later one was used
        ("287082", 59, 0, 1),
        ("287083", 59, None, None),
        ("28708", 59, None, None),
        ("abcdef", 59, None, None),
        ("٢٨٧٠٨٢", 59, None, None),  # Arabic digits are not the app's
    ],
)
def test_matching_step(code, seconds, last, step):
    assert matching_step(SECRET, code, now=at(seconds), last_step=last) == step


def test_tokens_are_long_and_differ():
    first, second = new_token(), new_token()

    assert first != second
    assert len(first) >= 43  # 32 bytes in base64


def test_token_hash_is_sha256():
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_new_secret_is_a_secret():
    assert is_totp_secret(new_totp_secret())
    assert not is_totp_secret("JBSWY3DPEHPK3PXP")  # 80 bits only


def test_enrolment_address_names_issuer_and_login():
    address = enrolment_address(SECRET, login="rina", issuer="Merit Kota")

    assert address == f"otpauth://totp/Merit%20Kota:rina?secret={SECRET}&issuer=Merit%20Kota"
