"""Roles, permissions and the table that joins them; deny by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a user is to the agency."""

    ADMIN = "admin"
    OPD_ADMIN = "opd_admin"
    AUTHOR = "author"
    PROCTOR = "proctor"
    PANEL = "panel"
    AUDITOR = "auditor"
    PYB = "pyb"
    PPK = "ppk"
    OFFICIAL = "official"


class Permission(StrEnum):
    """One thing somebody may do, as ``resource:action``."""

    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    IMPORT_RUN = "import:run"
    IMPORT_UNDO = "import:undo"
    JOB_READ = "job:read"
    OFFICIAL_LIST = "official:list"
    OFFICIAL_READ = "official:read"
    OFFICIAL_EXPORT = "official:export"
    UNIT_READ = "unit:read"
    UNIT_RECORD = "unit:record"
    UNIT_ASSESS = "unit:assess"
    POSITION_READ = "position:read"
    POLICY_READ = "policy:read"
    POLICY_DRAFT = "policy:draft"
    POLICY_ACTIVATE = "policy:activate"
    POLICY_SECOND = "policy:second"
    POLICY_SIMULATE = "policy:simulate"
    VACANCY_READ = "vacancy:read"
    VACANCY_MANAGE = "vacancy:manage"
    RUN_CREATE = "run:create"
    RUN_READ = "run:read"
    RUN_EXPORT = "run:export"
    ITEM_READ = "item:read"
    ITEM_WRITE = "item:write"
    ITEM_REVIEW = "item:review"
    ITEM_EXPORT = "item:export"
    CALIBRATION_READ = "calibration:read"
    CALIBRATION_MAKE = "calibration:make"
    STANDARD_READ = "standard:read"
    STANDARD_MANAGE = "standard:manage"
    STANDARD_RATE = "standard:rate"
    BLUEPRINT_READ = "blueprint:read"
    BLUEPRINT_WRITE = "blueprint:write"
    SITTING_READ = "sitting:read"
    SITTING_MANAGE = "sitting:manage"
    SITTING_PUBLISH = "sitting:publish"
    ROOM_WATCH = "room:watch"
    ESSAY_MARK = "essay:mark"
    KEY_CHANGE = "key:change"
    TEST_RESULT_READ = "test_result:read"
    TEST_TAKE = "test:take"
    TRAINING_READ = "training:read"
    TRAINING_MANAGE = "training:manage"
    TRAINING_NOMINATE = "training:nominate"
    APPRAISAL_READ = "appraisal:read"
    APPRAISAL_MANAGE = "appraisal:manage"
    APPRAISAL_RECORD = "appraisal:record"
    APPRAISAL_RATE = "appraisal:rate"
    DISCIPLINE_READ = "discipline:read"
    DISCIPLINE_RECORD = "discipline:record"
    CAMPAIGN_READ = "campaign:read"
    CAMPAIGN_MANAGE = "campaign:manage"
    CAMPAIGN_PUBLISH = "campaign:publish"
    PROFESSIONALISM_READ = "professionalism:read"
    PROFESSIONALISM_MANAGE = "professionalism:manage"
    PROFESSIONALISM_DECIDE = "professionalism:decide"
    SELF_READ = "self:read"
    DEVELOP = "develop:components"


