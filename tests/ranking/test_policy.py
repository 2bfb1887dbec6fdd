"""Policy documents: what is read, what is refused and on which line."""

import datetime as dt
from decimal import Decimal

import pytest

from merit.evidence import Surplus
from merit.phrases import all_sentences, phrase
from merit.ranking.domain import GateKind, MissingRule, RuleStatus
from merit.ranking.policy import SHIPPED, PolicyError, parse_policy, policy_from_document, shipped_policies

pytestmark = pytest.mark.unit

# The example of the exchange contract, word for word in its values.
EXAMPLE = """\
code: loyalitas-hasil
title: Loyalitas dan hasil kerja
tier: administrator            # or a list
size: 3                        # names to the PPK
precision: 2
surplus: capped
results: accredited_only        # or internal_allowed
gates:
  - {id: ADM-EDU, kind: education_at_least, params: {level: S1/D4}, citation: "PP 11/2017", status: confirmed}
pillars:
  - code: loyalitas
    weight: 0.5
    indicators:
      - {code: appraisal.behaviour, weight: 0.4, points: [[1, 0], [2, 70], [3, 100]], missing: hold, actionable: true}
      - {code: learning.duty, weight: 0.6, points: [[0, 0], [1, 100]], missing: floor, neutral: 60, step: 0.05}
  - code: hasil
    weight: 0.5
    indicators:
      - {code: appraisal.result, weight: 1, points: [[1, 0], [2, 60], [3, 100]], missing: hold, step: 0.5,
         preferred: {code: unit.achievement, points: [[60, 0], [100, 80], [120, 100]]}}
default_se: {competency.jpm: {cact: 0.4, asesmen: 0.3, internal: 0.5}, training.transfer: 8, rater_sd: 0.8}
ties: [appraisal.result, competency.jpm]
"""
GATE_LINE = 9


def problems_of(text):
    with pytest.raises(PolicyError) as refusal:
        parse_policy(text)
    return [(problem.line, problem.code) for problem in refusal.value.problems]


def changed(old, new):
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


def with_gate(kind, params, status="confirmed", more=""):
    line = EXAMPLE.splitlines()[GATE_LINE - 1]
    return changed(line, f"  - {{id: G, kind: {kind}, params: {params}, citation: c, status: {status}{more}}}")


def test_example_of_the_contract_is_read():
    policy = parse_policy(EXAMPLE)

    assert (policy.code, policy.tiers, policy.size, policy.precision) == ("loyalitas-hasil", ("administrator",), 3, 2)
    assert (policy.surplus, policy.internal_allowed, policy.response_working_days) == (Surplus.CAPPED, False, 1)
    assert policy.weights.tolist() == [200_000_000, 300_000_000, 500_000_000]
    assert [option.code for option in policy.slots[2].options] == ["unit.achievement", "appraisal.result"]
    assert (policy.slots[1].neutral, policy.slots[1].missing) == (60.0, MissingRule.FLOOR)
    assert policy.slots[0].options[0].x == (1.0, 2.0, 3.0)
    assert policy.ties == (2,)  # competency.jpm is known but not weighed here: it decides nothing
    assert policy.indicator_codes == ("appraisal.behaviour", "learning.duty", "unit.achievement", "appraisal.result")


def test_defaults_are_filled_in():
    text = changed("size: 3                        # names to the PPK\nprecision: 2\nsurplus: capped\n", "")

    policy = parse_policy(text)

    assert (policy.size, policy.precision, policy.surplus) == (3, 2, Surplus.CAPPED)
    assert [slot.options[-1].step for slot in policy.slots] == [0.5, 0.05, 0.5]


def test_canonical_document_reads_back_and_keeps_its_hash():
    policy = parse_policy(EXAMPLE)

    again = policy_from_document(policy.document)

    assert again == policy


