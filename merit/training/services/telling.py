"""Tell people what was decided about their training."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.notices.domain import Recipient
from merit.notices.services.notices import Told, notify, store
from merit.security.permissions import Actor
from merit.training.domain.states import LIVING, ClaimState, EnrolmentState
from merit.training.models.certificates import CertificateClaim, TrainingCertificate
from merit.training.models.classes import Enrolment, TrainingClass

OWN_PAGE = "/saya/pelatihan"
_PLACE_KINDS = {
    EnrolmentState.INVITED: "class-invited",
    EnrolmentState.WAITING: "class-waiting",
    EnrolmentState.REFUSED: "nomination-refused",
    EnrolmentState.WITHDRAWN: "class-withdrawn",
}
_CLAIM_KINDS = {
    ClaimState.VERIFIED: "claim-verified",
    ClaimState.ACCEPTED: "claim-accepted",
    ClaimState.REFUSED: "claim-refused",
}


def tell_places(
    session: Session, actor: Actor, course: TrainingClass, rows: Iterable[Enrolment], *, moved_up: bool = False
) -> None:
    """Tell those whose place in a class was decided; the others among ``rows`` are left out."""
    told = []
    for row in rows:
        kind = _PLACE_KINDS.get(EnrolmentState(row.state))
        if kind is not None:
            kind = "class-place-free" if moved_up and kind == "class-invited" else kind
            told.append(about_place(course, row, kind, f"{row.state}:{row.nominated_at:%Y%m%d%H%M%S}"))
    store(session, told, but=actor)


def about_place(course: TrainingClass, row: Enrolment, kind: str, stage: str) -> Told:
    """Return a notice about one's own place in a class."""
    params = {"course": course.name, "starts": course.starts.isoformat(), "venue": course.venue}
    recipient = Recipient(official_id=row.official_id)
    return Told(recipient=recipient, kind=kind, key=f"place:{row.id}:{stage}", params=params, link=OWN_PAGE)


def tell_cancelled(session: Session, actor: Actor, course: TrainingClass) -> None:
    """Tell everybody who has or waits for a place in a class that it was called off."""
    living = select(Enrolment).where(Enrolment.class_id == course.id, Enrolment.state.in_(LIVING))
    told = [about_place(course, row, "class-cancelled", "cancelled") for row in session.scalars(living)]
    store(session, told, but=actor)


def tell_certificates(session: Session, actor: Actor, course: TrainingClass) -> None:
    """Tell those who got a certificate of a class."""
    given = select(TrainingCertificate.official_id).where(TrainingCertificate.class_id == course.id)
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=each) for each in session.scalars(given)],
        kind="certificate-issued",
        params={"course": course.name},
        link=OWN_PAGE,
        key=f"certificate:{course.id}",
    )


def tell_revoked(session: Session, actor: Actor, certificate: TrainingCertificate, course: TrainingClass) -> None:
    """Tell somebody that their certificate was revoked."""
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=certificate.official_id)],
        kind="certificate-revoked",
        params={"course": course.name},
        link=OWN_PAGE,
        key=f"certificate-revoked:{certificate.id}",
    )


def tell_claim(session: Session, actor: Actor, claim: CertificateClaim) -> None:
    """Tell the holder what was decided on a certificate from elsewhere; other states tell nothing."""
    kind = _CLAIM_KINDS.get(ClaimState(claim.state))
    if kind is None:
        return
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=claim.official_id)],
        kind=kind,
        params={"name": claim.name},
        link=f"/pelatihan/klaim/{claim.id}",
        key=f"claim:{claim.id}:{claim.state}",
    )
