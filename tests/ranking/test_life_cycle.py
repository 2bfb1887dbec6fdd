"""Dates alone decide which version is in force; acts are open in one stage only."""

from __future__ import annotations

import datetime as dt

import pytest

from merit.ranking.life_cycle import Act, Dated, PolicyStanding, Stage, in_force, next_stage, standings

pytestmark = pytest.mark.unit


def version(number, begins, approved):
    moment = dt.datetime.fromisoformat(approved).replace(hour=number, tzinfo=dt.UTC)
    return Dated(
        number=number,
        in_force_from=dt.date.fromisoformat(begins),
        approved_on=moment.date(),
        approved_at=moment,
    )


def on(text):
    return dt.date.fromisoformat(text)


def test_the_switch_happens_on_the_day_itself():
    approved = [version(1, "2026-01-01", "2026-01-01"), version(2, "2027-01-01", "2026-11-01")]

    assert in_force(approved, on("2025-12-31")) is None
    assert in_force(approved, on("2026-12-31")) == 1
    assert in_force(approved, on("2027-01-01")) == 2
    assert standings(approved, on("2026-12-31")) == {1: PolicyStanding.ACTIVE, 2: PolicyStanding.SCHEDULED}
    assert standings(approved, on("2027-01-01")) == {1: PolicyStanding.SUPERSEDED, 2: PolicyStanding.ACTIVE}


def test_a_later_approval_for_an_earlier_day_does_not_cancel_what_is_scheduled():
    approved = [version(1, "2027-01-01", "2026-10-01"), version(2, "2026-12-01", "2026-11-01")]

    assert in_force(approved, on("2026-12-15")) == 2
    assert in_force(approved, on("2027-01-01")) == 1


def test_of_two_for_the_same_day_the_later_approval_counts_and_the_other_never_begins():
    approved = [version(1, "2027-01-01", "2026-10-01"), version(2, "2027-01-01", "2026-11-01")]

    assert standings(approved, on("2026-12-01")) == {1: PolicyStanding.SUPERSEDED, 2: PolicyStanding.SCHEDULED}


def test_a_version_dated_back_takes_over_from_its_approval():
    approved = [version(1, "2026-03-01", "2026-03-01"), version(2, "2026-01-01", "2026-06-01")]

    assert in_force(approved, on("2026-06-01")) == 2
    assert standings(approved, on("2026-06-01")) == {1: PolicyStanding.SUPERSEDED, 2: PolicyStanding.ACTIVE}


@pytest.mark.parametrize(
    ("stage", "opens"),
    [
        (Stage.WRITING, {Act.SUBMIT, Act.DISCARD}),
        (Stage.SUBMITTED, {Act.WITHDRAW, Act.REVIEW, Act.RETURN}),
        (Stage.REVIEWED, {Act.RETURN, Act.APPROVE}),
        (Stage.DISCARDED, {Act.RESTORE}),
    ],
)
def test_each_stage_opens_its_acts_and_no_other(stage, opens):
    assert {act for act in Act if next_stage(stage, act) is not None} == opens
