"""Sentences about scoring."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "scores-before-close": lazy("Sesi ini belum ditutup. Nilai dihitung setelah semua ruang selesai."),
    "scores-late-proposed": lazy(
        "Masih ada %(count)s jawaban terlambat yang diusulkan dan belum diputuskan. Terima atau tolak dahulu di "
        "halaman peserta pada ruang ujian, lalu hitung nilai lagi."
    ),
    "scores-published": lazy("Hasil sesi ini sudah diterbitkan. Koreksi dilakukan lewat perubahan kunci."),
    "scores-inputs-changed": lazy("Ada penilaian esai atau keputusan baru selama perhitungan. Hitung sekali lagi."),
    "results-before-close": lazy("Sesi ini belum ditutup, jadi belum ada hasil."),
    "result-unknown": lazy("Tidak ada hasil untuk peserta ini."),
    "practice-feedback-off": lazy("Penyelenggara tidak membuka umpan balik latihan ini."),
    "sitting-unknown": lazy("Sesi uji itu tidak ada. Periksa kodenya."),
    "place-trial": lazy("Butir uji coba: tidak dihitung."),
    "place-void": lazy("Butir dibatalkan untuk semua peserta."),
    "place-everybody": lazy("Semua peserta mendapat nilai penuh."),
    "place-new-key": lazy("Dinilai dengan kunci yang dikoreksi."),
    "place-third-mark": lazy("Dinilai tiga penilai karena dua penilai pertama berbeda."),
    "place-marks-wanted": lazy("Menunggu penilai."),
    "no-response-processing": lazy("Cara penilaian butir impor ini tidak terbaca."),
    "essay-marked-by-you": lazy("Esai ini sudah Anda nilai."),
    "essay-marked-enough": lazy("Esai ini sudah cukup dinilai. Lanjutkan ke esai berikutnya."),
    "essay-marked-meanwhile": lazy("Penilai lain menyimpan lebih dahulu. Buka lagi esai ini."),
    "essay-points-step": lazy("Isi nilai 0 sampai %(maximum)s dengan langkah %(step)s."),
    "essay-text-changed": lazy(
        "Jawaban esai ini berubah setelah Anda membukanya, karena jawaban terlambat diterima. Baca jawaban yang baru, "
        "periksa nilai Anda, lalu simpan lagi."
    ),
    "essay-marking-closed": lazy("Penilaian esai sesi ini tidak dibuka."),
    "essay-marker-not-named": lazy("Anda tidak ditunjuk sebagai penilai sesi ini."),
    "essay-mark-later": lazy("Penilai lain sudah menilai setelah Anda, jadi nilai ini tidak dapat diubah."),
    "essay-unknown": lazy("Esai itu tidak ada."),
    "publication-practice": lazy("Latihan dan gladi bersih tidak diterbitkan."),
    "publication-done": lazy("Hasil sesi ini sudah diterbitkan."),
    "publication-before-scores": lazy("Nilai belum lengkap. Hitung nilai dan selesaikan penilaian esai lebih dahulu."),
    "publication-asked-already": lazy("Penerbitan sudah diminta dan menunggu orang kedua."),
    "publication-not-asked": lazy(
        "Penerbitan belum diminta. Satu admin BKPSDM meminta, admin BKPSDM lain menerbitkan."
    ),
    "publication-second-person": lazy("Anda yang meminta penerbitan ini. Yang menerbitkan: admin BKPSDM lain."),
    "publication-other-version": lazy("Nilai berubah sejak halaman ini dibuka. Muat ulang dan periksa lagi."),
    "key-change-reason": lazy("Tulis alasan perubahan kunci."),
    "key-change-key": lazy("Kunci baru tidak cocok dengan butirnya. Pilih jawaban yang ada pada butir."),
    "key-change-open": lazy("Sudah ada usulan untuk butir ini yang menunggu keputusan."),
    "key-change-unknown": lazy("Usulan perubahan kunci itu tidak ada."),
    "key-change-decided": lazy("Usulan ini sudah diputuskan."),
    "key-change-second-person": lazy("Anda yang mengusulkan perubahan ini. Orang lain yang memutuskan."),
    "key-change-item-unknown": lazy("Butir itu tidak dipakai dalam sesi ini."),
    "key-change-before-scores": lazy("Hitung nilai sesi ini lebih dahulu; sesudah itu kuncinya dapat dikoreksi."),
    "sitting-scored": lazy("Nilai dihitung, versi %(version)s."),
    "sitting-publication-asked": lazy("Penerbitan hasil diminta."),
    "sitting-publication-withdrawn": lazy("Permintaan penerbitan hasil ditarik."),
    "sitting-published": lazy("Hasil diterbitkan, versi nilai %(version)s."),
    "sitting-key-change-proposed": lazy("Perubahan kunci nomor %(change)s diusulkan."),
    "sitting-key-change-decided": lazy("Perubahan kunci nomor %(change)s diputuskan."),
    "did-sitting-scored": lazy("Menghitung nilai sesi uji"),
    "did-sitting-publication-asked": lazy("Meminta penerbitan hasil uji"),
    "did-sitting-publication-withdrawn": lazy("Menarik permintaan penerbitan hasil uji"),
    "did-sitting-published": lazy("Menerbitkan hasil uji"),
    "did-sitting-key-change-proposed": lazy("Mengusulkan perubahan kunci"),
    "did-sitting-key-change-decided": lazy("Memutuskan perubahan kunci"),
    "did-essay-mark": lazy("Menilai esai"),
    "reading-test-results": lazy("Hasil uji kompetensi"),
    "reading-test-report": lazy("Laporan hasil uji"),
    "reading-integrity": lazy("Integritas jawaban uji"),
    "sign-similar-answers": lazy(
        "%(matches)s dari %(common)s jawaban sama (diharapkan %(expected)s), %(wrong)s di antaranya sama-sama salah."
    ),
    "sign-neighbours-agree": lazy(
        "Duduk bersebelahan dan %(matches)s dari %(common)s jawaban sama (diharapkan %(expected)s). Wajar bila "
        "keduanya bernilai tinggi; lihat berita acara ruang."
    ),
    "sign-rapid": lazy("%(count)s dari %(answers)s jawaban tersimpan kurang dari 3 detik setelah jawaban sebelumnya."),
    "report-surely-meets": lazy("Memenuhi standar, dan ukurannya cukup pasti."),
    "report-likely-meets": lazy("Kemungkinan besar memenuhi standar, tetapi ukurannya belum pasti."),
    "report-likely-below": lazy("Kemungkinan besar di bawah standar, tetapi ukurannya belum pasti."),
    "report-surely-below": lazy("Di bawah standar, dan ukurannya cukup pasti."),
}
