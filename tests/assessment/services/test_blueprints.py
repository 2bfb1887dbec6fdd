"""Blueprints: recorded, changed, copied, retired; checked against the bank as it is."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow
from merit.assessment.models.items import ItemStatistic, ItemVersion
from merit.assessment.queries.blueprints import count_blueprints, count_by_cell, document_of, list_blueprints, load_bank
from merit.assessment.services.blueprints import (
    change_blueprint,
    check_blueprint,
    copy_blueprint,
    create_blueprint,
    preview_paper,
    retire_blueprint,
)
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples

pytestmark = pytest.mark.db


def test_codes_are_unique_and_fit_an_address(session: Session):
    admin = samples.make_staff(session)
    create_blueprint(session, admin, code="KK-A", name="Satu", document=samples.make_document())
    for code, reason in (("KK-A", "blueprint-code-taken"), ("a b", "code-shape"), ("../x", "code-shape")):
        with pytest.raises(InvalidInputError, match=reason):
            create_blueprint(session, admin, code=code, name="Dua", document=samples.make_document())
    with pytest.raises(InvalidInputError, match="blueprint-unnamed"):
        create_blueprint(session, admin, code="KK-B", name=" ", document=samples.make_document())
    tight = samples.make_document(BlueprintRow(count=1), minutes=20).model_dump()
    tight["sections"][0]["minutes"] = 30
    with pytest.raises(InvalidInputError, match="blueprint-sections-longer"):
        create_blueprint(session, admin, code="KK-B", name="B", document=BlueprintDocument.model_validate(tight))


def test_only_authors_and_managers_write(session: Session):
    panel = samples.make_staff(session, Role.PANEL)
    with pytest.raises(NotAllowedError):
        create_blueprint(session, panel, code="KK", name="x", document=samples.make_document())


def test_a_change_needs_the_version_that_was_seen(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    longer = samples.make_document(minutes=77)
    change_blueprint(session, admin, code=blueprint.code, row_version=1, name="Baru", document=longer)
    with pytest.raises(ConflictError, match="blueprint-changed-meanwhile"):
        change_blueprint(session, admin, code=blueprint.code, row_version=1, name="Lain", document=longer)
    assert (blueprint.name, document_of(blueprint).minutes, blueprint.row_version) == ("Baru", 77, 2)


def test_copies_get_codes_of_their_own_and_the_retired_are_kept(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    codes = [copy_blueprint(session, admin, code=blueprint.code).code for _ in range(2)]
    assert codes == [f"{blueprint.code}-2", f"{blueprint.code}-3"]
    retire_blueprint(session, admin, code=blueprint.code)
    with pytest.raises(RuleViolationError, match="blueprint-retired"):
        samples.plan_sitting(session, admin, blueprint)
    with pytest.raises(RuleViolationError, match="blueprint-retired"):
        change_blueprint(session, admin, code=blueprint.code, row_version=2, name="x", document=samples.make_document())
    assert (count_blueprints(session, state="used"), count_blueprints(session, state="retired")) == (2, 1)
    retire_blueprint(session, admin, code=blueprint.code, retire=False)
    assert samples.plan_sitting(session, admin, blueprint).blueprint_id == blueprint.id
    [line] = [line for line in list_blueprints(session) if line.code == blueprint.code]
    assert (line.sittings, line.is_retired) == (1, False)


def test_only_what_is_in_use_may_be_drawn(session: Session):
    for state in ("draft", "review", "trial", "active", "suspended", "retired"):
        samples.put_item(session, code=state, state=state)
    bank = load_bank(session)
    assert {item.code: item.is_trial for item in bank.items.values()} == {"active": False, "trial": True}
    assert count_by_cell(bank) == {("M.01", 3): 1, ("M.01", None): 1}
    _plan, feasibility = check_blueprint(session, samples.make_document(BlueprintRow(competency="M.01", count=3)))
    [shortage] = feasibility.shortages
    assert (shortage.available, shortage.missing) == (1, 2)


def test_what_sittings_showed_outweighs_the_author(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=1)
    other = samples.plan_sitting(session, admin, samples.make_blueprint(session, admin))
    item = samples.put_item(session, code="TERUJI", facility="0.9")
    version = session.scalars(select(ItemVersion.id).where(ItemVersion.item_id == item.id)).one()
    for where, persons, facility in ((sitting, 30, 0.4), (other, 10, 0.8)):
        session.add(
            ItemStatistic(
                version_id=version,
                sitting_id=where.id,
                persons=persons,
                facility=facility,
                options={},
                computed_at=clock.now(),
            )
        )
    session.flush()
    assert load_bank(session).items[item.id].facility == pytest.approx(0.5)  # (30 × 0.4 + 10 × 0.8) / 40


def test_a_preview_is_the_same_for_its_number_and_needs_the_bank(session: Session):
    admin = samples.make_staff(session)
    author = samples.make_staff(session, Role.AUTHOR)
    samples.make_bank(session, items=20)
    blueprint = samples.make_blueprint(session, admin, samples.make_document(forms=0))
    first = preview_paper(session, author, code=blueprint.code, number=1)
    again = preview_paper(session, author, code=blueprint.code, number=1)
    assert [one.shown for one in first] == [one.shown for one in again]
    second = preview_paper(session, author, code=blueprint.code, number=2)
    assert [one.shown for one in first] != [one.shown for one in second]
    with pytest.raises(NotAllowedError):
        preview_paper(session, samples.make_staff(session, Role.PROCTOR), code=blueprint.code, number=1)


def test_dates_of_change_are_kept(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    later = clock.now() + dt.timedelta(hours=1)
    with clock.frozen(later):
        change_blueprint(session, admin, code=blueprint.code, row_version=1, name="x", document=samples.make_document())
    assert blueprint.changed_at == later
