"""Sentences of the audit part."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "secrets-missing": lazy("Berkas kunci %(path)s tidak ada. Jalankan «merit init», atau pulihkan berkas kunci lama."),
    "secrets-exposed": lazy(
        "Berkas kunci %(path)s dapat dibaca pengguna lain. Jalankan «chmod 600» pada berkas itu, lalu coba lagi."
    ),
    "secrets-damaged": lazy("Berkas kunci %(path)s rusak. Pulihkan berkas kunci dari salinan yang disimpan terpisah."),
    "secrets-do-not-fit": lazy(
        "Data tersandi (%(context)s) tidak dapat dibuka dengan kunci yang ada. Pulihkan berkas kunci yang sesuai."
    ),
}
