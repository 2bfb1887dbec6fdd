"""Score a closed sitting: computed beside the database, stored in one unit of work, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive_results import rescale
from merit.assessment.domain.answers import parse_value
from merit.assessment.domain.items import ItemContent, ItemKey, Responses
from merit.assessment.domain.measurement import Basis, measure_sheets
from merit.assessment.domain.processing import draws_points
from merit.assessment.domain.results import Result, match_standard
from merit.assessment.domain.scoring import ItemScore, score_item
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.sheets import (
    WHOLE,
    Correction,
    Place,
    PlaceScore,
    Sheet,
    match_document,
    results_of,
    score_place,
    sheets_sha256,
)
from merit.assessment.domain.states import SittingState
from merit.assessment.models.scoring import CandidateResult, ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Sitting, SittingEvent
from merit.assessment.queries.adaptive import load_pool, pools_of
from merit.assessment.queries.item_times import seconds_per_place
from merit.assessment.queries.items import LoadedVersion
from merit.assessment.queries.score_scales import scales_stamp
from merit.assessment.queries.scores import (
    Inputs,
    Placing,
    RawSheet,
    ScoredSheet,
    Standard,
    count_late,
    current_version,
    find_sitting,
    inputs_stamp,
    load_inputs,
)
from merit.assessment.services.clones import cloned
from merit.assessment.services.score_scales import find_bases, keep_bases
from merit.assessment.services.statistics import store_statistics
from merit.audit.services import record
from merit.errors import ConflictError, NotAllowedError, RuleViolationError
from merit.reference import load_jpm_categories
from merit.security.permissions import Actor, Permission, is_granted

PURPOSES = ("filling", "mapping")
SCORABLE = frozenset({SittingState.CLOSED.value, SittingState.SCORED.value})
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A scoring that is computed and not yet stored; ``stamp`` tells what it was computed from.

    ``seconds`` are those spent by attempt and position, for the figures of the items.
    """

    sitting_id: int
    stamp: tuple[str, ...]
    sheets: Sequence[ScoredSheet]
    bases: Mapping[str, Basis]
    sha256: str
    seconds: Mapping[tuple[int, int], float] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many essays still wait for marks."""
        return sum(scored.sheet.waiting for scored in self.sheets)


class Scorer:
    """Scores sheets of one sitting; the same answer to the same item is evaluated once."""

    def __init__(self, inputs: Inputs, settings: SittingSettings) -> None:
        """Keep what every sheet needs."""
        self._inputs, self._settings = inputs, settings
        self._known: dict[tuple[int, frozenset[str], str, str, str], ItemScore] = {}
        programs = {number: version.key.processing or {} for number, version in inputs.versions.items()}
        self._drawing = {number for number, program in programs.items() if draws_points(program)}

    def sheet(self, raw: RawSheet) -> Sheet:
        """Return one candidate's sheet with points and classical results, not yet matched to positions."""
        places = tuple(self._place(raw, placing) for placing in raw.placings)
        results = results_of(places, cuts=self._settings.cuts, weights=self._settings.weights)
        return Sheet(number=raw.number, places=places, results=results)

    def _place(self, raw: RawSheet, placing: Placing) -> PlaceScore:
        version_id, position = placing.version_id, placing.position
        version = self._inputs.versions[version_id]
        value = raw.answers.get(position, "[]")
        place = _place_of(version, placing, self._inputs)
        responses = parse_value(value, [interaction.id for interaction in version.content.interactions])
        marks = self._inputs.marks.get((raw.attempt_id, position), ())

        # The candidate's number and the position decide what chance draws: scored again, it draws the same.
        seed = f"{raw.number}/{position}" if version_id in self._drawing else ""

        def score(content: ItemContent, key: ItemKey, given: Responses) -> ItemScore:
            # Parts of an item are scored apart from the whole, clones each for itself.
            same = (version_id, frozenset(key.responses), value, placing.drawn, seed)
            if same not in self._known:
                self._known[same] = score_item(content, key, given, seed=seed)
            return self._known[same]

        return score_place(place, responses, marks, score)

    def matched(self, sheet: Sheet, official_id: int) -> Sheet:
        """Return the sheet with the job person match of its levels to the present and the target position."""
        present, target = self._inputs.present.get(official_id), self._inputs.target
        levelled = {code: result for code, result in sheet.results.items() if code and result.level is not None}
        if not levelled or not (present or target):
            return sheet
        return replace(sheet, matches={"present": _match(present, levelled), "target": _match(target, levelled)})


