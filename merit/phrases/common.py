"""Sentences for codes that any part may raise."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "refused": lazy("Permintaan ditolak."),
    "invalid-input": lazy("Isian belum dapat dipakai. Periksa kembali lalu kirim ulang."),
    "rule-violation": lazy("Aturan tidak mengizinkan tindakan ini."),
    "changed-meanwhile": lazy("Data ini sudah diubah orang lain. Muat ulang halaman, lalu ulangi perubahan Anda."),
    "not-allowed": lazy("Anda tidak berwenang melakukan ini. Hubungi admin BKPSDM bila seharusnya berwenang."),
    "not-found": lazy("Data tidak ditemukan. Periksa alamat atau kode yang dipakai."),
    "setup": lazy("Pemasangan belum lengkap. Jalankan «merit init»."),
    "throttled": lazy("Terlalu banyak percobaan. Coba lagi dalam %(seconds)s detik."),
    "bad-setting": lazy("Pengaturan %(variable)s tidak dapat dipakai: %(message)s"),
    "database-not-configured": lazy("Basis data belum disiapkan. Jalankan «merit init» lebih dahulu."),
    "database-outdated": lazy("Skema basis data belum mutakhir. Jalankan «merit init» untuk memutakhirkannya."),
    "append-only-triggers-missing": lazy(
        "Pengaman tabel tidak lengkap di basis data (%(triggers)s). Jalankan «merit init» untuk memasangnya lagi."
    ),
    "database-busy": lazy(
        "Basis data sedang sibuk atau tidak dapat dihubungi. Coba lagi sebentar; tidak ada yang hilang."
    ),
    "database-unreachable": lazy(
        "Basis data tidak dapat dihubungi: %(message)s. Periksa MERIT_DATABASE_URL dan apakah servernya berjalan."
    ),
    "undeclared-routes": lazy("Rute tanpa pernyataan akses: %(routes)s. Beri @requires atau @public."),
    "pdf-template-missing": lazy("Templat PDF «%(name)s» tidak ada. Pasang ulang Merit dari rilis yang utuh."),
}
