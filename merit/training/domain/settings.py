"""Settings of a class: how lateness and early leaving count, what a certificate asks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ClassSettings(BaseModel):
    """What an organiser decides about attendance in a class.

    Attributes
    ----------
    late_minutes
        Who comes at most this late counts as there from the start.
    late_rule
        What counts of somebody later than that: the remaining ``minutes``, the ``full`` hours, or ``none``.
    least_percent
        Under this share of a session's minutes nothing of it counts.
    minimum_percent
        Share of the hours of all sessions a certificate asks for.
    validity_years
        How long a certificate is valid; 0: without end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    late_minutes: Annotated[int, Field(ge=0, le=240)] = 15
    late_rule: Literal["minutes", "full", "none"] = "minutes"
    least_percent: Annotated[int, Field(ge=0, le=100)] = 50
    minimum_percent: Annotated[int, Field(ge=1, le=100)] = 80
    validity_years: Annotated[int, Field(ge=0, le=20)] = 0
