"""Sentences of the demonstration city."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "demo-not-empty": lazy(
        "Sudah ada data di basis data ini. Kota peragaan hanya dibangun di basis data kosong; pakai "
        "MERIT_DATABASE_URL atau MERIT_INSTANCE_PATH lain, lalu jalankan «merit init»."
    ),
    "demo-size": lazy("Jumlah pegawai peragaan harus antara %(fewest)s dan %(most)s."),
    "demo-import-refused": lazy("Berkas peragaan %(file)s ditolak pada baris %(row)s: %(message)s"),
    "demo-sitting-needs-city": lazy(
        "Basis data ini tidak memuat kota peragaan. Bangun dahulu dengan «merit demo --sitting» di basis data kosong."
    ),
    "demo-folder": lazy("Folder %(folder)s tidak dapat ditulisi. Pilih folder lain untuk berkas peragaan."),
}