P = Permission
_STAFF_READ = frozenset({P.OFFICIAL_LIST, P.OFFICIAL_READ, P.UNIT_READ, P.POSITION_READ})
_TEST_READ = frozenset({P.BLUEPRINT_READ, P.SITTING_READ, P.TEST_RESULT_READ})
_RUN_READ = frozenset({P.POLICY_READ, P.VACANCY_READ, P.RUN_READ, P.RUN_EXPORT})
_JUDGED = frozenset({P.APPRAISAL_READ, P.DISCIPLINE_READ})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _STAFF_READ
    | _RUN_READ
    | _TEST_READ
    | {
        P.BLUEPRINT_WRITE,
        P.SITTING_MANAGE,
        P.SITTING_PUBLISH,
        P.ROOM_WATCH,
        P.KEY_CHANGE,
        P.CALIBRATION_READ,
        P.CALIBRATION_MAKE,
        *(P.STANDARD_READ, P.STANDARD_MANAGE, P.STANDARD_RATE),
        *(P.APPRAISAL_READ, P.APPRAISAL_MANAGE, P.APPRAISAL_RECORD, P.DISCIPLINE_READ, P.DISCIPLINE_RECORD),
        *(P.CAMPAIGN_READ, P.CAMPAIGN_MANAGE, P.CAMPAIGN_PUBLISH),
        *(P.UNIT_RECORD, P.UNIT_ASSESS),
        P.ACCOUNT_MANAGE,
        P.IMPORT_RUN,
        P.IMPORT_UNDO,
        P.JOB_READ,
        P.OFFICIAL_EXPORT,
        P.POLICY_DRAFT,
        P.POLICY_ACTIVATE,
        P.POLICY_SIMULATE,
        P.VACANCY_MANAGE,
        P.RUN_CREATE,
        P.DEVELOP,
        *(P.TRAINING_READ, P.TRAINING_MANAGE, P.TRAINING_NOMINATE),
        *(P.PROFESSIONALISM_READ, P.PROFESSIONALISM_MANAGE, P.PROFESSIONALISM_DECIDE),
    },
    Role.OPD_ADMIN: _STAFF_READ
    | {P.UNIT_RECORD}
    | {P.CAMPAIGN_READ, P.PROFESSIONALISM_READ}
    | {P.APPRAISAL_READ, P.APPRAISAL_RECORD, P.DISCIPLINE_READ, P.DISCIPLINE_RECORD}
    | {P.IMPORT_RUN, P.JOB_READ, P.OFFICIAL_EXPORT, P.TRAINING_READ, P.TRAINING_NOMINATE},
    Role.AUTHOR: frozenset(
        {
            *(P.ITEM_READ, P.ITEM_WRITE, P.ITEM_REVIEW, P.ITEM_EXPORT, P.ESSAY_MARK, P.JOB_READ),
            *(P.BLUEPRINT_READ, P.BLUEPRINT_WRITE, P.CALIBRATION_READ, P.CALIBRATION_MAKE),
            *(P.STANDARD_READ, P.STANDARD_RATE),
        }
    ),
    Role.PROCTOR: frozenset({P.ROOM_WATCH}),
    Role.PANEL: _STAFF_READ | _RUN_READ | {P.POLICY_SIMULATE, P.STANDARD_READ, P.STANDARD_RATE},
    Role.AUDITOR: _STAFF_READ
    | {P.CAMPAIGN_READ, P.PROFESSIONALISM_READ}
    | _JUDGED
    | _RUN_READ
    | _TEST_READ
    | {P.AUDIT_READ, P.JOB_READ, P.ITEM_READ, P.CALIBRATION_READ}
    | {P.STANDARD_READ, P.TRAINING_READ},
    Role.PYB: _STAFF_READ
    | {P.CAMPAIGN_READ, P.PROFESSIONALISM_READ}
    | _RUN_READ
    | _JUDGED
    | {P.TRAINING_READ, P.JOB_READ},
    Role.PPK: _STAFF_READ
    | {P.CAMPAIGN_READ, P.CAMPAIGN_PUBLISH}
    | {P.PROFESSIONALISM_READ, P.PROFESSIONALISM_DECIDE}
    | _RUN_READ
    | _JUDGED
    | {P.POLICY_SECOND, P.POLICY_SIMULATE, P.TRAINING_READ, P.JOB_READ},
    Role.OFFICIAL: frozenset({P.SELF_READ, P.TEST_TAKE, P.APPRAISAL_RATE}),
}

STAFF_ROLES = frozenset(Role) - {Role.OFFICIAL}
UNIT_SCOPED_ROLES = frozenset({Role.OPD_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: resolved once per request or command, never taken from input.

    ``unit_ids`` are the units (descendants included) a unit-scoped role reaches; None means all units.
    ``is_system`` marks the command line and jobs run by the machine's own administrator.
    """

    user_id: int | None = None
    login: str = ""
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    official_id: int | None = None
    unit_ids: frozenset[int] | None = field(default_factory=frozenset)
    is_system: bool = False


SYSTEM = Actor(login="system", name="Sistem", unit_ids=None, is_system=True)
ANONYMOUS = Actor()


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Return everything the actor's roles grant."""
    if actor.is_system:
        return frozenset(Permission)
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in actor.roles))


def is_granted(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles grants the permission (which records is another question)."""
    return permission in permissions_of(actor)


def sees_every_job(actor: Actor) -> bool:
    """Whether the actor sees the jobs of others: those who keep or audit the records of every unit."""
    return actor.unit_ids is None and (
        is_granted(actor, Permission.IMPORT_UNDO) or is_granted(actor, Permission.AUDIT_READ)
    )
