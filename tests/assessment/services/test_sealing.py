"""Sealing: papers follow the plan, hold no key, come out the same again, and never change."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.domain.items import ItemKey, MatchKey
from merit.assessment.domain.papers import papers_sha256, unpack_paper
from merit.assessment.models.items import Blueprint, Item, ItemEnemy, ItemVersion
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, SittingEvent
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.rosters import withdraw_candidate
from merit.assessment.services.sealing import prepare_sealing, seal_sitting, store_sealing
from merit.assessment.services.sittings import add_event, plan_rehearsal
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import ConflictError, NotAllowedError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples

pytestmark = pytest.mark.db


def papers_of(session: Session, sitting) -> dict[str, Paper]:
    rows = session.execute(
        select(Candidate.number, Paper)
        .join(Paper, Paper.candidate_id == Candidate.id)
        .where(Paper.sitting_id == sitting.id)
    )
    return dict(rows.all())


def hindrances(session: Session, actor, sitting) -> set[str]:
    return {check.code for check in check_sitting(session, actor, sitting).checks if check.hinders}


def test_everybody_gets_a_paper_of_the_plan(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=6)
    seal_sitting(session, admin, code=sitting.code)
    papers = papers_of(session, sitting)
    assert (sitting.state, len(papers), sitting.sealed_by) == ("sealed", 6, admin.user_id)
    for paper in papers.values():
        shown = unpack_paper(paper.packed)
        assert hashlib.sha256(gzip.decompress(paper.packed)).hexdigest() == paper.sha256
        assert [item["position"] for item in shown["items"]] == [1, 2, 3, 4, 5] == list(range(1, paper.items + 1))
        assert shown["sections"] == [{"name": "Manajerial", "first": 1, "last": 5, "minutes": None}]
        places = session.scalars(select(PaperItem).where(PaperItem.paper_id == paper.id).order_by(PaperItem.position))
        for place, item in zip(places, shown["items"], strict=True):
            options = item["interactions"][0]["choices"]
            assert [option["id"] for option in options] == ["A", "B", "C", "D"]  # the place, not the author's name
            assert place.orders == {"RESPONSE": [option["html"].split()[1] for option in options]}
            content = session.get_one(ItemVersion, place.version_id).content
            assert item["body"] == content["body"]
            assert place.is_scored is True
            tags = session.get_one(Item, session.get_one(ItemVersion, place.version_id).item_id)
            assert (place.competency, place.level, place.subject) == (tags.competency, tags.level, tags.subject)
    assert sitting.sealed_sha256 == papers_sha256((number, paper.sha256) for number, paper in papers.items())
    orders = {
        tuple(c["html"] for c in unpack_paper(p.packed)["items"][0]["interactions"][0]["choices"])
        for p in papers.values()
    }
    assert len(orders) > 1


def test_papers_hold_no_key_and_nothing_of_the_bank(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    seal_sitting(session, admin, code=sitting.code)
    for paper in papers_of(session, sitting).values():
        text = gzip.decompress(paper.packed).decode()
        for forbidden in ("KUNCI", "JUDUL RAHASIA", "BTR-", "M.01", "correct", "maximum", "facility", "points"):
            assert forbidden not in text


def test_the_same_sitting_is_drawn_the_same_again(session: Session):
    admin = samples.make_staff(session)
    document = samples.make_document(BlueprintRow(competency="M.01", count=4), forms=0)
    sitting = samples.make_ready(session, admin, people=8, document=document)
    first = prepare_sealing(session, admin, code=sitting.code)
    again = prepare_sealing(session, admin, code=sitting.code)
    assert [paper.packed for paper in first.papers] == [paper.packed for paper in again.papers]
    assert len({paper.sha256 for paper in first.papers}) == 8
    drawn = {frozenset(version for version, *_ in paper.items) for paper in first.papers}
    assert len(drawn) > 1  # everybody has a draw of their own


def test_parallel_forms_go_round_the_seats(session: Session):
    admin = samples.make_staff(session)
    document = samples.make_document(BlueprintRow(competency="M.01", count=3), forms=3)
    sitting = samples.make_ready(session, admin, people=9, document=document)
    seal_sitting(session, admin, code=sitting.code)
    forms = {
        candidate.seat: form
        for candidate, form in session.execute(
            select(Candidate, Paper.form).join(Paper, Paper.candidate_id == Candidate.id)
        )
    }
    # Rows of five: 1 2 3 1 2, then 2 3 1 2.
    assert [forms[seat] for seat in range(1, 10)] == [1, 2, 3, 1, 2, 2, 3, 1, 2]
    by_form = {}
    for form, version in session.execute(
        select(Paper.form, PaperItem.version_id).join(PaperItem, PaperItem.paper_id == Paper.id)
    ):
        by_form.setdefault(form, set()).add(version)
    assert [len(versions) for versions in by_form.values()] == [3, 3, 3]
    assert len(set().union(*by_form.values())) == 9


def test_trial_items_are_marked_as_not_counting(session: Session):
    admin = samples.make_staff(session)
    document = samples.make_document(BlueprintRow(competency="M.01", count=3), BlueprintRow(count=2, trial=True))
    for _ in range(2):
        samples.put_item(session, state="trial", competency="M.02", level=1)
    sitting = samples.make_ready(session, admin, people=1, document=document)
    seal_sitting(session, admin, code=sitting.code)
    assert Counter(session.scalars(select(PaperItem.is_scored))) == {True: 3, False: 2}


def test_what_is_sealed_cannot_be_changed_even_in_the_database(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    seal_sitting(session, admin, code=sitting.code)
    for statement in (
        update(Paper).values(sha256="x"),
        delete(Paper),
        update(PaperItem).values(position=PaperItem.position + 100),
        update(PaperItem).values(is_scored=False),
        delete(PaperItem),
    ):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(statement)
    with pytest.raises(RuleViolationError, match="sealing-only-drafts"):
        seal_sitting(session, admin, code=sitting.code)


def test_a_change_between_the_halves_is_refused(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    prepared = prepare_sealing(session, admin, code=sitting.code)
    [first, *_] = session.scalars(select(Candidate).where(Candidate.sitting_id == sitting.id)).all()
    withdraw_candidate(session, admin, code=sitting.code, candidate_id=first.id, reason="Sakit")
    with pytest.raises(ConflictError, match="sealing-changed-meanwhile"):
        store_sealing(session, admin, prepared=prepared)
    assert session.scalar(select(func.count()).select_from(Paper)) == 0


def test_an_item_suspended_between_the_halves_is_refused(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    prepared = prepare_sealing(session, admin, code=sitting.code)
    version = session.get_one(ItemVersion, prepared.papers[0].items[0][0])
    session.get_one(Item, version.item_id).state = "suspended"
    session.flush()
    with pytest.raises(ConflictError, match="sealing-changed-meanwhile"):
        store_sealing(session, admin, prepared=prepared)


def test_sealing_is_audited_and_written_into_the_minutes(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    seal_sitting(session, admin, code=sitting.code)
    append_pending(session)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "sitting:seal")).one()
    assert sitting.sealed_sha256 in entry.payload
    events = select(SittingEvent.kind).where(SittingEvent.sitting_id == sitting.id)
    kinds = session.scalars(events.order_by(SittingEvent.id)).all()
    assert kinds[0] == "created"
    assert kinds[-2:] == ["sealed", "blueprint-frozen"]


def test_only_managers_seal(session: Session):
    admin, author = samples.make_staff(session), samples.make_staff(session, Role.AUTHOR)
    sitting = samples.make_ready(session, admin)
    with pytest.raises(NotAllowedError):
        seal_sitting(session, author, code=sitting.code)


def test_a_ready_sitting_has_no_hindrance(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    checked = check_sitting(session, admin, sitting)
    assert checked.may_seal
    assert len(checked.checks) == 12


def test_every_hindrance_is_named(session: Session):
    admin = samples.make_staff(session)
    document = samples.make_document(
        BlueprintRow(competency="M.05", level=3, count=4), fixed=("TIDAK-ADA",), minutes=90
    )
    blueprint = samples.make_blueprint(session, admin, document)
    sitting = samples.plan_sitting(session, admin, blueprint, starts_at=clock.now())
    assert hindrances(session, admin, sitting) == {"check-time", "check-blueprint", "check-items", "check-roster"}
    [check] = [one for one in check_sitting(session, admin, sitting).checks if one.code == "check-items"]
    assert [(one.asked.competency, one.asked.level, one.missing) for one in check.shortages] == [("M.05", 3, 4)]
    samples.enrol(session, admin, sitting, 2)
    assert "check-seats" in hindrances(session, admin, sitting)
    with pytest.raises(RuleViolationError, match="sealing-hindered"):
        seal_sitting(session, admin, code=sitting.code)


def test_a_room_wants_two_proctors_and_one_unscorable_item_stops_everything(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    key = ItemKey(responses={"RESPONSE": MatchKey(correct=())}, maximum=Decimal(1))
    samples.put_item(session, code="RUSAK", key=key)
    lost = samples.make_content('<img src="media:' + "a" * 64 + '">')
    samples.put_item(session, code="TANPA-GAMBAR", content=lost)
    assert hindrances(session, admin, sitting) == {"check-keys", "check-media"}
    found = {check.code: check.findings for check in check_sitting(session, admin, sitting).checks}
    assert found["check-keys"] == (("item-not-scorable", {"code": "RUSAK"}),)
    assert found["check-media"] == (("item-media-missing", {"code": "TANPA-GAMBAR"}),)


def test_fixed_enemies_hinder(session: Session):
    admin = samples.make_staff(session)
    one, two = samples.put_item(session, code="X1"), samples.put_item(session, code="X2")
    session.add(ItemEnemy(item_id=one.id, enemy_id=two.id, created_at=clock.now()))
    session.flush()
    document = samples.make_document(BlueprintRow(competency="M.01", count=1), fixed=("X1", "X2"))
    sitting = samples.make_ready(session, admin, document=document)
    checked = check_sitting(session, admin, sitting)
    assert ("blueprint-fixed-enemies", {"first": "X1", "second": "X2"}) in checked.feasibility.problems


def test_practice_needs_no_room(session: Session):
    admin = samples.make_staff(session)
    samples.make_bank(session)
    blueprint = samples.make_blueprint(session, admin)
    sitting = samples.plan_sitting(session, admin, blueprint, kind="practice", purpose="practice")
    samples.enrol(session, admin, sitting, 3)
    seal_sitting(session, admin, code=sitting.code)
    assert len(papers_of(session, sitting)) == 3


def test_a_rehearsal_has_the_same_rooms_and_another_paper(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=3)
    other = samples.make_blueprint(session, admin, samples.make_document(BlueprintRow(competency="M.01", count=2)))
    with pytest.raises(RuleViolationError, match="rehearsal-same-blueprint"):
        plan_rehearsal(
            session,
            admin,
            code=sitting.code,
            blueprint_code=_code_of(session, sitting),
            starts_at=clock.now() + samples.STARTS / 2,
            with_roster=True,
        )
    rehearsal = plan_rehearsal(
        session,
        admin,
        code=sitting.code,
        blueprint_code=other.code,
        starts_at=clock.now() + samples.STARTS / 2,
        with_roster=True,
    )
    seal_sitting(session, admin, code=rehearsal.code)
    assert (rehearsal.kind, rehearsal.rehearses_id, sitting.state) == ("rehearsal", sitting.id, "draft")
    seats = select(Candidate.official_id, Candidate.seat)
    assert set(session.execute(seats.where(Candidate.sitting_id == sitting.id)).all()) == set(
        session.execute(seats.where(Candidate.sitting_id == rehearsal.id)).all()
    )


def _code_of(session: Session, sitting) -> str:
    return session.get_one(Blueprint, sitting.blueprint_id).code


def test_minutes_are_append_only(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=1)
    add_event(session, admin, sitting, "changed")
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(update(SittingEvent).values(kind="other"))
