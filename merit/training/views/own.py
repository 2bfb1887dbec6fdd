"""What an official does with training: own classes, invitations, open classes."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from merit import clock
from merit.db import reading
from merit.errors import NotFoundError
from merit.security.permissions import Permission
from merit.training.domain.states import ClassState
from merit.training.queries.certificates import own_certificates, own_claims
from merit.training.queries.classes import list_classes, meetings_taught
from merit.training.queries.enrolments import list_own
from merit.training.views.blueprint import bp
from merit.web.access import current_actor, requires

SHOWN = 50


@bp.get("/saya/pelatihan")
@requires(Permission.SELF_READ)
def mine() -> ResponseReturnValue:
    """Show one's own invitations and classes, and the open classes one may ask for."""
    actor, today = current_actor(), clock.today()
    if actor.official_id is None:
        raise NotFoundError("portal-no-official")
    with reading() as session:
        own = list_own(session, actor.official_id)
        certificates, claims = own_certificates(session, actor.official_id), own_claims(session, actor.official_id)
        taught = meetings_taught(session, actor.official_id, today)
        taken = {line.course.id for line in own if line.enrolment.state not in {"declined", "refused", "withdrawn"}}
        coming = list_classes(session, state=ClassState.OPEN.value, since=today, order="starts", limit=SHOWN)
    return render_template(
        "training/mine.html",
        today=today,
        own=own,
        coming=[line for line in coming if line.course.id not in taken],
        certificates=certificates,
        claims=claims,
        taught=taught,
    )
