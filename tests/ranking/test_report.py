"""What a run tells people and programs."""

import csv
import io
from decimal import Decimal

import pytest

from merit.audit.services import append_pending
from merit.errors import MeritError
from merit.ranking.domain import Outcome, Standing
from merit.ranking.queries import load_people
from merit.ranking.report.considered import GateQuery, gate_page, gate_summaries
from merit.ranking.report.document import report_csv, report_document
from merit.ranking.report.explanation import explain_official, explain_own
from merit.ranking.report.explanation_document import explanation_document
from merit.ranking.report.robustness import robustness_page
from merit.ranking.report.sentences import nobody_lines, number_text
from merit.ranking.report.shortlist import ShortlistQuery, shortlist_page
from merit.ranking.services.runs import create_run, open_run
from merit.security.permissions import Role
from tests.factories import make_appraisal, make_nip, make_official, make_results
from tests.ranking.samples import make_actor, make_town

pytestmark = pytest.mark.db

HEAD = ["run", "vacancy", "as_of", "policy", "engine", "seed", "result_sha256", "counts"]
CANDIDATE = ["nip", "name", "rank", "tied", "score", "score_interval", "rank_interval", "p_top", "in_band", "gates"]
GATE = ["id", "outcome", "fact", "threshold", "citation", "met_from"]
PART = ["indicator", "value", "standard_error", "status", "utility", "weight", "points", "contribution", "evidence"]


@pytest.fixture
def admin(session):
    return make_actor(session, "admin-uji", Role.ADMIN)


@pytest.fixture
def town(session, admin):
    return make_town(session, admin, make_actor(session, "ppk-uji", Role.PPK))


@pytest.fixture
def run(session, admin, town):
    code = create_run(session, admin, vacancy_code=town.vacancy).code
    append_pending(session)
    return open_run(session, admin, code)


@pytest.fixture
def report(session, run):
    return report_document(run, load_people(session, run.ranking.officials))


def test_report_has_exactly_the_keys_of_the_contract(report):
    best = report["candidates"][0]

    assert list(report) == [*HEAD, "candidates", "hold", "failed"]
    assert list(report["policy"]) == ["code", "version", "sha256"]
    assert report["counts"] == {"considered": 6, "eligible": 3, "hold": 1, "failed": 2}
    assert list(best) == [*CANDIDATE, "contributions"]
    assert [list(gate) for gate in best["gates"]] == [GATE, GATE, [*GATE, "verdict"]]
    assert {tuple(part) for part in best["contributions"]} == {tuple(PART)}
    assert [list(entry) for entry in report["hold"]] == [["nip", "gates", "indicators"]]
    assert {tuple(entry) for entry in report["failed"]} == {("nip", "gates")}


def test_points_sum_to_the_unrounded_score_and_intervals_hold_the_score(report):
    for candidate in report["candidates"]:
        total = sum(Decimal(part["points"]) for part in candidate["contributions"])
        low, high = candidate["score_interval"]

        assert round(total, 2) == Decimal(candidate["score"])
        assert low <= float(candidate["score"]) <= high
        assert candidate["rank_interval"][0] <= candidate["rank"] <= candidate["rank_interval"][1]


def test_statuses_are_the_words_of_the_contract(report):
    parts = [part for candidate in report["candidates"] for part in candidate["contributions"]]

    assert {part["status"] for part in parts} <= {"MEASURED", "MISSING", "NOT_APPLICABLE", "EXPIRED", "DISPUTED"}
    assert any(part["status"] == "MEASURED" for part in parts)


def test_chances_of_the_top_places_sum_to_their_number(report):
    assert sum(candidate["p_top"] for candidate in report["candidates"]) == pytest.approx(2, abs=1e-5)


def test_every_number_names_its_evidence(report, town):
    best = report["candidates"][0]
    evidence = {part["indicator"]: part["evidence"] for part in best["contributions"]}

    assert best["nip"] == town.nips["budi"]
    assert evidence["appraisal.result"]["table"] == "appraisals"
    assert evidence["competency.jpm"]["path"] == f"/bukti/competency_results/{evidence['competency.jpm']['id']}"
    assert evidence["discipline.record"] is None


def test_gates_say_what_they_saw_and_what_they_asked_for(report, town):
    failed = {entry["nip"]: {gate["id"]: gate for gate in entry["gates"]} for entry in report["failed"]}
    education = failed[town.nips["eka"]]["EDU"]

    assert (education["outcome"], education["fact"], education["threshold"]) == ("FAIL", "SLTA", "S1/D4")
    assert failed[town.nips["dedi"]]["DIS"]["outcome"] == "FAIL"
    assert failed[town.nips["eka"]]["LHK"]["outcome"] == "VERIFY"
    assert failed[town.nips["eka"]]["LHK"]["verdict"] == "HOLD"


