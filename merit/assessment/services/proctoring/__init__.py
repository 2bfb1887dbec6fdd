"""What proctors do in a room: every act checked, locked, written into the minutes and the audit chain."""

from __future__ import annotations

from merit.assessment.services.proctoring.people import (
    INCIDENT_KINDS,
    LONGEST_EXTENSION,
    admit,
    admit_several,
    consent_lease,
    end_attempt,
    extend,
    mark_absent,
    note_incident,
    pause,
    refuse_lease,
    resume,
    undo_absence,
    undo_admission,
)
from merit.assessment.services.proctoring.rooms import (
    close_room,
    extend_room,
    open_lobby,
    pause_room,
    resume_room,
    start_room,
)
from merit.assessment.services.proctoring.seats import move_seat, swap_seats

__all__ = [
    "INCIDENT_KINDS",
    "LONGEST_EXTENSION",
    "admit",
    "admit_several",
    "close_room",
    "consent_lease",
    "end_attempt",
    "extend",
    "extend_room",
    "mark_absent",
    "move_seat",
    "note_incident",
    "open_lobby",
    "pause",
    "pause_room",
    "refuse_lease",
    "resume",
    "resume_room",
    "start_room",
    "swap_seats",
    "undo_absence",
    "undo_admission",
]
