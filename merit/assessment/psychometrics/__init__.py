"""Psychometrics: pure functions on arrays, frozen results; no web, no database, no plotting.

Responses are (N, J) integers with -1 for missing; weights count patterns. The metric is logistic with D = 1 and
theta ~ N(0, 1).
"""

from merit.assessment.psychometrics.adaptive import Bank, Row, Rules, Shortage, State, answered, begin
from merit.assessment.psychometrics.agreement import Agreement, agreement
from merit.assessment.psychometrics.anchors import KnownItem
from merit.assessment.psychometrics.cml import (
    ConditionalFit,
    LikelihoodRatio,
    ScoreAbilities,
    abilities_of_scores,
    andersen_test,
    calibrate_conditionally,
)
from merit.assessment.psychometrics.ctt import ItemStatistics, OptionRow, item_statistics
from merit.assessment.psychometrics.data import DataProblem, UnusableResponsesError
from merit.assessment.psychometrics.dif import (
    BreslowDayResult,
    MHResult,
    breslow_day,
    mantel_haenszel,
    standardisation,
)
from merit.assessment.psychometrics.equating import Equated, equate, equate_common, presmooth
from merit.assessment.psychometrics.estimation import (
    Levels,
    Scores,
    SumScore,
    eap_for_sum_scores,
    empirical_reliability,
    item_information,
    levels,
    marginal_reliability,
    score,
)
from merit.assessment.psychometrics.expert_keys import ExpertKey, expert_key
from merit.assessment.psychometrics.integrity import (
    PersonFit,
    Similarity,
    SimilarPair,
    answer_similarity,
    corrected,
    person_fit,
)
from merit.assessment.psychometrics.irt import Calibration, Population, calibrate
from merit.assessment.psychometrics.item_set import ItemParametersError, ItemSet, PlainParameters
from merit.assessment.psychometrics.itemfit import ItemFit, item_fit
from merit.assessment.psychometrics.linking import AnchorDrift, Linking, link
from merit.assessment.psychometrics.logistic_dif import LogisticDIF, logistic_dif
from merit.assessment.psychometrics.modelfit import ModelFit, model_fit
from merit.assessment.psychometrics.ordinal_dif import MantelResult, mantel
from merit.assessment.psychometrics.residuals import MeanSquares, residual_fit
from merit.assessment.psychometrics.response_times import RapidGuessing, rapid_guessing
from merit.assessment.psychometrics.selection import Choice, ChoiceCode, Excluded, ExclusionCode, Reason, next_item
from merit.assessment.psychometrics.shadow import shortages
from merit.assessment.psychometrics.simulation import (
    Simulation,
    exposure_probabilities,
    replay,
    simulate,
    with_exposure,
)
from merit.assessment.psychometrics.standards import (
    AngoffCut,
    Consequences,
    Movement,
    Page,
    PanelCut,
    PanelProblem,
    angoff,
    bookmark,
    compare_rounds,
    consequences,
    cut_problems,
    expected_share,
    ordered_booklet,
    theta_at,
)

__all__ = [
    "Agreement",
    "AnchorDrift",
    "AngoffCut",
    "Bank",
    "BreslowDayResult",
    "Calibration",
    "Choice",
    "ChoiceCode",
    "ConditionalFit",
    "Consequences",
    "DataProblem",
    "Equated",
    "Excluded",
    "ExclusionCode",
    "ExpertKey",
    "ItemFit",
    "ItemParametersError",
    "ItemSet",
    "ItemStatistics",
    "KnownItem",
    "Levels",
    "LikelihoodRatio",
    "Linking",
    "LogisticDIF",
    "MHResult",
    "MantelResult",
    "MeanSquares",
    "ModelFit",
    "Movement",
    "OptionRow",
    "Page",
    "PanelCut",
    "PanelProblem",
    "PersonFit",
    "PlainParameters",
    "Population",
    "RapidGuessing",
    "Reason",
    "Row",
    "Rules",
    "ScoreAbilities",
    "Scores",
    "Shortage",
    "SimilarPair",
    "Similarity",
    "Simulation",
    "State",
    "SumScore",
    "UnusableResponsesError",
    "abilities_of_scores",
    "agreement",
    "andersen_test",
    "angoff",
    "answer_similarity",
    "answered",
    "begin",
    "bookmark",
    "breslow_day",
    "calibrate",
    "calibrate_conditionally",
    "compare_rounds",
    "consequences",
    "corrected",
    "cut_problems",
    "eap_for_sum_scores",
    "empirical_reliability",
    "equate",
    "equate_common",
    "expected_share",
    "expert_key",
    "exposure_probabilities",
    "item_fit",
    "item_information",
    "item_statistics",
    "levels",
    "link",
    "logistic_dif",
    "mantel",
    "mantel_haenszel",
    "marginal_reliability",
    "model_fit",
    "next_item",
    "ordered_booklet",
    "person_fit",
    "presmooth",
    "rapid_guessing",
    "replay",
    "residual_fit",
    "score",
    "shortages",
    "simulate",
    "standardisation",
    "theta_at",
    "with_exposure",
]
