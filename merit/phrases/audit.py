"""Sentences of the audit part."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "secrets-missing": lazy(
        "Berkas kunci %(path)s tidak ada. Pulihkan berkas kunci lama, atau jalankan «merit init» bila ini "
        "pemasangan baru."
    ),
    "secrets-lost": lazy(
        "Basis data sudah berisi, tetapi berkas kunci %(path)s tidak ada. Pulihkan berkas kunci lama ke tempat itu; "
        "kunci baru tidak dapat membuka data lama."
    ),
    "secrets-exposed": lazy(
        "Berkas kunci %(path)s dapat dibaca pengguna lain. Jalankan «chmod 600» pada berkas itu, lalu coba lagi."
    ),
    "secrets-damaged": lazy("Berkas kunci %(path)s rusak. Pulihkan berkas kunci dari salinan yang disimpan terpisah."),
    "secrets-do-not-fit": lazy(
        "Data tersandi (%(context)s) tidak dapat dibuka dengan kunci yang ada. Pulihkan berkas kunci yang sesuai."
    ),
    "audit-entry-changed": lazy("Catatan %(entry)s berubah: hash-nya tidak cocok dengan isi dan catatan sebelumnya."),
    "audit-entry-missing": lazy("Catatan %(entry)s hilang dari tengah rantai."),
    "audit-columns-changed": lazy("Kolom catatan %(entry)s tidak sama dengan isi yang dirantai."),
    "audit-head-changed": lazy("Ujung rantai tidak cocok dengan catatan terakhir (%(entry)s)."),
    "audit-truncated": lazy("Rantai terpotong: catatan %(entry)s dan sesudahnya pernah ada, sekarang hilang."),
    "audit-rewritten": lazy(
        "Rantai ditulis ulang: isi sampai catatan %(entry)s berbeda dari yang sudah ditandatangani pada titik periksa."
    ),
    "audit-checkpoint-forged": lazy("Titik periksa untuk catatan %(entry)s tidak bertanda tangan kunci Merit ini."),
    "audit-checkpoint-removed": lazy(
        "Titik periksa untuk catatan %(entry)s ada pada salinan di luar basis data, tetapi hilang dari basis data."
    ),
    "audit-unsealed": lazy(
        "Sejak catatan %(entry)s terlalu banyak catatan tanpa titik periksa; titik periksa dihapus."
    ),
    "audit-readings-changed": lazy(
        "Log pembacaan sampai titik periksa pada catatan %(entry)s tidak sama lagi dengan yang ditandatangani."
    ),
    "audit-readings-missing": lazy(
        "Log pembacaan berkurang: pada titik periksa catatan %(entry)s jumlahnya lebih banyak daripada sekarang."
    ),
    "did-access-denied": lazy("Membuka halaman di luar wewenang"),
    "did-export-download": lazy("Mengunduh berkas"),
    "did-factor-approve-reset": lazy("Menyetujui penghapusan faktor kedua"),
    "did-factor-enrol": lazy("Memasang faktor kedua"),
    "did-factor-refuse-reset": lazy("Menolak penghapusan faktor kedua"),
    "did-factor-request-reset": lazy("Meminta penghapusan faktor kedua"),
    "did-import-apply": lazy("Mengimpor berkas"),
    "did-import-undo": lazy("Membatalkan impor"),
    "did-official-export": lazy("Mengekspor daftar pegawai"),
    "did-policy-activate": lazy("Mengaktifkan kebijakan"),
    "did-policy-draft": lazy("Menyimpan rancangan kebijakan"),
    "did-run-create": lazy("Menyusun peringkat"),
    "did-run-verify": lazy("Menghitung ulang peringkat"),
    "did-sign-in-confirm": lazy("Membuktikan identitas lagi"),
    "did-sign-in-confirm-refused": lazy("Gagal membuktikan identitas"),
    "did-sign-in-end": lazy("Mengakhiri sesi di perangkat lain"),
    "did-sign-in-end-others": lazy("Mengakhiri semua sesi lain"),
    "did-sign-in-open": lazy("Masuk"),
    "did-sign-in-refused": lazy("Gagal masuk"),
    "did-sign-in-sign-out": lazy("Keluar"),
    "did-system-init": lazy("Menyiapkan pemasangan"),
    "did-user-change-password": lazy("Mengganti kata sandi"),
    "did-user-create": lazy("Membuat akun"),
    "did-user-disable": lazy("Menonaktifkan akun"),
    "did-user-enable": lazy("Mengaktifkan akun"),
    "did-user-grant-role": lazy("Memberi peran"),
    "did-user-link": lazy("Membuat tautan kata sandi"),
    "did-user-revoke-role": lazy("Mencabut peran"),
    "did-user-set-password": lazy("Membuat kata sandi lewat tautan"),
    "did-vacancy-record": lazy("Mencatat lowongan"),
    "reading-comparison": lazy("Perbandingan nilai"),
    "reading-download": lazy("Unduhan daftar"),
    "reading-explanation": lazy("Penjelasan nilai"),
    "reading-gates": lazy("Syarat dalam peringkat"),
    "reading-shortlist": lazy("Daftar pendek"),
}
