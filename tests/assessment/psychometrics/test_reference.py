"""Every quantity of the shared reference data against R (mirt, ltm, psych, difR, equate, eRm, psychotools).

``python -m pytest tests/assessment/psychometrics/test_reference.py -s`` prints the table: case, quantity, largest
difference, tolerance. Not compared, since no such model is offered here: Rasch and partial credit models whose slope
and population are both fixed (``rasch_a1``, ``pcm`` of ltm), the graded model of one slope (``grm_constrained``), and
expected frequencies of patterns. The 3PL is printed and not judged: its estimates depend on the optimiser.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from merit.assessment.psychometrics import (
    abilities_of_scores,
    andersen_test,
    breslow_day,
    calibrate,
    calibrate_conditionally,
    eap_for_sum_scores,
    empirical_reliability,
    equate,
    item_fit,
    item_information,
    item_statistics,
    logistic_dif,
    mantel_haenszel,
    marginal_reliability,
    model_fit,
    person_fit,
    score,
    standardisation,
)
from tests.assessment.psychometrics.calibrated import items_of

pytestmark = pytest.mark.unit


class Case:
    """Compares quantities of one data set and prints how far they lie apart."""

    def __init__(self, name):
        self.name = name
        sys.stdout.write("\n")

    def close(self, quantity, found, expected, tolerance):
        ours, theirs = np.asarray(found, dtype=float), numbers(expected)
        with np.errstate(invalid="ignore"):
            gap = np.abs(np.where(ours == theirs, 0, ours - theirs))
        sys.stdout.write(f"| {self.name:<16} | {quantity:<34} | {np.nanmax(gap):8.1e} | {tolerance:7.0e} |\n")
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance, err_msg=quantity)

    def told(self, quantity, found, expected):
        gap = np.abs(np.asarray(found) - numbers(expected)).max()
        sys.stdout.write(f"| {self.name:<16} | {quantity:<34} | {gap:8.1e} |       – |\n")


def numbers(values):
    """Return expected values as an array; R writes NA and Inf as text."""
    if isinstance(values, np.ndarray):
        return values.astype(float)
    if isinstance(values, (list, tuple)):
        return np.array([numbers(value) for value in values])
    return np.array(float(str(values).replace("NA", "nan")))


def column(rows, *names):
    return numbers([[row[name] for name in names] for row in rows]).squeeze()


@pytest.fixture
def lsat(table):
    _header, rows = table("lsat6.csv")
    return rows[:, :5], rows[:, 5]


@pytest.mark.parametrize(("model", "name"), [("2pl", "twoPL"), ("1pl", "onePL_equal_a")])
def test_lsat6_parameters(lsat, oracle, model, name):
    expected, case = oracle("lsat6_mirt.json")[name], Case(f"lsat6 {model}")
    parameters = numbers(expected["irt"]["pars"])
    slopes = numbers([[item["par"][:2], item["se"][:2]] for item in expected["slope_intercept"].values()])

    found = calibrate(lsat[0], model, weights=lsat[1])

    assert found.converged
    case.close("a", found.discrimination, parameters[:, 0], 1e-4)
    case.close("b", found.difficulty, parameters[:, 1], 1e-4)
    case.close("d", found.intercepts[:, 0], slopes[:, 0, 1], 1e-4)
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], 1e-3)
    case.close("SE a (Oakes)", found.standard_errors.discrimination, slopes[:, 1, 0], 1e-4)
    case.close("SE d (Oakes)", found.standard_errors.intercepts[:, 0], slopes[:, 1, 1], 1e-4)


def test_lsat6_rasch_with_free_variance(lsat, oracle):
    expected, case = oracle("lsat6_mirt.json")["rasch_freevar"], Case("lsat6 Rasch")

    found = calibrate(lsat[0], "1pl", weights=lsat[1])

    case.close("b on the metric a = 1", -found.intercepts[:, 0], numbers(expected["irt"]["pars"])[:, 1], 1e-4)
    case.close("variance", found.discrimination[0] ** 2, expected["var"], 1e-4)
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], 1e-3)


def test_lsat6_abilities(lsat, oracle):
    expected, case = oracle("lsat6_mirt.json"), Case("lsat6 scores")
    calibration = calibrate(lsat[0], "2pl", weights=lsat[1])

    for method, name in (("eap", "EAP"), ("map", "MAP"), ("mle", "ML"), ("wle", "WLE")):
        found, wanted = score(expected["patterns"], calibration, method), expected["scores"][name]
        case.close(f"{name} theta", found.theta, wanted["theta"], 1e-4)
        if method != "wle":
            case.close(f"{name} SE", found.standard_error, wanted["se"], 1e-4)
    sums = eap_for_sum_scores(calibration)
    case.close("EAP of sum scores", [row.theta for row in sums], column(expected["EAPsum"], "F1"), 1e-4)
    case.close("SE of sum scores", [row.standard_error for row in sums], column(expected["EAPsum"], "SE_F1"), 1e-4)
    case.close(
        "expected persons per sum score",
        [1000 * row.expected for row in sums],
        column(expected["EAPsum"], "expected"),
        1e-2,
    )
    information = item_information(calibration, expected["testinfo"]["theta"]).sum(axis=0)
    case.close("test information", information, expected["testinfo"]["info"], 1e-4)
    case.close("marginal reliability", marginal_reliability(calibration), expected["marginal_rxx"], 1e-4)
    persons = empirical_reliability(score(lsat[0], calibration), lsat[1])
    case.close("empirical reliability", persons, expected["empirical_rxx"], 1e-3)


def test_lsat6_error_of_weighted_likelihood_is_that_of_the_information(lsat, oracle):
    """mirt adds Warm's bias term to the information; ours is 1 / sqrt(I), as decided for levels."""
    expected = oracle("lsat6_mirt.json")
    calibration = calibrate(lsat[0], "2pl", weights=lsat[1])

    found = score(expected["patterns"], calibration, "wle")

    information = [item_information(calibration, theta).sum() for theta in found.theta]
    Case("lsat6 scores").close("WLE SE = 1/sqrt(I)", found.standard_error, 1 / np.sqrt(information), 1e-9)


