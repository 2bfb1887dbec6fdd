"""Send the mails that wait: one per person for all that is new, marked as soon as it is handed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import get_database, reading, unit_of_work
from merit.errors import NotAllowedError, SetupError
from merit.i18n import speaking
from merit.notices.domain import KINDS, TOO_OLD, TRANSPORT_PAUSE, Recipient, next_try
from merit.notices.letters import notice_letter, write
from merit.notices.models import Notice
from merit.notices.posting import MailRefusedError, Post, PostDownError, open_post
from merit.notices.queries import accounts_reached, list_due_mail
from merit.notices.services.settings import address_of
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission, is_granted

BATCH = 400  # notices looked at at once
MOST = 5_000  # mails one job sends before it lets others work

Keep = Callable[[Session], None]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one mail carries."""

    address: str
    language: str
    notices: Sequence[Notice]


@dataclass(slots=True)
class Posted:
    """What became of mails: sent, refused, left out because nobody wants or needs them any more."""

    sent: int = 0
    refused: int = 0
    left_out: int = 0


@dataclass(slots=True)
class _Sorted:
    parcels: list[Parcel] = field(default_factory=list)
    unwanted: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)


def send_due(keep: Keep, tell: Tell) -> Posted:
    """Send what waits; ``keep`` is called in each marking transaction, ``tell`` after it with the mails so far.

    A mail is marked in a transaction of its own right after the server took it: whoever is killed in between sends
    that one mail again, under the same message id, and loses none.

    Raises
    ------
    SetupError
        No mail can leave now; everything waits a quarter of an hour longer.
    """
    posted, settings = Posted(), get_database().settings
    try:
        while posted.sent + posted.refused < MOST:
            found = _sort_due()
            if not (found.parcels or found.unwanted or found.stale):
                break
            posted.left_out += _set_aside(found)
            if found.parcels:
                with open_post(settings) as post:
                    for parcel in found.parcels:
                        _send(post, parcel, posted, keep)
                        tell(posted.sent + posted.refused)
    except PostDownError as error:
        _pause(error.problem)
        raise SetupError("mail-down", host=settings.mail_route.shown, problem=error.problem) from error
    return posted


def retry_failed(session: Session, actor: Actor) -> int:
    """Let every mail that failed wait again; return how many."""
    if not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    failed = session.query(Notice).filter(Notice.mail_state == "failed")
    count = failed.update(
        {"mail_state": "waiting", "mail_attempts": 0, "mail_after": clock.now(), "mail_error": ""},
        synchronize_session=False,
    )
    if count:
        record(session, actor, action="mail:retry", subject="mails", details={"count": count})
    return count


def _sort_due() -> _Sorted:
    now, found = clock.now(), _Sorted()
    with reading() as session:
        due = list_due_mail(session, now, BATCH)
        reached = accounts_reached(session, {_recipient(notice) for notice in due})
        mine: dict[Recipient, list[Notice]] = {}
        for notice in due:
            mine.setdefault(_recipient(notice), []).append(notice)
        for key, notices in mine.items():
            user, setting = reached.get(key, (None, None))
            muted = set() if setting is None else set(setting.muted)
            wanted = [one for one in notices if setting and one.read_at is None and KINDS[one.kind] not in muted]
            fresh = [one for one in wanted if now - one.created_at <= TOO_OLD]
            found.unwanted += [one.id for one in notices if one not in wanted]
            found.stale += [one.id for one in wanted if one not in fresh]
            if fresh and user is not None and setting is not None:
                address = address_of(setting)
                found.parcels.append(Parcel(address=address, language=setting.language, notices=fresh))
    return found


def _recipient(notice: Notice) -> Recipient:
    return Recipient(official_id=notice.official_id, user_id=notice.user_id)


def _set_aside(found: _Sorted) -> int:
    if found.unwanted or found.stale:
        with unit_of_work() as session:
            _mark(session, found.unwanted, mail_state="none", mail_after=None, mail_error="")
            _mark(session, found.stale, mail_state="failed", mail_after=None, mail_error="mailed-old")
    return len(found.unwanted) + len(found.stale)


def _send(post: Post, parcel: Parcel, posted: Posted, keep: Keep) -> None:
    settings, ids = get_database().settings, [one.id for one in parcel.notices]
    refusal: MailRefusedError | None = None
    with speaking(parcel.language):
        headings = [phrase(f"notice-{one.kind}") for one in parcel.notices]
        message = write(settings, notice_letter(settings, parcel.address, headings, f"notices {min(ids)} {max(ids)}"))
    try:
        post.send(message)
        posted.sent += 1
    except MailRefusedError as error:
        refusal = error
        posted.refused += 1
    with unit_of_work() as session:
        now = clock.now()
        if refusal is None:
            _mark(session, ids, mail_state="sent", mailed_at=now, mail_after=None, mail_error="")
        else:
            _mark_refused(session, parcel.notices, refusal, now)
        keep(session)


def _mark_refused(session: Session, notices: Sequence[Notice], refusal: MailRefusedError, now: dt.datetime) -> None:
    for notice in notices:
        attempts = notice.mail_attempts + 1
        again = None if refusal.is_final else next_try(attempts, now)
        _mark(
            session,
            [notice.id],
            mail_state="failed" if again is None else "waiting",
            mail_attempts=attempts,
            mail_after=again,
            mail_error=f"{'mailed-refused' if again is None else 'mailed-later'}:{refusal.code}",
        )


def _pause(problem: str) -> None:
    later = clock.now() + TRANSPORT_PAUSE
    with unit_of_work() as session:
        session.execute(
            update(Notice)
            .where(Notice.mail_state == "waiting", Notice.mail_after < later)
            .values(mail_after=later, mail_error=f"mailed-down:{problem}")
            .execution_options(synchronize_session=False)
        )


def _mark(session: Session, ids: Sequence[int], **values: object) -> None:
    # Only what still waits: somebody may have marked it meanwhile.
    if ids:
        session.execute(
            update(Notice)
            .where(Notice.id.in_(ids), Notice.mail_state == "waiting")
            .values(**values)
            .execution_options(synchronize_session=False)
        )
