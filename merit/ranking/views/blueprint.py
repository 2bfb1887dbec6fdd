"""The blueprint of the ranking pages."""

from __future__ import annotations

from flask import Blueprint

from merit.ranking.views.words import fact_text, ground_text, jpm_category, threshold_text

bp = Blueprint("ranking", __name__)

bp.add_app_template_filter(jpm_category, "jpm_category")
bp.add_app_template_filter(fact_text, "gate_fact")
bp.add_app_template_filter(ground_text, "gate_ground")
bp.add_app_template_filter(threshold_text, "gate_threshold")
