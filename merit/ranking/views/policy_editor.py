"""The editor of a draft: fields and YAML side by side, checked by the same rules; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.evidence import TIERS
from merit.i18n import _, current_locale
from merit.phrases import phrase
from merit.ranking.catalogue import CATALOGUE
from merit.ranking.document import PolicyError
from merit.ranking.domain import GateKind, MissingRule, RuleStatus
from merit.ranking.engine.types import Policy
from merit.ranking.gate_params import known_params
from merit.ranking.life_cycle import Stage
from merit.ranking.models import PolicyRevision, PolicyVersion
from merit.ranking.policy import parse_policy
from merit.ranking.report.changes import ChangeGroup, change_groups
from merit.ranking.services.policies import get_version, load_policy
from merit.ranking.services.policy_drafts import list_revisions, save_revision, source_of
from merit.ranking.sheet import FLAGS, change_rows, check, error_keys, fields_of, form_sha256, nest
from merit.ranking.sheet_figures import sheet_figures
from merit.ranking.views.blueprint import bp
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import label
from merit.web.paging import whole

_PREFIX = "f."
_CONFLICT, _UNPROCESSABLE = 409, 422
_ROW_WORDS = ("add", "remove", "up", "down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies on the editor's page: both texts as typed, and what checking found."""

    fields: Mapping[str, str]
    text: str
    revision: int
    errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    text_problems: tuple[str, ...] = ()
    refusal: str = ""
    is_torn: bool = False
    checked: tuple[ChangeGroup, ...] | None = None
    preview: str = ""


@bp.get("/kebijakan/<code>/<int:number>/sunting")
@requires(Permission.POLICY_DRAFT)
def edit_policy(code: str, number: int) -> ResponseReturnValue:
    """Show a draft as fields and as YAML."""
    bench = _bench(code, number)
    if not bench.is_open:
        return _closed(bench.version)
    fields = fields_of(bench.version.document, comma=_comma())
    return _page(bench, Desk(fields=fields, text=bench.stored, revision=bench.version.revision))


