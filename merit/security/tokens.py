"""Random references and one-time codes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets

import pyotp

TOKEN_BYTES = 32
STEP_SECONDS = 30
STEP_TOLERANCE = 1
_CODE = re.compile(r"[0-9]{6}")


def new_token() -> str:
    """Return a fresh reference of 256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what the database keeps of a reference: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_totp_secret() -> str:
    """Return a fresh secret of 160 bits for an authenticator app, base32."""
    return pyotp.random_base32()


def is_totp_secret(secret: str) -> bool:
    """Whether the text is a base32 secret of at least 128 bits."""
    return re.fullmatch(r"[A-Z2-7]{26,}", secret) is not None


def matching_step(secret: str, code: str, *, now: dt.datetime, last_step: int | None) -> int | None:
    """Return the time step a six-digit code belongs to, None when it fits none that is still unused.

    RFC 6238 with steps of 30 s; one step before and after the present is accepted for clocks that differ. A
    step not later than ``last_step`` has been used and never counts again.
    """
    digits = code.replace(" ", "")
    if not _CODE.fullmatch(digits):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(present - STEP_TOLERANCE, present + STEP_TOLERANCE + 1):
        fresh = last_step is None or step > last_step
        if hmac.compare_digest(generator.generate_otp(step), digits) and fresh:
            return step
    return None


def enrolment_address(secret: str, *, login: str, issuer: str) -> str:
    """Return the ``otpauth://`` address an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)
