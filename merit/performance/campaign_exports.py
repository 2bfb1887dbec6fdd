"""360 feedback as files: the campaigns, and the published means of one; never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit.audit.services import log_download, record, record_readings
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.performance.domain.sheets import load_values
from merit.performance.queries.campaign_results import CampaignResults, load_published
from merit.performance.queries.campaigns import CampaignFilter, SubjectLine, list_campaigns, list_subjects
from merit.performance.services.campaigns import get_campaign
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export
from merit.web.labels import label
from merit.web.paging import whole

CAMPAIGNS, RESULTS = "feedback-campaigns", "feedback-results"
READING = "reading-feedback"


def campaign_filter(choices: Mapping[str, Any]) -> CampaignFilter:
    """Return the filter of the choices of an address."""
    return CampaignFilter(
        text=str(choices.get("cari", "")),
        state=str(choices.get("keadaan", "")),
        year=whole(str(choices.get("tahun", ""))),
    )


@list_export(CAMPAIGNS)
def collect_campaigns(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the campaigns a filter leaves."""
    _require(actor)
    lines = list_campaigns(session, campaign_filter(choices), order=str(choices.get("urut", "")))
    headings = [_("Kampanye"), _("Tahun"), _("Mulai"), _("Selesai"), _("Pegawai"), _("Undangan"), _("Terkirim")]
    headings.append(_("Keadaan"))
    cells = [
        [
            line.campaign.name,
            line.campaign.year,
            line.campaign.starts,
            line.campaign.ends,
            line.subjects,
            line.invited,
            line.submitted,
            label(line.campaign.state, "campaign_state"),
        ]
        for line in lines
    ]

    def note(writing: Session, taker: Actor) -> None:
        record(writing, taker, action="campaign:export", subject="feedback_campaigns", details={"rows": len(cells)})

    sheet = Sheet(name=_("Kampanye umpan balik 360"), headings=headings, rows=cells)
    return Export(name="kampanye-umpan-balik", sheets=[sheet], record=note)


@list_export(RESULTS)
def collect_results(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the published means of the groups large enough, of the subjects within the actor's scope."""
    _require(actor)
    campaign_id = whole(str(choices.get("kampanye", "")))
    campaign = get_campaign(session, campaign_id)
    results = load_published(session, campaign)
    subjects = list_subjects(session, actor, campaign_id)
    rows = [row for subject in subjects for row in _rows(subject, results)]
    shown = results.shown_among(subjects)

    def note(writing: Session, taker: Actor) -> None:
        record_readings(writing, taker, officials=shown, what=READING, reason=f"campaign:{campaign_id}")
        log_download(writing, taker, subject=f"campaign:{campaign_id}", rows=len(rows))

    headings = ["NIP", _("Nama"), _("Unit"), _("Nilai"), _("Kelompok"), _("Penilai"), _("Rata-rata"), _("Galat baku")]
    sheet = Sheet(name=_("Hasil umpan balik 360"), headings=[*headings, "r_wg"], rows=rows)
    return Export(name=f"umpan-balik-{campaign_id}", sheets=[sheet], record=note)


def _rows(subject: SubjectLine, results: CampaignResults) -> list[list[object]]:
    result = results.subjects.get(subject.official_id)
    if result is None or not result.is_shown:
        return []
    who = [subject.nip, subject.name, subject.unit_name]
    rows: list[list[object]] = []
    for value in load_values():
        name = label(value.code, "aspect")
        for group, means in result.groups.items():
            if value.code in means:
                one = means[value.code]
                figures = [round(one.mean, 4), round(one.se, 4), round(one.agreement.value, 4)]
                rows.append([*who, name, label(group, "rater_group"), one.raters, *figures])
        if value.code in result.overall:
            mean, error = result.overall[value.code]
            rows.append([*who, name, _("Semua kelompok"), None, round(mean, 4), round(error, 4), None])
    return rows


def _require(actor: Actor) -> None:
    if not is_granted(actor, Permission.CAMPAIGN_READ):
        raise NotAllowedError
