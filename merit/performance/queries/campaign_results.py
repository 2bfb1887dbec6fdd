"""Results of closed campaigns: only what a group of at least the minimum of raters said together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.performance.domain.campaigns import ANONYMOUS_GROUPS, SELF, CampaignState
from merit.performance.domain.rater_agreement import (
    LEAST_SHEETS,
    Estimate,
    GroupMean,
    Leniency,
    combine,
    find_leniency,
    intraclass,
    summarise,
)
from merit.performance.domain.sheets import load_values, value_means
from merit.performance.models import Campaign, CampaignSubject, Sheet
from merit.performance.queries.campaigns import SubjectLine

_SIGNS_OF_CARELESSNESS = 2
Marks = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """One counted sheet: its means per value; never shown by itself."""

    group: str
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectResult:
    """What may be shown of one subject: ``groups[group][value]``, ``overall[value]`` = (mean, standard error).

    ``corrected`` is the overall mean less the mean leniency of the groups it comes from; shown, never scored.
    """

    subject_id: int
    official_id: int
    groups: Mapping[str, Mapping[str, GroupMean]]
    overall: Mapping[str, tuple[float, float]]
    corrected: Mapping[str, float]
    own: Mapping[str, Decimal]
    raters: Mapping[str, int]

    @property
    def is_shown(self) -> bool:
        """Whether any group is large enough."""
        return bool(self.overall)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignResults:
    """Results of all subjects, with what holds for the campaign as a whole."""

    subjects: Mapping[int, SubjectResult]
    reliability: Mapping[str, Estimate]
    leniency: Leniency
    signs: Mapping[str, int]
    dropped: int
    sheets: int

    def shown_among(self, subjects: Sequence[SubjectLine]) -> list[int]:
        """Return the officials among the subjects of whom something is shown, in their order."""
        shown = {key for key, one in self.subjects.items() if one.is_shown}
        return [one.official_id for one in subjects if one.official_id in shown]


def load_results(session: Session, campaign: Campaign) -> CampaignResults:
    """Return the results of a campaign whose answers are in; signs only where they cannot point at anybody."""
    rows = session.execute(
        select(CampaignSubject.id, CampaignSubject.official_id, Sheet.rater_group, Sheet.answers, Sheet.signs)
        .join(Sheet, Sheet.subject_id == CampaignSubject.id)
        .where(CampaignSubject.campaign_id == campaign.id)
        .order_by(CampaignSubject.id, Sheet.id)
    ).all()
    signs = Counter(sign for row in rows for sign in row.signs)
    kept = [row for row in rows if not (campaign.drops_careless and len(row.signs) >= _SIGNS_OF_CARELESSNESS)]
    sheets: dict[tuple[int, int], list[SheetMarks]] = defaultdict(list)
    for row in kept:
        sheets[row.id, row.official_id].append(SheetMarks(row.rater_group, value_means(row.answers)))
    leniency = find_leniency([_totals(found, campaign.minimum) for found in sheets.values()])
    enough = len(rows) >= LEAST_SHEETS
    return CampaignResults(
        subjects={key[1]: _summarise(key, found, campaign.minimum, leniency) for key, found in sheets.items()},
        reliability=_reliability(list(sheets.values()), campaign.minimum),
        leniency=leniency,
        signs={sign: number for sign, number in signs.items() if number >= campaign.minimum} if enough else {},
        dropped=len(rows) - len(kept),
        sheets=len(rows),
    )


def load_published(session: Session, campaign: Campaign) -> CampaignResults:
    """Return the results of a published campaign; raise :class:`NotFoundError` for any other."""
    if campaign.state != CampaignState.PUBLISHED:
        raise NotFoundError("campaign-no-result")
    return load_results(session, campaign)


def counted_marks(session: Session, campaign: Campaign) -> dict[int, list[SheetMarks]]:
    """Return the marks that count per official: of groups, and of values within them, from the minimum on."""
    rows = session.execute(
        select(CampaignSubject.official_id, Sheet.rater_group, Sheet.answers, Sheet.signs)
        .join(Sheet, Sheet.subject_id == CampaignSubject.id)
        .where(CampaignSubject.campaign_id == campaign.id, Sheet.rater_group != SELF)
        .order_by(CampaignSubject.official_id, Sheet.id)
    )
    sheets: dict[int, list[SheetMarks]] = defaultdict(list)
    for row in rows:
        if not (campaign.drops_careless and len(row.signs) >= _SIGNS_OF_CARELESSNESS):
            sheets[row.official_id].append(SheetMarks(row.rater_group, value_means(row.answers)))
    found = {}
    for official_id, own in sheets.items():
        many = Counter((sheet.group, value) for sheet in own for value in sheet.marks)
        counted = [
            SheetMarks(
                sheet.group,
                {value: mark for value, mark in sheet.marks.items() if _is_enough(many, sheet, value, campaign)},
            )
            for sheet in own
        ]
        counted = [sheet for sheet in counted if sheet.marks]
        if counted:
            found[official_id] = counted
    return found


def _is_enough(many: Counter[tuple[str, str]], sheet: SheetMarks, value: str, campaign: Campaign) -> bool:
    return many[sheet.group, value] >= campaign.minimum


def _summarise(key: tuple[int, int], sheets: Sequence[SheetMarks], minimum: int, leniency: Leniency) -> SubjectResult:
    groups: dict[str, dict[str, GroupMean]] = {}
    for group in ANONYMOUS_GROUPS:
        found = {
            value.code: summary
            for value in load_values()
            if (summary := summarise(_marks(sheets, group, value.code), minimum)) is not None
        }
        if found:
            groups[group] = found
    overall, corrected = {}, {}
    for value in load_values():
        shown = {group: found[value.code] for group, found in groups.items() if value.code in found}
        total = combine(list(shown.values()))
        if total is not None:
            overall[value.code] = total
            corrected[value.code] = total[0] - fmean(leniency.groups.get(group, 0.0) for group in shown)
    own = next((sheet.marks for sheet in sheets if sheet.group == SELF), {})
    raters = Counter(sheet.group for sheet in sheets)
    return SubjectResult(
        subject_id=key[0],
        official_id=key[1],
        groups=groups,
        overall=overall,
        corrected=corrected,
        own=own,
        raters={group: raters[group] for group in groups},
    )


def _marks(sheets: Sequence[SheetMarks], group: str, value: str) -> list[float]:
    return [float(sheet.marks[value]) for sheet in sheets if sheet.group == group and value in sheet.marks]


def _totals(sheets: Sequence[SheetMarks], minimum: int) -> dict[str, list[float]]:
    """Return the sheets' means over all values, for the groups that are shown."""
    found: dict[str, list[float]] = defaultdict(list)
    for sheet in sheets:
        if sheet.group != SELF:
            found[sheet.group].append(fmean(float(mark) for mark in sheet.marks.values()))
    return {group: marks for group, marks in found.items() if len(marks) >= minimum}


def _reliability(subjects: Sequence[Sequence[SheetMarks]], minimum: int) -> dict[str, Estimate]:
    found = {}
    for value in load_values():
        marks = [
            [
                mark
                for group in ANONYMOUS_GROUPS
                if len(own := _marks(sheets, group, value.code)) >= minimum
                for mark in own
            ]
            for sheets in subjects
        ]
        estimate = intraclass(marks)
        if estimate is not None:
            found[value.code] = estimate
    return found
