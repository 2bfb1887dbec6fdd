"""Sentences for reason codes: one place where a code becomes words."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask_babel import LazyString

_MODULES = (
    *("common", "accounts", "audit", "exchange", "jobs", "people", "records", "ranking", "runs", "portal", "demo"),
    *("interchange", "item_files", "items", "sittings", "delivery", "board", "scoring", "psychometrics"),
    *("measurement", "adaptive", "standards", "calibration", "verdicts", "acts", "appraisals", "campaigns", "training"),
    *("units", "development", "professionalism", "policies", "notices"),
)


def all_sentences() -> Mapping[str, LazyString]:
    """Return every reason code with its sentence."""
    merged: dict[str, LazyString] = {}
    for name in _MODULES:
        module = import_module(f"merit.phrases.{name}")
        merged.update(module.SENTENCES)
    return merged


def phrase(code: str, /, **details: Any) -> str:
    """Return the sentence for a reason code, its placeholders filled from ``details``."""
    sentence = all_sentences().get(code)
    if sentence is None:
        return code
    text = str(sentence)
    return text % details if details else text
