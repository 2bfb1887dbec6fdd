"""Close a class: whoever attended enough gets a numbered certificate and a training record; revoke one."""

from __future__ import annotations

import secrets
from decimal import Decimal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.db import known
from merit.errors import InvalidInputError, RuleViolationError
from merit.security.permissions import Actor
from merit.training.domain.certificates import certificate_number, is_earned, valid_until
from merit.training.domain.states import ClassState
from merit.training.models.certificates import TrainingCertificate
from merit.training.models.classes import Programme, TrainingClass
from merit.training.models.records import TrainingRecord
from merit.training.queries.attendance import enrolled, hold_places, hours_attended
from merit.training.queries.certificates import CertificateLine, find_certificate
from merit.training.queries.classes import list_sessions, lock_class, planned_hours, settings_of
from merit.training.services.classes import note, require_step
from merit.training.services.programmes import require_manage
from merit.training.services.telling import tell_certificates, tell_revoked

_TOKEN_BYTES = 16


def close_class(session: Session, actor: Actor, *, code: str) -> int:
    """Close a class after its last session and return how many certificates were given.

    The hours of the record are those attended, not those planned; who attended too little has no record.
    """
    require_manage(actor)
    course = lock_class(session, code)
    if course.state != ClassState.OPEN:
        raise RuleViolationError("class-not-open", code=code)
    require_step(course, ClassState.CLOSED)
    meetings = list_sessions(session, course.id)
    if not meetings:
        raise RuleViolationError("class-without-sessions", code=code)
    if clock.now() < max(each.ends_at for each in meetings):
        raise RuleViolationError("class-not-over", code=code)
    hold_places(session, course.id)  # a mark is counted, or comes too late
    places, hours = enrolled(session, course.id), hours_attended(session, course.id)
    planned, rules = planned_hours(session, course.id), settings_of(course)
    earned = [
        (enrolment, official, hours[enrolment])
        for enrolment, official in sorted(places.items())
        if is_earned(hours.get(enrolment, Decimal(0)), planned, rules.minimum_percent)
    ]
    course.state, course.closed_at, course.closed_by = ClassState.CLOSED.value, clock.now(), actor.user_id
    course.row_version += 1
    session.flush()
    _give(session, actor, course, earned)
    note(session, actor, course, "close", certificates=len(earned))
    tell_certificates(session, actor, course)
    return len(earned)


def revoke_certificate(session: Session, actor: Actor, *, certificate_id: int, reason: str) -> CertificateLine:
    """Revoke a certificate with a reason; the training record it stood for is known no longer."""
    require_manage(actor)
    if not reason.strip():
        raise InvalidInputError("certificate-revoke-reason")
    line = find_certificate(session, certificate_id=certificate_id)
    if line.certificate.revoked_at is not None:
        raise RuleViolationError("certificate-revoked")
    now = clock.now()
    line.certificate.revoked_at, line.certificate.revoked_by = now, actor.user_id
    line.certificate.revoke_reason = reason.strip()
    session.execute(
        update(TrainingRecord)
        .where(
            known(TrainingRecord),
            TrainingRecord.official_id == line.certificate.official_id,
            TrainingRecord.certificate_number == line.certificate.number,
        )
        .values(superseded_at=now)
    )
    session.flush()
    note(session, actor, line.course, "revoke", certificate=line.certificate.id)
    tell_revoked(session, actor, line.certificate, line.course)
    return line


def _give(session: Session, actor: Actor, course: TrainingClass, earned: list[tuple[int, int, Decimal]]) -> None:
    if not earned:
        return
    programme = session.get_one(Programme, course.programme_id)
    now, years = clock.now(), settings_of(course).validity_years
    numbers = [certificate_number(course.code, place) for place in range(1, len(earned) + 1)]
    taken = session.scalar(
        select(TrainingRecord.id).where(known(TrainingRecord), TrainingRecord.certificate_number.in_(numbers)).limit(1)
    )
    if taken is not None:
        raise RuleViolationError("certificate-number-taken", code=course.code)
    session.execute(
        insert(TrainingCertificate),
        [
            {
                "number": number,
                "token": secrets.token_urlsafe(_TOKEN_BYTES),
                "class_id": course.id,
                "enrolment_id": enrolment,
                "official_id": official,
                "learning_hours": hours,
                "dated": course.ends,
                "valid_until": valid_until(course.ends, years),
                "issued_by": actor.user_id,
                "issued_at": now,
                "revoke_reason": "",
            }
            for number, (enrolment, official, hours) in zip(numbers, earned, strict=True)
        ],
    )
    session.execute(
        insert(TrainingRecord),
        [
            {
                "official_id": official,
                "name": programme.name,
                "code": programme.training_code,
                "kind": programme.kind,
                "path": programme.path,
                "provider": programme.provider,
                "starts": course.starts,
                "ends": course.ends,
                "learning_hours": hours,
                "grade_text": "",
                "certificate_number": number,
                "recorded_at": now,
            }
            for number, (_enrolment, official, hours) in zip(numbers, earned, strict=True)
        ],
    )
