"""Moments in words, and the two small filters of the board's pages: a time of day, a length of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from merit import clock
from merit.assessment.queries.board_attempts import Moment
from merit.assessment.views.blueprint import bp
from merit.i18n import _
from merit.phrases import all_sentences, phrase
from merit.web.labels import label

_MINUTE = 60
_ICONS = {
    "incident": ("notes", "warning"),
    "contact-gap": ("wifi-off", "warning"),
    "focus-lost": ("eye-off", "warning"),
    "network-changed": ("route", "warning"),
    "ended": ("player-stop", "danger"),
    "attempt-started": ("player-play", "brand"),
    "paused": ("player-pause", "neutral"),
    "resumed": ("player-play", "neutral"),
    "extended": ("clock-plus", "info"),
    "moved": ("armchair", "neutral"),
    "swapped": ("switch-horizontal", "neutral"),
    "admitted": ("user-check", "success"),
    "late-admitted": ("user-check", "warning"),
    "lease-asked": ("device-desktop", "warning"),
    "lease-granted": ("device-desktop", "info"),
}


@bp.app_template_filter("jam")
def time_of_day(at: dt.datetime | None) -> str:
    """Return an instant as the agency's clock shows it on its day: ``09.48.31``."""
    return "–" if at is None else clock.local(at).strftime("%H.%M.%S")


@bp.app_template_filter("lama")
def length(value: dt.timedelta | float) -> str:
    """Return a length of time in minutes and seconds."""
    seconds = int(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    minutes, rest = divmod(seconds, _MINUTE)
    if not minutes:
        return _("%(n)s detik", n=rest)
    return (
        _("%(minutes)s menit %(seconds)s detik", minutes=minutes, seconds=rest) if rest else _("%(n)s menit", n=minutes)
    )


@bp.app_template_filter("story_line")
def story_line(moment: Moment) -> dict[str, str]:
    """Return a moment as a line of a timeline."""
    icon, tone = _ICONS.get(moment.kind, ("point", "neutral"))
    note = " · ".join(part for part in (moment.note, moment.by) if part)
    return {
        "date": time_of_day(moment.at),
        "iso": moment.at.isoformat(timespec="seconds"),
        "title": event_title(moment.kind),
        "text": _stretch_words(moment) or event_details(moment.kind, moment.details),
        "note": note,
        "icon": icon,
        "tone": tone,
    }


def event_title(kind: str) -> str:
    """Return the sentence of a line of the minutes; a kind of another part falls back to its own sentence."""
    known = all_sentences()
    code = next((each for each in (f"event-{kind}", kind, f"did-{kind}") if each in known), "event-other")
    return phrase(code)


def event_details(kind: str, details: Mapping[str, Any]) -> str:
    """Return the numbers of a line of the minutes in words."""
    known: dict[str, Callable[[Any], str]] = {
        "incident": lambda value: label(value, "incident_kind"),
        "minutes": lambda value: _("%(n)s menit", n=value),
        "count": lambda value: _("%(n)s jawaban", n=value) if "late" in kind else _("%(n)s peserta", n=value),
        "section": lambda value: _("bagian ke-%(n)s", n=value),
        "early": lambda value: _("%(n)s menit sebelum jadwal", n=value),
        "absent": lambda value: _("%(n)s tidak hadir", n=value),
        "late": lambda value: _("%(n)s menit setelah mulai", n=value),
        "seconds": length,
        "lost": lambda value: _("paling lama kehilangan %(time)s", time=length(value)),
    }
    words = [str(show(details[name])) for name, show in known.items() if details.get(name) is not None]
    if "from" in details and "to" in details:
        words.append(_("kursi %(first)s ke %(second)s", first=details["from"], second=details["to"]))
    if kind in _STRETCHES:
        first, last = (time_of_day(dt.datetime.fromisoformat(details[name])) for name in ("from", "until"))
        words.append(_("pukul %(first)s sampai %(last)s", first=first, last=last))
    if details.get("own"):
        words.append(_("dilakukan oleh pengawas yang juga peserta di ruang ini"))
    return ", ".join(words)


_STRETCHES = ("compensated", "outage-declined")


def _stretch_words(moment: Moment) -> str:
    if moment.until is None:
        return ""
    return _("sampai %(time)s (%(length)s)", time=time_of_day(moment.until), length=length(moment.until - moment.at))
