"""Indicators from ratings by several groups of raters (360 feedback)."""

from __future__ import annotations

import numpy as np
from sqlalchemy import BigInteger, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import newest_source, notes, positions, year_end
from merit.bulk import Columns, among, ordinal, read_columns
from merit.db import known
from merit.evidence import BoolArray, Column, EvidenceRequest, IntArray, Normal, Status
from merit.performance.domain import MIDDLE, GroupSums, rate
from merit.performance.models import FeedbackRating

COLLEAGUES = ("atasan", "rekan", "bawahan")
WITH_CITIZENS = (*COLLEAGUES, "masyarakat")


def load_feedback_loyal(session: Session, request: EvidenceRequest) -> Column:
    """Return the mean rating of aspect ``loyal`` in year Y-1 by superior, peers and staff (1-5)."""
    return _load(session, request, "loyal", COLLEAGUES)


def load_feedback_service(session: Session, request: EvidenceRequest) -> Column:
    """Return the mean rating of aspect ``berorientasi_pelayanan`` in year Y-1, citizens included (1-5)."""
    return _load(session, request, "berorientasi_pelayanan", WITH_CITIZENS)


def _load(session: Session, request: EvidenceRequest, aspect: str, groups: tuple[str, ...]) -> Column:
    found = _load_sums(session, request, aspect, groups)
    row = positions(request.officials, found["official_id"])
    found = {name: values[row >= 0] for name, values in found.items()}
    row = row[row >= 0]
    n = len(request.officials)

    def spread(values: IntArray) -> IntArray:
        table = np.zeros((n, len(groups)), dtype=np.int64)
        table[row, found["rater_group"]] = values
        return table

    sums = GroupSums(count=spread(found["raters"]), shifted=spread(found["shifted"]), squares=spread(found["squares"]))
    rating = rate(sums, request.rater_sd)
    ends = np.full(len(row), year_end(request.year - 1))
    sources, dates = newest_source(n, row, found["newest"], ends)
    rated: BoolArray = np.asarray(sums.count.any(axis=1))
    return Column(
        value=rating.mean,
        noise=Normal(se=rating.se, is_default=np.zeros(n, dtype=np.bool_)),
        status=np.where(rating.applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.int8),
        as_of=dates,
        source=sources,
        note=notes(n, not_rated=~rated, group_too_small=rated & ~rating.applies),
    )


def _load_sums(session: Session, request: EvidenceRequest, aspect: str, groups: tuple[str, ...]) -> Columns:
    # Integer sums only, around the middle of the scale: exact on both databases.
    shifted = type_coerce(FeedbackRating.score, BigInteger) - MIDDLE
    group = ordinal(FeedbackRating.rater_group, groups)
    statement = (
        select(
            FeedbackRating.official_id,
            group.label("rater_group"),
            cast(func.count(), BigInteger).label("raters"),
            cast(func.sum(shifted), BigInteger).label("shifted"),
            cast(func.sum(shifted * shifted), BigInteger).label("squares"),
            func.max(FeedbackRating.id, type_=BigInteger).label("newest"),
        )
        .where(
            known(FeedbackRating, request.known_at),
            FeedbackRating.year == request.year - 1,
            FeedbackRating.aspect == aspect,
            FeedbackRating.rater_group.in_(groups),
            among(FeedbackRating.official_id, request.officials),
        )
        .group_by(FeedbackRating.official_id, FeedbackRating.rater_group)
    )
    return read_columns(session, statement)
