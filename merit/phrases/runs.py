"""Sentences of policies' standing, vacancies and runs."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "policy-unknown": lazy("Kebijakan «%(code)s» tidak ada. Lihat daftarnya dengan «merit policy list»."),
    "policy-version-unknown": lazy("Kebijakan «%(code)s» tidak memiliki versi %(number)s."),
    "policy-not-active": lazy("Kebijakan «%(code)s» belum berlaku. Aktifkan dahulu dengan dua penanda tangan."),
    "policy-not-draft": lazy("Versi %(number)s dari kebijakan «%(code)s» bukan rancangan, tidak dapat diaktifkan."),
    "policy-no-draft": lazy("Kebijakan «%(code)s» tidak memiliki rancangan. Impor dahulu versi yang baru."),
    "policy-signatures-missing": lazy("Aktivasi memerlukan dua pengguna bernama: yang mengajukan dan PPK."),
    "policy-same-signer": lazy("Kedua penanda tangan harus dua orang yang berbeda."),
    "policy-first-signer": lazy("Pengguna «%(login)s» tidak berwenang mengajukan kebijakan untuk berlaku."),
    "policy-second-signer": lazy("Pengguna «%(login)s» bukan PPK, padahal tanda tangan kedua harus dari PPK."),
    "policy-own-draft": lazy("Penyusun rancangan tidak boleh ikut menandatangani aktivasinya."),
    "vacancy-unknown": lazy("Lowongan «%(code)s» tidak ada. Periksa kodenya atau impor berkas lowongan."),
    "vacancy-code-taken": lazy("Lowongan «%(code)s» sudah ada. Pakai kode lain, atau ubah lewat berkas lowongan."),
    "vacancy-code-reserved": lazy("Kode «%(code)s» dipakai alamat halaman. Pilih kode lowongan lain."),
    "vacancy-position-unknown": lazy("Jabatan «%(code)s» tidak ada. Impor dahulu berkas jabatan."),
    "vacancy-pathway": lazy("Jalur «%(value)s» tidak dikenal. Pilihan: %(known)s."),
    "vacancy-inauguration-early": lazy("Tanggal pelantikan tidak boleh mendahului tanggal lowongan."),
    "vacancy-size": lazy("Jumlah nama paling sedikit satu."),
    "vacancy-tier": lazy(
        "Kebijakan «%(policy)s» hanya untuk jenjang %(tiers)s, sedangkan jabatan %(position)s berjenjang %(tier)s."
    ),
    "vacancy-without-standard": lazy(
        "Jabatan %(position)s belum memiliki standar kompetensi untuk %(competencies)s dan jenjang %(tier)s tidak "
        "memiliki standar baku, padahal kebijakan menilai kesesuaian kompetensi. Lengkapi standar jabatan itu dahulu."
    ),
    "vacancy-policy-frozen": lazy(
        "Kebijakan lowongan «%(code)s» sudah dibekukan saat diumumkan (%(policy)s) dan tidak dapat diganti."
    ),
    "vacancy-no-policy": lazy(
        "Belum ada kebijakan berlaku untuk jenjang %(tier)s. Aktifkan satu kebijakan, lalu catat lowongannya."
    ),
    "vacancy-several-policies": lazy(
        "Beberapa kebijakan berlaku untuk jenjang %(tier)s (%(codes)s). Sebutkan salah satu pada kolom kebijakan."
    ),
    "run-unknown": lazy("Peringkat «%(code)s» tidak ada. Periksa kodenya, misalnya RUN-000123."),
    "run-archive-damaged": lazy("Berkas tersimpan peringkat ini rusak dan tidak dapat dibaca."),
    "run-official-unknown": lazy("NIP %(nip)s tidak ikut dipertimbangkan dalam peringkat %(run)s."),
    "run-known-at-later": lazy("Saat yang ditanyakan belum tiba; pilih waktu yang sudah lewat."),
    "run-draws-skipped": lazy(
        "Rentang ketidakpastian tidak dihitung karena %(eligible)s pegawai memenuhi syarat, lebih dari batas %(limit)s."
    ),
    "run-draws-declined": lazy("Rentang ketidakpastian tidak dihitung atas permintaan."),
    "run-draws-nobody": lazy("Rentang ketidakpastian tidak dihitung karena tidak ada yang memenuhi syarat."),
    "run-simulation-policy": lazy("Simulasi: memakai kebijakan «%(policy)s» versi %(number)s, bukan yang dibekukan."),
    "run-simulation-date": lazy("Simulasi: dihitung per %(as_of)s, bukan per tanggal lowongan %(announced)s."),
    "run-replay": lazy("Dihitung dari data yang diketahui pada %(known_at)s."),
    "run-pair-not-ranked": lazy("NIP %(nip)s tidak diperingkat, jadi tidak dapat dibandingkan nilainya."),
    "verify-engine": lazy("Versi mesin hitung"),
    "verify-policy": lazy("Dokumen kebijakan"),
    "verify-date": lazy("Tanggal penilaian"),
    "verify-audit": lazy("Catatan pada jejak audit"),
    "verify-inputs": lazy("Masukan beku"),
    "verify-result": lazy("Hasil peringkat"),
    "verify-outcome": lazy("Rincian hasil"),
    "verify-counts": lazy("Jumlah yang dipertimbangkan, memenuhi, menunggu, gugur"),
    "verify-draws": lazy("Angka ketidakpastian tersimpan"),
    "verify-intervals": lazy("Rentang dan peluang (batas 0,005)"),
    "verify-readable": lazy("Berkas tersimpan dapat dibaca"),
    "run-none-yet": lazy("Lowongan %(code)s belum mempunyai peringkat ini. Buka lowongannya, lalu susun peringkat."),
}