def test_hold_lists_what_is_waited_for(report, town):
    assert [(entry["nip"], entry["indicators"]) for entry in report["hold"]] == [
        (town.nips["fajar"], ["appraisal.behaviour", "appraisal.result", "competency.jpm"])
    ]


def test_limit_cuts_every_list(session, run):
    short = report_document(run, load_people(session, run.ranking.officials), limit=1)

    assert [len(short[name]) for name in ("candidates", "hold", "failed")] == [1, 1, 1]


def test_csv_has_one_line_per_ranked_official_and_no_formulas(session, run):
    people = load_people(session, run.ranking.officials)
    first = int(run.ranking.officials[run.ranking.order[0]])
    object.__setattr__(people[first], "name", "=1+1")

    lines = list(csv.DictReader(io.StringIO(report_csv(run, people))))

    assert [line["peringkat"] for line in lines] == ["1", "2", "3"]
    assert lines[0]["nama"] == "'=1+1"
    assert lines[0]["nilai"] == "89.50"


def test_explanation_parts_sum_to_what_is_shown(session, run, town):
    for name in ("andi", "budi", "citra"):
        for reference in ("mean", "cut"):
            told = explain_official(session, run, nip=town.nips[name], reference=reference)
            score = Decimal(told.score)

            assert sum(Decimal(part.points) for part in told.parts) == score
            assert Decimal(told.reference) + sum(Decimal(part.contribution) for part in told.parts) == score
            assert told.bars[-2].end == told.bars[-1].end == float(score)


def test_explanation_of_somebody_not_ranked_says_why(session, run, town):
    failed = explain_official(session, run, nip=town.nips["eka"])
    waiting = explain_official(session, run, nip=town.nips["fajar"])

    assert (failed.standing, failed.rank, failed.score, failed.drawn) == (Standing.FAILED, None, None, None)
    assert failed.standing_reason == "Belum memenuhi syarat: EDU."
    assert waiting.standing_reason.startswith("Menunggu kepastian data: Perilaku kerja SKP, Hasil kerja SKP dan ")
    assert waiting.competencies == ()


def test_competencies_stand_beside_the_standard(session, run, town):
    lines = explain_official(session, run, nip=town.nips["citra"]).competencies

    assert len(lines) == 9
    assert {(line.standard, round(line.level, 2)) for line in lines} == {(3, 2.0)}


def test_pair_tells_why_one_stands_above_the_other(session, run, town):
    # Budi - Andi: behaviour 0.4·(100 − 65) = +14.00, result 0.3·(65 − 100) = −10.50, together 3.50.
    told = explain_official(session, run, nip=town.nips["andi"], against=town.nips["budi"])

    assert told.pair.sentence == (
        "Budi Santoso (nilai 89,50) di atas Andi Rahman (nilai 86,00) dengan selisih 3,50 poin, terutama karena "
        "Perilaku kerja SKP (+14,00); sebaliknya Andi Rahman lebih baik pada Hasil kerja SKP (−10,50)."
    )
    assert [line.shown for line in told.pair.lines][:2] == ["14.00", "-10.50"]


def test_explanation_json_turns_the_pair_towards_the_one_explained(session, run, town):
    document = explanation_document(explain_official(session, run, nip=town.nips["andi"], against=town.nips["budi"]))
    differences = {pair["indicator"]: Decimal(pair["difference"]) for pair in document["pairs"]}

    assert differences["appraisal.behaviour"] == -14
    assert sum(differences.values()) == Decimal("-3.5")
    assert list(document["counterfactuals"][0]) == ["indicator", "from", "to", "rank", "gate"]


def test_counterfactual_is_a_condition_not_a_promise(session, run, town):
    # Andi needs 3.50 more: behaviour 2.5 gives 0.4·(82.5 − 65) = +7.00 and rank 1.
    told = explain_official(session, run, nip=town.nips["andi"]).suggestions

    assert told[0].sentence == (
        "Bila pada penilaian berikutnya Perilaku kerja SKP menjadi 2,5 (sekarang 2) dan hal lain tetap, peringkatnya "
        "menjadi 1."
    )


def test_own_explanation_hides_the_means_of_a_small_pool(session, run, town):
    own = explain_own(session, run, nip=town.nips["andi"])

    assert (own.reference, own.bars, {part.contribution for part in own.parts}) == ("", (), {""})
    assert own.score == "86.00"


def test_explanation_of_a_stranger_is_refused(session, run):
    with pytest.raises(MeritError) as refusal:
        explain_official(session, run, nip="1" * 18)

    assert refusal.value.reason == "run-official-unknown"


def names(page):
    return [row.name.split()[0] for row in page.rows]


