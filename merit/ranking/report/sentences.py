"""Explanations in one sentence each: a pair, a change that would matter, a gate, an empty list."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_decimal

from merit.i18n import _, current_locale
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.domain import Standing
from merit.ranking.engine.result import score_text
from merit.ranking.engine.types import Change, Counterfactual, Pair, PairPart, Ranking
from merit.ranking.report.considered import GateSummary
from merit.web.labels import label

_MOST_REASONS = 2


def number_text(value: float | str | Decimal, digits: int | None = None, *, signed: bool = False) -> str:
    """Return a number in the reader's language; ``digits`` decimals exactly, or as many as it needs (at most 4)."""
    number = Decimal(str(value))
    pattern = "#,##0." + ("####" if digits is None else "0" * digits) if digits != 0 else "#,##0"
    text: str = format_decimal(abs(number), format=pattern, locale=current_locale())
    sign = "−" if number < 0 else "+" if signed and number > 0 else ""
    return sign + text


def indicator_label(code: str) -> str:
    """Return the words for an indicator."""
    return label(code, "indicator")


def value_text(code: str, value: float) -> str:
    """Return an indicator's value with the decimals usual for it."""
    indicator = CATALOGUE[code]
    shown = round(value, max(indicator.decimals, 2))
    return number_text(shown)


def pair_sentence(ranking: Ranking, pair: Pair, above: str, below: str) -> str:
    """Return why A stands above B, naming what speaks most for A and what speaks for B."""
    if int(ranking.score[pair.above]) == int(ranking.score[pair.below]):
        return _tie_sentence(pair, above, below)
    precision = ranking.policy.precision
    favourable = [part for part in pair.parts if Decimal(part.difference) > 0][:_MOST_REASONS]
    contrary = [part for part in pair.parts if Decimal(part.difference) < 0][:_MOST_REASONS]
    sentence = _(
        "%(above)s (nilai %(high)s) di atas %(below)s (nilai %(low)s) dengan selisih %(gap)s poin, "
        "terutama karena %(reasons)s",
        above=above,
        below=below,
        high=number_text(score_text(ranking, pair.above), precision),
        low=number_text(score_text(ranking, pair.below), precision),
        gap=number_text(pair.shown, precision),
        reasons=_reasons(favourable, precision),
    )
    if not contrary:
        return sentence + "."
    against = _reasons(contrary, precision)
    return sentence + _("; sebaliknya %(below)s lebih baik pada %(reasons)s.", below=below, reasons=against)


def _reasons(parts: Sequence[PairPart], precision: int) -> str:
    return _joined(
        [f"{indicator_label(part.indicator)} ({number_text(part.shown, precision, signed=True)})" for part in parts]
    )


def _tie_sentence(pair: Pair, above: str, below: str) -> str:
    if pair.tie_break is None:
        return _(
            "%(above)s dan %(below)s seri: nilai dan seluruh pembanding kebijakan sama, urutannya diserahkan kepada "
            "panel.",
            above=above,
            below=below,
        )
    return _(
        "Nilai %(above)s dan %(below)s sama setelah dibulatkan; %(above)s di atas karena lebih baik pada %(reason)s.",
        above=above,
        below=below,
        reason=indicator_label(pair.tie_break),
    )


def counterfactual_sentence(change: Counterfactual, gate_titles: Sequence[str] = ()) -> str:
    """Return what would change with the next evidence; never a promise."""
    steps = _joined([_change_text(part) for part in change.changes])
    if gate_titles:
        return _(
            "Bila pada penilaian berikutnya %(steps)s dan hal lain tetap, syarat %(gates)s terpenuhi dan peringkatnya "
            "menjadi %(rank)s.",
            steps=steps,
            gates=_joined(gate_titles),
            rank=change.rank,
        )
    return _(
        "Bila pada penilaian berikutnya %(steps)s dan hal lain tetap, peringkatnya menjadi %(rank)s.",
        steps=steps,
        rank=change.rank,
    )


def _change_text(change: Change) -> str:
    return _(
        "%(indicator)s menjadi %(after)s (sekarang %(before)s)",
        indicator=indicator_label(change.indicator),
        before=value_text(change.indicator, change.before),
        after=value_text(change.indicator, change.after),
    )


def standing_sentence(standing: Standing, failed: Sequence[str], waiting: Sequence[str]) -> str:
    """Return why somebody is not ranked, naming the gates and indicators; "" for the ranked."""
    if standing is Standing.FAILED:
        return _("Belum memenuhi syarat: %(gates)s.", gates=_joined(failed))
    if standing is Standing.HOLD:
        return _("Menunggu kepastian data: %(waiting)s.", waiting=_joined(waiting))
    return ""


def nobody_lines(considered: int, held: int, summaries: Sequence[GateSummary], *, is_open: bool = False) -> list[str]:
    """Return why nobody is eligible: how many each gate stopped, most first; ``is_open``: only who applied counts."""
    if not considered and is_open:
        return [_("Tidak ada pelamar yang dapat dipertimbangkan: belum ada yang melamar, atau semuanya mundur.")]
    if not considered:
        return [_("Tidak ada pegawai yang dapat dipertimbangkan: pada tanggal itu tidak ada yang jenjangnya di bawah.")]
    lines = [_("Tidak ada yang memenuhi syarat dari %(count)s pegawai yang dipertimbangkan.", count=considered)]
    stopping = sorted((one for one in summaries if one.failed or one.held), key=lambda one: -(one.failed + one.held))
    lines += [
        _(
            "  %(gate)s: %(failed)s tidak memenuhi (%(alone)s hanya karena ini), %(held)s menunggu.",
            gate=summary.title or summary.id,
            failed=summary.failed,
            alone=summary.only_this,
            held=summary.held,
        )
        for summary in stopping
    ]
    if held:
        lines.append(_("%(count)s pegawai menunggu kepastian syarat atau data yang belum ada.", count=held))
    return lines


def _joined(texts: Sequence[str]) -> str:
    if len(texts) <= 1:
        return "".join(texts)
    return _("%(first)s dan %(last)s", first=", ".join(texts[:-1]), last=texts[-1])