def _place_of(version: LoadedVersion, placing: Placing, inputs: Inputs) -> Place:
    content, key = cloned(version.content, version.key, placing.drawn)
    return Place(
        position=placing.position,
        version=inputs.sha256[version.version_id],
        competency=placing.competency,
        content=content,
        key=key,
        maximum=version.maximum,
        is_scored=placing.is_scored,
        correction=inputs.corrections.get(version.version_id),
    )


def _match(standard: Standard | None, results: Mapping[str, Result]) -> dict[str, Any] | None:
    if standard is None or not standard.levels.keys() & results.keys():
        return None
    levels = {code: result.level for code, result in results.items() if result.level is not None}
    chances = {code: result.probabilities for code, result in results.items()}
    match = match_standard(levels, standard.levels, chances)
    if match.percent is None:
        return None
    categories = {
        purpose: next(row.code for row in load_jpm_categories(purpose) if match.percent >= row.floor)
        for purpose in PURPOSES
    }
    return match_document(match, categories, position=standard.code, name=standard.name)


def compute_scores(
    session: Session,
    sitting: Sitting,
    *,
    corrections: Mapping[int, Correction] | None = None,
    keep_scales: bool = False,
    progress: Progress | None = None,
) -> Prepared:
    """Score every sheet of a sitting without storing anything; ``corrections`` are added to the approved ones.

    ``keep_scales`` measures as the standing scoring did, whatever has been calibrated since.
    """
    settings = SittingSettings.model_validate(sitting.settings or {})
    stamp = (*inputs_stamp(session, sitting.id), *scales_stamp(session))
    inputs = load_inputs(session, sitting, target_position=settings.target_position)
    if corrections:
        inputs = replace(inputs, corrections={**inputs.corrections, **corrections})
    scorer, counted = Scorer(inputs, settings), []
    for done, raw in enumerate(inputs.sheets, 1):
        counted.append(scorer.sheet(raw))
        if progress is not None:
            progress(done, len(inputs.sheets))
    bases = find_bases(session, sitting, counted, inputs.sha256, keep=keep_scales)
    measured = measure_sheets(counted, bases)
    pools = [load_pool(session, row) for row in pools_of(session, sitting.id)]
    if pools:
        measured = rescale(measured, pools, cuts=settings.cuts, weights=settings.weights)
    scored = [
        ScoredSheet(sheet=scorer.matched(sheet, raw.official_id), raw=raw)
        for sheet, raw in zip(measured, inputs.sheets, strict=True)
    ]
    used = {code: basis.scale.sha256 for code, basis in bases.items() if basis.scale}
    digest = sheets_sha256([each.sheet for each in scored], used)
    return Prepared(sitting_id=sitting.id, stamp=stamp, sheets=scored, bases=bases, sha256=digest)


def prepare_scores(session: Session, actor: Actor, *, code: str, progress: Progress | None = None) -> Prepared:
    """Compute the scores of a closed sitting for somebody who may order that."""
    sitting = _scorable(session, actor, code)
    return replace(compute_scores(session, sitting, progress=progress), seconds=seconds_per_place(session, sitting.id))


def check_scorable(session: Session, actor: Actor, *, code: str) -> Sitting:
    """Return a sitting that can be scored now; refuse with the reason otherwise."""
    return _scorable(session, actor, code)


def store_scores(session: Session, actor: Actor, *, code: str, prepared: Prepared) -> ScoreVersion:
    """Store computed scores at once; the same scores again change nothing.

    The sitting counts as scored once no essay waits for marks.
    """
    sitting = _scorable(session, actor, code, lock=True)
    check_unchanged(session, prepared)
    version = keep_version(session, actor, sitting, prepared, reason="")
    if not prepared.waiting and sitting.state == SittingState.CLOSED.value:
        sitting.state, sitting.scored_at = SittingState.SCORED.value, clock.now()
        session.flush()
    return version


def score_sitting(session: Session, actor: Actor, *, code: str) -> ScoreVersion:
    """Compute and store the scores of a closed sitting in one unit of work."""
    return store_scores(session, actor, code=code, prepared=prepare_scores(session, actor, code=code))


