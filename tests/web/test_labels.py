"""Every code of the records has a word, and every badge a known tone and icon."""

from __future__ import annotations

import re

import pytest

from merit import evidence
from merit.assessment.models.results import METHODS
from merit.config import ROOT
from merit.exchange.models import BATCH_STATES
from merit.jobs.models import JOB_STATES
from merit.people.models import FINDING_CODES, FINDING_STATES, LEAVE_KINDS
from merit.performance.models import (
    ASPECTS,
    AWARD_KINDS,
    COMPLAINT_CHANNELS,
    COMPLAINT_KINDS,
    RATER_GROUPS,
    UNIT_PREDICATES,
)
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.domain import GateKind, MissingRule, Outcome, RuleStatus
from merit.ranking.life_cycle import PolicyStanding
from merit.ranking.models import PATHWAYS
from merit.security.permissions import Role
from merit.training.models import TRAINING_KINDS, TRAINING_PATHS
from merit.web.badges import BADGES, symbol, tone
from merit.web.labels import LABELS, label, options

pytestmark = pytest.mark.unit

CODES = {
    "tier": evidence.TIERS,
    "employment": evidence.EMPLOYMENT,
    "education": evidence.EDUCATION,
    "predicate": evidence.PREDICATES,
    "competency": (*evidence.COMPETENCIES, "LD", "ES", "JPM", *(f"P.{number}" for number in range(1, 9))),
    "value_status": [status.name for status in evidence.Status],
    "finding": FINDING_CODES,
    "finding_state": FINDING_STATES,
    "leave": LEAVE_KINDS,
    "award_kind": AWARD_KINDS,
    "method": METHODS,
    "training_kind": TRAINING_KINDS,
    "training_path": TRAINING_PATHS,
    "rater_group": RATER_GROUPS,
    "aspect": ASPECTS,
    "unit_predicate": UNIT_PREDICATES,
    "complaint_kind": COMPLAINT_KINDS,
    "complaint_channel": COMPLAINT_CHANNELS,
    "pathway": PATHWAYS,
    "policy_state": tuple(PolicyStanding),
    "batch_state": BATCH_STATES,
    "job_state": JOB_STATES,
    "role": list(Role),
    "indicator": list(CATALOGUE),
    "gate_kind": list(GateKind),
    "missing_rule": list(MissingRule),
    "rule_status": list(RuleStatus),
    "gate_outcome": [outcome.name for outcome in Outcome],
}
TONES = {"neutral", "brand", "info", "success", "warning", "danger"}


@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_has_a_word(kind):
    assert [code for code in CODES[kind] if str(code) not in LABELS[kind]] == []


def test_label_of_nothing_is_a_dash_and_of_an_unknown_code_is_words():
    assert label(None, "tier") == "–"
    assert label("dinas_baru", "unit_kind") == "Dinas baru"
    assert label("jf_ahli_muda", "tier") == "JF Ahli Muda"


def test_options_are_codes_with_words():
    assert options("sex") == [("L", "Laki-laki"), ("P", "Perempuan")]


def test_badges_belong_to_labels_and_use_known_tones_and_icons():
    shapes = (ROOT / "templates/components/icon_shapes.html").read_text(encoding="utf-8")
    icons = set(re.findall(r'^  "([a-z0-9-]+)":', shapes, flags=re.MULTILINE))

    for kind, badges in BADGES.items():
        assert set(badges) <= set(LABELS[kind])
        assert {colour for colour, _ in badges.values()} <= TONES
        assert {sign for _, sign in badges.values()} <= icons
    assert (tone("PASS", "gate_outcome"), symbol("PASS", "gate_outcome")) == ("success", "check")
    assert (tone("?", "sex"), symbol("?", "sex")) == ("neutral", "")
