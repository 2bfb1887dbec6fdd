"""Sentences of the accounts part and of the guards before every page."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "foreign-host": lazy(
        "Alamat ini tidak dikenal server Merit. Buka melalui alamat resmi, atau minta admin menambah nama server pada "
        "MERIT_ALLOWED_HOSTS."
    ),
    "foreign-origin": lazy(
        "Permintaan datang dari situs lain, jadi tidak dijalankan. Buka Merit langsung, lalu ulangi."
    ),
    "csrf-missing": lazy(
        "Formulir sudah kedaluwarsa atau tidak dikirim dari Merit. Kembali, muat ulang halaman, lalu kirim sekali lagi."
    ),
    "request-too-large": lazy(
        "Kiriman melebihi batas %(megabytes)s MB. Bagi berkas menjadi beberapa bagian, lalu unggah satu per satu."
    ),
    "sign-in-refused": lazy("NIP, nama pengguna, atau kata sandi tidak cocok. Periksa lalu coba lagi."),
    "confirm-refused": lazy("Kata sandi atau kode tidak cocok. Periksa lalu coba lagi."),
    "code-wrong": lazy("Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu tulis lagi."),
    "sign-in-over": lazy(
        "Waktu untuk langkah kedua habis atau kode terlalu sering salah. Masuk sekali lagi dari awal."
    ),
    "password-too-short": lazy("Pakai paling sedikit 12 karakter."),
    "password-too-long": lazy("Pakai paling banyak 256 karakter."),
    "password-common": lazy(
        "Kata sandi ini mudah ditebak: tersusun dari kata, angka, atau urutan papan ketik yang umum. Pakai beberapa "
        "kata acak yang tidak berhubungan."
    ),
    "password-context": lazy("Jangan memakai NIP, nama pengguna, atau nama aplikasi di dalam kata sandi."),
    "password-wrong": lazy("Kata sandi sekarang tidak cocok. Tulis kata sandi yang sedang Anda pakai."),
    "link-invalid": lazy("Tautan ini sudah dipakai, kedaluwarsa, atau tidak dikenal. Minta tautan baru kepada admin."),
    "login-malformed": lazy(
        "Nama pengguna tidak dapat dipakai. Pakai 2 sampai 64 huruf, angka, titik, garis, atau @; awali dengan huruf "
        "atau angka."
    ),
    "login-is-nip": lazy("Nama pengguna berupa NIP hanya untuk pemilik NIP itu. Isi juga NIP yang sama."),
    "login-taken": lazy("Nama pengguna «%(login)s» sudah dipakai. Pilih nama lain."),
    "nip-unknown": lazy("NIP ini tidak ada di data pegawai. Periksa NIP, atau impor data pegawai lebih dahulu."),
    "official-has-account": lazy("Pegawai ini sudah mempunyai akun. Cari akunnya dan tambahkan peran di sana."),
    "totp-secret-malformed": lazy("Kunci faktor kedua harus base32 (A-Z, 2-7), paling sedikit 26 karakter."),
    "role-needs-unit": lazy("Peran ini berlaku untuk satu unit. Pilih unitnya (--unit KODE)."),
    "role-has-no-unit": lazy("Peran ini tidak dibatasi unit. Kosongkan unitnya."),
    "role-needs-official": lazy("Peran Pegawai memerlukan NIP. Isi NIP pemilik akun."),
    "role-not-held": lazy("Pengguna tidak memegang peran itu. Lihat perannya dengan «merit user roles LOGIN»."),
    "role-held": lazy("Pengguna sudah memegang peran ini."),
    "role-unit-unknown": lazy("Unit «%(code)s» tidak ada. Periksa kode unit."),
    "user-unknown": lazy("Pengguna tidak ditemukan. Periksa nama pengguna atau NIP."),
    "user-disabled": lazy("Akun ini nonaktif. Aktifkan dahulu sebelum membuat tautan."),
    "own-account": lazy("Akun sendiri tidak dapat diubah di sini. Minta admin lain melakukannya."),
    "last-admin": lazy("Ini admin terakhir yang aktif. Angkat admin lain lebih dahulu."),
    "factor-not-enrolled": lazy("Pengguna ini belum memasang faktor kedua, jadi tidak ada yang perlu dihapus."),
    "reset-open": lazy("Permintaan untuk pengguna ini sudah ada dan menunggu petugas lain."),
    "reset-decided": lazy("Permintaan ini sudah diputuskan."),
    "reason-missing": lazy("Tulis alasannya."),
    "second-officer-needed": lazy("Keputusan harus diambil petugas lain, bukan pemohon dan bukan pemilik akun."),
}
