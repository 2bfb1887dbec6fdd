"""How an account wants to be reached: its address, proved by a code, and which groups come by mail."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.i18n import DEFAULT, LANGUAGES, current_language
from merit.jobs.models import Job
from merit.jobs.services import enqueue
from merit.mail_route import is_mail_address
from merit.notices.domain import MAILED
from merit.notices.models import MailSetting
from merit.phrases import phrase
from merit.security.crypto import Keyring, decrypt, encrypt, load_keyring, reference
from merit.security.permissions import Actor

CODE_JOB = "mail-code"
CODE_LIFETIME = dt.timedelta(minutes=30)
CODE_TRIES = 5
CODE_PAUSE = dt.timedelta(minutes=1)
CODES_PER_DAY = 10
_CODE_DIGITS = 6


def find_setting(session: Session, user_id: int) -> MailSetting | None:
    """Return how an account wants to be reached, None where nothing was ever chosen."""
    return session.get(MailSetting, user_id)


def address_of(setting: MailSetting | None) -> str:
    """Return the address in plain, "" where there is none."""
    if setting is None or setting.address is None:
        return ""
    return decrypt(_keys(), setting.address, context=_context(setting.user_id))


def set_address(session: Session, actor: Actor, *, address: str) -> MailSetting:
    """Keep one's own address, sealed; it is used once the code sent there has come back."""
    address = address.strip()
    if not is_mail_address(address):
        raise InvalidInputError("mail-address")
    setting = _own(session, actor)
    is_same = address_of(setting) == address
    if is_same and (setting.confirmed_at is not None or _code_orders(session, setting.user_id).is_fresh):
        return setting  # proved already, or its code is on its way: pressed twice
    setting.address = encrypt(_keys(), address, context=_context(setting.user_id))
    setting.confirmed_at, setting.code_hash, setting.code_until, setting.code_tries = None, None, None, 0
    setting.changed_at = clock.now()
    session.flush()
    record(session, actor, action="mail:address", subject=f"user:{setting.user_id}")
    _order_code(session, actor, _code_orders(session, setting.user_id))
    return setting


def order_code(session: Session, actor: Actor) -> None:
    """Have a code sent to one's own address: once a minute, ten times a day at most.

    An address just corrected gets its code at once; only the day's bound holds for it.
    """
    setting = _own(session, actor)
    if setting.address is None:
        raise InvalidInputError("mail-no-address")
    orders = _code_orders(session, setting.user_id)
    if orders.is_fresh:
        raise RuleViolationError("mail-code-soon")
    _order_code(session, actor, orders)


def make_code(session: Session, user_id: int) -> tuple[str, str] | None:
    """Draw a code for an address that waits for its proof; return address and code, None where nothing waits."""
    setting = session.get(MailSetting, user_id, with_for_update=True)
    if setting is None or setting.address is None or setting.confirmed_at is not None:
        return None
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    setting.code_hash = _hash(user_id, code)
    setting.code_until, setting.code_tries = clock.now() + CODE_LIFETIME, 0
    session.flush()
    return address_of(setting), code


def try_code(session: Session, actor: Actor, *, code: str) -> bool:
    """Prove the own address by its code; return whether it was right. Five wrong ones end a code."""
    setting = _own(session, actor)
    if setting.code_hash is None or setting.code_until is None or setting.code_until < clock.now():
        return False
    if setting.code_tries >= CODE_TRIES:
        return False
    if not secrets.compare_digest(setting.code_hash, _hash(setting.user_id, code.strip().replace(" ", ""))):
        setting.code_tries += 1
        session.flush()
        return False
    setting.confirmed_at, setting.code_hash, setting.code_until = clock.now(), None, None
    session.flush()
    record(session, actor, action="mail:confirm", subject=f"user:{setting.user_id}")
    return True


def remove_address(session: Session, actor: Actor) -> None:
    """Take one's own address away; mails that wait for it are left out."""
    setting = _own(session, actor)
    if setting.address is None:
        return
    setting.address, setting.confirmed_at, setting.code_hash, setting.code_until = None, None, None, None
    setting.changed_at = clock.now()
    session.flush()
    record(session, actor, action="mail:remove", subject=f"user:{setting.user_id}")


def choose(session: Session, actor: Actor, *, groups: Collection[str], language: str) -> MailSetting:
    """Choose which groups come by mail and in which language; in the application everything is shown anyway."""
    setting = _own(session, actor)
    setting.muted = [group.value for group in MAILED if group not in groups]
    setting.language = language if language in LANGUAGES else DEFAULT
    setting.changed_at = clock.now()
    session.flush()
    return setting


@dataclass(frozen=True, slots=True, kw_only=True)
class _CodeOrders:
    """The codes an account ordered today: how many, the start of their keys, whether the last is not a minute old."""

    key: str
    count: int
    is_fresh: bool


def _code_orders(session: Session, user_id: int) -> _CodeOrders:
    key = f"{CODE_JOB}:{user_id}:{clock.today().isoformat()}:"
    counted = select(func.count(), func.max(Job.created_at))
    count, last = session.execute(
        counted.where(Job.kind == CODE_JOB, Job.idempotency_key.startswith(key, autoescape=True))
    ).one()
    return _CodeOrders(key=key, count=count, is_fresh=last is not None and clock.now() - last < CODE_PAUSE)


def _order_code(session: Session, actor: Actor, orders: _CodeOrders) -> None:
    if orders.count >= CODES_PER_DAY:
        raise RuleViolationError("mail-code-often")
    enqueue(
        session,
        actor,
        kind=CODE_JOB,
        title=phrase("mail-code-job"),
        arguments={},
        idempotency_key=f"{orders.key}{orders.count + 1}",
    )


def _own(session: Session, actor: Actor) -> MailSetting:
    if actor.user_id is None:
        raise NotAllowedError
    setting = session.get(MailSetting, actor.user_id, with_for_update=True)
    if setting is None:
        setting = MailSetting(user_id=actor.user_id, muted=[], language=current_language(), changed_at=clock.now())
        session.add(setting)
        session.flush()
    return setting


def _hash(user_id: int, code: str) -> str:
    return reference(_keys(), f"{user_id}:{code}", purpose="mail-code")


def _keys() -> Keyring:
    return load_keyring(get_database().settings.secret_file)


def _context(user_id: int) -> str:
    return f"mail_settings.address:{user_id}"
