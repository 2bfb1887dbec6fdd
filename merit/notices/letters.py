"""Write mails: plain text and simple HTML, headings and a link only; what they are about is read after signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from merit import clock
from merit.config import Settings
from merit.i18n import _, current_language
from merit.mail_route import is_mail_address

MOST_HEADINGS = 20  # a mail names no more; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, before it is a mail: ``reference`` is the same for every try of the same letter."""

    address: str
    subject: str
    lines: Sequence[str]
    link: str
    link_text: str
    reason: str
    reference: str


def notice_letter(settings: Settings, address: str, headings: Sequence[str], reference: str) -> Letter:
    """Return the mail about some notices of one person; a heading that comes several times is counted."""
    counted = {heading: headings.count(heading) for heading in headings}
    lines = [text if times == 1 else f"{text} ({times}×)" for text, times in counted.items()]
    more = len(lines) - MOST_HEADINGS
    shown = [*lines[:MOST_HEADINGS], *([_("… dan %(count)s hal lain", count=more)] if more > 0 else [])]
    only = next(iter(counted)) if len(headings) == 1 else ""
    return Letter(
        address=address,
        subject=only or _("%(count)s pemberitahuan baru di Merit", count=len(headings)),
        lines=shown,
        link=f"{settings.public_url}/pemberitahuan",
        link_text=_("Masuk ke Merit untuk membacanya"),
        reason=_(
            "Surat ini dikirim karena Anda meminta pemberitahuan lewat surel. Atur di %(place)s",
            place=f"{settings.public_url}/akun/pemberitahuan",
        ),
        reference=reference,
    )


def code_letter(settings: Settings, address: str, code: str, reference: str) -> Letter:
    """Return the mail that proves an address; whoever did not ask for it can leave it."""
    return Letter(
        address=address,
        subject=_("Kode untuk alamat surel Anda"),
        lines=[
            _("Kode: %(code)s", code=code),
            _("Berlaku 30 menit. Ketik di halaman Pemberitahuan pada akun Anda."),
        ],
        link=f"{settings.public_url}/akun/pemberitahuan",
        link_text=_("Buka halaman itu"),
        reason=_("Bila Anda tidak memintanya, abaikan surat ini; alamat Anda tidak dipakai tanpa kode."),
        reference=reference,
    )


def trial_letter(settings: Settings, address: str, reference: str) -> Letter:
    """Return the mail by which an admin tries whether mails leave."""
    return Letter(
        address=address,
        subject=_("Surat uji dari Merit"),
        lines=[_("Server surel dapat dipakai.")],
        link=f"{settings.public_url}/surat",
        link_text=_("Buka halaman Surat keluar"),
        reason=_("Surat ini diminta seorang admin Merit."),
        reference=reference,
    )


def write(settings: Settings, letter: Letter) -> EmailMessage:
    """Return the finished mail.

    Raises
    ------
    ValueError
        The address is none, or a header would hold a line break: nothing can be slipped into the headers.
    """
    if not is_mail_address(letter.address):
        raise ValueError("not a mail address")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name="Merit", addr_spec=settings.mail_from)
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id(settings, letter.reference)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(settings, letter))
    message.add_alternative(_html(settings, letter), subtype="html")
    message["Content-Language"] = current_language()
    return message


def message_id(settings: Settings, reference: str) -> str:
    """Return the id of a letter: the same at every try, so that a mail sent twice is known as one."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    return f"<{hashlib.sha256(f'{host} {reference}'.encode()).hexdigest()[:32]}@{host.strip('[]').replace(':', '.')}>"


def _plain(settings: Settings, letter: Letter) -> str:
    lines = "\n".join(f"- {line}" for line in letter.lines)
    return f"{lines}\n\n{letter.link_text}:\n{letter.link}\n\n-- \n{settings.agency_name}\n{letter.reason}\n"


def _html(settings: Settings, letter: Letter) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in letter.lines)
    link = f'<a href="{escape(letter.link)}">{escape(letter.link_text)}</a>'
    foot = f"{escape(settings.agency_name)}<br>{escape(letter.reason)}"
    body = f"<ul>{items}</ul><p>{link}</p><hr><p><small>{foot}</small></p>"
    head = f"<head><title>{escape(letter.subject)}</title></head>"
    return f'<!doctype html><html lang="{current_language()}">{head}<body>{body}</body></html>'
