"""Sentences about calibrations: what stops one, what stays outside, what to look at."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "calibration-unknown": lazy("Kalibrasi itu tidak ada. Periksa nomornya."),
    "calibration-no-source": lazy("Pilih paling sedikit satu sesi uji yang jawabannya dipakai."),
    "calibration-source-unknown": lazy(
        "Sesi %(sitting)s tidak mempunyai jawaban yang dinilai untuk %(competency)s. Pilih sesi lain."
    ),
    "calibration-source-few": lazy(
        "Sesi %(sitting)s hanya diikuti %(count)s peserta; butir perlu dijawab paling sedikit %(least)s. "
        "Pilih sesi lain."
    ),
    "calibration-unknown-method": lazy("Model atau cara penautan itu tidak dikenal. Pilih dari daftar."),
    "calibration-few-persons": lazy(
        "Hanya %(count)s peserta; kalibrasi perlu paling sedikit %(least)s. Tambah sesi uji."
    ),
    "calibration-few-items": lazy(
        "Hanya %(count)s butir yang dapat dikalibrasi; paling sedikit %(least)s. Lihat alasan butir yang tidak ikut."
    ),
    "calibration-model-scale": lazy(
        "Skala kompetensi ini memakai model %(scale)s; model %(model)s tidak dapat digabung dengannya. Pilih model "
        "lain."
    ),
    "calibration-anchors-few": lazy(
        "Hanya %(count)s butir jangkar; penautan ke skala perlu paling sedikit %(least)s. Sertakan sesi yang memakai "
        "butir berparameter, atau kurangi jangkar yang dilepas."
    ),
    "calibration-nothing-new": lazy(
        "Semua butir sudah berparameter tetap; tidak ada yang ditaksir. Pilih penautan lain."
    ),
    "calibration-not-converged": lazy(
        "Penaksiran belum konvergen, jadi tidak dapat diberlakukan. Tangguhkan butir bermasalah, lalu hitung lagi."
    ),
    "calibration-anchors-contradictory": lazy(
        "Lebih dari sepertiga jangkar bergeser, jadi skala tidak dapat dipertahankan. Lepas jangkar yang bocor atau "
        "berubah, lalu hitung lagi."
    ),
    "calibration-scale-moved": lazy(
        "Kalibrasi lain sudah berlaku sejak rancangan ini dibuat. Hitung rancangan baru terhadap skala sekarang."
    ),
    "calibration-inputs-changed": lazy(
        "Nilai sebuah sesi atau kalibrasi yang berlaku berubah selama perhitungan. Pesan kalibrasi sekali lagi."
    ),
    "calibration-second-person": lazy("Anda yang membuat kalibrasi ini. Orang lain yang memberlakukannya."),
    "calibration-decided": lazy("Kalibrasi ini sudah diputuskan."),
    "calibration-reason-missing": lazy("Tulis alasan penolakan."),
    "calibration-islands": lazy(
        "Sesi-sesi ini tidak berbagi butir, jadi dianggap diikuti kelompok yang setara. Pakai butir jangkar agar "
        "anggapan itu tidak perlu."
    ),
    "calibration-islands-anchors": lazy(
        "Sesi-sesi ini tidak berbagi butir. Pilih penautan jangkar tetap dan sesi yang semuanya memuat butir "
        "berparameter, atau kalibrasikan sesi demi sesi."
    ),
    "category-no-points": lazy("Kunci butir tidak memberi nilai."),
    "category-many-steps": lazy("Terlalu banyak kemungkinan nilai (lebih dari sepuluh langkah)."),
    "category-not-whole": lazy("Nilai sebagian bukan langkah bulat."),
    "calibration-item-few": lazy("Dijawab kurang dari 30 peserta."),
    "calibration-item-same": lazy("Semua peserta mendapat nilai yang sama."),
    "calibration-item-negative": lazy("Peserta yang lebih mampu justru lebih sering salah: periksa kuncinya."),
    "calibration-item-limit": lazy("Jawaban terpisah sempurna; kemiringan tidak dapat ditaksir."),
    "calibration-merged": lazy("Kategori yang jarang dipakai digabung."),
    "calibration-weak": lazy("Kemiringan rendah: butir hampir tidak membedakan peserta."),
    "calibration-misfit": lazy("Jawaban tidak mengikuti model: lihat kurvanya."),
    "calibration-drift": lazy(
        "Parameter bergeser lebih jauh daripada galatnya: butir mungkin bocor atau berubah makna."
    ),
    "calibration-extreme": lazy("Terlalu mudah atau terlalu sulit untuk peserta ini; galatnya besar."),
    "drift-not-in-force": lazy("Kalibrasi ini tidak berlaku, jadi tidak diperiksa dengan jawaban baru."),
    "drift-no-answers": lazy("Belum ada sesi dinilai yang jawabannya tidak ikut membentuk kalibrasi ini."),
    "drift-scale-moved": lazy(
        "Kalibrasi lain sudah berlaku sejak pemeriksaan ini dipesan. Pesan lagi dari halamannya."
    ),
    "did-calibration-made": lazy("Membuat kalibrasi butir"),
    "did-calibration-in-force": lazy("Memberlakukan kalibrasi butir"),
    "did-calibration-refused": lazy("Menolak kalibrasi butir"),
}
