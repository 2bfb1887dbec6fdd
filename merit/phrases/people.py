"""Sentences of the people part."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "official-not-found": lazy("Pegawai tidak ditemukan. Periksa NIP-nya, atau cari namanya pada daftar pegawai."),
    "unit-not-found": lazy("Unit kerja tidak ditemukan. Periksa kodenya pada daftar unit kerja."),
    "position-not-found": lazy("Jabatan tidak ditemukan. Periksa kodenya pada daftar jabatan."),
    "evidence-not-found": lazy("Bukti tidak ditemukan. Buka catatan pegawai atau unitnya untuk melihat yang tercatat."),
    "saved-filter-unnamed": lazy("Isi nama saringan, lalu simpan lagi."),
    "saved-filters-full": lazy("Paling banyak %(maximum)s saringan disimpan. Hapus yang tidak dipakai lagi."),
    "reading-record": lazy("Catatan kepegawaian"),
    "reading-evidence": lazy("Bukti satu catatan"),
}