def test_shortlist_filters_sorts_and_pages(session, run, town):
    def ask(**query):
        return shortlist_page(session, run, ShortlistQuery(**query))

    assert names(ask()) == ["Budi", "Andi", "Citra"]
    assert names(ask(sort="name", is_descending=True)) == ["Citra", "Budi", "Andi"]
    assert names(ask(show="top")) == ["Budi", "Andi"]
    assert names(ask(text="lest")) == ["Citra"]
    assert names(ask(text=town.nips["andi"])) == ["Andi"]
    assert names(ask(per_page=2, page=2)) == ["Citra"]
    assert (ask(per_page=2).pages, ask(per_page=2).total) == (2, 3)
    assert names(ask(page=99)) == ["Budi", "Andi", "Citra"]
    assert names(ask(text="%")) == []


def test_shortlist_carries_the_forest_with_cut_and_band(session, run):
    page = shortlist_page(session, run, ShortlistQuery(per_page=1))

    assert [row.rank for row in page.forest.rows] == [1, 2, 3]
    assert (page.forest.size, page.forest.band, page.forest.left_out) == (2, page.head.band, 0)
    assert page.head.band_size == sum(row.in_band for row in page.forest.rows)


def test_gate_page_shows_everybody_considered(session, run, town):
    page = gate_page(session, run, GateQuery())
    stopped = gate_page(session, run, GateQuery(gate="EDU"))

    assert [row.standing for row in page.rows] == sorted(row.standing for row in page.rows)
    assert page.total == 6
    assert [row.nip for row in stopped.rows] == [town.nips["eka"]]
    assert next((line.id, line.outcome) for line in stopped.rows[0].lines) == ("EDU", Outcome.FAIL)


def test_gate_summaries_count_who_was_stopped_by_what(run):
    summaries = {summary.id: summary for summary in gate_summaries(run.ranking)}

    assert (summaries["EDU"].failed, summaries["EDU"].only_this) == (1, 1)
    assert summaries["LHK"].to_verify == 6


def test_nobody_eligible_is_explained(run):
    lines = nobody_lines(6, 1, gate_summaries(run.ranking))

    assert lines[0] == "Tidak ada yang memenuhi syarat dari 6 pegawai yang dipertimbangkan."
    assert "  EDU: 1 tidak memenuhi (1 hanya karena ini), 0 menunggu." in lines
    assert nobody_lines(0, 0, ()) != []
    assert "melamar" in nobody_lines(0, 0, (), is_open=True)[0]


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [("86.00", 2, "86,00"), ("-10.5", None, "−10,5"), (1234.5, 1, "1.234,5"), ("3", 0, "3"), (0.65, None, "0,65")],
)
def test_numbers_are_written_the_indonesian_way(value, digits, shown):
    assert number_text(value, digits) == shown


def test_robustness_page_repeats_from_the_seed_of_the_run(session, run):
    first, second = (robustness_page(session, run) for _time in range(2))

    assert first == second
    assert sum(row.weight_share for row in first.rows) == pytest.approx(2)
    assert all(row.rank_set[0] <= row.rank <= row.rank_set[1] for row in first.rows)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"sort": "score"}, ["Citra", "Andi", "Budi"]),
        ({"sort": "p_top", "is_descending": True}, ["Budi", "Andi", "Citra"]),
        ({"sort": "grade"}, ["Budi", "Andi", "Citra"]),
        ({"sort": "unit"}, ["Andi", "Budi", "Citra"]),
        ({"is_descending": True}, ["Citra", "Andi", "Budi"]),
        ({"show": "tied"}, []),
        ({"show": "flagged"}, []),
        ({"show": "nonsense", "sort": "nonsense"}, ["Budi", "Andi", "Citra"]),
    ],
)
def test_shortlist_sorts_and_shows_what_is_asked(session, run, query, shown):
    assert names(shortlist_page(session, run, ShortlistQuery(**query))) == shown


def test_shortlist_band_is_what_the_head_says(session, run):
    page = shortlist_page(session, run, ShortlistQuery(show="band"))

    assert (page.total, all(row.in_band for row in page.rows)) == (page.head.band_size, True)


def test_pair_with_somebody_not_ranked_is_refused(session, run, town):
    with pytest.raises(MeritError) as refusal:
        explain_official(session, run, nip=town.nips["andi"], against=town.nips["eka"])

    assert refusal.value.reason == "run-pair-not-ranked"


def test_twins_are_tied_and_left_to_the_panel(session, admin, town):
    for number, name in ((7, "Gita Sari"), (8, "Hana Dewi")):
        twin = make_official(session, nip=make_nip(number=number), name=name)
        for year in (2024, 2025):
            make_appraisal(session, twin, year, result=2, behaviour=2)
        make_results(session, twin, 3)
    run = open_run(session, admin, create_run(session, admin, vacancy_code=town.vacancy).code)
    twins = [str(run.ranking.nip[row]) for row in run.ranking.order if run.ranking.tied[row]]

    told = explain_official(session, run, nip=twins[0], against=twins[1])

    assert len(twins) == 2
    assert told.pair.sentence == (
        "Gita Sari dan Hana Dewi seri: nilai dan seluruh pembanding kebijakan sama, urutannya diserahkan kepada panel."
    )
