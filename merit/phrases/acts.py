"""What people did with items, plans and sittings, as the audit pages name it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "did-accommodation-approved": lazy("Menyetujui kemudahan peserta"),
    "did-accommodation-refused": lazy("Menolak kemudahan peserta"),
    "did-accommodation-asked": lazy("Mengusulkan kemudahan peserta"),
    "did-adaptive-replay": lazy("Memutar ulang sesi sebagai tes adaptif"),
    "did-attempt-clock": lazy("Membetulkan jam setelah jam server bergeser"),
    "did-attempt-enter": lazy("Masuk ruang ujian"),
    "did-attempt-enter-refused": lazy("Ditolak masuk ruang ujian"),
    "did-attempt-practice": lazy("Memulai latihan"),
    "did-attempt-sweep": lazy("Mengakhiri pekerjaan yang waktunya habis"),
    "did-bank-export": lazy("Mengunduh butir beserta kuncinya"),
    "did-bank-import": lazy("Mengimpor butir"),
    "did-bank-undo": lazy("Membatalkan impor butir"),
    "did-blueprint-change": lazy("Mengubah kisi-kisi"),
    "did-blueprint-create": lazy("Membuat kisi-kisi"),
    "did-blueprint-retire": lazy("Menghentikan kisi-kisi"),
    "did-blueprint-reuse": lazy("Memakai lagi kisi-kisi"),
    "did-item-add-enemy": lazy("Mencatat dua butir bermusuhan"),
    "did-item-comment": lazy("Mengomentari butir"),
    "did-item-create": lazy("Membuat butir"),
    "did-item-move": lazy("Memindahkan butir ke keadaan lain"),
    "did-item-read-key": lazy("Membaca kunci butir"),
    "did-item-read-own-key": lazy("Membaca kunci butir sendiri"),
    "did-item-refuse-key": lazy("Ditolak membaca kunci butir"),
    "did-item-remove-enemy": lazy("Mencabut catatan butir bermusuhan"),
    "did-item-settle": lazy("Menyelesaikan komentar butir"),
    "did-item-tag": lazy("Mengubah penanda butir"),
    "did-item-version": lazy("Menulis versi baru butir"),
    "did-medium-delete": lazy("Menghapus gambar atau suara tak terpakai"),
    "did-medium-keep": lazy("Menyimpan gambar atau suara"),
    "did-proctor-assign": lazy("Menugaskan pengawas"),
    "did-proctor-release": lazy("Melepas pengawas"),
    "did-room-add": lazy("Menambah ruang"),
    "did-room-change": lazy("Mengubah ruang"),
    "did-roster-add": lazy("Menambah peserta"),
    "did-roster-reschedule": lazy("Menjadwalkan ulang peserta"),
    "did-roster-restore": lazy("Mengembalikan peserta"),
    "did-roster-withdraw": lazy("Mengeluarkan peserta"),
    "did-seat-move": lazy("Memindahkan kursi peserta"),
    "did-seats-give": lazy("Membagikan kursi"),
    "did-sitting-cancel": lazy("Membatalkan sesi uji"),
    "did-sitting-card": lazy("Mencetak kartu peserta"),
    "did-sitting-cards": lazy("Mencetak kartu semua peserta"),
    "did-sitting-change": lazy("Mengubah sesi uji"),
    "did-sitting-copy": lazy("Menyalin sesi uji"),
    "did-sitting-create": lazy("Membuat sesi uji"),
    "did-sitting-rehearse": lazy("Merencanakan gladi bersih"),
    "did-sitting-seal": lazy("Menyegel sesi uji"),
}
