import datetime as dt

import numpy as np
import pytest

from merit.evidence import EvidenceRequest, Status
from merit.training.evidence import load_learning_duty, load_training_transfer, load_trainings
from tests import factories as make

pytestmark = pytest.mark.db

AS_OF = make.day("2026-06-01")


def request(*officials, **parameters):
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=AS_OF, officials=ids, **parameters)


def test_learning_duty_is_the_share_of_twenty_hours(session):
    official = make.make_official(session)
    make.make_training(session, official, ends="2025-01-01", hours="4.5")
    newest = make.make_training(session, official, ends="2025-12-31", hours="10.5")
    make.make_training(session, official, ends="2024-12-31", hours="40")
    make.make_training(session, official, ends="2026-01-01", hours="40")

    column = load_learning_duty(session, request(official))

    # (4.5 + 10.5) / 20
    assert column.value.tolist() == [0.75]
    assert column.source.tolist() == [newest.id]


def test_learning_duty_is_full_from_twenty_hours_and_zero_without_training(session):
    diligent, idle = make.make_official(session), make.make_official(session, employment="CPNS")
    make.make_training(session, diligent, ends="2025-05-30", hours="64")

    column = load_learning_duty(session, request(idle, diligent))

    assert column.value.tolist() == [0.0, 1.0]
    assert column.status.tolist() == [Status.MEASURED, Status.MEASURED]


def test_learning_duty_never_binds_pppk(session):
    official = make.make_official(session, employment="PPPK", grade="IX")
    make.make_training(session, official, ends="2025-05-30", hours="4")

    column = load_learning_duty(session, request(official))

    assert np.isnan(column.value[0])
    assert column.status.tolist() == [Status.NOT_APPLICABLE]
    assert column.note.tolist() == ["pppk-exempt"]


def test_training_transfer_is_the_mean_of_three_years(session):
    official = make.make_official(session)
    make.make_training(session, official, ends="2023-06-01", transfer="70", transfer_se="3")
    newest = make.make_training(session, official, ends="2026-05-01", transfer="85", transfer_se="4")
    make.make_training(session, official, ends="2025-05-01")
    make.make_training(session, official, ends="2023-05-31", transfer="10", transfer_se="1")

    column = load_training_transfer(session, request(official))

    # (70 + 85) / 2 and sqrt(3² + 4²) / 2
    assert column.value.tolist() == [77.5]
    assert column.noise.se.tolist() == [2.5]
    assert column.noise.is_default.tolist() == [False]
    assert column.source.tolist() == [newest.id]


def test_training_transfer_takes_the_policy_error_where_none_is_recorded(session):
    official = make.make_official(session)
    make.make_training(session, official, transfer="70", transfer_se="6")
    make.make_training(session, official, transfer="80")

    column = load_training_transfer(session, request(official, default_se={"training.transfer": 8}))

    # sqrt(6² + 8²) / 2
    assert column.noise.se.tolist() == [5.0]
    assert column.noise.is_default.tolist() == [True]


def test_training_transfer_does_not_apply_when_none_was_evaluated(session):
    official = make.make_official(session)
    make.make_training(session, official)

    column = load_training_transfer(session, request(official))

    assert column.status.tolist() == [Status.NOT_APPLICABLE]
    assert column.note.tolist() == ["none-evaluated"]
    assert np.isnan(column.noise.se[0])


def test_training_transfer_replays_what_was_known(session):
    official = make.make_official(session)
    first = make.make_training(session, official, transfer="70", transfer_se="3")
    corrected = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    make.supersede(session, first, at=corrected)

    before = load_training_transfer(session, request(official, known_at=corrected - dt.timedelta(days=1)))
    after = load_training_transfer(session, request(official))

    assert before.value.tolist() == [70.0]
    assert after.status.tolist() == [Status.NOT_APPLICABLE]


def test_trainings_list_codes_in_capitals(session):
    official = make.make_official(session)
    make.make_training(session, official, ends="2024-05-30", code="pka")
    make.make_training(session, official, ends="2020-05-30", code="DIKLATPIM_IV")
    make.make_training(session, official, ends="2026-06-02", code="PKN_II")
    make.make_training(session, official, ends="2025-06-02")

    assert load_trainings(session, request(official)).code.tolist() == ["DIKLATPIM_IV", "PKA"]
