"""The blueprint of training, and what its pages share."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint

from merit import clock

bp = Blueprint("training", __name__)


@bp.app_template_filter("waktu_jam")
def time_of_day(at: dt.datetime) -> str:
    """Return an instant as the agency's clock shows it on its day: ``09.48``."""
    return clock.local(at).strftime("%H.%M")
