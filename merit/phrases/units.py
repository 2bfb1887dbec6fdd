"""Sentences about units: agreements, figures, complaints, satisfaction, holidays."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "agreement-target-not-found": lazy("Target ini tidak ada atau baru saja diubah orang lain. Buka lagi halamannya."),
    "agreement-target-empty": lazy("Isi nama indikator dan target untuk sedikitnya satu triwulan."),
    "agreement-target-not-positive": lazy("Target harus di atas nol; dari target nol tidak dapat dihitung capaian."),
    "agreement-full": lazy("Satu perjanjian paling banyak %(maximum)s indikator."),
    "achievement-negative": lazy("Realisasi tidak boleh di bawah nol. Periksa angkanya."),
    "achievement-needs-reason": lazy(
        "Capaian %(percent)s persen dari target %(target)s %(measure)s. Bila angkanya benar, tulis penjelasannya "
        "(paling sedikit 10 huruf); bila tidak, perbaiki realisasinya."
    ),
    "achievement-impossible": lazy(
        "Capaian %(percent)s persen tidak dapat dicatat: paling tinggi 300 persen. Periksa apakah realisasi "
        "%(realised)s memakai satuan yang sama dengan target %(target)s %(measure)s, atau perbaiki targetnya."
    ),
    "unit-year-future": lazy("Tahun ini belum tiba. Pilih tahun yang sudah berjalan."),
    "unit-figure-range": lazy("Angka harus antara 0 dan %(highest)s menurut skala kategorinya."),
    "unit-figure-source": lazy("Isi sumber untuk setiap angka: siapa yang menilai dan nomor dokumennya."),
    "survey-period": lazy("Periode ditulis TTTT untuk setahun atau TTTT-BB untuk satu bulan."),
    "survey-respondents": lazy("Isi jumlah responden, paling sedikit 1."),
    "survey-period-future": lazy("Periode survei belum tiba. Isi TTTT atau TTTT-BB yang sudah berjalan."),
    "survey-exists": lazy(
        "Survei periode %(period)s unit ini sudah tercatat. Buka «Perbaiki» pada daftar surveinya, atau isi periode "
        "lain."
    ),
    "survey-deviation-range": lazy(
        "Simpangan baku antara 0 dan %(widest)s: nilai responden hanya dapat antara 25 dan 100."
    ),
    "survey-elements": lazy("Isi nilai rata-rata sembilan unsur, masing-masing antara 1 dan 4."),
    "respondents-many": lazy(
        "Berkas ini %(rows)s baris; paling banyak %(most)s jawaban sekali unggah. Bagi berkasnya menurut unit."
    ),
    "respondents-surveys": lazy(
        "Berkas ini memuat lebih dari %(most)s pasangan unit dan periode. Bagi berkasnya menurut unit."
    ),
    "respondents-other-period": lazy(
        "Jawaban yang sama persis sudah tercatat untuk periode %(period)s. Periksa periodenya; satu jawaban hanya "
        "dihitung sekali."
    ),
    "respondents-known": lazy("Jawaban ini sudah tercatat; tidak ada yang berubah."),
    "respondents-check-again": lazy("Hasil pemeriksaan tidak berlaku lagi. Unggah dan periksa berkasnya sekali lagi."),
    "complaint-not-found": lazy("Pengaduan dengan nomor ini tidak ada di unit Anda."),
    "complaint-number-taken": lazy("Nomor «%(number)s» sudah tercatat. Buka pengaduan itu atau periksa nomornya."),
    "complaint-before-received": lazy(
        "Tanggal ini mendahului tanggal diterima. Periksa tanggalnya, atau perbaiki dahulu tanggal diterima."
    ),
    "complaint-future": lazy("Tanggal ini belum tiba. Isi tanggal hari ini atau sebelumnya."),
    "complaint-answered-already": lazy(
        "Tanggapan pertama sudah tercatat. Bila tanggalnya salah, pakai tombol perbaiki."
    ),
    "complaint-closed-already": lazy("Pengaduan ini sudah ditutup. Buka kembali dahulu bila belum selesai."),
    "complaint-not-closed": lazy("Pengaduan ini belum ditutup, jadi tidak dapat dibuka kembali."),
    "complaint-reopened-early": lazy("Tanggal dibuka kembali mendahului tanggal ditutup. Periksa tanggalnya."),
    "complaint-closed-again-early": lazy(
        "Penutupan ulang paling cepat sehari sesudah pengaduan dibuka kembali. Periksa tanggalnya."
    ),
    "complaint-outcome-missing": lazy("Isi hasil penanganan sebelum menutup pengaduan."),
    "holiday-unfounded": lazy("Isi nama hari libur dan nomor keputusannya."),
    "holiday-weekend": lazy("Tanggal ini Sabtu atau Minggu, jadi sudah bukan hari kerja."),
    "holiday-national": lazy("Tanggal ini sudah libur nasional: %(name)s."),
    "holiday-not-found": lazy("Hari libur ini tidak ada atau sudah dihapus."),
    "did-agreement-target": lazy("Mencatat target perjanjian kinerja unit"),
    "did-agreement-achieve": lazy("Mencatat realisasi perjanjian kinerja unit"),
    "did-unit-assess": lazy("Mencatat angka tahunan unit"),
    "did-survey-upload": lazy("Mengunggah jawaban responden survei kepuasan"),
    "did-survey-record": lazy("Mencatat survei kepuasan masyarakat"),
    "did-complaint-record": lazy("Mencatat pengaduan masyarakat"),
    "did-complaint-correct": lazy("Memperbaiki catatan pengaduan"),
    "did-complaint-answer": lazy("Mencatat tanggapan pertama pengaduan"),
    "did-complaint-close": lazy("Menutup pengaduan"),
    "did-complaint-reopen": lazy("Membuka kembali pengaduan"),
    "did-holiday-add": lazy("Menambah hari libur instansi"),
    "did-holiday-remove": lazy("Menghapus hari libur instansi"),
    "did-units-export": lazy("Mengunduh daftar kinerja unit"),
}