@bp.post("/kebijakan/<code>/<int:number>/sunting")
@requires(Permission.POLICY_DRAFT)
def save_policy(code: str, number: int) -> ResponseReturnValue:
    """Check or save what was typed, or add and remove rows."""
    bench = _bench(code, number)
    desk = _typed(bench.version)
    if not bench.is_open:  # handed in meanwhile: what was typed stays on the page
        refusal = phrase("policy-not-writing", code=code, number=number)
        return _page(bench, replace(desk, refusal=refusal)), _CONFLICT
    order = request.form.get("aksi", "periksa")
    if order.partition(":")[0] in _ROW_WORDS:
        return _page(bench, replace(desk, fields=change_rows(desk.fields, order)))
    is_text = order.endswith("-teks")
    desk, policy = _read_text(bench.version, desk) if is_text else _read_fields(desk)
    if policy is None:
        return _page(bench, desk), _UNPROCESSABLE
    if order.startswith("periksa"):
        return _page(bench, replace(desk, checked=change_groups(load_policy(bench.version), policy)))
    is_stale = desk.revision != bench.version.revision  # the service refuses it and says so
    if not is_stale and not order.startswith("pakai") and _is_torn(bench, desk, policy):
        return _page(bench, replace(desk, is_torn=True)), _UNPROCESSABLE
    return _save(bench, desk, policy, is_text=is_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """The draft in the database: the version, its text and earlier revisions."""

    version: PolicyVersion
    stored: str
    revisions: Sequence[PolicyRevision]

    @property
    def is_open(self) -> bool:
        return self.version.state == "draft" and self.version.stage == Stage.WRITING


def _bench(code: str, number: int) -> _Bench:
    with reading() as session:
        version = get_version(session, code, number)
        return _Bench(version=version, stored=source_of(session, version), revisions=list_revisions(session, version))


def _closed(version: PolicyVersion) -> ResponseReturnValue:
    flash(phrase("policy-not-writing", code=version.code, number=version.number), "warning")
    return redirect(url_for(".policy", code=version.code, number=version.number))


def _save(bench: _Bench, desk: Desk, policy: Policy, *, is_text: bool) -> ResponseReturnValue:
    """Save one side; a form that means what is stored keeps the stored text with its comments."""
    version = bench.version
    text = desk.text if is_text else bench.stored if policy.sha256 == form_sha256(version.document) else desk.preview
    try:
        with unit_of_work() as session:
            saved = save_revision(
                session,
                current_actor(),
                code=version.code,
                number=version.number,
                revision=desk.revision,
                text=text,
                origin="text" if is_text else "form",
            )
            is_new = saved.revision != desk.revision
    except MeritError as error:
        return _page(bench, replace(desk, refusal=phrase(error.reason, **error.details))), error.status
    flash(_("Revisi baru tersimpan.") if is_new else _("Tidak ada yang berubah; rancangan tetap."), "success")
    return redirect(url_for(".edit_policy", code=version.code, number=version.number))


def _typed(version: PolicyVersion) -> Desk:
    fields = {name.removeprefix(_PREFIX): value for name, value in request.form.items() if name.startswith(_PREFIX)} | {
        "code": version.code
    }
    text = request.form.get("teks", "").replace("\r\n", "\n")
    return Desk(fields=fields, text=text, revision=whole(request.form.get("revisi", "")))


def _read_fields(desk: Desk) -> tuple[Desk, Policy | None]:
    """Return the desk with problems at their fields, and the policy when there are none."""
    checked = check(desk.fields)
    problems = tuple((path, _at_field(code, details)) for path, code, details in checked.problems)
    errors: dict[str, str] = {}
    for path, sentence in problems:
        errors.setdefault(path, sentence)
    return replace(desk, errors=errors, problems=problems, preview=checked.text), checked.policy


def _read_text(version: PolicyVersion, desk: Desk) -> tuple[Desk, Policy | None]:
    """Return the desk with the problems of the YAML by line, and the policy when there are none.

    Fields nobody touched follow the text.
    """
    try:
        policy = parse_policy(desk.text)
    except PolicyError as error:
        found = tuple(phrase(one.code, line=one.line, **one.details) for one in error.problems)
        return replace(desk, text_problems=found), None
    untouched = check(desk.fields).text == check(fields_of(version.document, comma=False)).text
    if untouched:
        desk = replace(desk, fields=fields_of(policy.document, comma=_comma()))
    return desk, policy


def _is_torn(bench: _Bench, desk: Desk, policy: Policy) -> bool:
    """Whether the other side was changed as well and says something else."""
    others = []
    if desk.text.strip() != bench.stored.strip():
        others.append(_form_sha_of_text(desk.text))
    fields = check(desk.fields)
    if fields.policy is None or fields.policy.sha256 != form_sha256(bench.version.document):
        others.append(fields.policy.sha256 if fields.policy else "")
    return any(sha256 != form_sha256(policy.document) for sha256 in others)


def _form_sha_of_text(text: str) -> str:
    try:
        return form_sha256(parse_policy(text).document)
    except PolicyError:
        return ""


def _at_field(code: str, details: Mapping[str, Any]) -> str:
    """Return a problem's sentence without its line: the field says where."""
    sentence = phrase(code, line=0, **details).partition(": ")[2]
    return sentence[:1].upper() + sentence[1:]


def _comma() -> bool:
    return current_locale().language == "id"


def _page(bench: _Bench, desk: Desk) -> str:
    nested = nest(desk.fields)
    return render_template(
        "ranking/policy_editor.html",
        version=bench.version,
        desk=desk,
        sheet=nested,
        figures=sheet_figures(nested),
        revisions=bench.revisions,
        has_comments="#" in bench.stored,
        choices={
            "tier": [(code, label(code, "tier")) for code in TIERS],
            "indicator": [(code, label(code, "indicator")) for code in CATALOGUE],
            "missing": [(rule.value, label(rule.value, "missing_rule")) for rule in MissingRule],
            "kind": [(kind.value, label(kind.value, "gate_kind")) for kind in GateKind],
            "status": [(status.value, label(status.value, "rule_status")) for status in RuleStatus],
            "params": {kind.value: known_params(kind) for kind in GateKind},
            "flags": FLAGS,
            "errors": list(error_keys()),
            "units": {code: indicator.unit for code, indicator in CATALOGUE.items()},
            "bounds": {code: (indicator.low, indicator.high) for code, indicator in CATALOGUE.items()},
        },
    )