def test_hash_ignores_comments_spelling_of_numbers_and_order_of_keys():
    respelled = changed("# or a list", "").replace("weight: 0.5", "weight: 0.50", 1)
    reordered = "\n".join([*respelled.splitlines()[1:], "code: loyalitas-hasil"])

    assert parse_policy(reordered).sha256 == parse_policy(EXAMPLE).sha256


def test_decimal_weights_stay_exact():
    text = changed("weight: 0.4", "weight: 0.4002").replace("weight: 0.6", "weight: 0.5998", 1)

    assert parse_policy(text).slots[0].weight == Decimal("0.2001")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("weight: 0.4", "weight: 0.39", [(11, "policy-indicator-sum")]),
        ("weight: 0.5\n", "weight: 0.49\n", [(11, "policy-pillar-sum")]),
        ("weight: 0.4", "weight: 0.40001", [(11, "policy-indicator-sum"), (14, "policy-weight-decimals")]),
        ("weight: 0.4,", "", [(14, "policy-missing-key")]),
        ("weight: 0.4", "weight: empat", [(14, "policy-not-a-number")]),
        ("weight: 0.4", "weight: .nan", [(14, "policy-not-a-number")]),
        ("weight: 0.4", "weight: 1_0e", [(14, "policy-not-a-number")]),
        ("weight: 0.4", "weight: 2", [(14, "policy-out-of-range")]),
        ("appraisal.behaviour", "seniority", [(14, "policy-inadmissible")]),
        ("appraisal.behaviour", "charisma", [(14, "policy-unknown-indicator")]),
        ("appraisal.behaviour", "appraisal.result", [(19, "policy-repeated")]),
        ("[2, 70]", "[2, 101]", [(14, "policy-out-of-range")]),
        ("[2, 70]", "[2, 70.1234567]", [(14, "policy-knot-decimals")]),
        ("[2, 70]", "[2, 70, 1]", [(14, "policy-knot-pair")]),
        ("[2, 70]", "2", [(14, "policy-not-a-list"), (14, "policy-knot-pair")]),
        ("[[1, 0], [2, 70], [3, 100]]", "[[1, 0]]", [(14, "policy-knots-few")]),
        ("[2, 70]", "[1, 70]", [(14, "policy-knots-order")]),
        ("[2, 70]", "[2.5, 100], [2.75, 90]", [(14, "policy-knots-monotone")]),
        ("[[1, 0], [2, 70], [3, 100]]", "[[1, 100], [3, 0]]", [(14, "policy-knots-direction")]),
        ("missing: hold, actionable: true", "actionable: true", [(14, "policy-missing-rule")]),
        ("missing: hold", "missing: zero", [(14, "policy-not-a-choice")]),
        ("actionable: true", "actionable: sure", [(14, "policy-not-a-flag")]),
        (" neutral: 60,", "", [(15, "policy-neutral")]),
        ("neutral: 60", "neutral: 60.1234567", [(15, "policy-knot-decimals")]),
        ("size: 3", "size: 2.5", [(4, "policy-not-whole")]),
        ("size: 3", "size: 0", [(4, "policy-out-of-range")]),
        ("size: 3", "size: [", [(6, "policy-yaml")]),
        ("tier: administrator", "tier: raja", [(3, "policy-not-a-choice")]),
        ("tier: administrator", "tier: [administrator, administrator]", [(3, "policy-repeated")]),
        ("tier: administrator", "tier: [1]", [(3, "policy-not-a-text")]),
        ("tier: administrator", "tier: []", [(3, "policy-empty-list")]),
        ("tier: administrator", "tier:", [(3, "policy-missing-key")]),
        ("title: Loyalitas", "title: 7 #", [(2, "policy-not-a-text")]),
        ("precision: 2", "precision: 2\nprecision: 3", [(6, "policy-repeated-key")]),
        ("precision: 2", "ketelitian: 2", [(5, "policy-unknown-key")]),
        ("precision: 2", "precision: &x 2", [(5, "policy-anchor")]),
        ("precision: 2", "precision: !!binary aGFsbG8=", [(5, "policy-yaml")]),
        ("precision: 2", "precision: 2026-02-31", [(5, "policy-not-a-date")]),
        ("ties: [appraisal.result", "ties: [luck", [(22, "policy-tie-unknown")]),
        ("ties: [appraisal.result", "ties: [appraisal.result, unit.achievement", [(22, "policy-repeated")]),
        ("kind: education_at_least", "kind: seniority", [(GATE_LINE, "policy-inadmissible")]),
        ("kind: education_at_least, ", "", [(GATE_LINE, "policy-missing-key")]),
        ("kind: education_at_least", "kind: zodiac", [(GATE_LINE, "policy-unknown-gate")]),
        ("level: S1/D4", "level: S9", [(GATE_LINE, "policy-not-a-choice")]),
        ("level: S1/D4", "grade: S2", [(GATE_LINE, "policy-unknown-key"), (GATE_LINE, "policy-missing-key")]),
        ("status: confirmed", "status: sure", [(GATE_LINE, "policy-not-a-choice")]),
        ('citation: "PP 11/2017", ', "", [(GATE_LINE, "policy-missing-key")]),
        ("gates:\n", "gates: 3\nx:\n", [(8, "policy-not-a-list"), (10, "policy-unknown-key")]),
    ],
)
def test_bad_documents_are_refused_with_the_line(old, new, expected):
    assert problems_of(changed(old, new)) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "policy-empty"),
        ("x" * 100_001, "policy-too-long"),
        ("[" * 5_000, "policy-too-deep"),
        ("\x00", "policy-yaml"),
        ("- a", "policy-not-a-mapping"),
    ],
)
def test_texts_that_are_no_document_are_refused(text, code):
    assert code in {found for _, found in problems_of(text)}


