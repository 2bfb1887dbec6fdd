"""Standard setting: workshops and blind ratings, cuts decided by two persons, keys of experts."""

from merit.assessment.services.standards.cuts import decide_cuts, propose_cuts, propose_workshop_cuts
from merit.assessment.services.standards.keys import hand_over_key
from merit.assessment.services.standards.rating import rate_place
from merit.assessment.services.standards.workshops import create_workshop, invite_rater, take_workshop_step

__all__ = [
    "create_workshop",
    "decide_cuts",
    "hand_over_key",
    "invite_rater",
    "propose_cuts",
    "propose_workshop_cuts",
    "rate_place",
    "take_workshop_step",
]
