"""Sentences about the evaluation of training, development plans and yearly plans."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "did-class-evaluation": lazy("Menetapkan cara evaluasi kelas"),
    "did-class-gain": lazy("Menghitung kenaikan hasil uji kelas"),
    "did-class-ask-raters": lazy("Meminta penilaian penerapan di tempat kerja"),
    "did-class-rate-transfer": lazy("Menilai penerapan pelatihan di tempat kerja"),
    "did-class-transfer": lazy("Mencatat penerapan pelatihan di tempat kerja"),
    "did-gaps-count": lazy("Menghitung kesenjangan kompetensi semua pegawai"),
    "did-plan-create": lazy("Memesan rencana tahunan pelatihan"),
    "did-plan-solve": lazy("Menyusun rencana tahunan pelatihan"),
    "did-plan-hand-over": lazy("Mengusulkan peserta dari rencana tahunan"),
    "reading-transfer": lazy("Penerapan pelatihan di tempat kerja"),
    "reading-development": lazy("Rencana pengembangan"),
    "anchors-count": lazy("Tulis 3 sampai 8 perilaku, satu per baris."),
    "anchors-length": lazy("Setiap perilaku ditulis paling banyak 200 huruf dan tidak boleh kosong."),
    "anchors-twice": lazy("Ada perilaku yang ditulis dua kali. Hapus salah satunya."),
    "anchors-in-use": lazy("Penilai sudah diminta menilai perilaku ini, jadi daftarnya tidak dapat diubah lagi."),
    "evaluation-same-sitting": lazy("Uji awal dan uji akhir harus dua sesi yang berbeda."),
    "evaluation-sitting-unknown": lazy("Sesi uji «%(code)s» tidak ada. Pilih dari daftar."),
    "gain-no-tests": lazy("Pilih sesi uji awal dan uji akhir kelas ini dahulu."),
    "gain-one-person": lazy(
        "Baru satu peserta punya hasil pada kedua sesi, tanpa galat baku. Kenaikan dihitung mulai dua peserta."
    ),
    "gain-nobody": lazy("Belum ada peserta dengan hasil terbit pada kedua sesi uji untuk kompetensi yang sama."),
    "class-not-ended": lazy("Kelas ini belum berakhir. Lakukan sesudah hari terakhirnya."),
    "reaction-incomplete": lazy("Jawab setiap pertanyaan dengan angka 1 sampai 5."),
    "reaction-comment-long": lazy("Saran paling panjang 1.000 huruf. Ringkas dahulu."),
    "reaction-given": lazy("Tanggapan Anda untuk kelas ini sudah diterima."),
    "transfer-no-anchors": lazy("Tetapkan dahulu perilaku yang dinilai pada bagian «Cara evaluasi»."),
    "transfer-self": lazy("Penerapan pelatihan dinilai atasan dan rekan, bukan peserta sendiri."),
    "transfer-answered": lazy("Penilaian ini sudah Anda kirim."),
    "transfer-not-now": lazy("Penilaian ini dibuka %(opens)s sampai %(closes)s."),
    "transfer-unknown": lazy("Permintaan penilaian ini tidak ada atau bukan untuk Anda."),
    "transfer-incomplete": lazy("Pilih satu jawaban untuk setiap perilaku."),
    "transfer-too-little-seen": lazy(
        "Lebih dari separuh perilaku tidak dapat Anda nilai. Isi hanya bila Anda melihat pekerjaannya."
    ),
    "gap-likely": lazy("sangat mungkin di bawah standar"),
    "gap-open": lazy("belum pasti: hasil uji belum cukup teliti"),
    "gap-unlikely": lazy("kecil kemungkinan di bawah standar"),
    "suggest-measured": lazy(
        "Kenaikan terukur %(gain)s level dari %(classes)s kelas (%(persons)s peserta); diperkirakan menutup "
        "%(closes)s dari kesenjangan %(expected)s level."
    ),
    "suggest-unmeasured": lazy(
        "Belum ada kelas yang kenaikannya diukur, jadi dipakai perkiraan awal; diperkirakan menutup %(closes)s dari "
        "kesenjangan %(expected)s level."
    ),
    "target-note-long": lazy("Catatan paling panjang %(limit)s huruf. Ringkas dahulu."),
    "target-held": lazy("Jabatan ini sedang dijabat, jadi bukan sasaran. Pilih jabatan lain."),
    "target-chosen": lazy("Jabatan ini sudah menjadi sasaran."),
    "target-too-many": lazy("Paling banyak %(limit)s jabatan sasaran. Akhiri salah satunya dahulu."),
    "target-unknown": lazy("Jabatan sasaran ini tidak ada."),
    "target-ended": lazy("Jabatan sasaran ini sudah diakhiri."),
    "did-target-choose": lazy("Memilih jabatan sasaran pengembangan"),
    "did-target-end": lazy("Mengakhiri jabatan sasaran pengembangan"),
    "nominees-none": lazy("Centang sedikitnya satu pegawai pada daftar kesenjangan."),
    "nominees-too-many": lazy("Paling banyak %(limit)s pegawai sekali usul. Kurangi centangnya."),
    "nominees-changed": lazy(
        "%(count)s pegawai tidak lagi dapat diusulkan, jadi tidak seorang pun diusulkan. Periksa lagi daftarnya."
    ),
    "nominee-no-gap": lazy("Kelas ini tidak menutup kesenjangannya: belum diukur, atau sudah pada level yang dituju."),
    "nominee-same-programme": lazy("Sudah diusulkan atau menjadi peserta kelas %(code)s dari program yang sama."),
    "wait-no-gain": lazy("Tidak ada kelas yang diperkirakan menutup kesenjangannya."),
    "wait-quota": lazy("Kuota kelas terdekat habis oleh pegawai yang kesenjangannya tidak lebih kecil."),
    "wait-share": lazy("Kuota kelas terdekat habis; sebagian tempatnya dipakai memenuhi jatah unit lain."),
    "wait-budget": lazy("Anggaran habis: sisanya tidak cukup untuk satu tempat di kelas terdekat."),
    "wait-quota-budget": lazy("Kuota kelas terdekat habis, dan sisa anggaran tidak cukup untuk satu tempat lagi."),
    "wait-narrow": lazy("Nilainya tepat di batas; pilihan jatuh pada susunan lain yang sama baiknya."),
    "plan-unknown": lazy("Rencana tahunan ini tidak ada."),
    "plan-not-solved": lazy("Rencana ini belum selesai disusun. Tunggu pekerjaannya selesai."),
    "plan-not-failed": lazy("Rencana ini tidak gagal, jadi tidak perlu disusun ulang."),
    "plan-cancelled": lazy("Pekerjaan penyusunnya dibatalkan."),
    "plan-nothing-to-take-back": lazy("Tidak ada usulan rencana ini yang masih menunggu keputusan."),
    "plan-two": lazy("Pilih dua rencana yang berbeda dan sudah selesai disusun."),
    "did-plan-retry": lazy("Menyusun ulang rencana tahunan yang gagal"),
    "did-plan-take-back": lazy("Menarik kembali usulan dari rencana tahunan"),
    "plan-handed": lazy("Peserta rencana ini sudah diusulkan."),
    "plan-no-classes": lazy("Tidak ada kelas tahun %(year)s yang direncanakan atau dibuka dengan tujuan kompetensi."),
    "plan-no-people": lazy("Tidak ada pegawai dengan kesenjangan terukur."),
    "plan-too-many": lazy("Rencana melebihi %(limit)s pegawai. Batasi pada satu unit."),
    "plan-input": lazy("Isi nama, tahun 2000–2100, anggaran paling sedikit 0, dan 1 sampai 5 kelas per pegawai."),
}
