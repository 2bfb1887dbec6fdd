"""Pages of the index: the city and its units, people, one person, the figures, what is taken away."""

from __future__ import annotations

from merit.ranking.professionalism.views import city, papers, people, rules
from merit.ranking.professionalism.views.blueprint import bp

__all__ = ["bp", "city", "papers", "people", "rules"]
