"""Sealing an adaptive sitting: what is checked, what is frozen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.domain.items import EssayInteraction, EssayKey, ItemContent, ItemKey
from merit.assessment.domain.papers import unpack_paper
from merit.assessment.models.calibration import CalibrationItem
from merit.assessment.models.items import ItemEnemy, ItemVersion
from merit.assessment.models.sittings import Paper, PaperItem
from merit.assessment.models.standards import CutSet
from merit.assessment.queries.adaptive import load_pool, pools_of
from merit.assessment.services.adaptive.exposure import with_exposure
from merit.assessment.services.checks import check_sitting
from merit.assessment.services.sealing import seal_sitting
from merit.errors import RuleViolationError
from merit.phrases import phrase
from tests.assessment import adaptive_samples as samples
from tests.assessment.plan_samples import make_ready, make_staff, put_item


def ready(session: Session, admin, *rows: BlueprintRow, **rules):
    document = samples.adaptive_document(*rows, **rules)
    return make_ready(session, admin, people=2, document=document)


@pytest.mark.db
def test_what_an_adaptive_sitting_lacks_is_told_before_sealing(session: Session):
    admin = make_staff(session)
    samples.calibrate_bank(session, items=10)
    put_item(session, code="A-TANPA", competency="M.01")
    sitting = ready(session, admin, BlueprintRow(competency="M.01", level=3, count=5), most=12, exposure="0.5")
    session.execute(update(CutSet).values(approved=False))

    checks = {check.code: check for check in check_sitting(session, admin, sitting).checks}

    assert sum(one.missing for one in checks["check-items"].shortages) == 3  # 2 of level 3 for 5
    assert checks["check-cuts"].findings == (("adaptive-without-cuts", {"competency": "M.01"}),)
    assert [code for code, _details in checks["check-exposure"].findings] == ["adaptive-exposure-tight"]
    bare = checks["check-parameters"]
    assert not bare.is_blocking
    assert "A-TANPA" in phrase(bare.findings[0][0], **bare.findings[0][1])
    with pytest.raises(RuleViolationError):
        seal_sitting(session, admin, code=sitting.code)


@pytest.mark.db
def test_a_pool_whose_enemies_end_the_test_too_early_is_not_sealed(session: Session):
    admin = make_staff(session)
    items = samples.calibrate_bank(session, items=12)
    for other in items[1:9]:  # who is given the first item has it and three more
        session.add(ItemEnemy(item_id=items[0].id, enemy_id=other.id, created_at=clock.now()))
    sitting = ready(session, admin, most=8)

    checks = {check.code: check for check in check_sitting(session, admin, sitting).checks}

    found = ("adaptive-enemies-many", {"competency": "M.01", "items": 4, "needed": 5})
    assert checks["check-enemies"].findings == (found,)
    with pytest.raises(RuleViolationError) as refused:
        seal_sitting(session, admin, code=sitting.code)
    assert refused.value.reason == "sealing-hindered"


@pytest.mark.db
def test_a_calibrated_essay_is_never_chosen_for_nobody_has_marked_it_yet(session: Session):
    admin = make_staff(session)
    items = samples.calibrate_bank(session)
    body = '<p>Uraikan.</p><div data-response="R"></div>'
    content = ItemContent(body=body, interactions=(EssayInteraction(id="R"),))
    key = ItemKey(responses={"R": EssayKey(points=Decimal(1))}, maximum=Decimal(1))
    essay = put_item(session, code="A-ESAI", competency="M.01", content=content, key=key)
    rows = session.query(ItemVersion).filter(ItemVersion.item_id.in_((items[0].id, essay.id)))
    like, own = rows.order_by(ItemVersion.id)
    stored = session.query(CalibrationItem).filter_by(version_id=like.id).one()
    columns = {column.key: getattr(stored, column.key) for column in CalibrationItem.__table__.columns}
    session.add(CalibrationItem(**columns | {"version_id": own.id}))
    session.flush()
    sitting = ready(session, admin)

    checks = {check.code: check for check in check_sitting(session, admin, sitting).checks}
    seal_sitting(session, admin, code=sitting.code)

    told = [phrase(code, **details) for code, details in checks["check-parameters"].findings]
    assert ["memuat esai: A-ESAI" in sentence for sentence in told] == [True]
    codes = {item.code for item in load_pool(session, pools_of(session, sitting.id)[0]).items}
    assert codes == {item.code for item in items}


@pytest.mark.db
def test_sealing_freezes_the_pool_and_hands_out_no_item(session: Session):
    admin = make_staff(session)
    items = samples.calibrate_bank(session, items=20)
    sitting = ready(session, admin, BlueprintRow(competency="M.01", level=3, count=2), exposure="0.6")
    seal_sitting(session, admin, code=sitting.code)

    row = pools_of(session, sitting.id)[0]
    pool = load_pool(session, row)
    paper = session.query(Paper).filter_by(sitting_id=sitting.id).first()
    shown = unpack_paper(paper.packed)

    assert {item.code for item in pool.items} == {item.code for item in items}
    assert (pool.rows, {item.level for item in pool.items if item.rows}) == ((2,), {3})
    assert pool.cuts == (-1.5, -0.5, 0.5, 1.5)
    assert pool.sha256 == row.sha256
    assert min(item.exposure for item in pool.items) < 1
    assert (shown["items"], shown["adaptive"]) == ([], {"most": 8, "pools": [row.sha256]})
    assert paper.items == 8
    assert session.query(PaperItem).count() == 0


@pytest.mark.unit
def test_exposure_bounds_the_items_everybody_would_get():
    pool = samples.make_pool(40, first_among=1, exposure="0.5")
    bounded = with_exposure(pool, seed="SESI/0")
    assert bounded == with_exposure(pool, seed="SESI/0")
    assert min(item.exposure for item in bounded.items) < 1
    assert with_exposure(samples.make_pool(), seed="x") == samples.make_pool()
