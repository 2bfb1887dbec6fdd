"""The file of "jawaban darurat": answers of a browser that could not send them, readable by this server alone.

The browser makes a P-256 key pair of one use, agrees on a secret with the server's public key (ECDH), derives a key
(HKDF-SHA-256, salted with its public point) and encrypts with AES-256-GCM; ``deploy/assets/exam/emergency.js`` writes
it. The server's private key is derived from its encryption key, so nothing more has to be kept or rotated.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from merit.errors import InvalidInputError
from merit.security.crypto import Keyring

ABOUT = b"merit-emergency-1"
MOST_BYTES = 4 * 1024 * 1024
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyFile:
    """What a file says: the secret of the attempt's address, when it was made, and all answers of that browser.

    ``displaced`` are answers never sent that gave way to newer ones of the server; they are evidence, not for saving.
    """

    token: str
    made: str
    responses: tuple[Mapping[str, Any], ...]
    displaced: tuple[Mapping[str, Any], ...] = ()


def public_point(keyring: Keyring) -> tuple[str, str]:
    """Return the key's id and its public point in base64; anybody may have them."""
    key = _private_key(keyring, keyring.encryption_id).public_key()
    return keyring.encryption_id, b64encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def read_emergency(keyring: Keyring, data: bytes) -> EmergencyFile:
    """Decrypt a file; raise :class:`InvalidInputError` where it is damaged, foreign or no such file."""
    if len(data) > MOST_BYTES:
        raise InvalidInputError("emergency-too-large")
    try:
        outer = json.loads(data)
        private = _private_key(keyring, outer["key"])
        point = b64decode(outer["point"], validate=True)
        secret = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point))
        key = HKDF(algorithm=hashes.SHA256(), length=32, salt=point, info=ABOUT).derive(secret)
        nonce, body = (b64decode(outer[name], validate=True) for name in ("nonce", "body"))
        inner = json.loads(AESGCM(key).decrypt(nonce, body, ABOUT))
        token, made = str(inner["token"]), str(inner["made"])[:40]
        responses, displaced = (tuple(map(dict, told)) for told in (inner["responses"], inner.get("displaced", ())))
        return EmergencyFile(token=token, made=made, responses=responses, displaced=displaced)
    except (ValueError, KeyError, TypeError, InvalidTag, RecursionError) as error:
        raise InvalidInputError("emergency-unreadable") from error


def _private_key(keyring: Keyring, key_id: str) -> ec.EllipticCurvePrivateKey:
    # 48 bytes reduced modulo the order leave no measurable bias (FIPS 186-5, A.2.1).
    wide = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=ABOUT).derive(keyring.encryption[key_id])
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, _CURVE)
