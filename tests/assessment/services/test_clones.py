"""Templated items in a sitting: everybody their own numbers, scored with them, and nothing of the key in a paper."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintSection
from merit.assessment.domain.papers import unpack_paper
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.items import ItemVersion
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.models.sittings import Candidate, Paper, PaperItem
from merit.assessment.queries.integrity import load_answers
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.key_changes import preview_change
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.sealing import prepare_sealing, seal_sitting
from merit.errors import RuleViolationError
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples
from tests.assessment.template_samples import sum_item

pytestmark = pytest.mark.db
PEOPLE = 4


@pytest.fixture(scope="module")
def templated(tmp_path_factory):
    return sum_item(tmp_path_factory.mktemp("butir"))


@pytest.fixture
def admin(session):
    return samples.make_staff(session)


@pytest.fixture
def sitting(session, admin, templated):
    content, key = templated
    samples.put_item(session, code="ACAK", content=content, key=key)
    part = BlueprintSection(name="Hitung", fixed=("ACAK",))
    document = BlueprintDocument(minutes=60, forms=0, sections=(part,))
    return samples.make_ready(session, admin, people=PEOPLE, document=document)


def papers_of(session: Session, sitting) -> list[tuple[Candidate, Paper, PaperItem]]:
    statement = (
        select(Candidate, Paper, PaperItem)
        .join(Paper, Paper.candidate_id == Candidate.id)
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .where(Paper.sitting_id == sitting.id)
        .order_by(Candidate.number)
    )
    return [tuple(row) for row in session.execute(statement)]


def shown_numbers(paper: Paper) -> tuple[int, int]:
    body = unpack_paper(paper.packed)["items"][0]["body"]
    first, second = re.findall(r"(\d+) orang", re.sub(r"<[^>]*>", "", body))
    return int(first), int(second)


def sit(session: Session, sitting, answers: list[str]) -> None:
    """Let everybody answer and close the sitting."""
    now = clock.now()
    for (candidate, paper, _place), answer in zip(papers_of(session, sitting), answers, strict=True):
        attempt = Attempt(
            sitting_id=sitting.id,
            room_id=candidate.room_id,
            candidate_id=candidate.id,
            paper_id=paper.id,
            items=1,
            token_hash=f"{candidate.id:064d}",
            state="finished",
            created_at=now,
            started_at=now,
            allotted_seconds=3600,
            finished_at=now,
            ending="candidate",
        )
        session.add(attempt)
        session.flush()
        session.add(Response(attempt_id=attempt.id, position=1, revision=1, value=json.dumps([answer]), saved_at=now))
    sitting.state, sitting.closed_at = "closed", now
    session.flush()


def points(session: Session, version) -> list[int]:
    statement = select(ResponseScore.points).where(ResponseScore.score_version_id == version.id)
    return [int(one) for one in session.scalars(statement.order_by(ResponseScore.attempt_id))]


def test_everybody_gets_numbers_of_their_own(session, admin, sitting):
    before = prepare_sealing(session, admin, code=sitting.code)
    again = prepare_sealing(session, admin, code=sitting.code)
    seal_sitting(session, admin, code=sitting.code)
    rows = papers_of(session, sitting)

    assert [paper.sha256 for paper in before.papers] == [paper.sha256 for paper in again.papers]
    assert {paper.sha256 for paper in before.papers} == {paper.sha256 for _candidate, paper, _place in rows}
    assert len({shown_numbers(paper) for _candidate, paper, _place in rows}) == PEOPLE
    for _candidate, paper, place in rows:
        text = gzip.decompress(paper.packed).decode()
        for forbidden in ("data-variable", "{A}", "TOTAL", "correct", "template", str(sum(shown_numbers(paper)))):
            assert forbidden not in text
        assert place.template_values is not None
        assert "TOTAL" not in place.template_values  # sealed: the right answer is among them


def test_answers_are_scored_with_the_numbers_shown(session, admin, sitting):
    seal_sitting(session, admin, code=sitting.code)
    sums = [sum(shown_numbers(paper)) for _candidate, paper, _place in papers_of(session, sitting)]
    sit(session, sitting, [str(sums[0]), str(sums[0]), "0", str(sums[3])])

    version = score_sitting(session, admin, code=sitting.code)
    again = score_sitting(session, admin, code=sitting.code)

    right = [1, int(sums[1] == sums[0]), 0, 1]
    assert points(session, version) == right
    assert again.id == version.id

    _attempts, compared = load_answers(session, sitting.id, version.id)
    assert compared.codes.shape == (PEOPLE, 0)  # other numbers: equal answers are no sign of copying

    version_id = session.scalar(select(ItemVersion.id).join(PaperItem, PaperItem.version_id == ItemVersion.id))
    everybody = Correction(kind=CorrectionKind.EVERYBODY)
    preview = preview_change(session, admin, code=sitting.code, version_id=version_id, correction=everybody)
    assert preview.effects.gaining == PEOPLE - sum(right)


def test_an_item_that_cannot_be_drawn_hinders_sealing(session, admin, templated):
    content, key = templated
    program = dict(key.processing) | {"template_rules": [{"op": "templateConstraint", "attrs": {}, "args": []}]}
    samples.put_item(session, code="BUNTU", content=content, key=key.model_copy(update={"processing": program}))
    document = BlueprintDocument(minutes=60, forms=0, sections=(BlueprintSection(name="Hitung", fixed=("BUNTU",)),))
    sitting = samples.make_ready(session, admin, document=document)

    found = {check.code: check for check in check_sitting(session, admin, sitting).checks if check.hinders}

    assert [code for code, _details in found["check-keys"].findings] == ["item-not-drawable"]
    with pytest.raises(RuleViolationError):
        prepare_sealing(session, samples.make_staff(session, Role.ADMIN), code=sitting.code)
