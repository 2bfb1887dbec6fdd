"""From a policy document to a checked ``Policy``: every refusal names the line and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from importlib import resources

from merit.evidence import TIERS, Surplus
from merit.ranking.catalogue import CATALOGUE, METHODS, SeKind, is_inadmissible
from merit.ranking.document import Node, PolicyError, Problem, canonical_json, plain, read_json, read_yaml, sha256
from merit.ranking.domain import GateKind, RuleStatus
from merit.ranking.engine.types import Decree, GateRule, Pillar, Policy
from merit.ranking.gate_params import read_params
from merit.ranking.reader import Reader
from merit.ranking.slots import PillarDraft, SlotDraft, read_pillars

__all__ = ["PolicyError", "Problem", "parse_policy", "policy_from_document", "policy_from_tree", "shipped_policies"]

SUM_TOLERANCE = Decimal("1e-9")
SMALLEST_WEIGHT = Decimal("0.0001")
RESULTS = ("accredited_only", "internal_allowed")
SHIPPED = ("loyalitas-hasil", "loyalitas-hasil-pengawas", "loyalitas-hasil-jpt")
_TOP = (
    *("code", "title", "tier", "size", "precision", "surplus", "results", "response_working_days"),
    *("gates", "pillars", "default_se", "ties"),
)


def parse_policy(text: str) -> Policy:
    """Return the policy written in a YAML document.

    Raises
    ------
    PolicyError
        With every problem found, each on its line.
    """
    return _build(read_yaml(text))


def policy_from_document(document: str) -> Policy:
    """Return the policy of a stored canonical document (JSON)."""
    return _build(read_json(document))


def policy_from_tree(root: Node) -> Policy:
    """Return the policy of a tree that stands for a form; its lines are whatever the caller counts."""
    return _build(root)


def shipped_policies() -> dict[str, str]:
    """Return the YAML texts of the policies that come with the product, by code."""
    folder = resources.files("merit.ranking") / "policies"
    return {code: (folder / f"{code}.yaml").read_text(encoding="utf-8") for code in SHIPPED}


def _build(root: Node) -> Policy:
    reader = Reader()
    entries = reader.mapping(root, _TOP, "kebijakan")
    document = canonical_json(plain(root)) if not reader.problems else ""
    gates = _gates(reader, entries.get("gates"))
    before = len(reader.problems)
    drafts = read_pillars(reader, root, entries)
    if len(reader.problems) == before:
        _check_sums(reader, drafts)
    internal = reader.choice(entries.get("results"), RESULTS, RESULTS[0]) == RESULTS[1]
    _check_default_se(reader, entries.get("default_se"), root, drafts, internal=internal)
    ties = _ties(reader, entries.get("ties"), drafts)
    code = reader.text(reader.required(entries, "code", root, "kebijakan"))
    title = reader.text(reader.required(entries, "title", root, "kebijakan"))
    tier = reader.required(entries, "tier", root, "kebijakan")
    tiers = reader.words(tier, TIERS) if tier else ()
    size = reader.integer(entries.get("size"), 3, low=1, high=1000)
    precision = reader.integer(entries.get("precision"), 2, low=0, high=6)
    surplus = Surplus(reader.choice(entries.get("surplus"), tuple(Surplus), Surplus.CAPPED))
    days = reader.integer(entries.get("response_working_days"), 1, low=1, high=60)
    if reader.problems:
        raise PolicyError(reader.problems)
    slots = tuple(slot.finish(pillar.weight) for pillar in drafts for slot in pillar.slots)
    return Policy(
        code=code,
        title=title,
        tiers=tiers,
        size=size,
        precision=precision,
        surplus=surplus,
        internal_allowed=internal,
        response_working_days=days,
        gates=gates,
        pillars=tuple(Pillar(code=p.code, title=p.title, weight=p.weight) for p in drafts),
        slots=slots,
        default_se=_default_se(entries.get("default_se")),
        ties=ties,
        document=document,
        sha256=sha256(document),
    )


def _gates(reader: Reader, node: Node | None) -> tuple[GateRule, ...]:
    gates: list[GateRule] = []
    seen: set[str] = set()
    for child in reader.items(node, "gates"):
        gate = _gate(reader, child)
        if gate is None:
            continue
        if gate.id in seen:
            reader.report(child, "policy-repeated", value=gate.id)
        seen.add(gate.id)
        gates.append(gate)
    return tuple(gates)


def _gate(reader: Reader, node: Node) -> GateRule | None:
    known = ("id", "kind", "title", "params", "citation", "status", "decree")
    entries = reader.mapping(node, known, "gates")
    if not entries:
        return None
    identity = reader.text(reader.required(entries, "id", node, "gates"))
    kind = _gate_kind(reader, reader.required(entries, "kind", node, "gates"))
    citation = reader.text(reader.required(entries, "citation", node, "gates"))
    status = reader.choice(
        reader.required(entries, "status", node, "gates"), tuple(RuleStatus), RuleStatus.NEEDS_VERIFICATION
    )
    decree = _decree(reader, entries.get("decree"), RuleStatus(status))
    if kind is None:
        return None
    return GateRule(
        id=identity,
        kind=kind,
        params=read_params(reader, kind, entries.get("params") or Node({}, node.line)),
        citation=citation,
        status=RuleStatus(status),
        title=reader.text(entries.get("title")),
        decree=decree,
    )


def _gate_kind(reader: Reader, node: Node | None) -> GateKind | None:
    if node is None:
        return None
    word = str(node.value)
    if word in tuple(GateKind):
        return GateKind(word)
    if is_inadmissible(word):
        reader.report(node, "policy-inadmissible", value=word)
    else:
        reader.report(node, "policy-unknown-gate", value=word, known=", ".join(GateKind))
    return None


def _decree(reader: Reader, node: Node | None, status: RuleStatus) -> Decree | None:
    if node is None or node.value is None:
        return None
    entries = reader.mapping(node, ("number", "date", "file"), "decree")
    if status is not RuleStatus.LOCAL:
        reader.report(node, "policy-decree-not-local", status=status.value)
    number = reader.text(reader.required(entries, "number", node, "decree"))
    dated = reader.required(entries, "date", node, "decree")
    date = reader.date(dated) if dated else None
    if date is None or not number:
        return None
    return Decree(number=number, date=date, file=reader.text(entries.get("file")))


def _check_sums(reader: Reader, pillars: Sequence[PillarDraft]) -> None:
    """Report sums other than 1 and effective weights finer than four decimals; both together make Σ W exact."""
    total = sum((pillar.weight for pillar in pillars), Decimal(0))
    if abs(total - 1) > SUM_TOLERANCE:
        reader.report(pillars[0].node, "policy-pillar-sum", total=_written(total))
    for pillar in pillars:
        inner = sum((slot.weight for slot in pillar.slots), Decimal(0))
        if abs(inner - 1) > SUM_TOLERANCE:
            reader.report(pillar.node, "policy-indicator-sum", pillar=pillar.code, total=_written(inner))
        for slot in pillar.slots:
            effective = pillar.weight * slot.weight
            if effective % SMALLEST_WEIGHT:
                reader.report(slot.node, "policy-weight-decimals", value=slot.code, weight=_written(effective))


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _check_default_se(
    reader: Reader, node: Node | None, root: Node, pillars: Sequence[PillarDraft], *, internal: bool
) -> None:
    base = node or root
    entries = reader.mapping(node, ("rater_sd", *CATALOGUE), "default_se") if node else {}
    used = {option.code for pillar in pillars for slot in pillar.slots for option in slot.options}
    for code in used:
        kind = CATALOGUE[code].default_se
        key = "rater_sd" if kind is SeKind.RATER_SD else code
        if kind is not SeKind.NONE and key not in entries:
            reader.report(base, "policy-default-se", value=key)
    for key, child in entries.items():
        if key in CATALOGUE and CATALOGUE[key].default_se is SeKind.BY_METHOD:
            _check_methods(reader, child, internal=internal)
        else:
            reader.number(child)


def _check_methods(reader: Reader, node: Node, *, internal: bool) -> None:
    methods = reader.mapping(node, METHODS, "default_se")
    for method in METHODS if internal else METHODS[:2]:
        if method not in methods:
            reader.report(node, "policy-default-se", value=f"competency.jpm: {method}")
    for child in methods.values():
        reader.number(child, high=5)


def _default_se(node: Node | None) -> dict[str, object]:
    return dict(plain(node)) if node is not None else {}


def _ties(reader: Reader, node: Node | None, pillars: Sequence[PillarDraft]) -> tuple[int, ...]:
    """Return the slots compared when scores are equal; a known indicator the policy does not weigh decides nothing."""
    slots: list[SlotDraft] = [slot for pillar in pillars for slot in pillar.slots]
    place = {option.code: index for index, slot in enumerate(slots) for option in slot.options}
    ties: list[int] = []
    for child in reader.items(node, "ties"):
        code = reader.text(child)
        if code not in CATALOGUE:
            reader.report(child, "policy-tie-unknown", value=code, known=", ".join(place))
        elif code in place and place[code] in ties:
            reader.report(child, "policy-repeated", value=code)
        elif code in place:
            ties.append(place[code])
    return tuple(ties)
