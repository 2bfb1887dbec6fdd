"""Selects of notices: the bell, one's own list, mails that wait or failed, and who reaches which unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from merit.accounts.models import User, UserRole
from merit.accounts.queries import with_descendants
from merit.errors import NotFoundError
from merit.notices.domain import Recipient, kinds_of
from merit.notices.models import MailSetting, Notice
from merit.security.permissions import Actor, Role

BELL_CAP = 100  # counted no further: the bell then says 99+
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What narrows one's own list."""

    unread: bool = False
    group: str = ""


def own(actor: Actor) -> ColumnElement[bool]:
    """Condition: the notice is the actor's own; an official's by the official alone, so one index answers."""
    if actor.official_id is not None:
        return Notice.official_id == actor.official_id
    return Notice.user_id == actor.user_id if actor.user_id is not None else false()


def count_unread(session: Session, actor: Actor) -> int:
    """Return the number of unread notices, at most :data:`BELL_CAP`, by one look into an index."""
    some = select(Notice.id).where(own(actor), Notice.read_at.is_(None)).limit(BELL_CAP).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def count_own(session: Session, actor: Actor, choice: Choice) -> int:
    """Return how many notices a choice leaves."""
    return session.scalar(select(func.count()).select_from(Notice).where(*_chosen(actor, choice))) or 0


def list_own(session: Session, actor: Actor, choice: Choice, *, page: int = 1) -> Sequence[Notice]:
    """Return one page of one's notices, newest first."""
    newest = (Notice.created_at.desc(), Notice.id.desc())
    statement = select(Notice).where(*_chosen(actor, choice)).order_by(*newest)
    return session.scalars(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()


def get_own(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Return one of the actor's own notices; raise :class:`NotFoundError`."""
    notice = session.scalar(select(Notice).where(Notice.id == notice_id, own(actor)))
    if notice is None:
        raise NotFoundError("notice-unknown")
    return notice


def accounts_reached(session: Session, recipients: Iterable[Recipient]) -> Mapping[Recipient, tuple[User, MailSetting]]:
    """Return the enabled account with a proved address behind each recipient who has one."""
    wanted = set(recipients)
    officials = sorted({each.official_id for each in wanted if each.official_id is not None})
    users = sorted({each.user_id for each in wanted if each.user_id is not None})
    rows = session.execute(
        select(User, MailSetting)
        .join(MailSetting, MailSetting.user_id == User.id)
        .where(
            User.disabled_at.is_(None),
            MailSetting.confirmed_at.is_not(None),
            or_(User.official_id.in_(officials), User.id.in_(users)),
        )
    )
    return {key_of(user): (user, setting) for user, setting in rows}


def key_of(user: User) -> Recipient:
    """Return the one key of a person: the official behind the account, else the account."""
    return Recipient(official_id=user.official_id) if user.official_id is not None else Recipient(user_id=user.id)


def keys_of_users(session: Session, user_ids: Collection[int]) -> dict[int, Recipient]:
    """Return the key of each account."""
    rows = session.execute(select(User.id, User.official_id).where(User.id.in_(sorted(user_ids))))
    return {
        user: Recipient(user_id=user) if official is None else Recipient(official_id=official)
        for user, official in rows
    }


def unit_admins(session: Session) -> dict[int, list[Recipient]]:
    """Return the enabled unit admins of every unit that has some, those of units above it included."""
    found: dict[int, list[Recipient]] = {}
    reached: dict[int, frozenset[int]] = {}
    for user, unit in session.execute(_holding(Role.OPD_ADMIN)):
        below = reached.setdefault(unit, with_descendants(session, [unit]))
        for each in sorted(below):
            people = found.setdefault(each, [])
            if key_of(user) not in people:
                people.append(key_of(user))
    return found


def agency_admins(session: Session) -> list[Recipient]:
    """Return the enabled admins of the agency."""
    return [key_of(user) for user, _unit in session.execute(_holding(Role.ADMIN))]


def _holding(role: Role) -> Any:
    return (
        select(User, UserRole.unit_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == role.value, User.disabled_at.is_(None))
        .order_by(User.id, UserRole.unit_id)
    )


def has_due_mail(session: Session, now: dt.datetime) -> bool:
    """Whether a mail may be tried now."""
    return session.scalar(select(Notice.id).where(_due(now)).limit(1)) is not None


def list_due_mail(session: Session, now: dt.datetime, limit: int) -> Sequence[Notice]:
    """Return notices whose mail may be tried now, those that wait longest first."""
    return session.scalars(select(Notice).where(_due(now)).order_by(Notice.mail_after, Notice.id).limit(limit)).all()


def count_mail(session: Session, since: dt.datetime) -> dict[str, int]:
    """Return how many mails wait, failed, and were sent since an instant."""
    states = select(Notice.mail_state, func.count()).where(
        or_(
            Notice.mail_state.in_(("waiting", "failed")),
            and_(Notice.mail_state == "sent", Notice.mailed_at >= since),
        )
    )
    return {"waiting": 0, "failed": 0, "sent": 0} | {
        row[0]: row[1] for row in session.execute(states.group_by("mail_state"))
    }


def count_addresses(session: Session) -> int:
    """Return how many accounts have a proved address."""
    return session.scalar(select(func.count()).where(MailSetting.confirmed_at.is_not(None))) or 0


def has_failed_mail(session: Session, actor: Actor, since: dt.datetime) -> bool:
    """Whether one of the actor's own mails of since an instant could not be handed over."""
    of_late = (Notice.mail_state == "failed", Notice.created_at >= since)
    failed = select(Notice.id).where(own(actor), *of_late).limit(1)
    return session.scalar(failed) is not None


def list_troubled(session: Session, state: str, *, page: int = 1) -> list[tuple[Notice, str]]:
    """Return mails that failed, or wait after a failed try, with the name of their account; newest first."""
    statement = (
        select(Notice, func.coalesce(User.name, ""))
        .outerjoin(User, _account_of_notice())
        .where(*_troubled(state))
        .order_by(Notice.id.desc())
    )
    rows = session.execute(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return [(notice, name) for notice, name in rows]


def count_troubled(session: Session, state: str) -> int:
    """Return how many mails :func:`list_troubled` has."""
    return session.scalar(select(func.count()).select_from(Notice).where(*_troubled(state))) or 0


def _troubled(state: str) -> list[ColumnElement[bool]]:
    states = [state] if state else ["failed", "waiting"]
    return [Notice.mail_state.in_(states), Notice.mail_error != ""]


def _account_of_notice() -> ColumnElement[bool]:
    return or_(User.id == Notice.user_id, User.official_id == Notice.official_id)


def _due(now: dt.datetime) -> ColumnElement[bool]:
    return and_(Notice.mail_state == "waiting", Notice.mail_after <= now)


def _chosen(actor: Actor, choice: Choice) -> list[ColumnElement[bool]]:
    conditions = [own(actor)]
    if choice.unread:
        conditions.append(Notice.read_at.is_(None))
    if choice.group:
        conditions.append(Notice.kind.in_(kinds_of(choice.group)))
    return conditions
