"""The chain as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.queries import EntryLine, Filter, entries, entry_lines
from merit.audit.services import log_download
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.downloads import Sheet
from merit.web.exports import Export, list_export

ENTRIES = "audit-entries"


@list_export(ENTRIES)
def collect_entries(session: Session, actor: Actor, choices: Mapping[str, Any]) -> Export:
    """Collect the entries that fit, oldest first; ``choices`` are those of :func:`as_choices`."""
    if not is_granted(actor, Permission.AUDIT_READ):
        raise NotAllowedError
    lines = entry_lines(session, entries(_filter(choices), ascending=True))
    headings = [_("Nomor"), _("Waktu"), _("Pelaku"), _("Tindakan"), _("Objek"), _("Isi"), _("Hash")]
    return Export(
        name=f"jejak-audit-{clock.today().isoformat()}",
        sheets=[Sheet(name=_("Jejak audit"), headings=headings, rows=_rows(lines))],
        record=lambda writing, taker: _record(writing, taker, len(lines)),
    )


def as_choices(chosen: Filter) -> dict[str, str]:
    """Return a filter as plain JSON."""
    days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(chosen, name)) is not None}
    return {"search": chosen.search, "action": chosen.action, "actor": chosen.actor, **days}


def _filter(choices: Mapping[str, str]) -> Filter:
    days = {name: dt.date.fromisoformat(choices[name]) for name in ("since", "until") if name in choices}
    return Filter(search=choices["search"], action=choices["action"], actor=choices["actor"], **days)


def _record(session: Session, actor: Actor, rows: int) -> None:
    log_download(session, actor, subject="audit:entries", rows=rows)


def _rows(lines: list[EntryLine]) -> Iterator[list[object]]:
    for line in lines:
        recorded_at = clock.local(line.recorded_at).isoformat(timespec="seconds")
        actor = line.actor or (_("Sistem") if line.is_system else _("Belum masuk"))
        yield [line.id, recorded_at, actor, line.action, line.subject, line.payload, line.hash]
