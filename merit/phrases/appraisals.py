"""Sentences about appraisals, discipline and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "appraisal-cycle-unknown": lazy("Periode penilaian ini tidak ada."),
    "appraisal-sheet-unknown": lazy("Penilaian ini tidak ada, atau bukan bagian Anda."),
    "appraisal-cycle-future": lazy("Periode ini belum mulai. Buka periode yang sedang berjalan atau sudah selesai."),
    "appraisal-cycle-due": lazy(
        "Batas waktu tidak boleh sebelum periode selesai (%(ends)s). Pilih tanggal sesudahnya."
    ),
    "appraisal-cycle-twice": lazy("Periode ini sudah pernah dibuka. Buka dari daftar periode."),
    "appraisal-cycle-closed": lazy("Periode penilaian ini sudah ditutup; isinya tidak dapat diubah lagi."),
    "appraisal-cycle-unfinished": lazy(
        "%(count)s penilaian sudah diserahkan tetapi belum final. Tunggu tanggapan, putuskan keberatannya, atau "
        "finalkan yang lewat batas keberatan, lalu tutup periode."
    ),
    "appraisal-own": lazy("Tidak seorang pun menilai atau mengatur penilaiannya sendiri. Pilih orang lain."),
    "appraisal-one-person": lazy(
        "Penilai dan pemutus keberatan harus dua orang. Pilih orang lain untuk salah satunya."
    ),
    "appraisal-chooses-oneself": lazy("Tidak seorang pun memilih dirinya menjadi penilai. Minta orang lain memilih."),
    "appraisal-final-here": lazy(
        "Penilaian tahun %(year)s pegawai ini sudah final di sini. Hanya BKPSDM yang dapat menggantinya."
    ),
    "appraisal-assessor-kept": lazy(
        "Penilaian sudah diserahkan, jadi penilainya tidak dapat diganti. Pemutus keberatan masih dapat dipilih."
    ),
    "appraisal-final": lazy("Penilaian ini sudah final."),
    "appraisal-state-waiting": lazy("Penilaian ini belum diserahkan oleh penilai."),
    "appraisal-state-rated": lazy("Tidak ada keberatan yang menunggu keputusan pada penilaian ini."),
    "appraisal-state-objected": lazy("Ada keberatan yang menunggu keputusan atasan pejabat penilai."),
    "appraisal-state-final": lazy("Penilaian ini sudah final."),
    "appraisal-objection-late": lazy("Batas mengajukan keberatan sudah lewat (%(last)s)."),
    "appraisal-objection-text": lazy("Tulis alasan keberatan."),
    "appraisal-decision-text": lazy("Tulis alasan keputusan atas keberatan."),
    "appraisal-text-long": lazy("Teks paling panjang %(maximum)s huruf. Ringkas isinya."),
    "appraisal-reason-needed": lazy("Predikat «%(predicate)s» perlu alasan tertulis dari penilai."),
    "appraisal-against-matrix": lazy(
        "Predikat bertentangan dengan matriks: kedua rating itu menghasilkan «%(expected)s». Perbaiki salah satunya."
    ),
    "rating-unknown": lazy("Pilih rating hasil kerja dan perilaku kerja: di bawah, sesuai, atau di atas ekspektasi."),
    "appraisal-year-open": lazy("Tahun %(year)s belum berakhir. Penilaian tahunan dicatat sesudahnya."),
    "appraisal-in-cycle": lazy(
        "Penilaian tahun %(year)s pegawai ini sedang berjalan dalam periode penilaian. Selesaikan di sana."
    ),
    "appraisal-lapsed": lazy(
        "Masa keberatan berakhir %(last)s, jadi penilaian ini tidak dapat diubah lagi. BKPSDM tinggal memfinalkannya."
    ),
    "appraisal-own-reviewer": lazy("Pejabat penilai tidak memilih sendiri siapa yang memutus keberatan atasnya."),
    "discipline-unknown": lazy("Catatan disiplin ini tidak ada, sudah diganti, atau di luar unit Anda."),
    "discipline-begins": lazy("Catatan baru dimulai dari pemeriksaan (proses) atau keputusan (final)."),
    "discipline-twice": lazy("Hukuman dengan nomor %(number)s sudah tercatat untuk pegawai ini. Buka catatannya."),
    "discipline-step": lazy("Perkara tidak dapat pindah ke keadaan itu dari keadaannya sekarang. Muat ulang halaman."),
    "discipline-own": lazy("Tidak seorang pun mencatat perkara disiplinnya sendiri."),
    "discipline-code": lazy("Pilih hukuman R1 sampai B3."),
    "discipline-number": lazy("Isi nomor surat panggilan atau surat keputusan."),
    "discipline-dated-ahead": lazy("Tanggal surat tidak boleh di masa depan. Periksa tanggalnya."),
    "discipline-period": lazy("Tanggal berakhir tidak boleh sebelum tanggal mulai."),
    "discipline-open-ends": lazy("Perkara yang masih diperiksa belum punya tanggal berakhir. Kosongkan tanggal itu."),
    "reading-discipline": lazy("Membaca catatan disiplin"),
    "did-discipline-record": lazy("Mencatat perkara disiplin"),
    "did-discipline-move": lazy("Memindahkan perkara disiplin ke keadaan lain"),
    "did-discipline-export": lazy("Mengunduh daftar disiplin"),
    "offer-unknown": lazy("Penawaran ini tidak ada, sudah diganti, atau di luar unit Anda."),
    "offer-unnamed": lazy("Isi nama penugasan yang ditawarkan."),
    "offer-ahead": lazy("Tanggal penawaran tidak boleh di masa depan."),
    "offer-twice": lazy("Penawaran yang sama pada tanggal itu sudah tercatat. Buka dari daftar."),
    "offer-own": lazy("Catatan tentang diri sendiri dicatat oleh orang lain."),
    "offer-refusal-reason": lazy("Pilih apakah alasan penolakannya sah menurut aturan."),
    "offer-start": lazy("Isi tanggal mulai penugasan yang diterima."),
    "offer-before": lazy("Penugasan tidak dapat mulai sebelum ditawarkan. Periksa tanggalnya."),
    "offer-period": lazy("Tanggal selesai tidak boleh sebelum tanggal mulai."),
    "offer-decree": lazy("Isi nomor surat keputusan penugasan."),
    "leave-kind": lazy("Pilih jenis cuti."),
    "leave-period": lazy("Tanggal selesai cuti tidak boleh sebelum tanggal mulai."),
    "leave-unknown": lazy("Catatan cuti ini tidak ada, sudah diganti, atau di luar unit Anda."),
    "withdraw-reason": lazy("Tulis alasan pencabutan, paling panjang 500 huruf."),
    "did-offer-withdraw": lazy("Mencabut catatan penawaran penugasan"),
    "did-leave-withdraw": lazy("Mencabut catatan cuti"),
    "award-unknown": lazy("Penghargaan ini tidak ada, sudah diganti, atau di luar unit Anda."),
    "award-kind": lazy("Pilih jenis penghargaan."),
    "award-incomplete": lazy("Isi nama penghargaan, pemberi, dan nomor keputusan atau piagamnya."),
    "award-ahead": lazy("Tanggal penghargaan belum tiba. Periksa tanggalnya."),
    "award-twice": lazy(
        "Penghargaan jenis ini dengan nomor %(number)s sudah tercatat untuk pegawai ini. Buka catatannya."
    ),
    "award-own": lazy("Penghargaan diri sendiri dicatat oleh orang lain."),
    "reading-awards": lazy("Membaca catatan penghargaan"),
    "did-award-record": lazy("Mencatat penghargaan"),
    "did-award-correct": lazy("Memperbaiki catatan penghargaan"),
    "did-award-withdraw": lazy("Mencabut catatan penghargaan"),
    "did-award-export": lazy("Mengunduh daftar penghargaan"),
    "reading-offers": lazy("Membaca penawaran penugasan"),
    "did-offer-make": lazy("Mencatat penawaran penugasan"),
    "did-offer-answer": lazy("Mencatat jawaban atas penawaran penugasan"),
    "did-offer-export": lazy("Mengunduh daftar penugasan"),
    "did-leave-record": lazy("Mencatat cuti"),
    "did-leave-export": lazy("Mengunduh daftar cuti"),
    "reading-appraisal": lazy("Membaca penilaian kinerja"),
    "did-appraisal-open-cycle": lazy("Membuka periode penilaian"),
    "did-appraisal-fill-cycle": lazy("Memperbarui daftar pegawai periode penilaian"),
    "did-appraisal-close-cycle": lazy("Menutup periode penilaian"),
    "did-appraisal-assign": lazy("Memilih penilai dan pemutus keberatan"),
    "did-appraisal-rate": lazy("Menilai kinerja pegawai"),
    "did-appraisal-accept": lazy("Menerima hasil penilaian kinerja"),
    "did-appraisal-object": lazy("Mengajukan keberatan atas penilaian kinerja"),
    "did-appraisal-uphold": lazy("Menolak keberatan atas penilaian kinerja"),
    "did-appraisal-change": lazy("Mengubah penilaian kinerja atas keberatan"),
    "did-appraisal-lapse": lazy("Memfinalkan penilaian yang lewat batas keberatan"),
    "did-appraisal-record": lazy("Mencatat hasil penilaian kinerja"),
    "did-appraisal-export": lazy("Mengunduh daftar penilaian kinerja"),
}