def check_unchanged(session: Session, prepared: Prepared) -> None:
    """Raise :class:`ConflictError` when anything a scoring was computed from has changed since."""
    if (*inputs_stamp(session, prepared.sitting_id), *scales_stamp(session)) != prepared.stamp:
        raise ConflictError("scores-inputs-changed")


def keep_version(session: Session, actor: Actor, sitting: Sitting, prepared: Prepared, *, reason: str) -> ScoreVersion:
    """Make computed scores the standing ones of a locked sitting, the former ones kept; equal ones change nothing."""
    former = current_version(session, sitting.id)
    if former is not None and former.sha256 == prepared.sha256:
        return former
    if former is not None:
        former.state = "superseded"
        session.flush()
    number = session.scalar(select(func.max(ScoreVersion.number)).where(ScoreVersion.sitting_id == sitting.id)) or 0
    version = ScoreVersion(
        sitting_id=sitting.id,
        number=number + 1,
        state="current",
        sha256=prepared.sha256,
        reason=reason,
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    session.add(version)
    session.flush()
    _store_rows(session, version, prepared)
    keep_bases(session, version, prepared.bases)
    store_statistics(session, sitting.id, prepared.sheets, prepared.seconds)
    _forget_request(session, sitting)
    details = {"version": version.number, "sha256": version.sha256, "waiting": prepared.waiting}
    note_event(session, actor, sitting, kind="sitting-scored", details=details)
    return version


def note_event(
    session: Session, actor: Actor, sitting: Sitting, *, kind: str, details: Mapping[str, Any], note: str = ""
) -> None:
    """Add a line to the minutes of a sitting and to the audit chain: ``sitting-scored`` is ``sitting:scored``."""
    session.add(
        SittingEvent(
            sitting_id=sitting.id, kind=kind, note=note, details=dict(details), by_id=actor.user_id, at=clock.now()
        )
    )
    session.flush()
    record(session, actor, action=kind.replace("-", ":", 1), subject=f"sitting:{sitting.id}", details=details)


def _forget_request(session: Session, sitting: Sitting) -> None:
    """Take back a request to publish scores that have changed since: the second person must see what is published."""
    if sitting.state == SittingState.SCORED.value and sitting.publish_asked_by is not None:
        sitting.publish_asked_by = sitting.publish_asked_at = None
        session.flush()


def _store_rows(session: Session, version: ScoreVersion, prepared: Prepared) -> None:
    scores = [row for scored in prepared.sheets for row in _score_rows(version.id, scored)]
    results = [row for scored in prepared.sheets for row in _result_rows(version.id, scored)]
    if scores:
        session.execute(insert(ResponseScore), scores)
    if results:
        session.execute(insert(CandidateResult), results)


def _score_rows(version_id: int, scored: ScoredSheet) -> Iterable[dict[str, Any]]:
    ids = {placing.position: placing.version_id for placing in scored.raw.placings}
    for place in scored.sheet.places:
        yield {
            "score_version_id": version_id,
            "attempt_id": scored.raw.attempt_id,
            "position": place.position,
            "version_id": ids[place.position],
            "points": place.points,
            "maximum": place.maximum,
            "outcome": place.outcome,
            "reason": place.reason,
        }


def _result_rows(version_id: int, scored: ScoredSheet) -> Iterable[dict[str, Any]]:
    for code, result in scored.sheet.results.items():
        chances = [str(chance) for chance in result.probabilities]
        yield {
            "score_version_id": version_id,
            "attempt_id": scored.raw.attempt_id,
            "competency": code,
            "items": result.items,
            "raw": result.raw,
            "maximum": result.maximum,
            "scaled": result.scaled,
            "scaled_se": result.scaled_se,
            "ability": result.ability,
            "ability_se": result.ability_se,
            "level": result.level,
            "level_se": result.level_se,
            "level_probabilities": chances,
            "job_person_match": (scored.sheet.matches if code == WHOLE else None) or {},
        }


def _scorable(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Sitting:
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError
    sitting = find_sitting(session, code, lock=lock)
    if sitting.state == SittingState.PUBLISHED.value:
        raise RuleViolationError("scores-published")
    if sitting.state not in SCORABLE:
        raise RuleViolationError("scores-before-close")
    proposed = count_late(session, sitting.id).proposed if sitting.state == SittingState.CLOSED.value else 0
    if proposed:
        raise RuleViolationError("scores-late-proposed", count=proposed)
    return sitting