@pytest.mark.parametrize(
    ("pillars", "code"),
    [
        ("[]", "policy-empty-list"),
        ("[3]", "policy-not-a-mapping"),
        ("[{code: a, weight: 1, indicators: [3]}]", "policy-not-a-mapping"),
        ("[{code: a, weight: 1, indicators: [{weight: 1}]}]", "policy-missing-key"),
        ("[{code: a, weight: 1, indicators: [{code: learning.duty, weight: 1, neutral: 1}]}]", "policy-missing-key"),
        ("[{code: a, weight: 0.5, indicators: []}, {code: a, weight: 0.5, indicators: []}]", "policy-repeated"),
    ],
)
def test_pillars_that_are_not_whole_are_refused(pillars, code):
    text = f"code: a\ntitle: a\ntier: pengawas\ngates: [3]\npillars: {pillars}\n"

    assert code in {found for _, found in problems_of(text)}


def test_empty_places_are_as_if_absent():
    text = changed("status: confirmed", "status: confirmed, decree: , title: ").replace(
        "preferred: {code: unit.achievement, points: [[60, 0], [100, 80], [120, 100]]}", "preferred: "
    )

    policy = parse_policy(text)

    assert (policy.gates[0].decree, policy.gates[0].title) == (None, "")
    assert [option.code for option in policy.slots[2].options] == ["appraisal.result"]


def test_missing_standard_errors_are_named_by_what_the_policy_uses():
    jpm = (
        changed("code: learning.duty", "code: competency.jpm").replace(", internal: 0.5", "").replace("cact: 0.4, ", "")
    )
    feedback = (
        changed("appraisal.behaviour", "feedback.loyal")
        .replace(", rater_sd: 0.8", "")
        .replace("missing: hold, actionable", "neutral: 65, actionable", 1)
    )

    assert problems_of(jpm) == [(21, "policy-default-se")]
    assert problems_of(jpm.replace("accredited_only", "internal_allowed")) == [(21, "policy-default-se")] * 2
    assert problems_of(feedback) == [(21, "policy-default-se")]
    assert problems_of(feedback.replace("default_se:", "#")) == [(1, "policy-default-se")]