def test_lsat6_fit(lsat, oracle):
    expected, case = oracle("lsat6_mirt.json"), Case("lsat6 fit")
    calibration = calibrate(lsat[0], weights=lsat[1])
    patterns = [[int(answer) for answer in row["pattern"]] for row in expected["personfit"]]

    items, whole = (fit(lsat[0], calibration, weights=lsat[1]) for fit in (item_fit, model_fit))
    theta = score(patterns, calibration).theta
    persons = person_fit(patterns, items_of(calibration), theta, method="eap")

    case.close("S-X2", items.s_x2, column(expected["itemfit"], "S_X2"), 1e-4)
    case.close("S-X2 df", items.df, column(expected["itemfit"], "df.S_X2"), 0)
    case.close("S-X2 p", items.p_value, column(expected["itemfit"], "p.S_X2"), 1e-4)
    (m2,) = expected["M2"]
    case.close("M2", whole.m2, m2["M2"], 1e-4)
    case.close("M2 df", whole.df, m2["df"], 0)
    case.close("M2 p", whole.p_value, m2["p"], 1e-4)
    errors = (whole.rmsea, whole.rmsea_low, whole.rmsea_high)
    case.close("RMSEA and its interval", errors, [m2["RMSEA"], m2["RMSEA_5"], m2["RMSEA_95"]], 1e-4)
    case.close("SRMSR, TLI, CFI", (whole.srmsr, whole.tli, whole.cfi), [m2["SRMSR"], m2["TLI"], m2["CFI"]], 1e-4)
    for ours, theirs in (("infit", "infit"), ("outfit", "outfit"), ("infit_z", "z.infit"), ("outfit_z", "z.outfit")):
        case.close(f"person {theirs}", getattr(persons, ours), column(expected["personfit"], theirs), 1e-4)
    case.close("person lz", persons.lz, column(expected["personfit"], "Zh"), 1e-4)


def test_lsat6_ltm(lsat, oracle):
    expected, case = oracle("lsat6_ltm.json"), Case("lsat6 ltm")

    one, two = calibrate(lsat[0], "1pl", weights=lsat[1]), calibrate(lsat[0], "2pl", weights=lsat[1])

    # ltm stops earlier than mirt does, with which the same estimates agree to six digits (above).
    case.close("1PL b", one.difficulty, expected["onePL"]["b"], 1e-3)
    case.close("1PL a", one.discrimination[0], expected["onePL"]["a"], 1e-3)
    case.close("1PL log-likelihood", one.log_likelihood, expected["onePL"]["logLik"], 1e-3)
    case.close("1PL AIC", one.aic, expected["onePL"]["AIC"], 1e-3)
    case.close("2PL b", two.difficulty, expected["twoPL"]["b"], 3e-3)
    case.close("2PL a", two.discrimination, expected["twoPL"]["a"], 1e-3)
    case.close("2PL log-likelihood", two.log_likelihood, expected["twoPL"]["logLik"], 1e-3)
    errors = np.concatenate((two.standard_errors.intercepts[:, 0], two.standard_errors.discrimination))
    case.close("2PL SE d, a", errors, expected["twoPL"]["se_raw"], 1e-3)
    patterns = column(expected["EB"], *(f"Item {number}" for number in range(1, 6))).astype(int)
    modes = score(patterns, two, "map")
    case.close("empirical Bayes theta (MAP)", modes.theta, column(expected["EB"], "z1"), 1e-3)
    case.close("empirical Bayes SE", modes.standard_error, column(expected["EB"], "se.z1"), 1e-3)


