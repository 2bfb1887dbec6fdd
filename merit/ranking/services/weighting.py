"""Weights from judgements of pairs: each drafter's own, put together, and into the draft by an explicit act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.ranking.engine.ahp import (
    MAX_MEMBERS,
    SCALE,
    Weighting,
    combine,
    inner_digits,
    matrix_of,
    pairs_of,
    rounded,
    weigh,
)
from merit.ranking.engine.types import Policy
from merit.ranking.life_cycle import Stage
from merit.ranking.models import PolicyJudgement, PolicyVersion
from merit.ranking.policy_text import with_weights, write_yaml
from merit.ranking.services.policies import get_version, load_policy, subject_of
from merit.ranking.services.policy_drafts import save_revision
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.labels import label

PILLARS = "pillars"
PILLAR_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What is compared with each other: the pillars, or the indicators of one; ``current`` are the draft's weights."""

    key: str
    title: str
    members: tuple[str, ...]
    names: Mapping[str, str]
    current: Mapping[str, Decimal]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every pair once."""
        return pairs_of(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One drafter's judgements of a topic; ``is_current``: about the members the draft has now."""

    user_id: int
    ratios: Mapping[str, int]
    is_current: bool
    weighting: Weighting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBoard:
    """A topic with all opinions; ``together`` and ``proposed`` (rounded) rest on the current ones."""

    topic: Topic
    opinions: tuple[Opinion, ...]
    together: Weighting | None
    proposed: tuple[Decimal, ...] = field(default=())

    def own(self, user_id: int | None) -> Mapping[str, int]:
        """Return a drafter's present judgements."""
        return next((one.ratios for one in self.opinions if one.user_id == user_id), {})


def topics_of(policy: Policy) -> tuple[Topic, ...]:
    """Return what can be compared: groups of at least two."""
    groups = [
        Topic(
            key=PILLARS,
            title=label("pillars", "judgement_topic"),
            members=tuple(pillar.code for pillar in policy.pillars),
            names={pillar.code: pillar.title for pillar in policy.pillars},
            current={pillar.code: pillar.weight for pillar in policy.pillars},
        )
    ]
    for pillar in policy.pillars:
        slots = [slot for slot in policy.slots if slot.pillar == pillar.code]
        groups.append(
            Topic(
                key=f"in:{pillar.code}",
                title=pillar.title,
                members=tuple(slot.code for slot in slots),
                names={slot.code: label(slot.code, "indicator") for slot in slots},
                current={slot.code: slot.weight / pillar.weight for slot in slots},
            )
        )
    return tuple(topic for topic in groups if len(topic.members) > 1)


def weight_board(session: Session, version: PolicyVersion) -> tuple[TopicBoard, ...]:
    """Return every topic with opinions, what they say together and the weights that would go into the draft."""
    opinions = _newest(session, version)
    policy = load_policy(version)
    boards = [_board(topic, opinions.get(topic.key, []), PILLAR_DIGITS) for topic in topics_of(policy)]
    shares = _pillar_weights(policy, boards)
    return tuple(
        board
        if board.topic.key == PILLARS
        else _board(board.topic, opinions.get(board.topic.key, []), inner_digits(shares[_pillar(board.topic)]))
        for board in boards
    )


def judge_pairs(
    session: Session, actor: Actor, *, code: str, number: int, topic_key: str, ratios: Mapping[str, str]
) -> PolicyJudgement:
    """Record a drafter's judgements of all pairs of a topic; earlier ones stay in the history.

    Raises :class:`InvalidInputError` naming the pairs that are not judged.
    """
    if not is_granted(actor, Permission.POLICY_DRAFT) or actor.user_id is None:
        raise NotAllowedError
    version = get_version(session, code, number)
    if version.state != "draft" or version.stage != Stage.WRITING:
        raise RuleViolationError("policy-not-writing", code=code, number=number)
    topic = next((one for one in topics_of(load_policy(version)) if one.key == topic_key), None)
    if topic is None:
        raise InvalidInputError("judgement-topic-unknown")
    if len(topic.members) > MAX_MEMBERS:
        raise InvalidInputError("judgement-too-many", limit=MAX_MEMBERS)
    judged = {f"{a}|{b}": _judgement(ratios.get(f"{a}|{b}", "")) for a, b in topic.pairs}
    lacking = [f"{topic.names[a]} – {topic.names[b]}" for a, b in topic.pairs if judged[f"{a}|{b}"] is None]
    if lacking:
        raise InvalidInputError("judgement-incomplete", pairs="; ".join(lacking))
    row = PolicyJudgement(
        version_id=version.id,
        topic=topic.key,
        user_id=actor.user_id,
        members=list(topic.members),
        ratios=judged,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, actor, action="policy:judge", subject=subject_of(version), details={"topic": topic.key})
    return row


