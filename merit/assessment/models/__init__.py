"""Tables of the slice: results, item bank, sittings, delivery, scoring, calibrations, standards."""

from merit.assessment.models import adaptive, calibration, delivery, items, results, scoring, sittings, standards

__all__ = ["adaptive", "calibration", "delivery", "items", "results", "scoring", "sittings", "standards"]
