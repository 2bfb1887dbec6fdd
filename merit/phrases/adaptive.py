"""Sentences about adaptive tests: rules, checks, what stops a candidate; why an item came is in ``measurement``."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    # Rules
    "adaptive-competency-missing": lazy("Pilih kompetensi yang diukur bagian adaptif."),
    "adaptive-least-above-most": lazy("Jumlah butir paling sedikit melebihi paling banyak. Tukar atau samakan."),
    "adaptive-rows-exceed-least": lazy(
        "Permintaan kisi-kisi bagian adaptif melebihi jumlah butir paling sedikit. Naikkan jumlah paling sedikit, agar "
        "setiap tes memenuhi kisi-kisi di mana pun berhenti."
    ),
    "adaptive-row-other-competency": lazy(
        "Bagian adaptif mengukur satu kompetensi. Hapus permintaan untuk kompetensi lain."
    ),
    "adaptive-fixed-items": lazy("Bagian adaptif tidak memakai butir tetap. Kosongkan isian butir tetap."),
    "adaptive-mixed": lazy("Bagian adaptif dan bagian biasa tidak dapat dicampur dalam satu kisi-kisi. Pisahkan."),
    "adaptive-section-minutes": lazy(
        "Bagian adaptif tidak memakai batas menit sendiri. Kosongkan batas menit bagian; waktu ujian tetap berlaku."
    ),
    "adaptive-trial-row": lazy("Bagian adaptif tidak memakai butir uji coba. Hapus permintaan butir uji coba."),
    "adaptive-competency-twice": lazy("Dua bagian adaptif mengukur kompetensi yang sama. Satukan keduanya."),
    "adaptive-number": lazy("%(where)s: isi dengan angka %(low)s sampai %(high)s."),
    # Checks before sealing
    "adaptive-without-cuts": lazy(
        "Batas level kompetensi %(competency)s belum berlaku pada hari ujian, jadi hasil adaptif tidak dapat diberi "
        "level. Tetapkan batasnya lebih dulu."
    ),
    "adaptive-without-parameters": lazy(
        "%(count)s butir aktif %(competency)s tidak dipakai karena belum dikalibrasi atau memuat esai: %(items)s."
    ),
    "check-cuts": lazy("Batas level kompetensi adaptif berlaku"),
    "adaptive-exposure-tight": lazy(
        "Bank %(competency)s terlalu kecil untuk batas kemunculan: ada %(items)s butir, perlu %(needed)s. Naikkan "
        "batasnya atau tambah butir terkalibrasi."
    ),
    "adaptive-enemies-many": lazy(
        "Butir %(competency)s yang saling bermusuhan dapat menghentikan tes setelah %(items)s butir, padahal paling "
        "sedikit %(needed)s. Tambah butir terkalibrasi atau tinjau catatan musuhnya."
    ),
    "check-enemies": lazy("Butir yang bermusuhan menyisakan tes yang cukup panjang"),
    "check-exposure": lazy("Bank cukup besar untuk batas kemunculan"),
    "check-parameters": lazy("Semua butir aktif kompetensi adaptif dapat dipakai"),
    # Shadow runs
    "replay-too-few": lazy(
        "Hanya %(count)s peserta menjawab cukup banyak butir terkalibrasi; perlu paling sedikit %(needed)s."
    ),
    "replay-uncalibrated": lazy(
        "Tidak ada butir %(competency)s pada sesi ini yang parameternya berlaku. Kalibrasikan dulu, lalu ulangi."
    ),
    # Simulations
    "simulation-not-adaptive": lazy("Kisi-kisi %(code)s tidak mempunyai bagian adaptif. Tambah bagian adaptif dulu."),
    "simulation-infeasible": lazy(
        "Kisi-kisi %(code)s belum dapat disusun dari bank soal. Penuhi kekurangannya, lalu simulasikan."
    ),
    "simulation-tight": lazy(
        "Bank %(competency)s terlalu kecil untuk batas kemunculan. Naikkan batasnya atau tambah butir terkalibrasi."
    ),
    "reading-adaptive-log": lazy("Catatan pemilihan butir adaptif"),
    # While the test runs
    "adaptive-not-here": lazy("Ujian ini bukan tes adaptif. Muat ulang halaman ujian."),
    "adaptive-paused": lazy("Ujian dijeda. Butir berikutnya tampil begitu pengawas melanjutkan."),
    "adaptive-time-over": lazy("Waktu ujian sudah habis, jadi tidak ada butir baru."),
    "adaptive-unanswered": lazy("Soal %(position)s belum dijawab. Jawab dulu, lalu lanjutkan."),
}
