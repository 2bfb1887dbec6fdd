"""Sentences about programmes, classes, enrolments, attendance, certificates."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "programme-unknown": lazy("Program «%(code)s» tidak ada. Cari pada daftar program pelatihan."),
    "programme-code-taken": lazy("Kode «%(code)s» sudah dipakai program lain. Pilih kode lain."),
    "programme-changed-meanwhile": lazy(
        "Program «%(code)s» baru saja diubah orang lain. Buka lagi dan ulangi perubahan Anda."
    ),
    "programme-retired": lazy("Program «%(code)s» tidak dipakai lagi. Pakai kembali atau pilih program lain."),
    "class-unknown": lazy("Kelas «%(code)s» tidak ada. Cari pada daftar kelas."),
    "class-code-taken": lazy("Kode «%(code)s» sudah dipakai kelas lain. Pilih kode lain."),
    "class-changed-meanwhile": lazy(
        "Kelas «%(code)s» baru saja diubah orang lain. Buka lagi dan ulangi perubahan Anda."
    ),
    "class-over": lazy("Kelas «%(code)s» sudah selesai atau dibatalkan, jadi tidak dapat diubah."),
    "class-open": lazy("Kelas «%(code)s» sudah dibuka."),
    "class-not-open": lazy("Kelas «%(code)s» tidak sedang dibuka, jadi pesertanya tidak dapat diubah."),
    "class-without-sessions": lazy("Kelas «%(code)s» belum punya pertemuan. Tambahkan tanggal dan jamnya dahulu."),
    "class-quota-taken": lazy("%(taken)s tempat sudah terisi, jadi kuota tidak dapat lebih kecil dari itu."),
    "class-cancel-reason": lazy("Isi alasan pembatalan."),
    "session-unknown": lazy("Pertemuan ini tidak ada."),
    "session-order": lazy("Jam selesai harus sesudah jam mulai."),
    "session-too-long": lazy("Satu pertemuan paling lama 14 jam. Bagi menjadi beberapa pertemuan."),
    "session-hours-over": lazy(
        "Jam pelajaran melebihi lamanya pertemuan: 1 JP adalah 45 menit. Kurangi JP atau perpanjang pertemuan."
    ),
    "session-overlaps": lazy("Waktunya bertumpang dengan pertemuan lain di kelas ini. Ubah jamnya."),
    "session-has-attendance": lazy("Pertemuan ini sudah punya catatan kehadiran, jadi tidak dapat dihapus."),
    "trainer-unnamed": lazy("Isi nama pengajar atau NIP-nya."),
    "trainer-nip-unknown": lazy("NIP pengajar tidak terdaftar. Periksa 18 angkanya atau isi namanya saja."),
    "trainer-twice": lazy("Pengajar ini sudah ada di kelas ini."),
    "trainer-has-place": lazy("Orang ini peserta kelas ini. Tarik dahulu sebagai peserta, atau pilih pengajar lain."),
    "trainer-unknown": lazy("Pengajar ini tidak ada di kelas ini."),
    "nominations-too-many": lazy("Paling banyak %(limit)s NIP sekali usul. Bagi daftarnya."),
    "nominee-unknown": lazy("NIP tidak terdaftar di unit Anda."),
    "nominee-present": lazy("Sudah diusulkan atau menjadi peserta kelas ini."),
    "clash-class": lazy("Mengikuti kelas %(code)s pada waktu yang sama."),
    "clash-teaching": lazy("Mengajar kelas %(code)s pada waktu yang sama."),
    "clash-leave": lazy("Sedang cuti sejak %(since)s pada hari kelas."),
    "clash-sitting": lazy("Terdaftar pada sesi uji %(code)s pada waktu yang sama (%(at)s)."),
    "enrolment-unknown": lazy("Peserta ini tidak ada atau di luar unit Anda."),
    "enrolment-reason": lazy("Isi alasannya; alasan ini terbaca oleh yang bersangkutan."),
    "enrolment-step": lazy(
        "Keadaan peserta sudah berubah, jadi langkah ini tidak dapat dilakukan. Muat ulang halaman."
    ),
    "enrolment-none-chosen": lazy("Centang sedikitnya satu peserta."),
    "enrolment-none-to-decide": lazy("Tidak ada usulan yang sudah disetujui unit di antara yang dicentang."),
    "enrolment-two-persons": lazy("Anda sendiri yang menyetujuinya untuk unit; orang lain yang memutuskan."),
    "enrolment-own": lazy("Ini usulan untuk diri sendiri; orang lain yang menyetujui dan memutuskannya."),
    "decline-reason": lazy("Isi alasan Anda tidak dapat ikut."),
    "calendar-unknown": lazy("Alamat kalender ini sudah tidak berlaku. Buat alamat baru pada halaman kalender."),
    "attendance-code-wrong": lazy(
        "Kode tidak cocok dengan pertemuan kelas Anda sekarang. Lihat kode yang sedang ditayangkan, lalu isi lagi."
    ),
    "attendance-not-enrolled": lazy("Ada nama yang bukan peserta kelas ini. Muat ulang daftar, lalu ulangi."),
    "attendance-nip-not-enrolled": lazy(
        "%(count)s NIP bukan peserta kelas ini (yang pertama %(first)s). Tidak satu pun dicatat; perbaiki daftarnya."
    ),
    "attendance-over-session": lazy(
        "%(minutes)s menit melebihi lamanya pertemuan (%(length)s menit) atau bukan bilangan. Isi 0 sampai %(length)s."
    ),
    "attendance-minutes-missing": lazy("Isi menit kehadiran untuk yang terlambat atau hadir sebagian."),
    "attendance-own": lazy("Kehadiran sendiri dicatat dengan kode atau oleh orang lain. Hapus tanda pada nama Anda."),
    "attendance-listed": lazy("Pengajar sudah mencatat Anda tidak hadir. Bila keliru, minta pengajar memperbaikinya."),
    "attendance-too-early": lazy("Kehadiran dapat dicatat mulai 30 menit sebelum pertemuan."),
    "did-attendance-mark": lazy("Mencatat kehadiran pelatihan"),
    "class-not-over": lazy("Kelas «%(code)s» belum selesai. Tutup sesudah pertemuan terakhir berakhir."),
    "certificate-unknown": lazy("Sertifikat ini tidak ada. Periksa alamat atau kode QR-nya."),
    "certificate-revoked": lazy("Sertifikat ini sudah dicabut."),
    "certificate-revoke-reason": lazy("Isi alasan pencabutan; alasan ini tampak pada halaman pemeriksaan."),
    "certificate-number-taken": lazy(
        "Nomor sertifikat kelas «%(code)s» sudah tercatat lewat impor. Ubah nomor pada data impornya dahulu."
    ),
    "claim-unknown": lazy("Sertifikat ini tidak ada atau di luar unit Anda."),
    "claim-file": lazy("Unggah berkas PDF, JPEG, atau PNG, paling besar 5 MB."),
    "claim-file-lost": lazy("Berkas sertifikat ini tidak ditemukan di penyimpanan. Hubungi admin."),
    "claim-in-future": lazy("Pelatihan belum selesai pada tanggal itu. Ajukan sesudah selesai."),
    "claim-file-twice": lazy("Berkas yang sama sudah pernah diajukan. Satu sertifikat hanya dihitung sekali."),
    "claim-number-twice": lazy("Nomor sertifikat «%(number)s» sudah dipakai. Satu sertifikat hanya dihitung sekali."),
    "claim-on-record": lazy(
        "Pelatihan ini sudah tercatat (nomor yang sama, atau nama dan tanggal yang sama), jadi tidak dihitung lagi."
    ),
    "claim-two-persons": lazy("Anda sendiri yang memeriksanya untuk unit; orang lain yang memutuskan."),
    "claim-own": lazy("Ini sertifikat Anda sendiri; orang lain yang memeriksanya."),
    "claim-step": lazy("Sertifikat ini sudah diputuskan atau belum diperiksa unit. Muat ulang halaman."),
    "did-class-close": lazy("Menutup kelas dan menerbitkan sertifikat"),
    "did-class-revoke": lazy("Mencabut sertifikat"),
    "did-claim-submit": lazy("Mengajukan sertifikat dari luar"),
    "did-claim-verify": lazy("Memeriksa sertifikat untuk unit"),
    "did-claim-accept": lazy("Mengakui sertifikat dari luar"),
    "did-claim-refuse": lazy("Menolak sertifikat dari luar"),
    "did-claim-withdraw": lazy("Menarik pengajuan sertifikat"),
    "reading-claims": lazy("Sertifikat dari luar"),
    "reading-duty": lazy("Kewajiban belajar"),
    "did-programme-create": lazy("Menambah program pelatihan"),
    "did-programme-change": lazy("Mengubah program pelatihan"),
    "did-programme-retire": lazy("Menghentikan program pelatihan"),
    "did-programme-reuse": lazy("Memakai lagi program pelatihan"),
    "did-class-create": lazy("Merencanakan kelas"),
    "did-class-change": lazy("Mengubah kelas"),
    "did-class-open": lazy("Membuka kelas"),
    "did-class-cancel": lazy("Membatalkan kelas"),
    "did-class-add-session": lazy("Menambah pertemuan"),
    "did-class-remove-session": lazy("Menghapus pertemuan"),
    "did-class-add-trainer": lazy("Menambah pengajar"),
    "did-class-remove-trainer": lazy("Menghapus pengajar"),
    "did-class-nominate": lazy("Mengusulkan peserta pelatihan"),
    "did-class-endorse": lazy("Menyetujui usulan peserta untuk unit"),
    "did-class-refuse": lazy("Menolak usulan peserta"),
    "did-class-invite": lazy("Memutuskan peserta pelatihan"),
    "did-class-move-up": lazy("Memanggil dari daftar tunggu"),
    "did-class-accept": lazy("Menyatakan bersedia mengikuti pelatihan"),
    "did-class-decline": lazy("Menyatakan tidak dapat mengikuti pelatihan"),
    "did-class-withdraw": lazy("Menarik peserta pelatihan"),
    "did-calendar-make": lazy("Membuat alamat kalender pribadi"),
    "did-calendar-end": lazy("Mengakhiri alamat kalender pribadi"),
    "reading-enrolments": lazy("Daftar peserta pelatihan"),
}
