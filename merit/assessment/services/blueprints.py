"""Make, change, copy and retire blueprints; say whether the bank can serve one; draw one to look at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import CODE, BlueprintDocument, document_problems
from merit.assessment.domain.drawing import (
    BankItem,
    Picks,
    Place,
    Plan,
    Shortage,
    draw,
    draw_orders,
    find_shortages,
    lay_plan,
    place_items,
    stream,
)
from merit.assessment.domain.items import canonical
from merit.assessment.domain.papers import PublicItem, public_item
from merit.assessment.domain.parallel import Balance, draw_forms, weigh
from merit.assessment.models.items import Blueprint
from merit.assessment.queries.adaptive import load_bank_for
from merit.assessment.queries.blueprints import document_of, get_blueprint, load_contents
from merit.assessment.queries.items import media_addresses
from merit.assessment.services.clones import example_content
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted

_PREVIEW = b"preview"  # previews are for authors; real draws use the installation's secret


@dataclass(frozen=True, slots=True)
class Feasibility:
    """Whether the bank can serve a blueprint: reason codes, what is short, and how alike the forms come out."""

    problems: tuple[tuple[str, dict[str, object]], ...]
    shortages: tuple[Shortage, ...]
    balance: Balance | None = None

    @property
    def is_feasible(self) -> bool:
        """Whether papers can be drawn."""
        return not self.problems and not self.shortages


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """A place of a drawn paper with what authors may know about it."""

    position: int
    place: Place
    item: BankItem
    shown: PublicItem


def create_blueprint(session: Session, actor: Actor, *, code: str, name: str, document: BlueprintDocument) -> Blueprint:
    """Record a new blueprint."""
    _require_write(actor)
    code, name = code.strip(), name.strip()
    if not CODE.match(code):
        raise InvalidInputError("code-shape")
    if session.scalar(select(Blueprint.id).where(Blueprint.code == code)) is not None:
        raise InvalidInputError("blueprint-code-taken", code=code)
    _check(name, document)
    now = clock.now()
    blueprint = Blueprint(
        code=code,
        name=name,
        document=document.model_dump(mode="json"),
        created_by=actor.user_id,
        created_at=now,
        changed_at=now,
    )
    session.add(blueprint)
    session.flush()
    _record(session, actor, "blueprint:create", blueprint)
    return blueprint


def change_blueprint(
    session: Session, actor: Actor, *, code: str, row_version: int, name: str, document: BlueprintDocument
) -> Blueprint:
    """Change a blueprint; sealed sittings keep the papers they have."""
    _require_write(actor)
    blueprint = _lock(session, code)
    if blueprint.row_version != row_version:
        raise ConflictError("blueprint-changed-meanwhile", code=code)
    if blueprint.retired_at is not None:
        raise RuleViolationError("blueprint-retired", code=code)
    _check(name.strip(), document)
    blueprint.name = name.strip()
    blueprint.document = document.model_dump(mode="json")
    blueprint.row_version += 1
    blueprint.changed_at = clock.now()
    session.flush()
    _record(session, actor, "blueprint:change", blueprint)
    return blueprint


def copy_blueprint(session: Session, actor: Actor, *, code: str) -> Blueprint:
    """Make a new blueprint with the same plan; its code gets the next free number behind it."""
    _require_write(actor)
    source = get_blueprint(session, code)
    taken = set(session.scalars(select(Blueprint.code).where(Blueprint.code.startswith(code, autoescape=True))))
    number = next(number for number in range(2, len(taken) + 3) if f"{code}-{number}" not in taken)
    return create_blueprint(
        session, actor, code=f"{code}-{number}", name=f"{source.name} ({number})", document=document_of(source)
    )


def retire_blueprint(session: Session, actor: Actor, *, code: str, retire: bool = True) -> Blueprint:
    """Take a blueprint out of use, or back into it; nothing is deleted."""
    _require_write(actor)
    blueprint = _lock(session, code)
    if (blueprint.retired_at is not None) == retire:
        return blueprint
    blueprint.retired_at = clock.now() if retire else None
    blueprint.row_version += 1
    session.flush()
    _record(session, actor, "blueprint:retire" if retire else "blueprint:reuse", blueprint)
    return blueprint


def check_blueprint(session: Session, document: BlueprintDocument, *, name: str = "") -> tuple[Plan, Feasibility]:
    """Lay a plan over the bank as it is now and say what is missing."""
    plan = lay_plan(document, load_bank_for(session, document).bank)
    return plan, assess_plan(plan, name=name)


def assess_plan(plan: Plan, *, name: str = "") -> Feasibility:
    """Say whether papers can be drawn; parallel forms are drawn once to tell their balance."""
    problems: list[tuple[str, dict[str, object]]] = [(code, {}) for code in document_problems(plan.document)]
    problems.extend(("blueprint-item-unknown", {"code": code}) for code in plan.unknown)
    problems.extend(("blueprint-fixed-enemies", {"first": one, "second": two}) for one, two in plan.fixed_enemies)
    shortages = tuple(find_shortages(plan))
    balance = None
    if plan.document.forms > 1 and not shortages:
        forms = draw_forms(plan, plan.document.forms, stream(_PREVIEW, name))
        balance = None if forms is None else weigh(plan, forms)
    return Feasibility(tuple(problems), shortages, balance)


def preview_paper(session: Session, actor: Actor, *, code: str, number: int) -> list[PreviewItem]:
    """Draw the preview paper of a number; the real papers of a sitting are drawn with another secret."""
    if not is_granted(actor, Permission.ITEM_READ):
        raise NotAllowedError
    document = document_of(get_blueprint(session, code))
    plan = lay_plan(document, load_bank_for(session, document).bank)
    chance = stream(_PREVIEW, f"{code}/{number}")
    picks = _picks(plan, code, number)
    if picks is None or plan.unknown:
        raise RuleViolationError("blueprint-cannot-be-drawn", code=code)
    places = place_items(plan, picks, chance)
    contents = load_contents(session, [plan.bank.items[place.item].version_id for place in places])
    addresses = media_addresses(session, contents.values())
    shown = []
    for position, place in enumerate(places, 1):
        item = plan.bank.items[place.item]
        content = example_content(session, item.version_id, contents[item.version_id], f"{code}/{number}/{position}")
        orders = draw_orders(content, chance, shuffle=plan.document.sections[place.section].shuffle_options)
        shown.append(PreviewItem(position, place, item, public_item(content, orders, addresses)))
    return shown


def _picks(plan: Plan, code: str, number: int) -> Picks | None:
    forms = plan.document.forms
    if not forms:
        return draw(plan, stream(_PREVIEW, f"{code}/{number}/draw"))
    drawn = draw_forms(plan, forms, stream(_PREVIEW, code))
    return None if drawn is None else drawn[(number - 1) % forms]


def _check(name: str, document: BlueprintDocument) -> None:
    if not name:
        raise InvalidInputError("blueprint-unnamed")
    problems = document_problems(document)
    if problems:
        raise InvalidInputError(problems[0])


def _require_write(actor: Actor) -> None:
    if not is_granted(actor, Permission.BLUEPRINT_WRITE):
        raise NotAllowedError


def _lock(session: Session, code: str) -> Blueprint:
    blueprint = get_blueprint(session, code)
    session.refresh(blueprint, with_for_update=True)
    return blueprint


def _record(session: Session, actor: Actor, action: str, blueprint: Blueprint) -> None:
    digest = hashlib.sha256(canonical(document_of(blueprint)).encode()).hexdigest()
    details = {"code": blueprint.code, "version": blueprint.row_version, "sha256": digest}
    record(session, actor, action=action, subject=f"blueprint:{blueprint.id}", details=details)
