"""Evaluate a class: linked tests and gains, anonymous reactions, use at work rated months later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random, SystemRandom

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange import storage
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.domain.gain import Gain, is_measurable, paired_gain
from merit.training.domain.reactions import find_reaction_problem
from merit.training.domain.states import HOLDS_PLACE, ClassState
from merit.training.domain.transfer import (
    RaterGroup,
    draw_peers,
    find_anchor_problem,
    find_marks_problem,
    rater_score,
    transfer_of,
    window,
)
from merit.training.models.classes import Enrolment, TrainingClass
from merit.training.models.evaluation import ClassEvaluation, ClassGain, Reaction, ReactionSlip, TransferRater
from merit.training.models.records import TrainingRecord
from merit.training.queries.classes import get_class, lock_class
from merit.training.queries.enrolments import get_enrolment
from merit.training.queries.evaluation import (
    find_evaluation,
    find_records,
    find_sitting,
    has_reacted,
    list_gains,
    list_participants,
    list_raters,
    paired_results,
)
from merit.training.queries.raters import surroundings_of
from merit.training.services.classes import note
from merit.training.services.programmes import require_manage

_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom raters were asked about: participants, raters, and participants nobody could be asked about."""

    participants: int = 0
    raters: int = 0
    without: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """What ratings came to: values recorded, still waiting, too few raters, without a record, kept as imported."""

    recorded: int = 0
    waiting: int = 0
    too_few: int = 0
    unrecorded: int = 0
    imported: int = 0


def set_evaluation(
    session: Session, actor: Actor, *, code: str, before: str, after: str, anchors: Sequence[str]
) -> ClassEvaluation:
    """Say which sittings are the tests of a class and by which anchors its use at work is rated.

    Anchors stay as they are once raters were asked.
    """
    require_manage(actor)
    course = lock_class(session, code)
    if problem := find_anchor_problem(anchors):
        raise InvalidInputError(problem)
    if before and before == after:
        raise InvalidInputError("evaluation-same-sitting")
    before_id, after_id = _sitting(session, before), _sitting(session, after)
    row = find_evaluation(session, course.id)
    if row is not None and list(row.anchors) != list(anchors) and list_raters(session, course.id):
        raise RuleViolationError("anchors-in-use")
    if row is None:
        row = ClassEvaluation(class_id=course.id, changed_at=clock.now())
        session.add(row)
    row.before_id, row.after_id = before_id, after_id
    row.anchors = list(anchors)
    row.changed_by, row.changed_at = actor.user_id, clock.now()
    session.flush()
    note(session, actor, course, "evaluation", before=before, after=after)
    return row


def _sitting(session: Session, code: str) -> int | None:
    if not code:
        return None
    sitting = find_sitting(session, code)
    if sitting is None:
        raise InvalidInputError("evaluation-sitting-unknown", code=code)
    return sitting.id


def compute_gains(session: Session, actor: Actor, *, code: str) -> int:
    """Compute the gain per competency from the linked sittings; former figures are superseded. Return how many."""
    require_manage(actor)
    course = lock_class(session, code)
    evaluation = find_evaluation(session, course.id)
    if evaluation is None or evaluation.before_id is None or evaluation.after_id is None:
        raise RuleViolationError("gain-no-tests")
    measured = paired_results(session, evaluation)
    found = {key: pairs for key, pairs in measured.items() if is_measurable(pairs)}
    if measured and not found:
        raise RuleViolationError("gain-one-person")
    if not found:
        raise RuleViolationError("gain-nobody")
    whole = {competency: (scale, pairs) for (competency, scale), pairs in found.items() if scale == "score"}
    whole |= {competency: (scale, pairs) for (competency, scale), pairs in found.items() if scale == "level"}
    now = clock.now()
    for former in list_gains(session, course.id):
        former.superseded_at = now
    session.flush()
    for competency, (scale, pairs) in sorted(whole.items()):
        session.add(_gain_row(course, competency, scale, paired_gain(pairs), actor))
    session.flush()
    note(session, actor, course, "gain", competencies=len(whole))
    return len(whole)


def _gain_row(course: TrainingClass, competency: str, scale: str, gain: Gain, actor: Actor) -> ClassGain:
    figures = {name: exact(getattr(gain, name)) for name in ("before", "after", "gain", "se", "low", "high")}
    return ClassGain(
        class_id=course.id,
        competency=competency,
        scale=scale,
        persons=gain.persons,
        computed_by=actor.user_id,
        computed_at=clock.now(),
        **figures,
    )


def exact(value: float) -> Decimal:
    """Return a figure with four decimals."""
    return Decimal(str(value)).quantize(_PLACES)


def give_reaction(
    session: Session, actor: Actor, *, enrolment_id: int, marks: Mapping[str, int], comment: str = ""
) -> None:
    """Keep a participant's reaction apart from who gave it; it is given once."""
    row, course = own_place(session, actor, enrolment_id)
    if not has_ended(course):
        raise RuleViolationError("class-not-ended")
    if problem := find_reaction_problem(marks, comment):
        raise InvalidInputError(problem)
    if has_reacted(session, row.id):
        raise RuleViolationError("reaction-given")
    session.add(ReactionSlip(enrolment_id=row.id))
    try:
        session.flush()
    except IntegrityError as error:
        raise RuleViolationError("reaction-given") from error
    session.add(Reaction(id=secrets.randbits(62), class_id=course.id, marks=dict(marks), comment=comment.strip()))
    session.flush()


def own_place(session: Session, actor: Actor, enrolment_id: int) -> tuple[Enrolment, TrainingClass]:
    """Return one's own place in a class; raise :class:`NotFoundError` for anybody else's."""
    row, course = get_enrolment(session, actor, enrolment_id)
    if row.official_id != actor.official_id or row.state not in HOLDS_PLACE:
        raise NotFoundError("enrolment-unknown")
    return row, course


