"""What the result pages read: filters of the list, a proposed key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import request
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length

from merit.assessment.domain.items import (
    ChoiceInteraction,
    InlineChoiceInteraction,
    Interaction,
    ItemKey,
    MapEntry,
    MapKey,
    MatchKey,
    NumericKey,
    ResponseKey,
)
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.queries.items import LoadedVersion
from merit.assessment.queries.test_results import ORDERS, ResultFilter
from merit.errors import InvalidInputError
from merit.i18n import lazy
from merit.web.forms import BaseForm
from merit.web.paging import read_choice, read_number, read_order, read_text

LEVELS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class ResultChoice:
    """The filters of the list and its order."""

    filter: ResultFilter
    order: str


def read_result_choice(unit_ids: frozenset[int] | None, competencies: list[str]) -> ResultChoice:
    """Read the filters of the address."""
    level = read_choice("level", LEVELS)
    chosen = ResultFilter(
        text=read_text(),
        unit_ids=unit_ids,
        unit_id=read_number("unit") or None,
        level=int(level) if level else None,
        competency=read_choice("kompetensi", competencies),
    )
    return ResultChoice(chosen, read_order(ORDERS, "nama"))


class KeyChangeForm(BaseForm):
    """What to do with an item whose key was wrong; the new key itself is read beside it."""

    kind = RadioField(
        lazy("Koreksi"),
        [InputRequired(message=lazy("Pilih koreksi."))],
        choices=[
            SelectChoice("key", lazy("Ganti kunci")),
            SelectChoice("void", lazy("Batalkan butir untuk semua peserta")),
            SelectChoice("everybody", lazy("Beri semua peserta nilai penuh")),
        ],
    )
    reason = TextAreaField(
        lazy("Alasan"),
        [InputRequired(message=lazy("Tulis alasan perubahan kunci.")), Length(max=2000)],
        description=lazy("Dibaca orang kedua dan tetap tersimpan bersama versi nilai."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyField:
    """One part of a key as the form shows it; ``options`` are (identifier, words, value of the present key)."""

    id: str
    kind: str  # "options" to tick, "weights" to fill, "number"
    options: tuple[tuple[str, str, str], ...]
    most: int = 0


def key_fields(version: LoadedVersion, words: dict[str, dict[str, str]]) -> list[KeyField]:
    """Return what can be corrected of a key; [] where only voiding or giving points is possible."""
    if version.key.processing is not None:
        return []
    fields = []
    for interaction in version.content.interactions:
        found = _key_field(interaction, version.key.responses.get(interaction.id), words.get(interaction.id, {}))
        if found is not None:
            fields.append(found)
    return fields


def _key_field(interaction: Interaction, rule: ResponseKey | None, words: dict[str, str]) -> KeyField | None:
    if isinstance(rule, NumericKey):
        numbers = (("value", "", f"{rule.value:f}"), ("tolerance", "", f"{rule.tolerance:f}"))
        return KeyField(id=interaction.id, kind="number", options=numbers)
    if not isinstance(interaction, ChoiceInteraction | InlineChoiceInteraction):
        return None
    names = [choice.id for choice in interaction.choices]
    if isinstance(rule, MatchKey):
        options = tuple((name, words.get(name, name), "1" if name in rule.correct else "") for name in names)
        most = interaction.most if isinstance(interaction, ChoiceInteraction) else 1
        return KeyField(id=interaction.id, kind="options", options=options, most=most)
    if isinstance(rule, MapKey):
        points = {entry.value: f"{entry.points:f}" for entry in rule.entries}
        weights = tuple((name, words.get(name, name), points.get(name, "0")) for name in names)
        return KeyField(id=interaction.id, kind="weights", options=weights)
    return None


def read_correction(form: KeyChangeForm, version: LoadedVersion) -> Correction:
    """Return the correction the form asks for."""
    kind = CorrectionKind(str(form.kind.data))
    if kind is not CorrectionKind.KEY:
        return Correction(kind=kind)
    changed = {field.id: _read_rule(version, field) for field in key_fields(version, {})}
    if not changed:
        raise InvalidInputError("key-change-key")
    key = version.key.model_copy(update={"responses": {**version.key.responses, **changed}})
    return Correction(kind=kind, key=ItemKey.model_validate(key.model_dump()))


def _read_rule(version: LoadedVersion, field: KeyField) -> ResponseKey:
    rule = version.key.responses[field.id]
    if isinstance(rule, MatchKey):
        ticked = request.form.getlist(f"kunci-{field.id}")
        known = [name for name, _words, _value in field.options if name in ticked]
        return rule.model_copy(update={"correct": tuple(known)})
    if isinstance(rule, MapKey):
        names = [name for name, _words, _value in field.options]
        given = tuple(MapEntry(value=name, points=_number(f"kunci-{field.id}-{name}")) for name in names)
        others = tuple(entry for entry in rule.entries if entry.value not in names)
        return rule.model_copy(update={"entries": (*given, *others)})
    values = {name: _number(f"kunci-{field.id}-{name}") for name in ("value", "tolerance")}
    return rule.model_copy(update=values)


def _number(name: str) -> Decimal:
    text = request.form.get(name, "").strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidInputError("key-change-key") from None
    if not number.is_finite() or abs(number) > 10**6:
        raise InvalidInputError("key-change-key")
    return number