@pytest.mark.parametrize("model", ["grm", "gpcm"])
def test_science(table, oracle, model):
    expected, case = oracle("science_mirt.json"), Case(f"science {model}")
    parameters, rows = numbers(expected[model]["irt"]["pars"]), table("science_mirt.csv")[1]

    found = calibrate(rows, model)

    case.close("a", found.discrimination, parameters[:, 0], 1e-3)
    case.close("b", found.thresholds, parameters[:, 1:], 1e-3)
    case.close("log-likelihood", found.log_likelihood, expected[model]["logLik"], 1e-3)
    if model == "grm":
        slopes = numbers([[item["par"], item["se"]] for item in expected["grm"]["slope_intercept"].values()])
        case.close("d", found.intercepts, slopes[:, 0, 1:], 1e-3)
        case.close("SE a (Oakes)", found.standard_errors.discrimination, slopes[:, 1, 0], 1e-3)
        case.close("SE d (Oakes)", found.standard_errors.intercepts, slopes[:, 1, 1:], 1e-3)
        eap, wle = (score(rows[:50], found, method) for method in ("eap", "wle"))
        case.close("EAP, SE", np.stack((eap.theta, eap.standard_error), axis=1), expected["EAP_first50"], 1e-4)
        case.close("WLE theta", wle.theta, numbers(expected["WLE_first50"])[:, 0], 1e-3)
        information = item_information(found, expected["testinfo"]["theta"]).sum(axis=0)
        case.close("test information", information, expected["testinfo"]["info"], 1e-3)


def test_science_partial_credit(table, oracle):
    expected, case = oracle("science_mirt.json")["pcm_rasch"], Case("science pcm")

    found = calibrate(table("science_mirt.csv")[1], "pcm")

    # A common slope over a standard normal population and a free variance at slope 1 say the same.
    thresholds = found.thresholds * found.discrimination[:, None]
    case.close("b on the metric a = 1", thresholds, numbers(expected["irt"]["pars"])[:, 1:], 1e-3)
    case.close("variance", found.discrimination[0] ** 2, expected["var"], 1e-3)
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], 1e-3)


@pytest.mark.parametrize("model", ["grm", "gpcm"])
def test_science_ltm(table, oracle, model):
    expected, case = oracle("science4_ltm.json")[model], Case(f"science4 {model}")
    _header, rows = table("science4.csv")

    found = calibrate(rows[:, :4], model, weights=rows[:, 4], errors=False)

    # ltm's coefficients are given with three decimals, and its quadrature differs.
    coefficients = np.concatenate((found.thresholds.T.ravel(), found.discrimination))
    case.close("b, a", coefficients, expected["coef"], 2e-3)
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], 1e-3)


def test_verbal_aggression(table, oracle):
    expected, rows = oracle("verbagg_mirt.json"), table("verbagg24.csv")[1][:, :24]
    parameters, case = numbers(expected["twoPL"]["irt"]["pars"]), Case("verbagg24")

    found, rasch = calibrate(rows, "2pl", errors=False), calibrate(rows, "1pl", errors=False)

    case.close("2PL a", found.discrimination, parameters[:, 0], 1e-4)
    case.close("2PL b", found.difficulty, parameters[:, 1], 1e-4)
    case.close("2PL log-likelihood", found.log_likelihood, expected["twoPL"]["logLik"], 1e-3)
    # mirt frees the variance and keeps the grid: with a variance of 1.9 its quadrature is off by 0.004.
    case.close("Rasch log-likelihood", rasch.log_likelihood, expected["Rasch"]["logLik"], 5e-3)
    case.close("Rasch variance", rasch.discrimination[0] ** 2, expected["Rasch"]["var"], 5e-3)
    case.close("Rasch d", rasch.intercepts[:, 0], expected["Rasch"]["d"], 1e-3)


