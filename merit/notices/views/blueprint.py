"""The blueprint of notices, and what the layouts ask for the bell."""

from __future__ import annotations

import structlog
from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from merit.db import reading
from merit.notices.queries import BELL_CAP, count_unread
from merit.web.access import current_actor

bp = Blueprint("notices", __name__)
log = structlog.get_logger()


@bp.app_template_global("unread_notices")
def unread_notices() -> str:
    """Return the number at the bell: "" for none, 99+ where there are more; a page lives without it."""
    actor = current_actor()
    if actor.user_id is None:
        return ""
    try:
        with reading() as session:
            count = count_unread(session, actor)
    except SQLAlchemyError as error:
        log.warning("bell without its number", error=type(error).__name__)
        return ""
    return f"{BELL_CAP - 1}+" if count >= BELL_CAP else str(count or "")
