"""PDFs: a typst template and plain data in, the same bytes out every time.

Data reach the template as JSON and are printed as strings, never read as markup. Fonts are the vendored ones
alone, the document's time is the record's instant, so a document can be made again and compared by hash.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from merit.config import Settings
from merit.errors import SetupError
from merit.i18n import _, current_locale
from merit.web.typography import FONTS

TEMPLATES = Path(__file__).resolve().parent / "typst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a document: who issues it, what it is called, where it can be verified."""

    agency: str
    city: str
    title: str
    subtitle: str = ""
    number: str = ""
    verify_url: str = ""


def frame_of(settings: Settings, *, title: str, subtitle: str = "", number: str = "", verify_url: str = "") -> Frame:
    """Return the frame of a document of this installation's agency."""
    return Frame(
        agency=settings.agency_name,
        city=settings.city_name,
        title=title,
        subtitle=subtitle,
        number=number,
        verify_url=verify_url,
    )


def qr_svg(text: str, *, scales: bool = False) -> str:
    """Return a QR code as SVG, "" for no text; one that ``scales`` takes the size its page gives it."""
    if not text:
        return ""
    buffer = BytesIO()
    segno.make(text, error="m", micro=False).save(
        buffer, kind="svg", border=1, dark="#1b2733", svgclass=None, lineclass=None, omitsize=scales, xmldecl=not scales
    )
    return buffer.getvalue().decode()


def _frame_data(frame: Frame) -> dict[str, Any]:
    return asdict(frame) | {
        "qr": qr_svg(frame.verify_url),
        "qr_text": _("Kode QR ke halaman pemeriksaan keaslian"),
        "language": str(current_locale().language),
        "words": {"page": _("Halaman"), "of": _("dari")},
    }


def render_pdf(template_name: str, data: Mapping[str, Any], instant: dt.datetime, *, frame: Frame) -> bytes:
    """Return the tagged PDF of ``merit/web/typst/<template_name>.typ``.

    Parameters
    ----------
    template_name
        Name without folder and ending; the template imports ``base.typ``.
    data
        JSON-serialisable values the template reads from ``data``.
    instant
        Aware instant of the record the document is about; it becomes the document's date.
    frame
        Letterhead, title, number and address of verification.
    """
    source = TEMPLATES / f"{template_name}.typ"
    if not source.is_file():
        raise SetupError("pdf-template-missing", name=template_name)
    values = json.dumps({**data, "frame": _frame_data(frame)}, ensure_ascii=False)
    pdf: bytes = typst.compile(
        str(source),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": values},
        timestamp=int(instant.timestamp()),
        pdf_tags=True,
    )
    return pdf
