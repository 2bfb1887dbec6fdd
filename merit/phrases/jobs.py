"""Sentences of the jobs part."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "export-kind-unknown": lazy(
        "Daftar jenis «%(kind)s» tidak dikenal versi program ini. Mutakhirkan program pada mesin pekerja."
    ),
    "export-expired": lazy(
        "Berkas itu sudah tidak ada: berkas disimpan sehari, untuk pemesannya saja. Pesan lagi bila perlu."
    ),
    "export-print-long": lazy(
        "Daftar ini %(rows)s baris; yang dapat dicetak paling banyak %(most)s. Saring dahulu, atau unduh XLSX."
    ),
    "job-kind-unknown": lazy(
        "Pekerjaan jenis «%(kind)s» tidak dikenal versi program ini. "
        "Mutakhirkan program pada mesin pekerja, lalu ulangi."
    ),
    "job-not-found": lazy("Pekerjaan tidak ditemukan. Buka daftar pekerjaan untuk melihat yang ada."),
    "job-already-ended": lazy("Pekerjaan sudah berakhir, jadi tidak ada yang dibatalkan."),
    "job-failed": lazy(
        "Pekerjaan berhenti karena kesalahan program dan tidak ada yang tersimpan dari langkah terakhirnya. "
        "Laporkan kepada pengelola sistem dengan menyebut nomor pekerjaan %(job)s."
    ),
    "job-database-fault": lazy(
        "Basis data tidak menjawab setelah beberapa percobaan. Tunggu sebentar, lalu ulangi pekerjaan %(job)s."
    ),
    "job-lost": lazy(
        "Pekerja latar terhenti %(attempts)s kali saat mengerjakan ini, sehingga pekerjaan dihentikan. "
        "Hubungi pengelola sistem sebelum mengulanginya."
    ),
    "serve-needs-tls": lazy(
        "Alamat %(host)s dapat dijangkau dari luar mesin ini, tetapi sambungannya belum terenkripsi. Pilih satu: "
        "beri --tls-cert dan --tls-key, jalankan di belakang proksi TLS dengan --proxy-hops 1, "
        "atau pakai --host 127.0.0.1."
    ),
    "serve-tls-pair": lazy("Sertifikat dan kunci TLS harus diberikan bersama: --tls-cert BERKAS --tls-key BERKAS."),
    "serve-tls-unreadable": lazy("Berkas TLS %(path)s tidak dapat dibaca. Periksa nama dan hak bacanya."),
    "serve-port-taken": lazy(
        "Alamat %(host)s:%(port)s sudah dipakai atau tidak dapat dibuka. Pilih porta lain dengan --port."
    ),
    "serve-child-died": lazy(
        "Proses %(name)s berhenti sendiri (kode %(code)s). Lihat pesan di atas, lalu jalankan lagi."
    ),
}
