"""How values look: dates, numbers, NIP, grades and labels; the Jinja filters of every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, request, url_for

from merit import clock
from merit.i18n import _, current_locale
from merit.reference import PPPK_BASE, load_grades
from merit.web import assets
from merit.web.badges import symbol, tone
from merit.web.labels import label

EMPTY = "–"
NIP_GROUPS = (8, 6, 1, 3)
Number = int | float | Decimal


def long_date(value: dt.date | str | None, pattern: str = "d MMMM y") -> str:
    """Return a civil date as people write it: ``1 Maret 2026``."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = clock.local(value).date() if value.tzinfo else value.date()
    return format_date(value, format=pattern, locale=current_locale())


def short_date(value: dt.date | str | None) -> str:
    """Return a civil date that fits a narrow column: ``1 Mar 2026``."""
    return long_date(value, "d MMM y")


def moment(value: dt.datetime | None, *, seconds: bool = False) -> str:
    """Return an instant as the agency's clock shows it: ``1 Maret 2026 09.48 WITA``."""
    if value is None:
        return EMPTY
    pattern = "d MMMM y HH.mm.ss" if seconds else "d MMMM y HH.mm"
    local = clock.local(value).replace(tzinfo=None)
    return f"{format_datetime(local, format=pattern, locale=current_locale())} WITA"


def _exact(value: object) -> Decimal | None:
    """Return a value as an exact finite number, None when it is none."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def number(value: Number | str | None, digits: int | None = None) -> str:
    """Return a number with the language's separators; with ``digits`` exactly that many decimals.

    Text that is no number is shown as it is, nothing and NaN as a dash.
    """
    exact = _exact(value)
    if exact is None:
        return value if isinstance(value, str) and value else EMPTY
    decimals = "#,##0.######" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(exact, format=decimals, locale=current_locale()))


def signed(value: Number | str | None, digits: int | None = None) -> str:
    """Return a number with its sign: ``+4,5`` or ``−1,8`` (a true minus)."""
    exact = _exact(value)
    if exact is None:
        return number(value)
    sign = "−" if exact < 0 else "+" if exact > 0 else ""
    return sign + number(abs(exact), digits)


def percent(value: Number | str | None, digits: int = 1) -> str:
    """Return a share (0-1) as percent: ``12,5 %``."""
    exact = _exact(value)
    return number(value) if exact is None else f"{number(exact * 100, digits)} %"


def nip(value: str | None) -> str:
    """Return a NIP in its groups: ``19850412 201001 1 003``; anything else unchanged."""
    if not value:
        return EMPTY
    if len(value) != sum(NIP_GROUPS):
        return value
    parts, start = [], 0
    for length in NIP_GROUPS:
        parts.append(value[start : start + length])
        start += length
    return " ".join(parts)


def grade(value: int | None) -> str:
    """Return the golongan/ruang of an ordinal: 1-17 are I/a-IV/e, 101-117 are PPPK I-XVII."""
    return EMPTY if value is None else load_grades()[value].code


def grade_name(value: int | None) -> str:
    """Return the rank's name with its grade: ``Penata Tingkat I (III/d)``; PPPK have a grade only."""
    if value is None:
        return EMPTY
    known = load_grades()[value]
    return _("PPPK golongan %(grade)s", grade=known.code) if value > PPPK_BASE else f"{known.name} ({known.code})"


def initials(name: str) -> str:
    """Return at most two initials of a name."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper()


def period(starts: dt.date | None, ends: dt.date | None) -> str:
    """Return a period; one that lasts says so: ``1 Mar 2024 – sekarang``."""
    return f"{short_date(starts)} – {short_date(ends) if ends else _('sekarang')}"


def days_to_date(value: int | None) -> dt.date | None:
    """Return the date of a count of days since 1970-01-01."""
    return None if value is None else dt.date(1970, 1, 1) + dt.timedelta(days=int(value))


def sentence_list(values: Iterable[object]) -> str:
    """Return values as a list in a sentence: ``a, b dan c``."""
    words = [str(value) for value in values]
    return format_list(words, locale=current_locale()) if len(words) > 1 else "".join(words)


def url_with(**changes: Any) -> str:
    """Return the present address with parameters changed; None removes one, another choice starts at page one."""
    if request.endpoint is None:
        return request.path
    parameters: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "halaman"}
    parameters |= request.view_args or {}
    parameters |= changes
    kept = {name: value for name, value in parameters.items() if value not in (None, "")}
    return url_for(request.endpoint, **kept)


FILTERS = {
    "tanggal": long_date,
    "tanggal_pendek": short_date,
    "waktu": moment,
    "angka": number,
    "bertanda": signed,
    "persen": percent,
    "nip": nip,
    "golongan": grade,
    "golongan_name": grade_name,
    "inisial": initials,
    "hari": days_to_date,
    "daftar": sentence_list,
    "label": label,
    "tone": tone,
    "symbol": symbol,
}


def init_app(app: Flask) -> None:
    """Register the filters and the globals that build addresses."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(url_with=url_with, period=period)
    assets.init_app(app)
