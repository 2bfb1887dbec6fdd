"""Sentences of the ranking part: gates and explanations here, policy documents and runs beside."""

from __future__ import annotations

from flask_babel import LazyString

from merit.i18n import lazy
from merit.phrases import policies

GATES = {
    "ground-met": lazy("Memenuhi."),
    "ground-not-met": lazy("Tidak memenuhi."),
    "ground-missing": lazy("Data belum ada; menunggu dilengkapi."),
    "ground-pending": lazy("Perkara belum selesai; menunggu keputusan akhir."),
    "ground-internal-only": lazy("Terpenuhi hanya oleh hasil internal; perlu hasil penyelenggara terakreditasi."),
    "ground-disputed": lazy("Data diperselisihkan dan hasilnya berbeda menurut kedua nilai; perlu diperiksa."),
    "ground-not-applicable": lazy("Tidak berlaku baginya, dianggap memenuhi."),
    "ground-expired": lazy("Masa berlaku bukti sudah habis; menunggu yang baru."),
    "ground-field-unknown": lazy("Bidang pada sebagian riwayat jabatan belum diisi; menunggu dilengkapi."),
    "ground-position-without-field": lazy("Jabatan lowongan belum memiliki bidang; lengkapi data jabatan."),
    "met-from": lazy("Memenuhi mulai %(date)s."),
    "rule-needs-verification": lazy("Aturan ini belum terkonfirmasi: memberi tahu, tidak menghalangi."),
    "rule-without-decree": lazy("Aturan setempat ini menunggu keputusan PPK: memberi tahu, tidak menghalangi."),
    "outcome-pass": lazy("Memenuhi"),
    "outcome-fail": lazy("Tidak memenuhi"),
    "outcome-hold": lazy("Menunggu"),
    "outcome-verify": lazy("Perlu verifikasi"),
    "fact-unknown": lazy("Belum ada data"),
    "fact-employment": lazy("%(value)s"),
    "fact-education": lazy("%(value)s"),
    "fact-grade": lazy("%(value)s"),
    "fact-days": lazy("%(years)s tahun %(days)s hari (%(value)s hari)"),
    "fact-age": lazy("%(value)s tahun"),
    "fact-predicate": lazy("Terendah %(value)s"),
    "fact-percent": lazy("%(value)s%%"),
    "fact-level": lazy("Level terendah %(value)s"),
    "fact-share": lazy("%(value)s%% dari kewajiban"),
    "fact-trainings": lazy("%(value)s pelatihan yang sesuai"),
    "fact-findings": lazy("%(value)s hukuman atau perkara yang dihitung"),
    "fact-date": lazy("Tercatat %(value)s"),
    "threshold-employment-status": lazy("Berstatus %(any_of)s"),
    "threshold-education-at-least": lazy("%(level)s atau lebih tinggi"),
    "threshold-grade-between": lazy("%(min)s sampai %(max)s"),
    "threshold-grade-between-one-below": lazy("%(min)s sampai %(max)s, boleh satu tingkat di bawahnya"),
    "threshold-grade-between-min": lazy("%(min)s atau lebih tinggi"),
    "threshold-grade-between-min-one-below": lazy("%(min)s atau satu tingkat di bawahnya"),
    "threshold-grade-between-max": lazy("paling tinggi %(max)s"),
    "threshold-grade-between-max-one-below": lazy("paling tinggi %(max)s"),
    "threshold-tenure": lazy("paling singkat %(years)s tahun sebagai %(any_of)s"),
    "threshold-related-field": lazy("paling singkat %(years)s tahun pada bidang %(field)s"),
    "threshold-time-in-position": lazy("paling singkat %(years)s tahun pada jabatan sekarang"),
    "threshold-age-at-most": lazy("paling tinggi %(years)s tahun"),
    "threshold-performance-at-least": lazy("%(predicate)s pada masing-masing dari %(years)s tahun terakhir"),
    "threshold-jpm-at-least": lazy("JPM paling rendah %(percent)s%%"),
    "threshold-technical-at-least": lazy("paling rendah level %(level)s pada %(codes)s"),
    "threshold-learning-duty": lazy("kewajiban belajar tahun lalu terpenuhi"),
    "threshold-training-any": lazy("salah satu dari %(codes)s"),
    "threshold-no-discipline-in-force": lazy("tidak sedang menjalani hukuman disiplin %(levels)s"),
    "threshold-no-discipline-lookback": lazy(
        "tanpa hukuman disiplin %(levels)s dalam %(lookback_years)s tahun terakhir"
    ),
    "threshold-attested": lazy("dokumen «%(fact)s» tercatat dan berlaku"),
}
EXPLANATIONS = {
    "part-neutral": lazy("Tidak berlaku, nilai netral."),
    "part-disputed": lazy("Diperselisihkan: dinilai dengan kedua nilai, skor menjadi rentang."),
    "part-missing-hold": lazy("Belum ada data; menunggu dilengkapi."),
    "part-missing-bounds": lazy("Belum ada data: dinilai terendah, rentang skor mencapai nilai terbaik."),
    "part-missing-floor": lazy("Belum ada data: dinilai terendah menurut kebijakan."),
    "part-expired-hold": lazy("Masa berlaku habis; menunggu hasil baru."),
    "part-expired-bounds": lazy("Masa berlaku habis: dinilai terendah, rentang skor mencapai nilai terbaik."),
    "part-expired-floor": lazy("Masa berlaku habis: dinilai terendah menurut kebijakan."),
    "part-default-se": lazy("Galat baku kebijakan, karena sumber tidak menyebutkannya."),
    "pair-above": lazy("%(above)s di atas %(below)s dengan selisih %(difference)s, terutama karena %(indicator)s."),
    "pair-tie-break": lazy("Skor %(above)s dan %(below)s sama; urutan ditentukan oleh %(indicator)s."),
    "pair-tied": lazy("Skor dan seluruh pembeda %(above)s dan %(below)s sama; urutannya diserahkan kepada panel."),
    "pair-turns": lazy("Urutan berbalik bila bobotnya menjadi %(weight)s."),
    "pair-never-turns": lazy("Tidak pernah berbalik."),
    "counterfactual-one": lazy(
        "Bila pada penilaian berikutnya %(indicator)s menjadi %(after)s (kini %(before)s) dan yang lain tetap, "
        "peringkatnya %(rank)s."
    ),
    "counterfactual-two": lazy(
        "Bila pada penilaian berikutnya %(indicator)s menjadi %(after)s (kini %(before)s) dan %(other)s menjadi "
        "%(other_after)s (kini %(other_before)s), dan yang lain tetap, peringkatnya %(rank)s."
    ),
    "counterfactual-gate": lazy("Dengan itu syarat %(gate)s juga terpenuhi."),
    "counterfactual-none": lazy(
        "Tidak ada perubahan pada satu atau dua indikator yang dapat diupayakan yang mengubah hasilnya."
    ),
    "nobody-considered": lazy("Tidak ada pegawai yang dipertimbangkan untuk lowongan ini."),
    "nobody-eligible": lazy("Dari %(considered)s pegawai yang dipertimbangkan, belum ada yang dapat diperingkat."),
    "nobody-gate-failed": lazy("%(count)s pegawai tidak memenuhi: %(gate)s."),
    "nobody-gate-held": lazy("%(count)s pegawai menunggu data atau perkara: %(gate)s."),
    "nobody-indicator-held": lazy("%(count)s pegawai menunggu data indikator %(indicator)s."),
    "pool-too-large": lazy("Simulasi hanya untuk paling banyak %(limit)s pegawai yang memenuhi syarat."),
}

SENTENCES: dict[str, LazyString] = {**GATES, **EXPLANATIONS, **policies.SENTENCES}
