"""The frame of pages that staff and officials share."""

from __future__ import annotations

from merit.security.policy import is_staff
from merit.web.access import current_actor


def layout() -> str:
    """Return the layout of the present person."""
    return "layouts/staff.html" if is_staff(current_actor().roles) else "layouts/portal.html"
