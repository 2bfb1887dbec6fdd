"""Tables of the slice: recorded facts, the appraisal cycle."""

from merit.performance.models.appraisals import AppraisalCycle, AppraisalSheet, AppraisalStep
from merit.performance.models.campaigns import Campaign, CampaignSubject, Invitation, Sheet
from merit.performance.models.records import (
    ASPECTS,
    AWARD_KINDS,
    COMPLAINT_CHANNELS,
    COMPLAINT_KINDS,
    RATER_GROUPS,
    UNIT_PREDICATES,
    AgreementTarget,
    Appraisal,
    Complaint,
    FeedbackRating,
    OfficialAward,
    SatisfactionSurvey,
    UnitResult,
)
from merit.performance.models.units import AgencyHoliday, SatisfactionElement

__all__ = [
    "ASPECTS",
    "AWARD_KINDS",
    "COMPLAINT_CHANNELS",
    "COMPLAINT_KINDS",
    "RATER_GROUPS",
    "UNIT_PREDICATES",
    "AgencyHoliday",
    "AgreementTarget",
    "Appraisal",
    "AppraisalCycle",
    "AppraisalSheet",
    "AppraisalStep",
    "Campaign",
    "CampaignSubject",
    "Complaint",
    "FeedbackRating",
    "Invitation",
    "OfficialAward",
    "SatisfactionElement",
    "SatisfactionSurvey",
    "Sheet",
    "UnitResult",
]