def apply_weights(session: Session, actor: Actor, *, code: str, number: int, revision: int) -> PolicyVersion:
    """Put the weights of every judged topic into the draft as a new revision that keeps its justification.

    Topics nobody judged keep their weights.
    """
    version = get_version(session, code, number)
    boards = [board for board in weight_board(session, version) if board.together is not None]
    if not boards:
        raise RuleViolationError("judgement-none", topic=version.title)
    pillars: dict[str, str] = {}
    indicators: dict[str, dict[str, str]] = {}
    for board in boards:
        if not board.proposed:
            raise RuleViolationError("judgement-pillar-fine", topic=board.topic.title)
        weights = dict(zip(board.topic.members, map(str, board.proposed), strict=True))
        if board.topic.key == PILLARS:
            pillars = weights
        else:
            indicators[_pillar(board.topic)] = weights
    changed = with_weights(json.loads(version.document), pillars, indicators)
    return save_revision(
        session,
        actor,
        code=code,
        number=number,
        revision=revision,
        text=write_yaml(changed),
        origin="weights",
        justification={"method": "AHP", "topics": [_justified(board) for board in boards]},
    )


def _board(topic: Topic, rows: Sequence[PolicyJudgement], digits: int) -> TopicBoard:
    opinions = []
    matrices = []
    for row in rows:
        is_current = list(topic.members) == row.members
        matrix = matrix_of(topic.members, _by_pair(row.ratios)) if is_current else None
        if matrix is not None:
            matrices.append(matrix)
        opinions.append(
            Opinion(
                user_id=row.user_id,
                ratios=row.ratios if is_current else {},
                is_current=is_current,
                weighting=None if matrix is None else weigh(matrix),
            )
        )
    together = weigh(combine(matrices)) if matrices else None
    can_round = together is not None and 10**digits >= len(topic.members)
    return TopicBoard(
        topic=topic,
        opinions=tuple(opinions),
        together=together,
        proposed=rounded(together.weights, digits) if together is not None and can_round else (),
    )


def _pillar_weights(policy: Policy, boards: Sequence[TopicBoard]) -> dict[str, Decimal]:
    """Return the pillar weights as they will stand: those judged, else the draft's."""
    judged = next((one for one in boards if one.topic.key == PILLARS and one.proposed), None)
    if judged is None:
        return {pillar.code: pillar.weight for pillar in policy.pillars}
    return dict(zip(judged.topic.members, judged.proposed, strict=True))


def _newest(session: Session, version: PolicyVersion) -> dict[str, list[PolicyJudgement]]:
    """Return the newest judgements of each drafter by topic, drafters in order of their first."""
    query = select(PolicyJudgement).where(PolicyJudgement.version_id == version.id).order_by(PolicyJudgement.id)
    newest: dict[str, dict[int, PolicyJudgement]] = {}
    for row in session.scalars(query):
        newest.setdefault(row.topic, {})[row.user_id] = row
    return {topic: list(rows.values()) for topic, rows in newest.items()}


def _pillar(topic: Topic) -> str:
    return topic.key.removeprefix("in:")


def _judgement(text: str) -> int | None:
    try:
        value = int(text)
    except ValueError:
        return None
    return value if value in SCALE else None


def _by_pair(ratios: Mapping[str, int]) -> dict[tuple[str, str], int]:
    return {(key.split("|")[0], key.split("|")[1]): value for key, value in ratios.items()}


def _justified(board: TopicBoard) -> dict[str, Any]:
    """Return what a reader of the revision needs to follow the weights."""
    together = board.together
    return {
        "topic": board.topic.key,
        "title": board.topic.title,
        "members": list(board.topic.members),
        "weights": [str(weight) for weight in board.proposed],
        "consistency_ratio": 0.0 if together is None else round(together.consistency_ratio, 4),
        "drafters": [
            {
                "user": one.user_id,
                "ratios": dict(one.ratios),
                "consistency_ratio": round(one.weighting.consistency_ratio, 4),
            }
            for one in board.opinions
            if one.weighting is not None
        ],
    }
