"""Rankings, explanations and verifications as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from merit.i18n import _
from merit.phrases import phrase
from merit.ranking.domain import Outcome, Standing
from merit.ranking.facts import OPEN_SELECTION
from merit.ranking.queries import Person
from merit.ranking.report.considered import gate_summaries
from merit.ranking.report.document import shown_rows
from merit.ranking.report.drawn import places_of
from merit.ranking.report.explanation import Explanation
from merit.ranking.report.gates import GateLine
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.parts import PartLine
from merit.ranking.report.sentences import nobody_lines, number_text
from merit.ranking.report.shortlist import ShortlistRow, shortlist_row
from merit.ranking.services.verification import Verification
from merit.ranking.store.loading import LoadedRun
from merit.web.labels import label

_NAME = 32


def ranking_lines(run: LoadedRun, people: Mapping[int, Person], limit: int) -> list[str]:
    """Return the head of a run and its first rows, or why there are none."""
    head, ranking = run_head(run), run.ranking
    lines = [*_head_lines(head), ""]
    if not head.eligible:
        is_open = ranking.vacancy.pathway == OPEN_SELECTION
        return [*lines, *nobody_lines(head.considered, head.held, gate_summaries(ranking), is_open=is_open)]
    places = places_of(run.uncertainty)
    lines.append(f"{_('No.'):>5} {_('Nama'):<{_NAME}} {'NIP':<18} {_('Nilai'):>7}  {_('Rentang'):<11} P(≤{head.size})")
    for row in shown_rows(ranking, limit)[Standing.RANKED]:
        person = people.get(int(ranking.officials[row]))
        lines.append(_row_line(shortlist_row(run, row, person, places), head.precision))
    if head.eligible > limit:
        lines.append(
            _("… dan %(count)s lainnya; pakai --limit untuk melihat lebih banyak.", count=head.eligible - limit)
        )
    return [*lines, "", *_band_lines(head)]


def explanation_lines(explanation: Explanation) -> list[str]:
    """Return the explanation of one official."""
    head = explanation.head
    lines = [f"{explanation.name} · {explanation.nip}", f"{explanation.position} · {explanation.unit}", ""]
    if explanation.rank is None:
        lines.append(explanation.standing_reason)
    else:
        lines.append(
            _(
                "Peringkat %(rank)s dari %(eligible)s pada %(run)s, nilai %(score)s (pembanding %(reference)s).",
                rank=explanation.rank,
                eligible=head.eligible,
                run=head.code,
                score=number_text(explanation.score or "0", head.precision),
                reference=number_text(explanation.reference, head.precision),
            )
        )
    lines += ["", f"{'':<40} {_('Capaian'):>14} {_('Bobot'):>8} {_('Poin'):>8} {_('Andil'):>8}"]
    lines += [_part_text(part, head.precision) for part in explanation.parts]
    lines += ["", _("Syarat"), *(_gate_text(gate) for gate in explanation.gates)]
    if explanation.pair is not None:
        lines += ["", explanation.pair.sentence]
    if explanation.suggestions:
        lines += ["", *(suggestion.sentence for suggestion in explanation.suggestions)]
    return lines


def verification_lines(verification: Verification) -> list[str]:
    """Return every comparison of a verification and whether today's records would give the same."""
    lines = [f"{verification.code} · {verification.engine}", f"SHA-256 {verification.result_sha256}"]
    for check in verification.checks:
        answer = _("sama") if check.is_equal else _("BERBEDA")
        lines.append(f"  {phrase(check.code):<54} {answer}")
        if not check.is_equal:
            lines.append(f"    {check.stored} ≠ {check.recomputed}")
    today = verification.today
    if today is not None and today.is_equal:
        lines.append(_("Data hari ini memberi masukan yang sama."))
    elif today is not None:
        lines.append(
            _(
                "Data hari ini sudah berbeda: %(changed)s pegawai berubah, %(joined)s bertambah, %(left)s berkurang. "
                "Peringkat tersimpan tetap sah menurut data saat dihitung.",
                changed=today.changed,
                joined=today.joined,
                left=today.left,
            )
        )
    return lines


def _head_lines(head: RunHead) -> list[str]:
    return [
        f"{head.code} · {head.vacancy} · {head.position}",
        _(
            "Per %(as_of)s · kebijakan %(policy)s versi %(number)s · %(size)s nama untuk PPK",
            as_of=head.as_of.isoformat(),
            policy=head.policy_code,
            number=head.policy_version,
            size=head.size,
        ),
        _("Versi kebijakan ini dibekukan saat lowongan diumumkan.") if head.is_frozen_policy else head.notes[0],
        _(
            "Dipertimbangkan %(considered)s · memenuhi syarat %(eligible)s · menunggu %(held)s · gugur %(failed)s",
            considered=head.considered,
            eligible=head.eligible,
            held=head.held,
            failed=head.failed,
        ),
        f"SHA-256 {head.result_sha256}",
    ]


def _row_line(row: ShortlistRow, digits: int) -> str:
    rank = f"{row.rank}{'=' if row.tied else ''}"
    interval = f"{row.rank_interval[0]}–{row.rank_interval[1]}" if row.rank_interval else "–"
    chance = number_text(row.p_top, 2) if row.p_top is not None else "–"
    mark = "  ◂" if row.in_band else ""
    score = number_text(row.score, digits)
    return f"{rank:>5} {row.name[:_NAME]:<{_NAME}} {row.nip:<18} {score:>7}  {interval:<11} {chance}{mark}"


def _band_lines(head: RunHead) -> list[str]:
    if head.band is None or not head.band_size:
        return []
    return [
        _(
            "◂ Posisi %(first)s sampai %(last)s belum dapat dibedakan pada batas %(size)s nama.",
            first=head.band[0] + 1,
            last=head.band[1],
            size=head.size,
        )
    ]


def _part_text(part: PartLine, digits: int) -> str:
    shown = part.value or label(part.status.name, "value_status").split(",")[0]
    points = number_text(part.points, digits) if part.points else "–"
    contribution = number_text(part.contribution, digits, signed=True) if part.contribution else "–"
    return f"{part.label[:40]:<40} {shown:>14} {number_text(part.weight):>8} {points:>8} {contribution:>8}"


def _gate_text(gate: GateLine) -> str:
    mark = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.HOLD: "…", Outcome.VERIFY: "?"}[gate.outcome]
    met_from = _(" (memenuhi mulai %(date)s)", date=gate.met_from.isoformat()) if gate.met_from else ""
    fact = number_text(gate.fact) if isinstance(gate.fact, int | float) else gate.fact or "–"
    return f"  {mark} {gate.title or gate.id}: {fact}{met_from} [{gate.citation}]"
