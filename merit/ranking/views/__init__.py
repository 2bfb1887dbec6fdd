"""Pages of policies, vacancies, shortlists and explanations."""

from __future__ import annotations

from merit.ranking.views import (
    downloads,
    explanations,
    policies,
    policy_acts,
    policy_editor,
    policy_weights,
    robustness,
    runs,
    simulations,
    vacancies,
)
from merit.ranking.views.blueprint import bp

__all__ = [
    "bp",
    "downloads",
    "explanations",
    "policies",
    "policy_acts",
    "policy_editor",
    "policy_weights",
    "robustness",
    "runs",
    "simulations",
    "vacancies",
]
