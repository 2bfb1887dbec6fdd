"""Keys of one installation and the few things done with them: encrypt, refer, sign.

The keys live in one file outside the database and the repository. Each serves one purpose; encryption and
signing keys carry an id, so that a new one can be added while older material stays readable.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from merit.errors import SetupError

KEY_BYTES = 32
NONCE_BYTES = 12
REFERENCE_HEX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Separate keys for sign-in cookies, encryption, blind index and signing."""

    sign_in: bytes
    index: bytes
    encryption_id: str
    encryption: Mapping[str, bytes]
    signing_id: str
    signing: Mapping[str, bytes]


def create_keyring(path: Path) -> bool:
    """Write fresh keys unless the file exists; only its owner may read it. Return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    document = {
        "version": 1,
        "sign_in": secrets.token_hex(KEY_BYTES),
        "index": secrets.token_hex(KEY_BYTES),
        "encryption": {"current": "e1", "keys": {"e1": secrets.token_hex(KEY_BYTES)}},
        "signing": {"current": "s1", "keys": {"s1": secrets.token_hex(KEY_BYTES)}},
    }
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(document, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return True


def load_keyring(path: Path) -> Keyring:
    """Read the keys; raise :class:`SetupError` when they are absent, exposed or damaged."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SetupError("secrets-missing", path=path) from error
    if stat.S_IMODE(mode) & 0o077:
        raise SetupError("secrets-exposed", path=path)
    return _read_keyring(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_keyring(path: Path, _changed: int) -> Keyring:
    try:
        document = json.loads(path.read_text(encoding="ascii"))
        keyring = Keyring(
            sign_in=bytes.fromhex(document["sign_in"]),
            index=bytes.fromhex(document["index"]),
            encryption_id=document["encryption"]["current"],
            encryption={name: bytes.fromhex(key) for name, key in document["encryption"]["keys"].items()},
            signing_id=document["signing"]["current"],
            signing={name: bytes.fromhex(key) for name, key in document["signing"]["keys"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError("secrets-damaged", path=path) from error
    every = (keyring.sign_in, keyring.index, *keyring.encryption.values(), *keyring.signing.values())
    current = keyring.encryption_id in keyring.encryption and keyring.signing_id in keyring.signing
    if not current or any(len(key) != KEY_BYTES for key in every):
        raise SetupError("secrets-damaged", path=path)
    return keyring


def encrypt(keyring: Keyring, text: str, *, context: str) -> str:
    """Return ``key id.nonce and ciphertext``, AES-256-GCM, bound to ``context`` (table, column and row)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = keyring.encryption[keyring.encryption_id]
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{keyring.encryption_id}.{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(keyring: Keyring, sealed: str, *, context: str) -> str:
    """Return the text; raise :class:`SetupError` where the key is absent or the row is not the text's own."""
    key_id, _, body = sealed.partition(".")
    try:
        raw = urlsafe_b64decode(body)
        key = keyring.encryption[key_id]
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise SetupError("secrets-do-not-fit", context=context) from error


def reference(keyring: Keyring, text: str, *, purpose: str) -> str:
    """Return a keyed reference to a text (HMAC-SHA-256, 128 bits): equal texts agree, nobody can guess back."""
    message = f"{purpose}\0{text}".encode()
    return hmac.new(keyring.index, message, hashlib.sha256).hexdigest()[:REFERENCE_HEX]


def sign(keyring: Keyring, message: bytes) -> str:
    """Return the Ed25519 signature of the current signing key, hexadecimal."""
    private = Ed25519PrivateKey.from_private_bytes(keyring.signing[keyring.signing_id])
    return private.sign(message).hex()


def is_signed(keyring: Keyring, key_id: str, message: bytes, signature: str) -> bool:
    """Whether the signature over the message was made with the key of that id."""
    seed = keyring.signing.get(key_id)
    if seed is None:
        return False
    try:
        Ed25519PrivateKey.from_private_bytes(seed).public_key().verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(keyring: Keyring, key_id: str) -> str:
    """Return the public half of a signing key, hexadecimal; it may be given to anybody."""
    key: Ed25519PublicKey = Ed25519PrivateKey.from_private_bytes(keyring.signing[key_id]).public_key()
    return key.public_bytes_raw().hex()