def test_verbal_aggression_of_two_groups(table, oracle):
    expected, rows = oracle("verbagg_multigroup_mirt.json"), table("verbagg24.csv")[1]
    reference, other = (expected["coef"][group] for group in expected["groups"])
    case = Case("verbagg24 groups")

    found = calibrate(rows[:, :24], "2pl", groups=rows[:, 24], errors=False)

    case.close("a", found.discrimination, numbers(reference["items"])[:, 0], 1e-4)
    case.close("b", found.difficulty, numbers(reference["items"])[:, 1], 1e-4)
    case.close("means", [each.mean for each in found.populations], [reference["mean"], other["mean"]], 1e-4)
    case.close("variances", [each.sd**2 for each in found.populations], [reference["var"], other["var"]], 1e-4)
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], 1e-3)


def test_sat12(table, oracle):
    expected, rows = oracle("sat12_mirt.json"), table("sat12_scored.csv")[1]
    parameters, case = numbers(expected["twoPL"]["irt"]["pars"]), Case("sat12")

    found, classical = calibrate(rows, "2pl", errors=False), item_statistics(rows)
    eap = score(rows, found)

    case.close("2PL a", found.discrimination, parameters[:, 0], 1e-4)
    case.close("2PL b", found.difficulty, parameters[:, 1], 1e-4)
    case.close("2PL log-likelihood", found.log_likelihood, expected["twoPL"]["logLik"], 1e-3)
    case.close("EAP, SE", np.stack((eap.theta, eap.standard_error), axis=1)[:50], expected["EAP_first50"], 1e-4)
    case.close("EAP reliability", empirical_reliability(eap), expected["EAP_reliability"], 1e-3)
    fit = person_fit(rows[:50], items_of(found), eap.theta[:50], method="eap")
    case.close("lz", fit.lz, expected["lz_first50"], 1e-4)
    case.close("alpha", classical.alpha, expected["alpha"], 1e-6)
    case.close("alpha, standardised", classical.standardised_alpha, expected["alpha_std"], 1e-6)
    case.close("alpha without the item", classical.alpha_without, expected["drop_alpha"], 1e-6)
    case.close("corrected item-total", classical.item_total, expected["r_drop"], 1e-6)
    case.close("omega of one factor", classical.omega, expected["omega_total_1f"], 1e-6)
    case.close("facility", classical.facility, expected["p"], 1e-6)


def test_sat12_guessing(table, oracle):
    expected = oracle("sat12_mirt.json")["threePL_logitnormal_prior_m1.5_sd3"]

    found = calibrate(table("sat12_scored.csv")[1], "3pl", errors=False, max_iterations=60)

    Case("sat12 3PL").told("log-likelihood", found.log_likelihood, expected["logLik"])
    assert abs(found.log_likelihood - expected["logLik"]) < 1


@pytest.mark.parametrize("model", ["1pl", "2pl"])
@pytest.mark.parametrize(("name", "tolerance"), [("wirs", 1e-3), ("abortion", 0.1)])
def test_other_sets(table, oracle, name, tolerance, model):
    header, rows = table(f"{name}.csv")
    expected = oracle(f"{name}_ltm.json")[model.replace("1pl", "onePL").replace("2pl", "twoPL")]
    counts, case = rows[:, header.index("count")], Case(f"{name} {model}")

    found = calibrate(rows[:, : len(expected["b"])], model, weights=counts, errors=False, max_iterations=3_000)

    # Sources disagree on abortion with the quadrature: its slopes of 4 to 6 need a finer grid than anybody uses.
    case.close("log-likelihood", found.log_likelihood, expected["logLik"], tolerance)
    case.close("b", found.difficulty, expected["b"], tolerance)
    case.close("a", found.discrimination, np.broadcast_to(expected["a"], found.discrimination.shape), tolerance)


def test_rasch_by_conditional_likelihood(table, oracle):
    expected, lsat, rows = oracle("erm_cml.json"), table("lsat6.csv")[1], table("raschdat1.csv")[1]
    case = Case("eRm Rasch")

    found, other = calibrate_conditionally(lsat[:, :5], weights=lsat[:, 5]), calibrate_conditionally(rows)

    case.close("lsat6 easiness", found.easiness[:, 0], expected["lsat_beta_easiness_sumzero"], 1e-4)
    case.close("lsat6 SE", found.easiness_error[:, 0], expected["lsat_se"], 1e-4)
    case.close("lsat6 log-likelihood", found.log_likelihood, expected["lsat_cll"], 1e-4)
    persons = sorted(set(zip(expected["person_lsat"]["theta"], expected["person_lsat"]["se"], strict=True)))
    ours = abilities_of_scores(found)
    case.close("lsat6 abilities, SE", np.stack((ours.theta, ours.standard_error), axis=1), persons, 1e-4)
    case.close("raschdat1 easiness", other.easiness[:, 0], expected["raschdat1_beta"], 1e-4)
    case.close("raschdat1 log-likelihood", other.log_likelihood, expected["raschdat1_cll"], 1e-4)
    ratio, wanted = andersen_test(rows), expected["LR_andersen"]
    case.close("Andersen LR, p", (ratio.statistic, ratio.p_value), [wanted["LR"], wanted["p"]], 1e-4)
    case.close("Andersen df", ratio.df, wanted["df"], 0)


