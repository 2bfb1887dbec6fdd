"""What differs between two policies, and how it is said."""

from __future__ import annotations

import re

import pytest

from merit.phrases import all_sentences
from merit.ranking.difference import differences
from merit.ranking.policy import parse_policy, shipped_policies
from merit.ranking.report.changes import change_groups, citations
from tests.ranking.samples import POLICY

pytestmark = pytest.mark.unit

NEW_GATE = "  - {id: USIA, kind: age_at_most, params: {years: 56}, citation: PP 11/2017, status: needs_verification}\n"


def found(*replacements):
    """Differences after replacing texts in the sample policy, as (code, subject, old, new)."""
    text = POLICY
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return [(one.code, one.subject, one.old, one.new) for one in differences(parse_policy(POLICY), parse_policy(text))]


def said(*replacements):
    text = POLICY
    for old, new in replacements:
        text = text.replace(old, new)
    groups = change_groups(parse_policy(POLICY), parse_policy(text))
    return [line for group in groups for line in group.lines]


def test_a_policy_does_not_differ_from_itself():
    assert differences(parse_policy(POLICY), parse_policy(POLICY + "# komentar\n")) == ()


def test_weights_are_compared_as_effective_weights():
    # 0.5 × 0.8 = 0.40 becomes 0.5 × 0.7 = 0.35, the other one 0.10 becomes 0.15.
    assert said(("weight: 0.8", "weight: 0.7"), ("weight: 0.2,", "weight: 0.3,")) == [
        "Bobot Perilaku kerja SKP turun dari 40 % ke 35 %.",
        "Bobot Catatan disiplin naik dari 10 % ke 15 %.",
    ]


def test_gates_added_removed_and_changed_are_named():
    assert said(
        ("level: S1/D4", "level: S2"),
        ('  - {id: LHK, kind: attested, params: {fact: lhkpn}, citation: "Aturan setempat", status: local}\n', ""),
        (
            "pillars:\n  - code: loy",
            NEW_GATE + "pillars:\n  - code: loy",
        ),
    ) == [
        "Syarat «EDU»: paling rendah berubah dari S1/D4 menjadi S2.",
        "Syarat «LHK» (LHK) dihapus.",
        "Syarat «USIA» (USIA) ditambahkan; kedudukannya: Perlu verifikasi.",
        "Syarat «USIA»: tahun 56.",
        "Syarat «USIA»: dihitung pada tanggal pelantikan.",
        "Dasar syarat «USIA»: «PP 11/2017».",
    ]


def test_knots_are_written_out():
    assert said(("points: [[0, 100], [24, 0]]", "points: [[0, 100], [12, 25], [24, 0]]")) == [
        "Titik nilai Catatan disiplin berubah dari 0 → 100; 24 → 0 menjadi 0 → 100; 12 → 25; 24 → 0."
    ]


def test_a_decree_and_its_status_are_said():
    changed = ("status: local}", 'status: local, decree: {number: "188/7", date: 2026-02-03}}')

    assert said(changed) == [
        "Keputusan PPK untuk syarat «LHK»: dahulu tidak ada, sekarang Keputusan 188/7, 3 Februari 2026."
    ]


@pytest.mark.parametrize(
    ("replacement", "code"),
    [
        (("title: Kebijakan contoh", "title: Lain"), "policy-differs-title"),
        (("tier: administrator", "tier: [administrator, pengawas]"), "policy-differs-tiers"),
        (("size: 2", "size: 3"), "policy-differs-size"),
        (("precision: 2", "precision: 3"), "policy-differs-precision"),
        (("size: 2", "size: 2\nsurplus: offset"), "policy-differs-surplus"),
        (("size: 2", "size: 2\nresponse_working_days: 3"), "policy-differs-response_working_days"),
        (("ties: [appraisal.result, competency.jpm]", "ties: [competency.jpm]"), "policy-differs-ties"),
        (("rater_sd: 0.8", "rater_sd: 0.7"), "policy-differs-default_se"),
        (("missing: floor", "missing: bounds"), "policy-slot-missing"),
        (("cact: 0.4", "cact: 0.5"), "policy-differs-default_se"),
        (("points: [[60, 0], [100, 65], [120, 100]]", "points: [[60, 0], [120, 100]]"), "policy-slot-points"),
        (('citation: "PP 94/2021"', 'citation: "PP 94/2021 Pasal 8"'), "policy-gate-citation"),
        (("kind: attested, params: {fact: lhkpn}", "kind: learning_duty, params: {}"), "policy-gate-kind"),
    ],
)
def test_every_part_of_a_policy_is_compared(replacement, code):
    assert [one[0] for one in found(replacement)] == [code]