@pytest.mark.parametrize(
    ("kind", "params", "read"),
    [
        ("employment_status", "{any_of: [PNS, CPNS]}", {"any_of": ("PNS", "CPNS")}),
        ("grade_between", "{min: III/d, max: IV/b}", {"min": "III/d", "max": "IV/b", "one_below": False}),
        ("grade_between", "{max: IX, one_below: true}", {"min": None, "max": "IX", "one_below": True}),
        ("tenure", "{any_of: pengawas, years: 2.5}", {"any_of": ("pengawas",), "years": Decimal("2.5")}),
        ("related_field", "{years: 5}", {"years": Decimal(5)}),
        ("time_in_position", "{years: 2}", {"years": Decimal(2)}),
        ("age_at_most", "{years: 56}", {"years": 56, "at": "tanggal_pelantikan"}),
        ("age_at_most", "{years: 56, at: tanggal}", {"years": 56, "at": "tanggal"}),
        ("performance_at_least", "{predicate: Cukup, years: 2}", {"predicate": "Butuh Perbaikan", "years": 2}),
        ("jpm_at_least", "{percent: 68}", {"percent": Decimal(68)}),
        ("technical_at_least", "{codes: [T1], level: 3}", {"codes": ("T1",), "level": 3}),
        ("learning_duty", "{}", {}),
        ("training_any", "{codes: [pka]}", {"codes": ("PKA",)}),
        ("no_discipline", "{levels: [berat], in_force: true}", {"levels": ("berat",), "in_force": True}),
        ("no_discipline", "{levels: [berat], lookback_years: 5}", {"levels": ("berat",), "lookback_years": 5}),
        ("attested", "{fact: sehat}", {"fact": "sehat"}),
    ],
)
def test_every_kind_of_gate_is_read(kind, params, read):
    (gate,) = parse_policy(with_gate(kind, params)).gates

    assert (gate.kind, dict(gate.params)) == (GateKind(kind), read)


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("no_discipline", "{levels: [berat]}", "policy-discipline-one-option"),
        ("no_discipline", "{levels: [berat], in_force: true, lookback_years: 5}", "policy-discipline-one-option"),
        ("no_discipline", "{levels: [berat], in_force: false}", "policy-discipline-one-option"),
        ("grade_between", "{}", "policy-missing-key"),
        ("grade_between", "{min: IV/b, max: III/d}", "policy-bounds-reversed"),
        ("technical_at_least", "{codes: [T.01, M.03], level: 3}", "policy-not-technical"),
        ("training_any", "{codes: []}", "policy-empty-list"),
        ("learning_duty", "{hours: 20}", "policy-unknown-key"),
        ("attested", "[]", "policy-not-a-mapping"),
    ],
)
def test_gate_parameters_that_do_not_fit_are_refused(kind, params, code):
    assert code in {found for _, found in problems_of(with_gate(kind, params))}


def test_repeated_gate_is_refused():
    line = EXAMPLE.splitlines()[GATE_LINE - 1]

    assert problems_of(changed(line, f"{line}\n{line}")) == [(GATE_LINE + 1, "policy-repeated")]


def test_local_rule_blocks_only_with_a_decree():
    draft = parse_policy(with_gate("learning_duty", "{}", "local"))
    adopted = parse_policy(with_gate("learning_duty", "{}", "local", ", decree: {number: 7/2026, date: 2026-03-01}"))

    assert (draft.gates[0].may_block, draft.missing_decrees) == (False, ("G",))
    assert (adopted.gates[0].may_block, adopted.missing_decrees) == (True, ())
    assert adopted.gates[0].decree.date == dt.date(2026, 3, 1)
    assert policy_from_document(adopted.document) == adopted