def test_partial_credit_by_conditional_likelihood(table, oracle):
    expected, case = oracle("erm_pcm.json"), Case("eRm PCM")

    found = calibrate_conditionally(table("pcmdat2.csv")[1])

    case.close("easiness", found.easiness.ravel(), expected["beta"], 1e-4)
    case.close("log-likelihood", found.log_likelihood, expected["loglik"], 1e-4)
    case.close(
        "location, thresholds", np.column_stack((found.difficulty, found.thresholds)), expected["thresholds"], 1e-4
    )


def test_verbal_aggression_by_conditional_likelihood(table, oracle):
    expected, case = oracle("verbagg_cml.json"), Case("verbagg24 CML")

    found = calibrate_conditionally(table("verbagg24.csv")[1][:, :24])

    case.close("b, first item 0", found.difficulty - found.difficulty[0], expected["raschmodel_beta_first0"], 1e-4)
    case.close("log-likelihood", found.log_likelihood, expected["cll"], 1e-4)


def test_differential_item_functioning(table, oracle):
    header, rows = table("verbal_difR.csv")
    items, group, expected = rows[:, :24], rows[:, header.index("Gender")], oracle("verbal_dif.json")
    case = Case("verbal difR")

    plain, pure = mantel_haenszel(items, group), mantel_haenszel(items, group, purify=True)
    uncorrected, logistic = mantel_haenszel(items, group, correct=False), logistic_dif(items, group)

    case.close("MH chi square", plain.chi2, expected["MH"]["stat"], 1e-6)
    case.close("MH alpha", plain.alpha, expected["MH"]["alphaMH"], 1e-6)
    case.close("MH variance of ln alpha", plain.log_alpha_se**2, expected["MH"]["varLambda"], 1e-6)
    case.close("MH delta", plain.delta, expected["MH"]["delta"], 1e-6)
    assert (1 + np.flatnonzero(plain.p_value < 0.05)).tolist() == expected["MH"]["DIF"]
    case.close("MH without correction", uncorrected.chi2, expected["MH_nocorrect"], 1e-6)
    case.close("MH purified", pure.chi2, expected["MH_purified"]["stat"], 1e-6)
    case.close("MH purified, alpha", pure.alpha, expected["MH_purified"]["alphaMH"], 1e-6)
    assert (1 + np.flatnonzero(~pure.anchors)).tolist() == expected["MH_purified"]["DIF"]
    case.close("logistic, both", logistic.both, expected["logistic_both"]["stat"], 1e-4)
    case.close("logistic, change of R²", logistic.r2_change, expected["logistic_both"]["deltaR2"], 1e-4)
    assert (1 + np.flatnonzero(logistic.p_both < 0.05)).tolist() == expected["logistic_both"]["DIF"]
    case.close("logistic, uniform", logistic.uniform, expected["logistic_udif"], 1e-4)
    case.close("logistic, non-uniform", logistic.non_uniform, expected["logistic_nudif"], 1e-4)
    case.close("standardisation", standardisation(items, group), expected["std_pdif"], 1e-6)
    case.close("Breslow-Day", breslow_day(items, group).statistic, expected["BreslowDay"], 1e-4)


@pytest.mark.parametrize("method", ["mean", "linear", "equipercentile"])
def test_equating(table, oracle, method):
    rows, expected, case = table("actmath.csv")[1], oracle("actmath_equate.json")[method], Case("actmath")

    found = equate(rows[:, 1], rows[:, 2], method)

    case.close(f"{method}", found.equivalents, column(expected, "yx"), 1e-6)
    if "se" in expected[0]:  # where nobody has the score, R says 0 and we say nothing
        counted = rows[:, 1] > 0
        case.close(f"{method}, SE", found.standard_error[counted], column(expected, "se")[counted], 1e-6)
