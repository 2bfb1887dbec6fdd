"""Settings of a sitting: one frozen document beside the sitting's own columns.

Cuts turn a scaled score (0-100) into a level: below the first it is level 1, at or above the fourth level 5. The
default cuts divide the scale evenly (20, 40, 60, 80), so that the middles of the levels are 10, 30, 50, 70 and 90.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from merit.assessment.domain.items import Document

DEFAULT_CUTS = (Decimal(20), Decimal(40), Decimal(60), Decimal(80))
Minutes: TypeAlias = Annotated[int, Field(ge=0, le=600)]
ConfigKey: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Cut: TypeAlias = Annotated[Decimal, Field(gt=0, lt=100, max_digits=8, decimal_places=4)]
Weight: TypeAlias = Annotated[Decimal, Field(ge=0, le=1000, max_digits=8, decimal_places=4)]


class SittingSettings(Document):
    """What an organiser may decide about a sitting beyond its date, blueprint and minutes.

    Attributes
    ----------
    late_arrival_minutes
        Who comes later than this after the room has started is not admitted any more.
    lobby_minutes
        How long before the start the lobby may be opened.
    start_early_minutes
        How long before the planned time a room may be started; earlier needs a reason that lands in the minutes.
    navigation
        Overrules the blueprint's; None keeps it.
    seating
        ``mixed`` keeps people of one unit apart, ``name`` seats by alphabet.
    seb_config_keys
        Config keys of Safe Exam Browser, hexadecimal; empty: any browser.
    cuts
        Four scaled scores that begin the levels 2, 3, 4 and 5.
    weights
        Weight of each competency in the whole; one not named counts 1.
    markers
        Users who mark essays.
    target_position
        Code of the position the sitting is held for, "" where there is none.
    may_reschedule
        Whether a candidate who cannot come may be moved to another sitting once this one is sealed.
    """

    late_arrival_minutes: Minutes = 15
    lobby_minutes: Minutes = 30
    start_early_minutes: Minutes = 15
    navigation: Literal["free", "forward"] | None = None
    seating: Literal["mixed", "name"] = "mixed"
    seb_config_keys: Annotated[tuple[ConfigKey, ...], Field(max_length=20)] = ()
    cuts: tuple[Cut, Cut, Cut, Cut] = DEFAULT_CUTS
    weights: Mapping[str, Weight] = {}
    markers: Annotated[tuple[int, ...], Field(max_length=100)] = ()
    target_position: str = ""
    result_validity_years: Annotated[int, Field(ge=1, le=10)] = 3
    show_practice_feedback: bool = True
    may_reschedule: bool = True

    @field_validator("seb_config_keys", "markers")
    @classmethod
    def _once(cls, values: tuple[str | int, ...]) -> tuple[str | int, ...]:
        return tuple(dict.fromkeys(values))

    @model_validator(mode="after")
    def _ascending(self) -> SittingSettings:
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts-ascend")
        return self
