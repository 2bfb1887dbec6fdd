"""A policy document written as YAML in the layout of the shipped ones, and small changes to its plain form."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

import yaml

_TOP = (
    *("code", "title", "tier", "size", "precision", "surplus", "results", "response_working_days"),
    *("gates", "pillars", "default_se", "ties"),
)
_GATE = ("id", "kind", "title", "params", "citation", "status", "decree")
_PILLAR = ("code", "title", "weight", "indicators")
_INDICATOR = ("code", "weight", "points", "missing", "neutral", "actionable", "step", "preferred")
_WIDTH = 118


class _Flow(list[Any]):
    """A list written on one line."""


class _FlowMap(dict[str, Any]):
    """A mapping written on one line."""


class _Writer(yaml.SafeDumper):
    """Writes knots and parameters on one line, everything else in blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Indent lists inside mappings, as people write them."""
        return super().increase_indent(flow, False)


_Writer.add_representer(
    _Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_Writer.add_representer(
    _FlowMap, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)


def write_yaml(plain: Mapping[str, Any]) -> str:
    """Return a document as YAML text; reading it again gives the same canonical document."""
    arranged = _ordered(plain, _TOP)
    for key, arrange in (("gates", _gate), ("pillars", _pillar)):
        if isinstance(arranged.get(key), list):
            arranged[key] = [arrange(item) for item in arranged[key]]
    for key in ("ties", "tier"):
        if isinstance(arranged.get(key), list):
            arranged[key] = _Flow(arranged[key])
    if isinstance(arranged.get("default_se"), dict):
        arranged["default_se"] = {
            key: _FlowMap(value) if isinstance(value, dict) else value for key, value in arranged["default_se"].items()
        }
    return str(
        yaml.dump(arranged, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)
    )


def yaml_of_document(document: str) -> str:
    """Return the YAML of a stored canonical document."""
    return write_yaml(json.loads(document))


def with_decree(
    plain: Mapping[str, Any], gate_ids: Collection[str], *, number: str, date: str, file: str = ""
) -> dict[str, Any]:
    """Return the document with the decree written into the named local gates."""
    changed = deepcopy(dict(plain))
    decree = {"number": number, "date": date} | ({"file": file} if file else {})
    for gate in changed.get("gates") or []:
        if gate["id"] in gate_ids:
            gate["decree"] = dict(decree)
    return changed


def with_weights(
    plain: Mapping[str, Any], pillars: Mapping[str, str], indicators: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Return the document with other weights: of pillars by code, of indicators by pillar and code."""
    changed = deepcopy(dict(plain))
    for pillar in changed["pillars"]:
        if pillar["code"] in pillars:
            pillar["weight"] = float(pillars[pillar["code"]])
        inner = indicators.get(pillar["code"], {})
        for indicator in pillar["indicators"]:
            if indicator["code"] in inner:
                indicator["weight"] = float(inner[indicator["code"]])
    return changed


def _ordered(value: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    known = {key: value[key] for key in keys if key in value}
    return known | {key: item for key, item in value.items() if key not in known}


def _gate(gate: Mapping[str, Any]) -> dict[str, Any]:
    arranged = _ordered(gate, _GATE)
    for key in ("params", "decree"):
        if isinstance(arranged.get(key), dict):
            arranged[key] = _FlowMap(arranged[key])
    return arranged


def _pillar(pillar: Mapping[str, Any]) -> dict[str, Any]:
    arranged = _ordered(pillar, _PILLAR)
    arranged["indicators"] = [_indicator(item) for item in arranged.get("indicators") or []]
    return arranged


def _indicator(item: Mapping[str, Any]) -> dict[str, Any]:
    arranged = _ordered(item, _INDICATOR)
    if isinstance(arranged.get("points"), list):
        arranged["points"] = _Flow(_Flow(pair) if isinstance(pair, list) else pair for pair in arranged["points"])
    preferred = arranged.get("preferred")
    if isinstance(preferred, dict):
        arranged["preferred"] = _indicator(preferred)
    elif isinstance(preferred, list):
        arranged["preferred"] = [_indicator(one) for one in preferred]
    return arranged
