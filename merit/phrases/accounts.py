"""Sentences of the accounts part and of the guards before every page."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "foreign-host": lazy(
        "Alamat ini tidak dikenal server Merit. Buka melalui alamat resmi, atau minta admin menambah nama server pada "
        "MERIT_ALLOWED_HOSTS."
    ),
    "foreign-origin": lazy(
        "Permintaan datang dari situs lain, jadi tidak dijalankan. Buka Merit langsung, lalu ulangi."
    ),
    "csrf-missing": lazy(
        "Formulir sudah kedaluwarsa atau tidak dikirim dari Merit. Kembali, muat ulang halaman, lalu kirim sekali lagi."
    ),
    "request-too-large": lazy(
        "Kiriman melebihi batas %(megabytes)s MB. Bagi berkas menjadi beberapa bagian, lalu unggah satu per satu."
    ),
}