def has_ended(course: TrainingClass) -> bool:
    """Whether a class is over: its last day has come, and it was not called off."""
    return course.state != ClassState.CANCELLED and course.ends <= clock.today()


def ask_raters(session: Session, actor: Actor, *, code: str, rng: Random | None = None) -> Asked:
    """Ask the superior and colleagues drawn by chance about every participant not asked about yet.

    They rate from three to six months after the class.
    """
    require_manage(actor)
    course = lock_class(session, code)
    if not has_ended(course):
        raise RuleViolationError("class-not-ended")
    if find_evaluation(session, course.id) is None:
        raise RuleViolationError("transfer-no-anchors")
    lines = [line for line in list_participants(session, actor, course.id) if not line.asked]
    around = surroundings_of(session, [line.enrolment.official_id for line in lines])
    opens, closes = window(course.ends)
    raters = without = 0
    for line in lines:
        seen = around[line.enrolment.official_id]
        chosen = [] if seen.superior_id is None else [(seen.superior_id, RaterGroup.SUPERIOR)]
        peers = draw_peers(seen.tier_order, seen.colleagues, rng or SystemRandom())
        chosen += [(peer, RaterGroup.PEER) for peer in peers]
        without += not chosen
        raters += len(chosen)
        session.add_all(
            TransferRater(
                enrolment_id=line.enrolment.id,
                official_id=rater,
                rater_group=group.value,
                opens=opens,
                closes=closes,
                asked_by=actor.user_id,
                asked_at=clock.now(),
            )
            for rater, group in chosen
        )
    session.flush()
    asked = Asked(participants=len(lines) - without, raters=raters, without=without)
    note(session, actor, course, "ask-raters", participants=asked.participants, raters=raters)
    return asked


def answer_rating(session: Session, actor: Actor, *, rater_id: int, marks: Sequence[int | None]) -> TransferRater:
    """Rate by the anchors what one was asked for; within its time, once, never oneself."""
    asked, row, course, anchors = get_asked(session, actor, rater_id)
    if row.official_id == actor.official_id:
        raise NotAllowedError("transfer-self")
    if asked.answered_at is not None:
        raise RuleViolationError("transfer-answered")
    if not asked.opens <= clock.today() <= asked.closes:
        raise RuleViolationError("transfer-not-now", opens=f"{asked.opens:%d-%m-%Y}", closes=f"{asked.closes:%d-%m-%Y}")
    if problem := find_marks_problem(marks, len(anchors)):
        raise InvalidInputError(problem)
    asked.marks, asked.answered_at = list(marks), clock.now()
    session.flush()
    note(session, actor, course, "rate-transfer")
    return asked


def get_asked(
    session: Session, actor: Actor, rater_id: int
) -> tuple[TransferRater, Enrolment, TrainingClass, list[str]]:
    """Return what one is asked to rate with its anchors; raise :class:`NotFoundError` for anybody else's."""
    asked = session.get(TransferRater, rater_id)
    if asked is None or actor.official_id is None or asked.official_id != actor.official_id:
        raise NotFoundError("transfer-unknown")
    row = session.get_one(Enrolment, asked.enrolment_id)
    course = session.get_one(TrainingClass, row.class_id)
    evaluation = find_evaluation(session, course.id)
    return asked, row, course, list(evaluation.anchors) if evaluation else []


def conclude_transfer(session: Session, actor: Actor, *, code: str) -> Concluded:
    """Record the use at work of participants whose raters have all answered or whose time is over.

    The value goes into the training record the ranking reads; the former row is superseded. What an imported file said
    stays.
    """
    if not is_granted(actor, Permission.TRAINING_MANAGE):
        raise NotAllowedError
    course = get_class(session, code)
    storage.hold_imports(session)
    by_place: dict[int, list[TransferRater]] = {}
    for rater in list_raters(session, course.id):
        by_place.setdefault(rater.enrolment_id, []).append(rater)
    records = find_records(session, course.id)
    tally = dict.fromkeys(Concluded.__dataclass_fields__, 0)
    for enrolment_id, raters in by_place.items():
        tally[_conclude(session, raters, records.get(enrolment_id))] += 1
    session.flush()
    concluded = Concluded(**tally)
    note(session, actor, course, "transfer", **tally)
    return concluded


def _conclude(session: Session, raters: list[TransferRater], record: TrainingRecord | None) -> str:
    answered = [rater for rater in raters if rater.answered_at is not None]
    if len(answered) < len(raters) and min(rater.closes for rater in raters) >= clock.today():
        return "waiting"
    scores: dict[RaterGroup, list[float]] = {}
    for rater in answered:
        scores.setdefault(RaterGroup(rater.rater_group), []).append(rater_score(rater.marks))
    found = transfer_of(scores)
    if found is None:
        return "too_few"
    if record is None:
        return "unrecorded"
    if record.transfer is not None and record.batch_id is not None:
        return "imported"
    _supersede(session, record, exact(found.value), exact(found.se))
    return "recorded"


def _supersede(session: Session, record: TrainingRecord, transfer: Decimal, se: Decimal) -> None:
    if (record.transfer, record.transfer_se) == (transfer, se):
        return
    now = clock.now()
    kept = (
        *("official_id", "name", "code", "kind", "path", "provider", "starts", "ends"),
        *("learning_hours", "grade_text", "certificate_number"),
    )
    values = {name: getattr(record, name) for name in kept}
    record.superseded_at = now
    session.flush()
    session.add(TrainingRecord(**values, transfer=transfer, transfer_se=se, recorded_at=now))