@pytest.mark.parametrize(
    ("decree", "code"),
    [
        ("{number: 7/2026}", "policy-missing-key"),
        ("{number: 7/2026, date: kemarin}", "policy-not-a-date"),
        ("{number: 7/2026, date: 2026-03-01, stamp: x}", "policy-unknown-key"),
    ],
)
def test_incomplete_decree_is_refused(decree, code):
    text = with_gate("learning_duty", "{}", "local", f", decree: {decree}")

    assert code in {found for _, found in problems_of(text)}


def test_decree_on_a_confirmed_rule_is_refused():
    text = with_gate("learning_duty", "{}", "confirmed", ", decree: {number: 7/2026, date: 2026-03-01}")

    assert problems_of(text) == [(GATE_LINE, "policy-decree-not-local")]


def test_several_preferred_indicators_are_read_in_order():
    first = "{code: unit.achievement, points: [[60, 0], [100, 80], [120, 100]]}"
    second = "{code: service.satisfaction, points: [[25, 0], [100, 100]], step: 2, actionable: true}"
    text = changed(first, f"[{first}, {second}]").replace("training.transfer: 8", "service.satisfaction: 2")

    options = parse_policy(text).slots[2].options

    assert [option.code for option in options] == ["unit.achievement", "service.satisfaction", "appraisal.result"]
    assert (options[1].step, options[1].actionable) == (2.0, True)


@pytest.mark.parametrize("code", SHIPPED)
def test_shipped_policies_are_valid_and_say_where_their_rules_come_from(code):
    policy = parse_policy(shipped_policies()[code])

    assert policy.code == code
    assert int(policy.weights.sum()) == 10**9
    assert [pillar.weight for pillar in policy.pillars] == [Decimal("0.5"), Decimal("0.5")]
    assert all(gate.citation and gate.title for gate in policy.gates)
    assert {gate.status for gate in policy.gates} == set(RuleStatus)
    assert all(gate.decree is None for gate in policy.gates)


def test_default_policy_has_the_proposed_weights():
    policy = parse_policy(shipped_policies()["loyalitas-hasil"])

    # 0.5 × the shares of RANKING 1.
    assert {slot.code: str(slot.weight) for slot in policy.slots} == {
        "feedback.loyal": "0.175",
        "appraisal.behaviour": "0.15",
        "feedback.service": "0.075",
        "discipline.record": "0.075",
        "attendance.unexcused": "0.025",
        "appraisal.result": "0.2",
        "competency.jpm": "0.15",
        "training.transfer": "0.05",
        "service.complaints": "0.04",
        "service.response": "0.035",
        "service.satisfaction": "0.025",
    }
    held = [slot.code for slot in policy.slots if slot.missing is MissingRule.HOLD]
    assert {"appraisal.behaviour", "appraisal.result", "competency.jpm"} <= set(held)


def test_every_refusal_has_a_sentence_that_can_be_filled():
    with pytest.raises(PolicyError) as refusal:
        parse_policy(changed("weight: 0.4", "weight: 0.39"))

    error = refusal.value
    assert phrase(error.reason, **error.details) == (
        "Baris 11: jumlah bobot indikator pada pilar «loyalitas» adalah 0.99. Ubah sampai tepat 1."
    )
    assert error.reason in all_sentences()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1.0e+999999999", "policy-not-a-number"),  # a number that would never be written out
        ("0x" + "f" * 5000, "policy-not-a-number"),
        ("9" * 5000, "policy-not-a-number"),
        ("!!bool x", "policy-not-a-date"),
        ("!!timestamp x", "policy-not-a-date"),
        ('"a\\0b"', "policy-not-a-text"),
        ('"a\\ud800b"', "policy-not-a-text"),
    ],
)
def test_hostile_scalars_are_refused_on_their_line(value, reason):
    with pytest.raises(PolicyError) as refusal:
        parse_policy(f"code: contoh\ntitle: {value}\n")

    assert (refusal.value.problems[0].code, refusal.value.problems[0].line) == (reason, 2)
