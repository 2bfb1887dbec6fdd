"""Sentences about blueprints, sittings, rosters and sealing."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "code-shape": lazy("Isi kode dengan huruf, angka, titik, atau garis, paling panjang 60, misalnya UJI-2026-01."),
    "blueprint-unknown": lazy("Kisi-kisi «%(code)s» tidak ada. Cari pada daftar kisi-kisi."),
    "blueprint-code-taken": lazy("Kode «%(code)s» sudah dipakai kisi-kisi lain. Pilih kode lain."),
    "blueprint-unnamed": lazy("Isi nama kisi-kisi."),
    "blueprint-retired": lazy("Kisi-kisi «%(code)s» sudah tidak dipakai. Aktifkan kembali atau pilih yang lain."),
    "blueprint-changed-meanwhile": lazy(
        "Kisi-kisi «%(code)s» baru saja diubah orang lain. Buka lagi dan ulangi perubahan Anda."
    ),
    "blueprint-empty": lazy("Kisi-kisi belum meminta satu butir pun. Isi jumlah butir sedikitnya pada satu kotak."),
    "blueprint-too-long": lazy("Kisi-kisi meminta lebih dari 500 butir. Kurangi jumlahnya."),
    "blueprint-section-empty": lazy("Ada bagian tanpa butir. Isi jumlah butirnya atau hapus bagian itu."),
    "blueprint-sections-longer": lazy(
        "Jumlah menit semua bagian melebihi lama ujian. Kurangi menit bagian atau tambah lama ujian."
    ),
    "blueprint-fixed-twice": lazy("Ada butir tetap yang disebut di dua bagian. Sebut satu kali saja."),
    "blueprint-item-unknown": lazy(
        "Butir tetap «%(code)s» tidak ada di bank atau belum aktif. Aktifkan butirnya atau hapus kodenya."
    ),
    "blueprint-fixed-enemies": lazy(
        "Butir tetap «%(first)s» dan «%(second)s» tidak boleh berada dalam satu naskah. Hapus salah satu."
    ),
    "blueprint-cannot-be-drawn": lazy(
        "Kisi-kisi «%(code)s» tidak dapat dipenuhi dari bank soal. Lihat butir yang kurang pada halaman kisi-kisi."
    ),
    "blueprint-shortage": lazy("Butir %(what)s kurang %(missing)s (tersedia %(available)s)."),
    "blueprint-number": lazy("%(where)s: isi dengan bilangan bulat %(low)s sampai %(high)s."),
    "blueprint-section-unnamed": lazy("Bagian %(number)s: isi namanya."),
    "sitting-code-taken": lazy("Kode «%(code)s» sudah dipakai sesi lain. Pilih kode lain."),
    "sitting-changed-meanwhile": lazy(
        "Sesi «%(code)s» baru saja diubah orang lain. Buka lagi dan ulangi perubahan Anda."
    ),
    "sitting-not-draft": lazy(
        "Sesi «%(code)s» sudah disegel, jadi tidak dapat diubah. Salin sesi ini bila perlu yang lain."
    ),
    "sitting-over": lazy("Sesi «%(code)s» sudah selesai atau dibatalkan."),
    "sitting-in-the-past": lazy("Waktu mulai sudah lewat. Ubah tanggal atau jamnya."),
    "sitting-sections-longer": lazy(
        "Menit semua bagian (%(sections)s) melebihi lama sesi (%(minutes)s menit). Ubah salah satunya."
    ),
    "sitting-position-unknown": lazy("Jabatan «%(code)s» tidak ada. Isi kode pada halaman Jabatan atau kosongkan."),
    "sitting-cancel-reason": lazy("Isi alasan pembatalan."),
    "sitting-step-sealed": lazy("Sesi «%(code)s» tidak lagi rancangan, jadi tidak dapat disegel."),
    "sitting-step-open": lazy("Sesi «%(code)s» harus disegel dahulu sebelum lobi dibuka."),
    "sitting-step-running": lazy("Lobi sesi «%(code)s» harus dibuka dahulu sebelum ujian dimulai."),
    "sitting-step-closed": lazy("Sesi «%(code)s» belum berjalan, jadi belum dapat ditutup."),
    "sitting-step-scored": lazy("Sesi «%(code)s» belum ditutup, jadi belum dapat dinilai."),
    "sitting-step-published": lazy("Sesi «%(code)s» belum dinilai, jadi belum dapat diumumkan."),
    "sitting-step-draft": lazy("Segel sesi «%(code)s» tidak dapat dibuka lagi. Salin sesi ini bila perlu yang lain."),
    "sitting-step-cancelled": lazy("Sesi «%(code)s» sudah dinilai, jadi tidak dapat dibatalkan."),
    "rehearsal-same-blueprint": lazy(
        "Gladi bersih memakai naskah latihan, bukan naskah ujiannya. Pilih kisi-kisi lain."
    ),
    "sealing-hindered": lazy(
        "Sesi belum dapat disegel: masih ada yang harus dibereskan pada daftar «Periksa sebelum disegel»."
    ),
    "sealing-only-drafts": lazy("Sesi «%(code)s» bukan rancangan lagi, jadi tidak dapat disegel."),
    "sealing-changed-meanwhile": lazy(
        "Sesi «%(code)s» atau butirnya berubah saat naskah disusun. Periksa lalu segel sekali lagi."
    ),
    "room-unknown": lazy("Ruang ini tidak ada pada sesi ini."),
    "room-unnamed": lazy("Isi nama ruang."),
    "room-size": lazy("Isi 1–%(seats)s kursi dan 1–%(columns)s kolom; kolom tidak melebihi kursi."),
    "room-name-taken": lazy("Sesi ini sudah punya ruang «%(name)s». Pakai nama lain."),
    "room-seats-taken": lazy("Kursi sampai nomor %(seat)s sudah ditempati. Pindahkan pesertanya dahulu."),
    "room-proctors-few": lazy("Ruang %(room)s baru punya %(count)s pengawas; perlu %(needed)s."),
    "proctor-unknown": lazy("Pilih pengawas dari daftar."),
    "proctor-elsewhere": lazy("Orang ini sudah mengawasi ruang lain atau ruang ini pada sesi yang sama."),
    "proctor-is-candidate": lazy("Orang ini peserta sesi ini, jadi tidak dapat mengawasinya. Pilih pengawas lain."),
    "proctor-sits": lazy("%(name)s (ruang %(room)s) juga peserta sesi ini. Ganti pengawasnya."),
    "proctor-clash": lazy("%(name)s juga mengawasi sesi %(other)s pada waktu yang sama."),
    "seat-unknown": lazy("Kursi itu tidak ada. Isi 1 sampai %(seats)s."),
    "seat-move-on-board": lazy("Sesi «%(code)s» sudah dibuka. Pindahkan kursi lewat papan pengawas ruang."),
    "seats-too-few": lazy("Hanya ada %(seats)s kursi untuk %(candidates)s peserta. Tambah ruang atau kursi."),
    "candidates-unseated": lazy("%(count)s peserta belum mendapat kursi. Tekan «Bagikan kursi» pada halaman peserta."),
    "candidate-clash": lazy("%(name)s juga terdaftar pada sesi %(other)s pada waktu yang sama."),
    "candidate-unknown": lazy("Peserta ini tidak ada pada sesi ini."),
    "and-more": lazy("… dan %(count)s lagi."),
    "roster-empty": lazy("Belum ada peserta. Tambahkan pada halaman peserta sesi «%(code)s»."),
    "roster-too-long": lazy("Satu sesi memuat paling banyak %(limit)s peserta."),
    "roster-official-unknown": lazy("Ada pegawai yang tidak dikenal pada daftar ini. Susun daftarnya lagi."),
    "roster-withdraw-reason": lazy("Isi alasannya."),
    "roster-moved-away": lazy("Peserta ini sudah dikeluarkan atau dipindahkan dari sesi ini."),
    "roster-begun": lazy("Peserta ini sudah memulai ujian."),
    "roster-admitted": lazy(
        "Identitas peserta ini sudah dicocokkan di ruang. Minta pengawas membatalkan pencocokannya dahulu, lalu ulangi."
    ),
    "roster-no-reschedule": lazy("Setelan sesi «%(code)s» tidak mengizinkan peserta pindah jadwal."),
    "roster-same-sitting": lazy("Pilih sesi lain."),
    "roster-nothing-read": lazy("Tidak ada NIP yang terbaca. Tempel atau unggah daftar berisi NIP 18 angka."),
    "roster-nobody-fits": lazy("Tidak ada pegawai yang cocok dengan saringan itu. Longgarkan saringannya."),
    "rehearsal-seats": lazy("Belum semua kursi dicoba."),
    "rehearsal-saves": lazy("Ada kursi yang jawabannya belum tersimpan di server."),
    "rehearsal-unmeasured": lazy("Peramban belum melaporkan kecepatan jaringan."),
    "rehearsal-slow": lazy("Jaringan lambat: 95 % permintaan lebih dari 1 detik."),
    "rehearsal-clocks": lazy("Jam komputer peserta meleset lebih dari 5 detik."),
    "rehearsal-gaps": lazy("Ada kursi yang terputus lebih dari 1 menit."),
    "roster-file-rounded": lazy(
        "NIP pada berkas sudah dibulatkan Excel (misalnya 1,98504E+17). Ubah kolomnya menjadi teks lalu simpan lagi."
    ),
    "roster-note-clash": lazy("Terdaftar pada sesi %(code)s pada waktu yang sama"),
    "roster-note-leave": lazy("Sedang cuti: %(kind)s"),
    "roster-note-valid": lazy("Hasil uji masih berlaku sampai %(until)s"),
    "reading-roster": lazy("Membaca daftar peserta sesi uji"),
    "accommodation-range": lazy("Isi waktu tambahan 0–%(extra)s menit dan istirahat 0–%(breaks)s menit."),
    "accommodation-empty": lazy("Isi waktu tambahan, istirahat, atau pembaca soal."),
    "accommodation-reason": lazy("Isi alasan penyesuaian."),
    "accommodation-same-person": lazy("Penyesuaian disetujui oleh orang lain, bukan oleh yang mengusulkan."),
    "accommodation-none": lazy("Tidak ada usulan penyesuaian untuk peserta ini."),
    "accommodation-decided": lazy("Penyesuaian ini sudah disetujui."),
    "accommodation-after-sealing": lazy(
        "Sesi «%(code)s» sudah disegel; penyesuaian hanya dapat diusulkan dan diputuskan sebelum disegel."
    ),
    "accommodations-undecided": lazy("%(count)s usulan penyesuaian belum diputuskan."),
    "item-not-scorable": lazy("Butir %(code)s tidak dapat dinilai dengan kuncinya. Perbaiki kuncinya di bank soal."),
    "item-not-drawable": lazy("Nilai acak butir %(code)s tidak dapat ditarik. Perbaiki atau keluarkan butir itu."),
    "item-media-missing": lazy("Butir %(code)s memakai gambar atau suara yang hilang. Unggah lagi di bank soal."),
    "markers-few": lazy("Naskah memuat esai, tetapi penilai esai belum dua orang. Tetapkan pada setelan sesi."),
    "check-time": lazy("Waktu mulai"),
    "check-blueprint": lazy("Kisi-kisi"),
    "check-items": lazy("Butir cukup dan tidak bermusuhan"),
    "check-minutes": lazy("Lama ujian"),
    "check-keys": lazy("Semua butir dapat dinilai"),
    "check-media": lazy("Gambar dan suara tersedia"),
    "check-roster": lazy("Ada peserta"),
    "check-seats": lazy("Semua peserta mendapat kursi"),
    "check-proctors": lazy("Dua pengawas per ruang"),
    "check-clashes": lazy("Tidak ada jadwal bertabrakan"),
    "check-accommodations": lazy("Penyesuaian sudah diputuskan"),
    "check-markers": lazy("Penilai esai"),
    "event-created": lazy("Sesi direncanakan."),
    "event-changed": lazy("Rencana sesi diubah."),
    "event-copied": lazy("Sesi disalin dari %(source)s."),
    "event-rehearsal-planned": lazy("Gladi bersih %(rehearsal)s direncanakan."),
    "event-cancelled": lazy("Sesi dibatalkan."),
    "event-sealed": lazy("Sesi disegel: %(papers)s naskah."),
    "event-blueprint-frozen": lazy("Kisi-kisi dibekukan bersama segel."),
    "event-room-added": lazy("Ruang ditambahkan: %(seats)s kursi."),
    "event-room-changed": lazy("Ruang diubah: %(seats)s kursi."),
    "event-proctor-assigned": lazy("Pengawas ditugaskan."),
    "event-proctor-released": lazy("Pengawas dilepas dari tugas."),
    "event-roster-added": lazy("%(count)s peserta ditambahkan."),
    "event-seats-given": lazy("%(seated)s peserta mendapat kursi."),
    "event-seat-moved": lazy("Peserta dipindahkan ke kursi %(seat)s."),
    "event-candidate-withdrawn": lazy("Peserta dikeluarkan dari daftar."),
    "event-candidate-restored": lazy("Peserta dikembalikan ke daftar."),
    "event-candidate-moved-away": lazy("Peserta dipindahkan ke sesi %(other)s."),
    "event-candidate-moved-here": lazy("Peserta pindahan dari sesi %(other)s."),
    "event-accommodation-asked": lazy(
        "Penyesuaian diusulkan: %(extra_minutes)s menit tambahan, %(break_minutes)s menit istirahat."
    ),
    "event-accommodation-approved": lazy(
        "Penyesuaian disetujui: %(extra_minutes)s menit tambahan, %(break_minutes)s menit istirahat."
    ),
    "event-accommodation-refused": lazy("Usulan penyesuaian ditolak atau dicabut."),
}
