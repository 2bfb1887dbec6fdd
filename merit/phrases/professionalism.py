"""Sentences about the index of professionalism (IP ASN)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "ipasn-future": lazy("Tanggal ini belum tiba. Pilih hari ini atau tanggal sebelumnya."),
    "ipasn-too-old": lazy("Tanggal ini terlalu lama. Pilih tanggal sejak 1 Januari %(year)s."),
    "ipasn-run-unknown": lazy("Perhitungan ini tidak ada. Buka halaman Indeks Profesionalitas dan pilih tanggalnya."),
    "ipasn-run-none": lazy(
        "Belum ada perhitungan indeks. Admin BKPSDM menghitungnya di halaman Indeks Profesionalitas."
    ),
    "ipasn-version-unknown": lazy("Versi aturan ini tidak ada."),
    "ipasn-figure-unknown": lazy("Angka «%(figure)s» tidak dikenal."),
    "ipasn-figure-range": lazy("%(figure)s: isi nilai antara %(low)s dan %(high)s, paling banyak dua desimal."),
    "ipasn-bound-range": lazy("%(figure)s: isi bilangan bulat antara %(low)s dan %(high)s."),
    "ipasn-figure-order": lazy(
        "%(figure)s: nilainya tidak boleh di atas keadaan yang lebih baik. Turunkan nilai ini atau naikkan "
        "yang di atasnya."
    ),
    "ipasn-figure-top": lazy("%(figure)s: keadaan terbaik harus bernilai %(weight)s, sebesar bobot dimensinya."),
    "ipasn-figure-sum": lazy(
        "%(figure)s: jumlah nilai pelatihan untuk satu jenis jabatan harus %(weight)s, sekarang %(total)s."
    ),
    "ipasn-basis-missing": lazy("Isi dasar perubahan: nama dan nomor peraturan atau keputusan."),
    "ipasn-reason-missing": lazy("Isi alasan penolakan."),
    "ipasn-proposal-waits": lazy("Usulan nomor %(number)s masih menunggu putusan. Putuskan atau tarik dahulu."),
    "ipasn-nothing-changed": lazy(
        "Semua angka sama dengan yang berlaku pada tanggal itu. Tidak ada yang perlu disimpan."
    ),
    "ipasn-own-proposal": lazy("Usulan diputus oleh orang lain, bukan oleh pengusulnya."),
    "ipasn-not-own-proposal": lazy("Hanya pengusul yang dapat menarik usulannya."),
    "ipasn-decided-already": lazy("Usulan ini sudah diputus. Muat ulang halaman."),
    "ipasn-signer-unknown": lazy("Tidak ada pegawai dengan NIP ini. Periksa 18 angkanya."),
    "ipasn-signer-tier": lazy(
        "Surat pernyataan ditandatangani paling rendah oleh JPT pratama yang membidangi kepegawaian "
        "(Peraturan BKN 8/2019 pasal 18). Pegawai ini %(tier)s."
    ),
    "ipasn-missing-predicate": lazy("menunggu predikat %(year)s"),
    "ipasn-missing-kind": lazy("jenis sebagian pelatihan belum diisi"),
    "ipasn-missing-group": lazy("jabatan pada tanggal itu belum tercatat"),
    "ipasn-gap-leadership": lazy("belum ada pelatihan kepemimpinan"),
    "ipasn-gap-functional": lazy("belum ada pelatihan fungsional"),
    "ipasn-gap-technical": lazy("pelatihan teknis %(hours)s dari %(wanted)s JP"),
    "ipasn-gap-seminar": lazy("belum ada seminar %(months)s bulan terakhir"),
    "ipasn-gap-finding": lazy("ada hukuman disiplin %(years)s tahun terakhir"),
    "ipasn-todo-education": lazy(
        "Bila sudah lulus pendidikan yang lebih tinggi, mintalah pengelola kepegawaian memperbarui data pendidikan."
    ),
    "ipasn-todo-leadership": lazy(
        "Ikuti pelatihan kepemimpinan sesuai jenjang jabatan. Bila sudah pernah, unggah sertifikatnya."
    ),
    "ipasn-todo-functional": lazy("Ikuti pelatihan fungsional jabatan ini. Bila sudah pernah, unggah sertifikatnya."),
    "ipasn-todo-technical": lazy(
        "Tercatat %(hours)s dari %(wanted)s JP pelatihan teknis dalam %(months)s bulan terakhir. Ikuti pelatihan "
        "teknis atau unggah sertifikat yang belum tercatat."
    ),
    "ipasn-todo-seminar": lazy(
        "Belum tercatat seminar, lokakarya, magang, atau kursus dalam %(months)s bulan terakhir. Ikuti satu, atau "
        "unggah sertifikat yang belum tercatat."
    ),
    "ipasn-todo-kind": lazy(
        "Ada pelatihan tanpa jenis. Mintalah pengelola kepegawaian melengkapi jenisnya; sampai itu nilainya "
        "belum pasti."
    ),
    "ipasn-todo-predicate": lazy(
        "Predikat kinerja tahun %(year)s belum tercatat. Selesaikan penilaian SKP tahun itu; sampai itu dihitung "
        "sebagai rentang, bukan nol."
    ),
    "ipasn-todo-appraisal": lazy("Nilai mengikuti predikat kinerja tahun %(year)s."),
    "ipasn-todo-group": lazy(
        "Jabatan pada tanggal perhitungan belum tercatat. Mintalah pengelola kepegawaian melengkapi riwayat jabatan."
    ),
    "ipasn-todo-finding": lazy(
        "Yang dihitung hanya hukuman yang sudah tetap, yang terberat dalam %(years)s tahun terakhir."
    ),
    "reading-professionalism": lazy("Membaca indeks profesionalitas"),
    "did-professionalism-compute": lazy("Menghitung indeks profesionalitas"),
    "did-professionalism-propose": lazy("Mengusulkan angka indeks profesionalitas"),
    "did-professionalism-approve": lazy("Menyetujui angka indeks profesionalitas"),
    "did-professionalism-refuse": lazy("Menolak usulan angka indeks profesionalitas"),
    "did-professionalism-withdraw": lazy("Menarik usulan angka indeks profesionalitas"),
    "did-professionalism-export": lazy("Mengunduh daftar indeks profesionalitas"),
    "did-professionalism-state": lazy("Membuat surat pernyataan indeks profesionalitas"),
}
