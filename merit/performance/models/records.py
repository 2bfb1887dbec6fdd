"""Tables of appraisals, feedback, awards, unit results, agreements, complaints and satisfaction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, Fact, JSONText, current_key, intpk, official_fk, one_of, unit_fk

RATER_GROUPS = ("atasan", "rekan", "bawahan", "masyarakat")
ASPECTS = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
UNIT_PREDICATES = ("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
COMPLAINT_KINDS = ("normatif", "tanpa_pengawasan", "pengawasan")
COMPLAINT_CHANNELS = ("langsung", "digital", "SP4N-LAPOR")
AWARD_KINDS = (
    "karya_satya_10",
    "karya_satya_20",
    "karya_satya_30",
    "tanda_kehormatan",
    "instansi",
    "inovasi",
    "lainnya",
)


class Appraisal(Fact, Base):
    """SKP of one year: ratings 1 di_bawah, 2 sesuai, 3 di_atas; predicate 1 Sangat Kurang to 5 Sangat Baik."""

    __tablename__ = "appraisals"
    __table_args__ = (
        current_key("appraisals", "official_id", "year"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        CheckConstraint("result_rating BETWEEN 1 AND 3", name="result_range"),
        CheckConstraint("behaviour_rating BETWEEN 1 AND 3", name="behaviour_range"),
        CheckConstraint("predicate BETWEEN 1 AND 5", name="predicate_range"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    year: Mapped[int] = mapped_column(SmallInteger)
    result_rating: Mapped[int] = mapped_column(SmallInteger)
    behaviour_rating: Mapped[int] = mapped_column(SmallInteger)
    predicate: Mapped[int] = mapped_column(SmallInteger)
    assessor: Mapped[str] = mapped_column(default="")


class FeedbackRating(Fact, Base):
    """One rater's mark (1-5) on one behavioural aspect; ``rater`` is a pseudonym."""

    __tablename__ = "feedback_ratings"
    __table_args__ = (
        current_key("feedback_ratings", "official_id", "year", "rater", "aspect"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        one_of("rater_group", RATER_GROUPS),
        one_of("aspect", ASPECTS),
        CheckConstraint("score BETWEEN 1000000 AND 5000000", name="score_range"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    year: Mapped[int] = mapped_column(SmallInteger)
    rater: Mapped[str]
    rater_group: Mapped[str]
    aspect: Mapped[str]
    score: Mapped[Decimal]


class OfficialAward(Fact, Base):
    """An award (penghargaan) somebody received, under the number of its decree or charter; no indicator reads it."""

    __tablename__ = "official_awards"
    __table_args__ = (
        current_key("official_awards", "official_id", "decree_number", "kind"),
        one_of("kind", AWARD_KINDS),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("issuer <> ''", name="issuer_named"),
        CheckConstraint("decree_number <> ''", name="numbered"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    kind: Mapped[str]
    name: Mapped[str]
    issuer: Mapped[str]
    decree_number: Mapped[str]
    dated: Mapped[dt.date] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")


class UnitResult(Fact, Base):
    """A unit's results of one year; ``achievement`` in percent of its performance agreement (0-150).

    ``sources`` tells per figure where it comes from, for rows recorded here; of imported ones the file is the source.
    """

    __tablename__ = "unit_results"
    __table_args__ = (
        current_key("unit_results", "unit_id", "year"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        CheckConstraint("achievement BETWEEN 0 AND 150000000", name="achievement_range"),
        one_of("predicate", UNIT_PREDICATES, nullable=True),
    )

    id: Mapped[intpk]
    unit_id: Mapped[unit_fk]
    year: Mapped[int] = mapped_column(SmallInteger)
    achievement: Mapped[Decimal]
    predicate: Mapped[str | None]
    accountability: Mapped[Decimal | None]
    service_index: Mapped[Decimal | None]
    work_culture: Mapped[Decimal | None]
    maturity: Mapped[Decimal | None]
    integrity_survey: Mapped[Decimal | None]
    sources: Mapped[dict[str, str] | None] = mapped_column(JSONText)


class AgreementTarget(Fact, Base):
    """One indicator of a unit's performance agreement in one quarter; ``note`` explains an unusual achievement."""

    __tablename__ = "agreement_targets"
    __table_args__ = (
        current_key("agreement_targets", "unit_id", "year", "quarter", "indicator"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_range"),
    )

    id: Mapped[intpk]
    unit_id: Mapped[unit_fk]
    year: Mapped[int] = mapped_column(SmallInteger)
    quarter: Mapped[int] = mapped_column(SmallInteger)
    indicator: Mapped[str]
    target: Mapped[Decimal]
    realised: Mapped[Decimal | None]
    measure: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    lower_is_better: Mapped[bool | None]
    note: Mapped[str | None]


class Complaint(Fact, Base):
    """A public complaint with its legal deadline class and what happened when."""

    __tablename__ = "complaints"
    __table_args__ = (
        current_key("complaints", "number"),
        one_of("kind", COMPLAINT_KINDS),
        one_of("channel", COMPLAINT_CHANNELS, nullable=True),
        CheckConstraint("answered IS NULL OR answered >= received", name="answered_after_received"),
        CheckConstraint("closed IS NULL OR closed >= received", name="closed_after_received"),
        CheckConstraint("reopened IS NULL OR reopened >= received", name="reopened_after_received"),
    )

    id: Mapped[intpk]
    number: Mapped[str]
    unit_id: Mapped[unit_fk] = mapped_column(index=True)
    kind: Mapped[str]
    channel: Mapped[str | None]
    received: Mapped[dt.date]
    answered: Mapped[dt.date | None]
    closed: Mapped[dt.date | None]
    reopened: Mapped[dt.date | None]
    outcome: Mapped[str] = mapped_column(default="")


class SatisfactionSurvey(Fact, Base):
    """Public satisfaction index (SKM, 25-100) of a unit; ``period`` is YYYY or YYYY-MM."""

    __tablename__ = "satisfaction_surveys"
    __table_args__ = (
        current_key("satisfaction_surveys", "unit_id", "period"),
        CheckConstraint("score BETWEEN 25000000 AND 100000000", name="score_range"),
        CheckConstraint("respondents IS NULL OR respondents > 0", name="respondents_positive"),
        CheckConstraint("deviation IS NULL OR deviation >= 0", name="deviation_not_negative"),
        CheckConstraint("length(period) IN (4, 7)", name="period_form"),
    )

    id: Mapped[intpk]
    unit_id: Mapped[unit_fk]
    period: Mapped[str]
    score: Mapped[Decimal]
    respondents: Mapped[int | None]
    deviation: Mapped[Decimal | None]
