"""Demonstration accounts: one per role, with generated passwords that exist only in the answer."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.domain import Grant
from merit.accounts.models import User
from merit.accounts.queries import actor_of
from merit.accounts.services.users import create_user
from merit.security.permissions import SYSTEM, Actor, Role
from merit.security.tokens import new_totp_secret

OPD_UNIT = "1.02.10.10"
# Login, name and role of the staff accounts; panels decide in odd numbers.
STAFF = (
    ("demo-admin", "Admin BKPSDM (peragaan)", Role.ADMIN),
    ("demo-opd", "Admin OPD Diskominfo (peragaan)", Role.OPD_ADMIN),
    ("demo-penulis", "Penulis soal (peragaan)", Role.AUTHOR),
    ("demo-pengawas", "Pengawas ruang (peragaan)", Role.PROCTOR),
    ("demo-panel-1", "Anggota panel 1 (peragaan)", Role.PANEL),
    ("demo-panel-2", "Anggota panel 2 (peragaan)", Role.PANEL),
    ("demo-panel-3", "Anggota panel 3 (peragaan)", Role.PANEL),
    ("demo-auditor", "Auditor Inspektorat (peragaan)", Role.AUDITOR),
    ("demo-pyb", "Pejabat yang Berwenang (peragaan)", Role.PYB),
    ("demo-ppk", "Pejabat Pembina Kepegawaian (peragaan)", Role.PPK),
)
# Second persons: what needs two cannot be tried out with one account of each role.
SECONDS = (
    ("demo-admin-2", "Admin BKPSDM kedua (peragaan)", Role.ADMIN),
    ("demo-penulis-2", "Penelaah soal (peragaan)", Role.AUTHOR),
    ("demo-pengawas-2", "Pengawas ruang kedua (peragaan)", Role.PROCTOR),
)
# No letters or digits that are mistaken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """What is printed once about an account; the database keeps only the hash and the encrypted secret."""

    role: str
    login: str
    password: str
    totp_secret: str | None
    nip: str | None

    def to_json(self) -> dict[str, str | None]:
        """Return the entry of the JSON list."""
        return {
            "role": self.role,
            "login": self.login,
            "password": self.password,
            "totp_secret": self.totp_secret,
            "nip": self.nip,
        }


def create_staff(session: Session, roles: Collection[Role]) -> tuple[list[DemoAccount], dict[Role, Actor]]:
    """Create the staff accounts of some roles, second factor enrolled; return them and one actor per role."""
    created, actors = [], {}
    for login, name, role in STAFF:
        if role not in roles:
            continue
        grant = Grant(role=role, unit_code=OPD_UNIT if role is Role.OPD_ADMIN else "")
        secret = new_totp_secret()
        account = DemoAccount(role=role.value, login=login, password=new_password(), totp_secret=secret, nip=None)
        user = create_user(
            session, SYSTEM, login=login, name=name, grants=[grant], password=account.password, totp_secret=secret
        )
        created.append(account)
        actors[role] = actor_of(session, user)
    return created, actors


def create_seconds(session: Session) -> list[DemoAccount]:
    """Create the second persons that are not there yet, second factor enrolled."""
    known = set(session.scalars(select(User.login)))
    created = []
    for login, name, role in SECONDS:
        if login in known:
            continue
        account = DemoAccount(
            role=role.value, login=login, password=new_password(), totp_secret=new_totp_secret(), nip=None
        )
        create_user(
            session,
            SYSTEM,
            login=login,
            name=name,
            grants=[Grant(role=role)],
            password=account.password,
            totp_secret=account.totp_secret,
        )
        created.append(account)
    return created


def create_officials(session: Session, nips: Sequence[str]) -> list[DemoAccount]:
    """Create accounts of officials, who sign in with their NIP and need no second factor."""
    created = []
    for nip in nips:
        account = DemoAccount(role=Role.OFFICIAL.value, login=nip, password=new_password(), totp_secret=None, nip=nip)
        create_user(session, SYSTEM, login=nip, nip=nip, grants=[Grant(role=Role.OFFICIAL)], password=account.password)
        created.append(account)
    return created


def new_password() -> str:
    """Return a random password of about 99 bits in four groups."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)
