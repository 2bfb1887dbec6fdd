"""The difference between two policies in words, and what a version rests on in law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from merit.evidence import TIERS
from merit.i18n import _, current_locale
from merit.phrases import phrase
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.difference import GATES, GENERAL, INDICATORS, PILLARS, Difference, differences
from merit.ranking.domain import RuleStatus
from merit.ranking.engine.types import GateRule, Policy
from merit.ranking.report.sentences import number_text
from merit.web.labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """The changes of one part of a policy, in sentences."""

    title: str
    lines: tuple[str, ...]


def change_groups(old: Policy, new: Policy) -> tuple[ChangeGroup, ...]:
    """Return the difference between two policies in words; empty when they mean the same."""
    found = differences(old, new)
    titles = {
        GENERAL: _("Ketentuan umum"),
        PILLARS: _("Pilar"),
        INDICATORS: _("Indikator"),
        GATES: _("Syarat"),
    }
    groups = []
    for section, title in titles.items():
        lines = tuple(sentence(one) for one in found if one.section == section)
        if lines:
            groups.append(ChangeGroup(title=title, lines=lines))
    return tuple(groups)


def sentence(change: Difference) -> str:
    """Return one change as a sentence."""
    subject = label(change.subject, "indicator") if change.subject_form == "indicator" else change.subject
    detail = change.detail
    if change.form.startswith("param:"):
        detail = label(detail, "gate_param")
    elif change.code.startswith("policy-option"):
        detail = label(detail, "indicator")
    elif change.code == "policy-differs-default_se":
        subject = _error_name(subject)
    return phrase(
        change.code,
        subject=subject,
        detail=detail,
        old=_written(change.old, change.form),
        new=_written(change.new, change.form),
    )


def param_text(name: str, value: Any) -> str:
    """Return a parameter of a gate as people read it."""
    if value is None:
        return _("tidak ditentukan")
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, tuple | list):
        return ", ".join(_word(name, str(one)) for one in value)
    if isinstance(value, str):
        return _word(name, value)
    return number_text(value)


def params_text(rule: GateRule) -> str:
    """Return all parameters of a gate in one line."""
    return "; ".join(f"{label(name, 'gate_param')}: {param_text(name, value)}" for name, value in rule.params.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One thing a policy rests on: where it is used, its legal source and how far that is established.

    ``status``: confirmed, local, needs_verification or "" for an indicator's own source. ``is_open``: to be checked
    or adopted before activation. ``decree``: what adopted it.
    """

    subject: str
    identity: str
    source: str
    status: str
    is_open: bool
    decree: str
    note: str


def citations(policy: Policy) -> tuple[Citation, ...]:
    """Return everything a policy rests on: gates first, then indicators."""
    gates = [
        Citation(
            subject=gate.title or gate.id,
            identity=gate.id,
            source=gate.citation,
            status=gate.status.value,
            is_open=not gate.may_block or _asks_verification(gate.citation),
            decree=_written(gate.decree, "decree") if gate.decree else "",
            note=_note(gate),
        )
        for gate in policy.gates
    ]
    codes = dict.fromkeys(option.code for slot in policy.slots for option in slot.options)
    indicators = [
        Citation(
            subject=label(code, "indicator"),
            identity=code,
            source=CATALOGUE[code].legal_source,
            status="",
            is_open=_asks_verification(CATALOGUE[code].legal_source),
            decree="",
            note=_("Naskah sumber belum dibaca langsung.") if _asks_verification(CATALOGUE[code].legal_source) else "",
        )
        for code in codes
    ]
    return (*gates, *indicators)


def _note(gate: GateRule) -> str:
    if gate.status is RuleStatus.NEEDS_VERIFICATION:
        return _("Hanya memberi tahu sampai naskah hukumnya dibaca dan statusnya diubah.")
    if gate.status is RuleStatus.LOCAL and gate.decree is None:
        return _("Hanya memberi tahu sampai diadopsi dengan keputusan PPK.")
    if _asks_verification(gate.citation):
        return _("Berlaku, tetapi nomor pasal pada kutipannya masih perlu diperiksa.")
    return ""


def _asks_verification(source: str) -> bool:
    return "perlu verifikasi" in source.lower() or "dari ingatan" in source.lower()


def _written(value: Any, form: str) -> str:
    if form.startswith("param:"):
        return param_text(form.removeprefix("param:"), value)
    if value is None or value in ("", ()):
        return _("tidak ada")
    text: str = _FORMS.get(form, str)(value)
    return text


def _word(name: str, value: str) -> str:
    if value in TIERS:
        return label(value, "tier")
    return label(value, "age_at") if name == "at" else value


def _error_name(key: str) -> str:
    code, _separator, method = key.partition(": ")
    name = _("sebaran antarpenilai") if code == "rater_sd" else label(code, "indicator")
    return f"{name} ({label(method, 'test_method')})" if method else name


def _share(value: Any) -> str:
    return f"{number_text(value * 100)} %"


def _points(value: Any) -> str:
    return "; ".join(f"{number_text(x)} → {number_text(y)}" for x, y in value)


def _decree(value: Any) -> str:
    date = format_date(value.date, format="d MMMM y", locale=current_locale())
    text = _("Keputusan %(number)s, %(date)s", number=value.number, date=date)
    return f"{text} ({value.file})" if value.file else text


_FORMS: Mapping[str, Any] = {
    "number": number_text,
    "share": _share,
    "flag": lambda value: _("ya") if value else _("tidak"),
    "tier": lambda value: ", ".join(label(tier, "tier") for tier in value),
    "surplus": lambda value: label(value, "surplus"),
    "results": lambda value: label("internal_allowed" if value else "accredited_only", "results_allowed"),
    "missing_rule": lambda value: label(value, "missing_rule"),
    "rule_status": lambda value: label(value, "rule_status"),
    "gate_kind": lambda value: label(value, "gate_kind"),
    "points": _points,
    "codes": lambda value: ", ".join(label(code, "indicator") for code in value),
    "decree": _decree,
}
