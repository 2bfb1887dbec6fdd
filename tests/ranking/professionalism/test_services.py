"""The index on real tables: computed, kept once, replayed, corrected by two persons."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.queries.units import load_tree
from merit.ranking.professionalism.exports import collect_indices
from merit.ranking.professionalism.models import ProfessionalismLine
from merit.ranking.professionalism.queries.lines import LineFilter, count_lines, list_lines
from merit.ranking.professionalism.queries.runs import own_tallies, total_tallies
from merit.ranking.professionalism.services.persons import view_official
from merit.ranking.professionalism.services.rules import (
    Proposal,
    decide_rules,
    propose_rules,
    rules_on,
    withdraw_rules,
)
from merit.ranking.professionalism.services.runs import compute_run, store_run
from merit.ranking.professionalism.words import notes_of
from merit.security.permissions import SYSTEM, Actor, Role
from tests.factories import make_nip, make_official, make_training
from tests.ranking.professionalism.samples import AS_OF, keep_run, make_town
from tests.training.samples import make_actor

pytestmark = pytest.mark.db

PROPOSAL = Proposal(figures={"discipline_light": Decimal(4)}, valid_from=dt.date(2026, 1, 1), basis="Kep. 7/2026")


def test_a_computation_is_kept_once_with_its_sums(session):
    town = make_town(session)

    run = keep_run(session)
    again = store_run(session, SYSTEM, computed=compute_run(session, SYSTEM, as_of=AS_OF))

    lines = {line.official_id: line for line in session.scalars(select(ProfessionalismLine))}
    bounds = {name: (lines[who.id].low, lines[who.id].high) for name, who in town.people.items()}
    assert bounds == {"head": (80, 80), "clerk": (Decimal("31.5"), Decimal("60.5")), "contract": (45, 45)}
    assert (run.people, again.is_new, again.run.id) == (3, False, run.id)
    totals = total_tallies(load_tree(session), own_tallies(run))
    assert (totals[town.desk.id].people, totals[town.office.id].people) == (1, 2)
    assert totals[town.office.id].mean == (Decimal("55.75"), Decimal("70.25"))
    assert [own_tallies(run, who).keys() == own_tallies(run).keys() for who in ("pns", "pppk")] == [False, False]
    notes = notes_of(lines[town.people["clerk"].id], AS_OF, rules_on(session, AS_OF))
    assert notes == [
        "menunggu predikat 2025",
        "belum ada seminar 24 bulan terakhir",
        "ada hukuman disiplin 5 tahun terakhir",
    ]


def test_those_who_came_later_are_not_in_it(session):
    make_official(session, nip=make_nip(start="2026-03"), since="2026-03-01", birth="1985-04-17")
    make_official(session, nip=make_nip(start="2026-04"), since="2026-04-01", birth="1985-04-17")
    moved = make_official(session, nip=make_nip(start="2020-01"), since="2026-04-01", tier="pelaksana")

    run = keep_run(session)

    groups = dict(session.execute(select(ProfessionalismLine.official_id, ProfessionalismLine.job_group)).all())
    assert (run.people, groups[moved.id]) == (2, "")


def test_a_kept_computation_neither_changes_nor_forgets(session):
    town = make_town(session)
    admin = make_actor(session, "admin-ip", Role.ADMIN)
    run = keep_run(session)
    later = run.known_at + dt.timedelta(seconds=1)
    make_training(session, town.people["head"], ends="2026-01-01", kind="seminar", recorded_at=later)

    view = view_official(session, admin, nip=town.people["head"].nip, run_id=run.id)

    # What was recorded after the computation is no part of it, and raises what the records say today.
    seminars = [which.index.dimensions[1].parts[2].sources for which in (view.shown, view.today)]
    assert (view.shown.run.id, view.shown.index.low) == (run.id, 80)
    assert [len(sources) for sources in seminars] == [0, 1]
    assert [own.line.low for own in view.history] == [80]
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(ProfessionalismLine).values(category="tinggi"))


def test_what_came_in_while_it_was_computed_does_not_change_the_number_kept(session):
    town = make_town(session)
    admin = make_actor(session, "admin-ip", Role.ADMIN)
    run = keep_run(session)
    during = run.known_at - dt.timedelta(seconds=1)  # a long import that began before and ended after
    make_training(session, town.people["head"], ends="2026-01-01", kind="seminar", recorded_at=during)

    head, contract = (view_official(session, admin, nip=town.people[who].nip) for who in ("head", "contract"))

    assert (head.shown.index.low, head.kept) == (90, (80, 80))
    assert contract.kept is None  # what is kept and what is shown agree


def test_a_unit_admin_reaches_own_people_only(session):
    town = make_town(session)
    run = keep_run(session)
    units = frozenset({town.office.id, town.desk.id})
    actor = make_actor(session, "opd-ip", Role.OPD_ADMIN, units=units)
    reached = LineFilter(run_id=run.id, unit_ids=units, scope=units)

    assert [row.name for row in list_lines(session, reached, order="-indeks")] == ["Ani Kepala", "Budi Pelaksana"]
    assert view_official(session, actor, nip=town.people["clerk"].nip).shown.run.id == run.id
    with pytest.raises(NotFoundError):
        view_official(session, actor, nip=town.people["contract"].nip)
    sheet = collect_indices(session, actor, {"perhitungan": run.id, "unit": "LAIN"}).sheets[0]
    assert {row[1] for row in sheet.rows} <= {"Ani Kepala", "Budi Pelaksana"}
    panel = make_actor(session, "panel-ip", Role.PANEL)
    with pytest.raises(NotAllowedError):
        view_official(session, panel, nip=town.people["head"].nip)


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({"text": "budi pel"}, ["Budi Pelaksana"]),
        ({"text": "903"}, ["Citra Kontrak"]),
        ({"category": "terbuka"}, ["Budi Pelaksana"]),
        ({"category": "sedang", "group": "struktural"}, ["Ani Kepala"]),
        ({"who": "pppk"}, ["Citra Kontrak"]),
        ({"missing": 1}, ["Budi Pelaksana"]),
        ({"gap": 8}, ["Ani Kepala", "Budi Pelaksana", "Citra Kontrak"]),
        ({"gap": 16}, ["Budi Pelaksana"]),
    ],
)
def test_the_list_is_narrowed(session, narrowed, names):
    make_town(session)
    chosen = LineFilter(run_id=keep_run(session).id, **narrowed)

    assert [row.name for row in list_lines(session, chosen)] == names
    assert count_lines(session, chosen) == len(names)


def test_figures_are_corrected_by_two_persons(session):
    make_town(session)
    author = make_actor(session, "admin-a", Role.ADMIN)
    second = make_actor(session, "ppk-b", Role.PPK)
    before = keep_run(session)

    version = propose_rules(session, author, proposal=PROPOSAL)
    with pytest.raises(RuleViolationError, match="ipasn-proposal-waits"):
        propose_rules(session, author, proposal=PROPOSAL)
    with pytest.raises(RuleViolationError, match="ipasn-own-proposal"):
        decide_rules(session, author, number=version.number, approve=True)
    assert rules_on(session, AS_OF).number == 0
    decide_rules(session, second, number=version.number, approve=True)
    after = keep_run(session)

    # The clerk's light punishment now gives 4 instead of 3; what was kept stays.
    assert (rules_on(session, dt.date(2025, 12, 31)).number, rules_on(session, AS_OF).number) == (0, 1)
    assert (_clerk(before).mean[0], _clerk(after).mean[0]) == (Decimal("31.5"), Decimal("32.5"))
    assert after.rules_sha256 != before.rules_sha256
    append_pending(session)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("professionalism:"))).all()
    assert sorted(actions) == [
        "professionalism:approve",
        "professionalism:compute",
        "professionalism:compute",
        "professionalism:propose",
    ]


def _clerk(run):
    return next(tally for tally in own_tallies(run).values() if tally.incomplete)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"basis": " "}, "ipasn-basis-missing"),
        ({"figures": {"seminar": Decimal(9)}}, "ipasn-figure-sum"),
        ({"figures": {}}, "ipasn-nothing-changed"),
    ],
)
def test_a_proposal_that_cannot_stand_is_refused(session, changes, reason):
    author = make_actor(session, "admin-a", Role.ADMIN)
    given = {"figures": PROPOSAL.figures, "valid_from": PROPOSAL.valid_from, "basis": "x"} | changes

    with pytest.raises((InvalidInputError, RuleViolationError)) as refusal:
        propose_rules(session, author, proposal=Proposal(**given))

    assert refusal.value.reason == reason


def test_a_proposal_can_be_refused_or_taken_back(session):
    author, second = make_actor(session, "admin-a", Role.ADMIN), make_actor(session, "ppk-b", Role.PPK)
    first = propose_rules(session, author, proposal=PROPOSAL)
    with pytest.raises(InvalidInputError):
        decide_rules(session, second, number=first.number, approve=False)
    decide_rules(session, second, number=first.number, approve=False, note="Belum ada surat BKN.")
    again = propose_rules(session, author, proposal=PROPOSAL)
    with pytest.raises(NotAllowedError):
        withdraw_rules(session, second, number=again.number)
    withdraw_rules(session, author, number=again.number)

    assert (first.state, again.state, rules_on(session, AS_OF).number) == ("refused", "withdrawn", 0)
    with pytest.raises(RuleViolationError, match="ipasn-decided-already"):
        decide_rules(session, second, number=again.number, approve=True)


@pytest.mark.parametrize(
    ("day", "reason"), [(dt.date(2200, 1, 1), "ipasn-future"), (dt.date(2000, 1, 1), "ipasn-too-old")]
)
def test_dates_out_of_reach_are_refused(session, day, reason):
    with pytest.raises(RuleViolationError, match=reason):
        compute_run(session, SYSTEM, as_of=day)


def test_only_managers_compute(session):
    with pytest.raises(NotAllowedError):
        compute_run(session, Actor(roles=frozenset({Role.AUDITOR}), unit_ids=None), as_of=AS_OF)
