"""Sentences of the portal part."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "portal-no-official": lazy("Akun ini belum dihubungkan dengan NIP. Minta admin BKPSDM menghubungkannya."),
}
