"""Small hand-made facts, columns and policies for tests of the engine."""

from __future__ import annotations

import datetime as dt

import numpy as np

from merit.evidence import EDUCATION, EMPLOYMENT, TIERS, Column, Datum, Exact, Facts, FactTable, Normal, Share, Status
from merit.ranking.domain import grade_ordinal
from merit.ranking.engine.core import rank
from merit.ranking.engine.types import VacancyTerms
from merit.ranking.policy import parse_policy

AS_OF = dt.date(2026, 11, 22)
NAT = np.datetime64("NaT", "D")


def vacancy(**changes):
    terms = {"code": "LOWONGAN-1", "as_of": AS_OF, "tier": "administrator", "related_field": "kepegawaian"}
    return VacancyTerms(**{**terms, **changes})


def days(date):
    return (date - dt.date(1970, 1, 1)).days


def datum(values):
    """None is unknown; the source of row i is 100 + i."""
    known = np.array([value is not None for value in values], dtype=bool)
    numbers = np.array([0 if value is None else int(value) for value in values], dtype=np.int64)
    return Datum(value=numbers, known=known, source=np.where(known, np.arange(len(values)) + 100, 0))


def table(rows=()):
    """Rows of (row, code, value, start, end, dated, state, tag); the source of entry i is 500 + i."""
    entries = sorted(rows, key=lambda entry: entry[0])
    columns = list(zip(*entries, strict=True)) if entries else [()] * 8

    def dates(index):
        return np.array([NAT if day is None else np.datetime64(day, "D") for day in columns[index]], "datetime64[D]")

    return FactTable(
        row=np.array(columns[0], dtype=np.int64),
        code=np.array(columns[1], dtype=np.str_),
        value=np.array(columns[2], dtype=np.int64),
        start=dates(3),
        end=dates(4),
        dated=dates(5),
        state=np.array(columns[6], dtype=np.str_),
        tag=np.array(columns[7], dtype=np.str_),
        source=np.arange(len(entries), dtype=np.int64) + 500,
    )


def facts(n=1, **topics):
    """Facts of n unremarkable officials; give a topic to change it."""
    plain = {
        "nip": np.array([f"19800101200501{i:04d}" for i in range(1, n + 1)]),
        "employment": datum([EMPLOYMENT.index("PNS")] * n),
        "education": datum([EDUCATION.index("S1/D4")] * n),
        "grade": datum([grade_ordinal("III/d")] * n),
        "birth": datum([days(dt.date(1980, 1, 1))] * n),
        "tier": datum([TIERS.index("pengawas")] * n),
        "position_since": datum([days(dt.date(2020, 1, 1))] * n),
    }
    plain |= {name: table() for name in ("posts", "findings", "attestations", "predicates", "trainings", "technical")}
    return Facts(**{**plain, **topics})


def column(values, *, status=None, se=None, k=None, n=None, **more):
    """One indicator; None among the values is MISSING unless a status is given."""
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if status is None:
        status = [Status.MISSING if value is None else Status.MEASURED for value in values]
    noise = Exact()
    if se is not None:
        noise = Normal(se=np.array(se, dtype=np.float64), is_default=np.zeros(len(values), dtype=bool))
    if k is not None:
        noise = Share(k=np.array(k, dtype=np.int64), n=np.array(n, dtype=np.int64))
    return Column(
        value=numbers,
        noise=noise,
        status=np.array(status, dtype=np.int8),
        as_of=np.full(len(values), np.datetime64("2026-01-01", "D")),
        source=np.arange(len(values), dtype=np.int64) + 900,
        **more,
    )


HEAD = """
code: uji
title: Kebijakan uji
tier: administrator
size: {size}
precision: {precision}
"""


def policy(indicators, *, gates="", ties="", size=1, precision=2, default_se="{rater_sd: 0.8, training.transfer: 8}"):
    """A policy with one pillar; ``indicators`` and ``gates`` are lists of YAML flow mappings."""
    text = HEAD.format(size=size, precision=precision)
    text += "gates:\n" + "".join(f"  - {gate}\n" for gate in gates) if gates else ""
    text += "pillars:\n  - code: satu\n    weight: 1\n    indicators:\n"
    text += "".join(f"      - {indicator}\n" for indicator in indicators)
    text += f"default_se: {default_se}\n"
    text += f"ties: [{ties}]\n"
    return parse_policy(text)


TRANSFER = "{code: training.transfer, weight: 1, points: [[0, 0], [100, 100]], neutral: 65, actionable: true}"


def gate(kind, params="{}", status="confirmed", **more):
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{id: G, kind: {kind}, params: {params}, citation: PP 11/2017, status: {status}{extra}}}"


def ranked(policy_, columns, *, n=None, terms=None, **topics):
    """Rank n officials for whom only the given columns and facts matter."""
    n = n or len(next(iter(columns.values())).value)
    return rank(facts(n, **topics), columns, policy_, officials=np.arange(1, n + 1), vacancy=terms or vacancy())
