"""Kinds of files about units, positions and officials."""

from __future__ import annotations

from merit.people.imports.officials import OFFICIALS
from merit.people.imports.records import ASSIGNMENTS, ATTENDANCE, ATTESTATIONS, CAREER, DISCIPLINE, LEAVE
from merit.people.imports.units import POSITIONS, UNITS

KINDS = (UNITS, POSITIONS, OFFICIALS, CAREER, DISCIPLINE, ATTENDANCE, ASSIGNMENTS, LEAVE, ATTESTATIONS)
