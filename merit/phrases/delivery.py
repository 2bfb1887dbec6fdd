"""Sentences about entering a room, saving answers and the clock."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "receipts-changed": lazy(
        "Jawaban peserta %(number)s pada sesi %(sitting)s tidak sama dengan tanda terimanya (%(faults)s). Jangan "
        "terbitkan hasilnya; bandingkan dengan cadangan dan lembar tanda terima peserta."
    ),
    # Answers
    "answer-malformed": lazy("Bentuk jawaban tidak dikenali. Muat ulang halaman ujian; jawaban Anda tetap tersimpan."),
    "answer-too-large": lazy("Jawaban terlalu panjang. Persingkat, lalu simpan lagi."),
    "answer-too-many": lazy("Pilih paling banyak %(most)s untuk soal ini, lalu simpan lagi."),
    "answer-duplicate": lazy(
        "Satu nomor soal dikirim dua kali dengan isi berbeda. Muat ulang halaman ujian, lalu periksa jawaban itu."
    ),
    "answer-position-unknown": lazy("Nomor soal %(position)s tidak ada di naskah Anda. Muat ulang halaman ujian."),
    "stale-revision": lazy(
        "Server sudah menyimpan jawaban yang lebih baru untuk soal ini. Jawaban dari server kini ditampilkan."
    ),
    "lease-ended": lazy(
        "Ujian ini sekarang dikerjakan di perangkat lain. Jawaban yang sudah tersimpan tetap ada; panggil pengawas "
        "bila Anda ingin melanjutkan di perangkat ini."
    ),
    "lease-other-browser": lazy(
        "Ujian Anda masih terbuka di perangkat lain. Pengawas sudah diberi tahu; tunggu persetujuannya di halaman ini."
    ),
    "lease-refused": lazy(
        "Pengawas tidak menyetujui ujian dilanjutkan di perangkat ini. Kerjakan di perangkat semula, atau panggil "
        "pengawas."
    ),
    "lease-busy": lazy(
        "Perangkat lain sedang menunggu persetujuan pengawas untuk ujian Anda. Panggil pengawas, lalu coba lagi."
    ),
    "attempt-unknown": lazy("Alamat ujian ini tidak berlaku. Masuk lagi lewat halaman masuk ujian."),
    "attempt-not-started": lazy("Ujian belum dimulai. Tunggu di tempat duduk Anda sampai pengawas memulainya."),
    "attempt-finished": lazy("Ujian Anda sudah selesai. Jawaban tidak dapat diubah lagi."),
    "attempt-paused": lazy("Ujian sedang dijeda oleh pengawas. Tunggu sampai ujian dilanjutkan, lalu coba lagi."),
    "time-is-over": lazy("Waktu ujian sudah habis."),
    "section-unknown": lazy("Bagian itu tidak ada pada naskah Anda. Muat ulang halaman ujian."),
    "save-busy": lazy(
        "Server sedang sibuk, jawaban terakhir belum tersimpan. Perangkat Anda mengirimnya lagi sendiri; "
        "jangan tutup halaman ini."
    ),
    "storage-failed": lazy(
        "Server belum dapat menyimpan. Jawaban aman di perangkat ini dan dikirim lagi sendiri; beri tahu pengawas."
    ),
    "request-malformed": lazy("Kiriman tidak dapat dibaca. Muat ulang halaman ujian."),
    "request-not-json": lazy("Kiriman harus berupa JSON."),
    "request-too-long": lazy("Kiriman terlalu besar. Simpan jawaban satu per satu."),
    "no-such-address": lazy("Alamat tidak ditemukan."),
    "method-unknown": lazy("Cara memanggil alamat ini tidak dikenal."),
    # Emergency answers
    "emergency-unreadable": lazy(
        "Berkas ini bukan jawaban darurat dari server ini, atau rusak. Unduh lagi di komputer peserta."
    ),
    "emergency-too-large": lazy("Berkas terlalu besar untuk jawaban darurat. Pilih berkas jawaban-darurat-….json."),
    "emergency-empty": lazy("Berkas ini tidak berisi jawaban. Unduh lagi di komputer peserta."),
    "emergency-other-room": lazy("Jawaban ini bukan dari peserta ruang ini. Unggah di ruang peserta itu."),
    "emergency-not-started": lazy("Peserta ini belum memulai ujian, jadi belum ada jawaban yang dapat diterima."),
    # Clock
    "extension-not-positive": lazy("Tambahan waktu harus lebih dari nol."),
    # Entrance
    "entrance-refused": lazy(
        "Nomor peserta, PIN, atau kata sandi tidak cocok untuk ruang ini. Periksa kartu dan nomor ruang Anda, "
        "lalu coba lagi atau panggil pengawas."
    ),
    "entrance-busy": lazy("Banyak peserta sedang masuk. Coba lagi %(seconds)s detik lagi; kartu Anda tetap berlaku."),
    "room-token-wrong": lazy(
        "Token ruang salah atau sudah berganti. Baca token yang sekarang di layar pengawas, lalu ketik lagi."
    ),
    "room-closed": lazy("Ruang ini belum dibuka atau sudah ditutup. Tanyakan kepada pengawas."),
    "late-arrival": lazy(
        "Batas terlambat %(minutes)s menit sudah lewat. Temui pengawas; panitia dapat menjadwalkan ulang."
    ),
    "paper-missing": lazy("Naskah Anda belum disiapkan. Panggil pengawas."),
    "not-a-practice": lazy("Sesi ini bukan latihan. Masuklah bersama pengawas di ruang ujian."),
    "practice-closed": lazy("Latihan ini belum dibuka atau sudah ditutup. Lihat jadwalnya di halaman ujian Anda."),
    "seb-required": lazy(
        "Sesi ini hanya dapat dikerjakan dengan Safe Exam Browser. Buka ujian dari aplikasi itu di komputer ruang."
    ),
    "seb-wrong": lazy(
        "Pengaturan Safe Exam Browser di komputer ini bukan pengaturan sesi ini. Panggil pengawas untuk memuat ulang "
        "berkas pengaturannya."
    ),
    "seb-file-unreadable": lazy(
        "Berkas Safe Exam Browser tidak terbaca. Simpan pengaturan tanpa kata sandi (berkas .seb biasa), lalu ulangi."
    ),
    # Minutes: what happened in a sitting
    "event-finished": lazy("Peserta menyelesaikan ujian."),
    "event-clock-jumped": lazy("Jam server berubah; waktu pengerjaan semua peserta disesuaikan agar tetap sama."),
}