def test_an_indicator_that_moves_and_pillars_that_change_are_seen():
    old = parse_policy(shipped_policies()["loyalitas-hasil"])
    text = shipped_policies()["loyalitas-hasil"].replace(
        "code: hasil\n    title: Hasil kerja", "code: karya\n    title: Karya"
    )

    codes = {one.code for one in differences(old, parse_policy(text))}

    assert codes == {"policy-pillar-removed", "policy-pillar-added", "policy-slot-moved"}


def test_every_code_of_a_difference_has_a_sentence_with_known_placeholders():
    mine = {
        code: str(text)
        for code, text in all_sentences().items()
        if re.match(r"policy-(differs|pillar|slot|option|gate)-", code)
    }

    assert all(
        set(re.findall(r"%\((\w+)\)s", text)) <= {"subject", "old", "new", "detail", "line", "pillar", "total"}
        for text in mine.values()
    )


def test_citations_name_what_is_open():
    sources = {one.identity: one for one in citations(parse_policy(POLICY))}

    assert (sources["EDU"].is_open, sources["LHK"].is_open) == (False, True)
    assert sources["appraisal.behaviour"].source == "PermenPANRB 6/2022"


def test_shipped_policies_list_what_they_still_need():
    sources = citations(parse_policy(shipped_policies()["loyalitas-hasil"]))

    assert {one.identity for one in sources if one.status == "local" and not one.decree} == {
        "ADM-SEHAT",
        "ADM-INTEGRITAS",
        "ADM-PANGKAT",
        "ADM-HUKDIS",
        "ADM-MASA",
    }
    assert [one.identity for one in sources if one.status == "needs_verification"] == ["ADM-KOMP"]


def test_the_content_of_what_is_new_is_said():
    service = "{code: service.complaints, weight: 0.1, points: [[0, 0], [1, 100]], missing: bounds, neutral: 65}"
    lines = said(
        ("weight: 0.4, points: [[0, 0], [80", "weight: 0.3, points: [[0, 0], [80"),
        ("default_se:", f"      - {service}\ndefault_se:"),
        ("kind: attested, params: {fact: lhkpn}", "kind: time_in_position, params: {years: 2}"),
    )

    assert [line for line in lines if "0 → 0; 1 → 100" in line]
    assert [line for line in lines if line.startswith("Nilai netral") and "65" in line]
    assert [line for line in lines if "LHK" in line and "2." in line]


def test_another_order_is_a_difference():
    first, second = [
        line for line in POLICY.splitlines(keepends=True) if "id: EDU" in line or "discipline.record" in line
    ]
    gate = '  - {id: LHK, kind: attested, params: {fact: lhkpn}, citation: "Aturan setempat", status: local}\n'
    behaviour = next(line for line in POLICY.splitlines(keepends=True) if "appraisal.behaviour" in line)

    assert [one[0] for one in found((first, ""), (gate, gate + first))] == ["policy-gate-order"]
    assert [one[0] for one in found((second, ""), (behaviour, second + behaviour))] == ["policy-slot-order"]


def test_which_indicator_fills_a_slot_first_is_a_difference():
    led = "{code: unit.achievement, points: [[60, 0], [100, 65], [120, 100]]}"
    asked = "{code: service.satisfaction, points: [[25, 0], [100, 100]]}"
    one = POLICY.replace(led, f"[{led}, {asked}]").replace("rater_sd: 0.8", "rater_sd: 0.8, service.satisfaction: 3")
    other = one.replace(f"[{led}, {asked}]", f"[{asked}, {led}]")

    assert [change.code for change in differences(parse_policy(one), parse_policy(other))] == ["policy-option-order"]
