"""Evidence, facts and results as arrays and back: everything a run needs to be recomputed and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from merit.evidence import (
    Column,
    Datum,
    Exact,
    Facts,
    FactTable,
    IntArray,
    Levels,
    Noise,
    Normal,
    Share,
    Surplus,
)
from merit.ranking.domain import Unit
from merit.ranking.engine.types import (
    GateColumn,
    Policy,
    Ranking,
    SlotColumns,
    Uncertainty,
    VacancyTerms,
)
from merit.ranking.store.archive import Archive, Array, digest

ROW_IDS = ("source", "officials")
_OPTIONAL = ("alternative", "stream", "internal", "note")
_NOISES: dict[str, type[Exact | Normal | Share]] = {"exact": Exact, "normal": Normal, "share": Share}
_RANKING_ARRAYS = (
    "standing",
    "total",
    "score",
    "rank",
    "tied",
    "order",
    "reference",
    "flagged",
)
_GATE_ARRAYS = ("outcome", "verdict", "ground", "fact", "known", "met_from", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the engine was given: the pool, what gates read, and one column per indicator."""

    officials: IntArray
    facts: Facts
    columns: Mapping[str, Column]


def freeze_inputs(inputs: Inputs) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays and the description of the inputs."""
    arrays: dict[str, Array] = {"officials": inputs.officials, "facts/nip": inputs.facts.nip}
    for topic in fields(Facts):
        if topic.name != "nip":
            _flatten(arrays, f"facts/{topic.name}", getattr(inputs.facts, topic.name))
    noises = {}
    for code, column in inputs.columns.items():
        noises[code] = _freeze_column(arrays, f"column/{code}", column)
    return arrays, {"noises": noises}


def thaw_inputs(archive: Archive) -> Inputs:
    """Return the inputs of an archive."""
    topics: dict[str, Any] = {"nip": archive["facts/nip"]}
    for topic in fields(Facts):
        if topic.name != "nip":
            kind = FactTable if f"facts/{topic.name}/row" in archive else Datum
            topics[topic.name] = kind(
                **{part.name: archive[f"facts/{topic.name}/{part.name}"] for part in fields(kind)}
            )
    columns = {code: _thaw_column(archive, f"column/{code}", noise) for code, noise in archive.meta["noises"].items()}
    return Inputs(officials=archive["officials"], facts=Facts(**topics), columns=columns)


def inputs_digest(arrays: Mapping[str, Array], meta: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the inputs without row ids, so that it is the same on every database."""
    named = {name: array for name, array in arrays.items() if name.rsplit("/", 1)[-1] not in ROW_IDS}
    return digest(named, {"inputs": meta, "terms": terms})


def freeze_ranking(ranking: Ranking) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays of a ranking; officials and NIPs stay with the inputs."""
    arrays: dict[str, Array] = {name: getattr(ranking, name) for name in _RANKING_ARRAYS}
    for part in fields(SlotColumns):
        arrays[f"slots/{part.name}"] = getattr(ranking.slots, part.name)
    gates = []
    for gate in ranking.gates:
        for name in _GATE_ARRAYS:
            arrays[f"gate/{gate.rule.id}/{name}"] = getattr(gate, name)
        gates.append({"id": gate.rule.id, "unit": gate.unit.value, "threshold": gate.threshold})
    return arrays, {"gates": gates, "size": ranking.size}


def thaw_ranking(archive: Archive, inputs: Archive, policy: Policy, vacancy: VacancyTerms) -> Ranking:
    """Return the ranking of an archive."""
    rules = {rule.id: rule for rule in policy.gates}
    gates = tuple(
        GateColumn(
            rule=rules[gate["id"]],
            unit=Unit(gate["unit"]),
            threshold=gate["threshold"],
            **{name: archive[f"gate/{gate['id']}/{name}"] for name in _GATE_ARRAYS},
        )
        for gate in archive.meta["gates"]
    )
    return Ranking(
        policy=policy,
        vacancy=vacancy,
        size=int(archive.meta["size"]),
        officials=inputs["officials"],
        nip=inputs["facts/nip"],
        gates=gates,
        slots=SlotColumns(**{part.name: archive[f"slots/{part.name}"] for part in fields(SlotColumns)}),
        **{name: archive[name] for name in _RANKING_ARRAYS},
    )


def freeze_uncertainty(uncertainty: Uncertainty) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays and numbers of an uncertainty."""
    arrays: dict[str, Array] = {}
    meta: dict[str, Any] = {}
    for part in fields(Uncertainty):
        value = getattr(uncertainty, part.name)
        if isinstance(value, np.ndarray):
            arrays[part.name] = value
        else:
            meta[part.name] = list(value) if isinstance(value, tuple) else value
    return arrays, meta


def thaw_uncertainty(archive: Archive) -> Uncertainty:
    """Return the uncertainty of an archive."""
    values: dict[str, Any] = {**archive.meta, **archive}
    values["band"] = tuple(values["band"])
    return Uncertainty(**values)


def _freeze_column(arrays: dict[str, Array], prefix: str, column: Column) -> dict[str, Any]:
    for name in ("value", "status", "as_of", "source"):
        arrays[f"{prefix}/{name}"] = getattr(column, name)
    for name in _OPTIONAL:
        if (array := getattr(column, name)) is not None:
            arrays[f"{prefix}/{name}"] = array
    return _freeze_noise(arrays, f"{prefix}/noise", column.noise)


def _freeze_noise(arrays: dict[str, Array], prefix: str, noise: Noise) -> dict[str, Any]:
    if isinstance(noise, Levels):
        arrays[f"{prefix}/p"] = noise.p
        arrays[f"{prefix}/standard"] = noise.standard
        arrays[f"{prefix}/is_default"] = noise.is_default
        return {"kind": "levels", "codes": list(noise.codes), "surplus": noise.surplus.value}
    _flatten(arrays, prefix, noise)
    return {"kind": next(kind for kind, shape in _NOISES.items() if isinstance(noise, shape))}


def _thaw_column(archive: Archive, prefix: str, noise: Mapping[str, Any]) -> Column:
    names = ("value", "status", "as_of", "source", *(name for name in _OPTIONAL if f"{prefix}/{name}" in archive))
    return Column(
        noise=_thaw_noise(archive, f"{prefix}/noise", noise),
        **{name: archive[f"{prefix}/{name}"] for name in names},
    )


def _thaw_noise(archive: Archive, prefix: str, noise: Mapping[str, Any]) -> Noise:
    if noise["kind"] == "levels":
        return Levels(
            p=archive[f"{prefix}/p"],
            standard=archive[f"{prefix}/standard"],
            is_default=archive[f"{prefix}/is_default"],
            codes=tuple(noise["codes"]),
            surplus=Surplus(noise["surplus"]),
        )
    shape = _NOISES[noise["kind"]]
    return shape(**{part.name: archive[f"{prefix}/{part.name}"] for part in fields(shape)})


def _flatten(arrays: dict[str, Array], prefix: str, value: Any) -> None:
    for part in fields(value):
        arrays[f"{prefix}/{part.name}"] = getattr(value, part.name)
