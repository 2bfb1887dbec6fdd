"""Indicators from ratings by several groups of raters (360 feedback)."""

from __future__ import annotations

import numpy as np
from sqlalchemy import BigInteger, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, count, newest_source, notes, total, year_end
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
    row, found = asked_rows(request.officials, _load_ratings(session, request, aspect, groups))
    n = len(request.officials)
    sums = _sums(row * len(groups) + found["rater_group"], found["score"] - MIDDLE, (n, len(groups)))
    rating = rate(sums, request.rater_sd)
    ends = np.full(len(row), year_end(request.year - 1))
    sources, dates = newest_source(n, row, found["id"], ends)
    rated: BoolArray = np.asarray(sums.count.any(axis=1))
    return Column(
        value=rating.mean,
        noise=Normal(se=rating.se, is_default=np.zeros(n, dtype=np.bool_)),
        status=np.where(rating.applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.int8),
        as_of=dates,
        source=sources,
        note=notes(n, not_rated=~rated, group_too_small=rated & ~rating.applies),
    )


def _sums(cell: IntArray, shifted: IntArray, shape: tuple[int, int]) -> GroupSums:
    size = shape[0] * shape[1]
    return GroupSums(
        count=count(cell, size).reshape(shape),
        shifted=total(cell, shifted, size).reshape(shape),
        squares=total(cell, shifted * shifted, size).reshape(shape),
    )


def _load_ratings(session: Session, request: EvidenceRequest, aspect: str, groups: tuple[str, ...]) -> Columns:
    statement = select(
        FeedbackRating.id,
        FeedbackRating.official_id,
        ordinal(FeedbackRating.rater_group, groups).label("rater_group"),
        type_coerce(FeedbackRating.score, BigInteger).label("score"),
    ).where(
        known(FeedbackRating, request.known_at),
        FeedbackRating.year == request.year - 1,
        FeedbackRating.aspect == aspect,
        FeedbackRating.rater_group.in_(groups),
        among(FeedbackRating.official_id, request.officials),
    )
    return read_columns(session, statement)
