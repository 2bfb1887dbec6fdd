from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from merit.errors import SetupError
from merit.security.crypto import (
    Keyring,
    create_keyring,
    decrypt,
    encrypt,
    is_signed,
    load_keyring,
    public_key,
    reference,
    sign,
)

pytestmark = pytest.mark.unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "secret.json"
    create_keyring(path)
    return path


@pytest.fixture
def keyring(path: Path) -> Keyring:
    return load_keyring(path)


def test_create_keeps_existing_keys_and_hides_them(path):
    before = path.read_bytes()

    assert create_keyring(path) is False
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_separate(keyring):
    every = [keyring.sign_in, keyring.index, *keyring.encryption.values(), *keyring.signing.values()]

    assert [len(key) for key in every] == [32, 32, 32, 32]
    assert len(set(every)) == 4


def test_load_refuses_a_missing_file(tmp_path):
    with pytest.raises(SetupError) as refusal:
        load_keyring(tmp_path / "none.json")

    assert refusal.value.reason == "secrets-missing"


def test_load_refuses_an_exposed_file(path):
    path.chmod(0o644)

    with pytest.raises(SetupError) as refusal:
        load_keyring(path)

    assert refusal.value.reason == "secrets-exposed"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sign_in": "zz"}'])
def test_load_refuses_a_damaged_file(path, content):
    path.write_text(content)

    with pytest.raises(SetupError) as refusal:
        load_keyring(path)

    assert refusal.value.reason == "secrets-damaged"


def test_load_refuses_a_short_key(path):
    document = json.loads(path.read_text()) | {"index": "00"}
    path.write_text(json.dumps(document))

    with pytest.raises(SetupError) as refusal:
        load_keyring(path)

    assert refusal.value.reason == "secrets-damaged"


def test_encrypted_text_opens_only_in_its_row(keyring):
    sealed = encrypt(keyring, "rahasia", context="users.totp_secret:1")

    assert sealed.startswith("e1.")
    assert decrypt(keyring, sealed, context="users.totp_secret:1") == "rahasia"
    with pytest.raises(SetupError):
        decrypt(keyring, sealed, context="users.totp_secret:2")


def test_equal_texts_encrypt_differently(keyring):
    assert encrypt(keyring, "a", context="x") != encrypt(keyring, "a", context="x")


@pytest.mark.parametrize("sealed", ["", "e1.", "e9.AAAA", "e1.%%%%"])
def test_decrypt_refuses_what_it_never_made(keyring, sealed):
    with pytest.raises(SetupError):
        decrypt(keyring, sealed, context="x")


def test_reference_depends_on_purpose_text_and_key(keyring, tmp_path):
    create_keyring(tmp_path / "other.json")
    other = load_keyring(tmp_path / "other.json")
    references = {
        reference(keyring, "198504122010011003", purpose="nip"),
        reference(keyring, "198504122010011003", purpose="net"),
        reference(keyring, "198504122010011004", purpose="nip"),
        reference(other, "198504122010011003", purpose="nip"),
    }

    assert len(references) == 4
    assert {len(one) for one in references} == {32}


def test_signature_fits_only_message_and_key(keyring):
    signature = sign(keyring, b"pesan")

    assert is_signed(keyring, "s1", b"pesan", signature)
    assert not is_signed(keyring, "s1", b"pesan.", signature)
    assert not is_signed(keyring, "s2", b"pesan", signature)
    assert not is_signed(keyring, "s1", b"pesan", "zz")
    assert len(public_key(keyring, "s1")) == 64
