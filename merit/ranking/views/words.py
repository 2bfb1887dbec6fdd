"""Facts and thresholds of gates as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from merit.i18n import _
from merit.ranking.domain import GateKind, Ground, Unit
from merit.ranking.report.gates import GateLine
from merit.reference import load_jpm_categories
from merit.web.filters import long_date, number, sentence_list
from merit.web.labels import label

_Words = Callable[[Any], str]


def fact_text(line: GateLine) -> str:
    """Return the fact a gate looked at, in words; what is missing says so."""
    if line.fact is None:
        return _GROUNDS[line.ground]()
    return _FACTS.get(line.unit, _plain)(line.fact)


def ground_text(line: GateLine) -> str:
    """Return why a gate waits, as the rest of a sentence that begins "menunggu karena"."""
    return _REASONS[line.ground]()


def threshold_text(line: GateLine) -> str:
    """Return what the rule asks for, in words."""
    return _ASKED[line.kind](line.threshold)


def jpm_category(percent: float) -> str:
    """Return the name of the class a job person match falls into when a post is filled (MS, MMS, KMS)."""
    category = next(one for one in load_jpm_categories("filling") if percent >= one.floor)
    return label(category.code, "jpm_category")


def _plain(value: Any) -> str:
    return str(value)


def _date(value: Any) -> str:
    return long_date(dt.date.fromisoformat(str(value)))


_FACTS: Mapping[Unit, _Words] = MappingProxyType(
    {
        Unit.DAYS: lambda years: _("%(years)s tahun", years=number(years, 2)),
        Unit.AGE: lambda years: _("%(years)s tahun", years=number(years)),
        Unit.PERCENT: lambda value: f"{number(value, 1)} %",
        Unit.SHARE: lambda value: f"{number(value * 100, 0)} %",
        Unit.LEVEL: lambda value: _("level %(level)s", level=value),
        Unit.PREDICATE: lambda value: label(value, "predicate"),
        Unit.DATE: _date,
        Unit.COUNT: lambda value: _("tidak ada") if not value else number(value),
    }
)
_GROUNDS: Mapping[Ground, Callable[[], str]] = MappingProxyType(
    {
        Ground.MET: lambda: "–",
        Ground.NOT_MET: lambda: _("tidak tercatat"),
        Ground.MISSING: lambda: _("belum ada data"),
        Ground.PENDING: lambda: _("perkara belum selesai"),
        Ground.INTERNAL_ONLY: lambda: _("hanya hasil internal"),
        Ground.DISPUTED: lambda: _("sedang disengketakan"),
        Ground.NOT_APPLICABLE: lambda: _("tidak berlaku"),
        Ground.EXPIRED: lambda: _("sudah kedaluwarsa"),
        Ground.FIELD_UNKNOWN: lambda: _("bidang jabatan yang lalu belum tercatat"),
        Ground.POSITION_WITHOUT_FIELD: lambda: _("bidang jabatan yang lowong belum diisi"),
    }
)
_REASONS: Mapping[Ground, Callable[[], str]] = MappingProxyType(
    {
        Ground.MET: lambda: _("hasilnya belum dapat dipastikan"),
        Ground.NOT_MET: lambda: _("hasilnya belum dapat dipastikan"),
        Ground.MISSING: lambda: _("datanya belum ada atau belum lengkap"),
        Ground.PENDING: lambda: _("ada perkara disiplin yang belum selesai"),
        Ground.INTERNAL_ONLY: lambda: _("baru ada hasil internal, belum ada hasil penyelenggara terakreditasi"),
        Ground.DISPUTED: lambda: _("ada dua hasil yang bertentangan"),
        Ground.NOT_APPLICABLE: lambda: _("ukuran ini tidak berlaku bagi pegawai ini"),
        Ground.EXPIRED: lambda: _("masa berlaku buktinya sudah habis"),
        Ground.FIELD_UNKNOWN: lambda: _("bidang jabatan yang lalu belum tercatat"),
        Ground.POSITION_WITHOUT_FIELD: lambda: _("bidang jabatan yang lowong belum diisi"),
    }
)


def _years(value: Any) -> str:
    years = value["years"] if isinstance(value, Mapping) else value
    return _("sedikitnya %(years)s tahun", years=number(years))


def _grades(value: Any) -> str:
    low, high = value.get("min"), value.get("max")
    words = f"{low or '…'}–{high or '…'}"
    return _("%(grades)s, boleh satu tingkat di bawahnya", grades=words) if value.get("one_below") else words


def _discipline(value: Any) -> str:
    levels = sentence_list(label(level, "finding_level") for level in value["levels"])
    if value.get("lookback_years"):
        return _("tanpa hukuman %(levels)s dalam %(years)s tahun", levels=levels, years=number(value["lookback_years"]))
    return _("tidak sedang menjalani hukuman %(levels)s", levels=levels)


def _one_of(kind: str | None) -> _Words:
    def words(value: Any) -> str:
        codes = value.get("any_of") or value.get("codes") or ()
        return _("salah satu dari %(codes)s", codes=sentence_list(label(c, kind) if kind else c for c in codes))

    return words


def _at_least(words: _Words) -> _Words:
    return lambda value: _("paling rendah %(threshold)s", threshold=words(value))


def _predicate(value: Any) -> str:
    return label(value["predicate"] if isinstance(value, Mapping) else value, "predicate")


_ASKED: Mapping[GateKind, _Words] = MappingProxyType(
    {
        GateKind.EMPLOYMENT_STATUS: _one_of("employment"),
        GateKind.EDUCATION_AT_LEAST: _at_least(
            lambda value: value["level"] if isinstance(value, Mapping) else str(value)
        ),
        GateKind.GRADE_BETWEEN: lambda value: _grades(value) if isinstance(value, Mapping) else str(value),
        GateKind.TENURE: _years,
        GateKind.RELATED_FIELD: _years,
        GateKind.TIME_IN_POSITION: _years,
        GateKind.AGE_AT_MOST: lambda value: _(
            "paling tinggi %(years)s tahun", years=number(value["years"] if isinstance(value, Mapping) else value)
        ),
        GateKind.PERFORMANCE_AT_LEAST: _at_least(_predicate),
        GateKind.JPM_AT_LEAST: _at_least(
            lambda value: f"{number(value['percent'] if isinstance(value, Mapping) else value)} %"
        ),
        GateKind.TECHNICAL_AT_LEAST: _at_least(
            lambda value: _("level %(level)s", level=value["level"] if isinstance(value, Mapping) else value)
        ),
        GateKind.LEARNING_DUTY: lambda _value: _("20 JP setahun bagi PNS"),
        GateKind.TRAINING_ANY: lambda value: (
            _one_of(None)(value) if isinstance(value, Mapping) else _("salah satu pelatihan yang diakui")
        ),
        GateKind.NO_DISCIPLINE: lambda value: _discipline(value) if isinstance(value, Mapping) else _("tidak ada"),
        GateKind.ATTESTED: lambda value: _(
            "surat keterangan %(fact)s", fact=label(value["fact"], "attested") if isinstance(value, Mapping) else value
        ),
    }
)
