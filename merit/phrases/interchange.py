"""Sentences about interchange."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "items-unreadable": lazy("Berkas tidak dapat dibaca. Periksa berkasnya, lalu coba lagi."),
    "items-file-absent": lazy("Berkas %(name)s tidak dapat dibuka. Periksa nama dan hak baca berkas."),
    "items-file-empty": lazy("Berkas %(name)s kosong. Pilih berkas yang berisi butir soal."),
    "items-file-large": lazy("Berkas %(name)s melebihi %(limit)s MB. Bagi menjadi beberapa paket."),
    "items-format-unknown": lazy(
        "Format berkas %(name)s tidak dikenal. Gunakan QTI, Moodle XML, GIFT, Aiken, atau templat XLSX."
    ),
    "items-archive-broken": lazy("Arsip %(name)s rusak. Buat ulang ZIP-nya, lalu coba lagi."),
    "items-archive-bomb": lazy("Arsip %(name)s terlalu besar setelah dibuka. Bagi menjadi beberapa paket."),
    "items-archive-locked": lazy("Arsip %(name)s berkata sandi. Simpan tanpa kata sandi, lalu coba lagi."),
    "items-archive-unsafe": lazy(
        "Arsip %(name)s memuat nama berkas yang berbahaya (%(entry)s). Buat ulang ZIP dari foldernya sendiri."
    ),
    "items-xml-broken": lazy("XML %(name)s rusak pada baris %(line)s (%(message)s). Ekspor ulang dari sistem asalnya."),
    "items-xml-large": lazy("XML %(name)s terlalu besar. Bagi menjadi beberapa berkas."),
    "items-xml-deep": lazy("XML %(name)s bersarang terlalu dalam. Ekspor ulang dari sistem asalnya."),
    "items-xml-entities": lazy("XML %(name)s mendefinisikan entitas sendiri. Hapus deklarasi ENTITY-nya."),
    "items-xml-repaired": lazy("XML %(name)s tidak sah dan diperbaiki saat dibaca. Periksa isinya sebelum dipakai."),
    "items-item-broken": lazy("Isi butir ini rusak atau tidak lengkap. Perbaiki di sistem asalnya, lalu ekspor ulang."),
    "items-no-item": lazy("Berkas ini (%(name)s) tidak memuat butir soal. Pilih berkas butir atau paketnya."),
    "items-manifest-absent": lazy("Paket tidak memuat %(name)s. Butirnya dibaca langsung; periksa kelengkapannya."),
    "items-manifest-broken": lazy("Manifes %(name)s rusak. Butirnya dibaca langsung; periksa kelengkapannya."),
    "items-package-missing": lazy("Paket menyebut %(name)s, tetapi berkas itu tidak ada. Ekspor ulang paketnya."),
    "items-identifier-twice": lazy("Pengenal %(name)s dipakai lebih dari satu butir. Bedakan pengenalnya."),
    "items-unsupported": lazy("Tidak didukung: %(name)s. Butir ini tidak dapat diujikan; ubah jenis soalnya."),
    "items-lost": lazy("Tidak ikut diimpor: %(name)s. Periksa apakah butir tetap jelas tanpanya."),
    "items-medium-missing": lazy("Berkas media %(name)s tidak ada atau terlalu besar. Sertakan berkasnya."),
    "items-medium-foreign": lazy("Media %(name)s berada di luar paket dan tidak diambil. Sertakan berkasnya."),
    "items-picture-numbered": lazy(
        "Soal bergambar (%(name)s) diubah: tempat pada gambar diberi nomor. Periksa gambarnya."
    ),
    "items-information": lazy("Halaman informasi tanpa pertanyaan: ditampilkan kepada peserta dan tidak dinilai."),
    "items-templated": lazy("Butir bernilai acak: setiap peserta mendapat angka sendiri. Periksa contoh-contohnya."),
    "items-include-failed": lazy(
        "Bagian %(name)s yang disisipkan tidak ada, rusak, atau terlalu besar. Sertakan berkasnya."
    ),
    "items-unscored": lazy("Cara penilaian tidak disebutkan. Tentukan kunci di bank soal."),
    "items-scoring-assumed": lazy(
        "Cara penilaian tidak disebutkan; disimpulkan dari jawaban benar atau bobotnya (maksimum %(points)s). "
        "Periksa kuncinya."
    ),
    "items-maximum-unknown": lazy("Nilai maksimum tidak diketahui. Tentukan di bank soal."),
    "items-maximum-assumed": lazy("Nilai maksimum tidak disebutkan; dianggap %(points)s. Sesuaikan bila perlu."),
    "items-declaration-empty": lazy("Variabel %(name)s menyatakan nilai kosong. Periksa di sistem asalnya."),
    "items-outcome-undeclared": lazy("Variabel %(name)s dipakai tetapi tidak dinyatakan. Periksa di sistem asalnya."),
    "items-test-lost": lazy("Bagian tes tidak ikut diimpor: %(name)s. Atur di kisi-kisi."),
    "items-item-absent": lazy("Tidak ada butir %(item)s di berkas %(name)s. Lihat daftarnya dengan merit items check."),
    "items-score-unsupported": lazy("Butir %(item)s tidak dapat dinilai: %(name)s tidak didukung."),
    "items-responses-invalid": lazy('Jawaban harus berupa objek JSON, misalnya {"RESPONSE": ["A"]}.'),
    "key-maximum-zero": lazy("Nilai maksimum butir 0. Beri nilai lebih dari 0."),
    "key-response-missing": lazy("Ada isian yang belum punya kunci. Lengkapi kuncinya."),
    "key-response-unknown": lazy("Ada kunci untuk isian yang tidak ada. Hapus kunci itu."),
    "key-no-correct": lazy("Belum ada jawaban benar. Tandai paling sedikit satu."),
    "key-correct-unknown": lazy("Jawaban benar tidak ada di antara pilihan. Perbaiki kuncinya."),
    "key-maximum-unreachable": lazy(
        "Tidak ada jawaban yang mencapai nilai maksimum. Sesuaikan kunci atau maksimumnya."
    ),
    "key-correct-below-maximum": lazy(
        "Jawaban benar yang dinyatakan tidak mencapai nilai maksimum. Periksa kunci dan maksimumnya."
    ),
    "key-maximum-exceeded": lazy(
        "Kunci memberi lebih dari nilai maksimum; kelebihannya dipotong. Sesuaikan bila perlu."
    ),
}
