"""Tell people what was done to their appraisal, what came out about them, and what their answer is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from merit import clock
from merit.notices.domain import Recipient
from merit.notices.services.notices import notify
from merit.people.models import DisciplineFinding
from merit.performance.domain.cycle import Step, last_day_to_object
from merit.performance.models import AppraisalSheet, Campaign
from merit.security.permissions import Actor

OWN_FEEDBACK = "/saya/umpan-balik"
_SERVED_IN_PERSON = frozenset({"proses"})  # a summons


def tell_sheet(session: Session, actor: Actor, sheet: AppraisalSheet, step: Step) -> None:
    """Tell whom a step of an appraisal concerns: the official, or whoever decides on the objection."""
    day = clock.today()
    if step is Step.RATE:
        last = last_day_to_object(sheet.handed_over or day)
        _tell(session, actor, sheet, [sheet.official_id], kind="appraisal-given", last=last.isoformat())
    elif step is Step.OBJECT:
        _tell(session, actor, sheet, [sheet.reviewer_id], kind="objection-to-decide", raised=day.isoformat())
    elif step in {Step.UPHOLD, Step.CHANGE}:
        _tell(session, actor, sheet, [sheet.official_id, sheet.assessor_id], kind="objection-decided")


def tell_published(session: Session, actor: Actor, campaign: Campaign, officials: Iterable[int]) -> None:
    """Tell those about whom a campaign has a result."""
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=each) for each in officials],
        kind="feedback-published",
        params={"campaign": campaign.name},
        link=f"{OWN_FEEDBACK}/hasil/{campaign.id}",
        key=f"feedback-published:{campaign.id}",
    )


def tell_raters(session: Session, actor: Actor, campaign: Campaign, raters: Iterable[int]) -> None:
    """Ask raters again, once a day at most; nothing tells about whom."""
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=each) for each in set(raters)],
        kind="feedback-asked",
        params={"campaign": campaign.name, "ends": campaign.ends.isoformat()},
        link=OWN_FEEDBACK,
        key=f"feedback:{campaign.id}:asked-again:{clock.today()}",
    )


def tell_discipline(session: Session, actor: Actor, finding: DisciplineFinding) -> None:
    """Tell somebody that their register of discipline changed: in the application only, and not of a summons."""
    if finding.state in _SERVED_IN_PERSON:
        return
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=finding.official_id)],
        kind="discipline-recorded",
        params={},
        link="/saya/catatan/disiplin",
        key=f"discipline:{finding.id}",
    )


def _tell(
    session: Session, actor: Actor, sheet: AppraisalSheet, people: Iterable[int | None], *, kind: str, **params: str
) -> None:
    notify(
        session,
        actor,
        recipients=[Recipient(official_id=each) for each in people if each is not None],
        kind=kind,
        params=params,
        link=f"/saya/penilaian/{sheet.id}",
        key=f"{kind}:{sheet.id}:{sheet.row_version}",
    )
