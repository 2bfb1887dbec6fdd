"""Pages of notices: one's own, how one is reached, and the agency's mails."""

from __future__ import annotations

from merit.notices.views import choices, own, post
from merit.notices.views.blueprint import bp

__all__ = ["bp", "choices", "own", "post"]
