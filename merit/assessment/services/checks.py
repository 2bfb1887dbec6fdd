"""Everything that is looked at before a sitting is sealed, in one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.clones import find_clone_problem
from merit.assessment.domain.drawing import Plan, Shortage, lay_plan
from merit.assessment.domain.papers import media_of
from merit.assessment.domain.scoring import key_problems
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.adaptive import load_bank_for
from merit.assessment.queries.blueprints import document_of
from merit.assessment.queries.items import LoadedVersion, load_versions, media_by_hash
from merit.assessment.queries.rosters import (
    candidate_clashes,
    people_of,
    present_candidates,
    proctor_clashes,
    proctors_on_roster,
)
from merit.assessment.queries.sittings import RoomLine, list_rooms, settings_of, user_names
from merit.assessment.services.adaptive.sealing import Readiness, assess_readiness
from merit.assessment.services.blueprints import Feasibility, assess_plan
from merit.assessment.services.media import medium_path
from merit.clock import local
from merit.security.permissions import Actor, Permission, is_granted

PROCTORS_PER_ROOM = 2
SHOWN = 8
_MERELY_ODD = frozenset({"key-maximum-unreachable", "key-maximum-exceeded"})
Finding = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: what was found speaks against sealing (``is_blocking``) or is only worth knowing."""

    code: str
    findings: tuple[Finding, ...] = ()
    is_blocking: bool = True
    shortages: tuple[Shortage, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings and not self.shortages

    @property
    def hinders(self) -> bool:
        """Whether it speaks against sealing."""
        return self.is_blocking and not self.is_passed


@dataclass(frozen=True, slots=True)
class Checked:
    """The list, and what sealing needs of what was loaded for it."""

    checks: tuple[Check, ...]
    plan: Plan
    feasibility: Feasibility
    candidates: tuple[Candidate, ...]
    versions: Mapping[int, LoadedVersion]
    addresses: Mapping[str, str]

    @property
    def may_seal(self) -> bool:
        """Whether nothing speaks against sealing."""
        return not any(check.hinders for check in self.checks)


def check_sitting(session: Session, actor: Actor, sitting: Sitting) -> Checked:
    """Look at everything; names of people appear only for those who may manage the sitting."""
    blueprint = session.get_one(Blueprint, sitting.blueprint_id)
    document = document_of(blueprint)
    calibrated = load_bank_for(session, document)
    plan = lay_plan(document, calibrated.bank)
    feasibility = assess_plan(plan, name=blueprint.code)
    people = tuple(present_candidates(session, sitting.id))
    versions = load_versions(session, (plan.bank.items[item].version_id for item in plan.everything))
    media = media_by_hash(session, {sha for one in versions.values() for sha in media_of(one.content)})
    checks = [
        _check_time(sitting),
        Check(code="check-blueprint", findings=feasibility.problems),
        Check(code="check-items", shortages=feasibility.shortages),
        _check_minutes(sitting, plan),
        *_check_adaptive(assess_readiness(session, plan, calibrated, on=local(sitting.starts_at).date())),
        _check_keys(versions),
        _check_media(versions, {sha for sha in media if medium_path(sha).exists()}),
        _check_roster(sitting, people),
    ]
    if sitting.kind != "practice":
        names = _names(session, actor, people)
        rooms = list_rooms(session, sitting.id)
        checks += [
            _check_seats(people, rooms),
            _check_proctors(session, sitting, people, rooms),
            _check_clashes(session, sitting, people, names),
        ]
    checks += [_check_accommodations(people), _check_markers(sitting, versions)]
    addresses = {sha: medium.address for sha, medium in media.items()}
    return Checked(tuple(checks), plan, feasibility, people, versions, addresses)


def _check_time(sitting: Sitting) -> Check:
    is_past = sitting.starts_at <= clock.now() and sitting.kind != "practice"
    return Check(code="check-time", findings=(("sitting-in-the-past", {}),) if is_past else ())


def _check_minutes(sitting: Sitting, plan: Plan) -> Check:
    parts = plan.document.section_minutes
    found = (("sitting-sections-longer", {"sections": parts, "minutes": sitting.minutes}),)
    return Check(code="check-minutes", findings=found if parts > sitting.minutes else ())


def _check_adaptive(readiness: Readiness) -> list[Check]:
    """Return the checks of adaptive parts; none without one. Items without parameters are named and left out."""
    if not readiness.lacking:
        return []
    uncut: list[Finding] = [("adaptive-without-cuts", {"competency": code}) for code in readiness.without_cuts]
    tight: list[Finding] = [
        ("adaptive-exposure-tight", {"competency": code, "items": items, "needed": needed})
        for code, items, needed in readiness.tight
    ]
    hostile: list[Finding] = [
        ("adaptive-enemies-many", {"competency": code, "items": items, "needed": needed})
        for code, items, needed in readiness.hostile
    ]
    bare: list[Finding] = [
        (
            "adaptive-without-parameters",
            {
                "competency": code,
                "count": len(items),
                "items": ", ".join(items[:SHOWN]) + ("…" if items[SHOWN:] else ""),
            },
        )
        for code, items in readiness.lacking.items()
        if items
    ]
    return [
        Check(code="check-cuts", findings=tuple(uncut)),
        Check(code="check-exposure", findings=tuple(tight)),
        Check(code="check-enemies", findings=tuple(hostile)),
        Check(code="check-parameters", findings=tuple(bare), is_blocking=False),
    ]


def _check_keys(versions: Mapping[int, LoadedVersion]) -> Check:
    found = [
        ("item-not-scorable", {"code": version.code})
        for version in sorted(versions.values(), key=lambda one: one.code)
        if version.kind != "information" and set(key_problems(version.content, version.key)) - _MERELY_ODD
    ]
    found += [
        ("item-not-drawable", {"code": version.code})
        for version in sorted(versions.values(), key=lambda one: one.code)
        if find_clone_problem(version.content, version.key) is not None
    ]
    return Check(code="check-keys", findings=tuple(found))


def _check_media(versions: Mapping[int, LoadedVersion], present: Collection[str]) -> Check:
    lacking = sorted({one.code for one in versions.values() if not media_of(one.content) <= set(present)})
    return Check(code="check-media", findings=tuple(("item-media-missing", {"code": code}) for code in lacking))


def _check_roster(sitting: Sitting, people: Collection[Candidate]) -> Check:
    return Check(code="check-roster", findings=() if people else (("roster-empty", {"code": sitting.code}),))


def _check_seats(people: Collection[Candidate], rooms: Collection[RoomLine]) -> Check:
    found: list[Finding] = []
    unseated = sum(1 for person in people if person.room_id is None)
    seats = sum(line.room.seats for line in rooms)
    if seats < len(people):
        found.append(("seats-too-few", {"seats": seats, "candidates": len(people)}))
    if unseated:
        found.append(("candidates-unseated", {"count": unseated}))
    return Check(code="check-seats", findings=tuple(found))


def _check_proctors(
    session: Session, sitting: Sitting, people: Collection[Candidate], rooms: Collection[RoomLine]
) -> Check:
    """Every room with candidates has two proctors who neither are elsewhere nor sit the test; empty rooms need none."""
    used = Counter(person.room_id for person in people)
    found: list[Finding] = [
        ("room-proctors-few", {"room": line.room.name, "count": len(line.proctors), "needed": PROCTORS_PER_ROOM})
        for line in rooms
        if used[line.room.id] and len(line.proctors) < PROCTORS_PER_ROOM
    ]
    clashes = proctor_clashes(session, sitting)
    names = user_names(session, (clash.person_id for clash in clashes))
    found += [
        ("proctor-clash", {"name": names.get(clash.person_id, ""), "other": clash.other}) for clash in clashes[:SHOWN]
    ]
    found += [("proctor-sits", {"name": name, "room": room}) for name, room in proctors_on_roster(session, sitting.id)]
    return Check(code="check-proctors", findings=tuple(found))


def _check_clashes(
    session: Session, sitting: Sitting, people: Collection[Candidate], names: Mapping[int, str]
) -> Check:
    clashes = candidate_clashes(session, sitting, {person.official_id for person in people})
    numbers = {person.official_id: person.number for person in people}
    found: list[Finding] = [
        ("candidate-clash", {"name": names.get(one.person_id, numbers[one.person_id]), "other": one.other})
        for one in clashes[:SHOWN]
    ]
    if len(clashes) > SHOWN:
        found.append(("and-more", {"count": len(clashes) - SHOWN}))
    return Check(code="check-clashes", findings=tuple(found))


def _check_accommodations(people: Collection[Candidate]) -> Check:
    open_ones = sum(
        1 for one in people if one.accommodation_asked_by is not None and one.accommodation_approved_by is None
    )
    found = (("accommodations-undecided", {"count": open_ones}),) if open_ones else ()
    return Check(code="check-accommodations", findings=found)


def _check_markers(sitting: Sitting, versions: Mapping[int, LoadedVersion]) -> Check:
    """Essays want two markers; they may still be named later, so that this does not hinder."""
    essays = any(_has_essay(version) for version in versions.values())
    lacking = essays and len(settings_of(sitting).markers) < PROCTORS_PER_ROOM
    return Check(code="check-markers", findings=(("markers-few", {}),) if lacking else (), is_blocking=False)


def _has_essay(version: LoadedVersion) -> bool:
    return any(interaction.kind == "essay" for interaction in version.content.interactions)


def _names(session: Session, actor: Actor, people: Collection[Candidate]) -> Mapping[int, str]:
    if not is_granted(actor, Permission.SITTING_MANAGE):
        return {}
    return {one: row[1] for one, row in people_of(session, [person.official_id for person in people]).items()}


def first_hindrance(checked: Checked) -> Iterator[str]:
    """Yield the codes of the checks that speak against sealing."""
    yield from (check.code for check in checked.checks if check.hinders)
