from decimal import Decimal

import pytest

from merit.people.queries.units import load_tree
from merit.training.queries.duty import DutyCount, count_by_unit, list_people, together, total_by_unit
from tests import factories as make

pytestmark = pytest.mark.db


def test_the_duty_adds_up_from_person_to_city(session):
    top = make.make_unit(session)
    below = make.make_unit(session, parent=top)
    above_desk, desk = make.make_position(session, unit=top), make.make_position(session, unit=below)
    diligent, idle = make.make_official(session, position=desk), make.make_official(session, position=above_desk)
    contract = make.make_official(session, position=desk, employment="PPPK", grade="IX")
    make.make_training(session, diligent, ends="2025-12-31", hours="12.5")
    make.make_training(session, diligent, ends="2025-01-01", hours="7.5")
    make.make_training(session, idle, ends="2024-12-31", hours="40")
    make.make_training(session, contract, ends="2025-06-01", hours="3")

    own = count_by_unit(session, 2025)
    totals = total_by_unit(load_tree(session), own)

    # 12.5 + 7.5 = 20 JP, just enough; the other training ended the year before
    assert own[below.id] == DutyCount(1, 1, Decimal(20), 1, Decimal(3))
    assert totals[top.id] == DutyCount(2, 1, Decimal(20), 1, Decimal(3))
    assert (totals[top.id].share, totals[top.id].mean, totals[top.id].exempt_mean) == (0.5, 10.0, 3.0)
    assert together([]) == DutyCount()


def test_people_are_listed_with_what_they_lack(session):
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit)
    lacking = make.make_official(session, position=desk)
    contract = make.make_official(session, position=desk, employment="PPPK", grade="IX")
    make.make_training(session, lacking, ends="2025-05-05", hours="4.5")

    lines = list_people(session, 2025, [unit.id])
    short = list_people(session, 2025, [unit.id], "short")

    assert [(line.nip, line.short, line.is_bound) for line in lines] == [
        (contract.nip, Decimal(0), False),
        (lacking.nip, Decimal("15.5"), True),
    ]
    assert [line.nip for line in short] == [lacking.nip]
    assert [line.nip for line in list_people(session, 2025, [unit.id], "met")] == []
    assert [line.nip for line in list_people(session, 2025, [unit.id], "exempt")] == [contract.nip]
