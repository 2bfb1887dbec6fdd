"""Take answers from a browser: check every field, keep them, acknowledge only what has been committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.answers import canonical_value
from merit.assessment.domain.receipts import Answer, ChainReport, check_chain
from merit.assessment.models.delivery import Attempt
from merit.assessment.queries.delivery import chain_of
from merit.assessment.saving import Saved, SaveRequest, store
from merit.errors import InvalidInputError, NotFoundError
from merit.security.tokens import token_hash

MOST_ANSWERS = 300
MOST_REVISION = 1_000_000
MOST_POSITION = 32_767
MOST_AT = 40
_FIELDS = frozenset({"position", "revision", "value", "marked", "at"})
_NEEDED = frozenset({"position", "revision", "value"})


def save_answers(token: str, lease: str, responses: Any, *, at: dt.datetime | None = None) -> Saved:
    """Keep the answers of one request; ``at`` is when it reached the server.

    Higher revisions win, equal ones with equal content are acknowledged again, others come back in ``stored`` with
    status ``stale-revision``. Safe to repeat. Raises :class:`InvalidInputError` where a field is not what the protocol
    allows; then nothing is kept.
    """
    answers = read_answers(responses)
    request = SaveRequest(token_hash(token), token_hash(lease), at or clock.now(), answers)
    saved = store().save(request)
    if saved.status == "answer-position-unknown":
        raise InvalidInputError("answer-position-unknown", position=saved.position)
    return saved


def read_answers(responses: Any) -> list[Answer]:
    """Return checked answers, each position once with its highest revision, in the order of positions."""
    if not isinstance(responses, Sequence) or isinstance(responses, str) or not 0 < len(responses) <= MOST_ANSWERS:
        raise InvalidInputError("request-malformed")
    newest: dict[int, Answer] = {}
    for each in responses:
        answer = _read_answer(each)
        other = newest.get(answer.position)
        if other is not None and other.revision == answer.revision and other[:4] != answer[:4]:
            raise InvalidInputError("answer-duplicate")
        if other is None or answer.revision > other.revision:
            newest[answer.position] = answer
    return [newest[position] for position in sorted(newest)]


def verify_receipts(session: Session, attempt_id: int) -> ChainReport:
    """Recompute an attempt's chain of receipts and say what does not fit."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFoundError
    return check_chain(attempt_id, chain_of(session, attempt_id), receipt=attempt.receipt, saves=attempt.saves)


def _read_answer(each: Any) -> Answer:
    if not isinstance(each, Mapping) or not _NEEDED <= each.keys() <= _FIELDS:
        raise InvalidInputError("request-malformed")
    position, revision = each["position"], each["revision"]
    if not (_is_number(position, MOST_POSITION) and _is_number(revision, MOST_REVISION)):
        raise InvalidInputError("request-malformed")
    marked, at = each.get("marked", False), each.get("at", "")
    if not isinstance(marked, bool) or not isinstance(at, str) or len(at) > MOST_AT or not at.isprintable():
        raise InvalidInputError("request-malformed")
    return Answer(position, revision, canonical_value(each["value"]), marked, at)


def _is_number(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
