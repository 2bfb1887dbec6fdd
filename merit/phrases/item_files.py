"""Sentences about files of items from other systems and our own workbook: what is lost, unknown, broken."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    # the file as a whole
    "items-format-foreign": lazy(
        "Berkas %(name)s berformat %(format)s, yang tidak dapat dibaca di sini. Ekspor butirnya sebagai QTI, Moodle "
        "XML, GIFT, atau Aiken, atau salin ke templat XLSX."
    ),
    "items-sheet-formula": lazy("Sel %(cell)s berisi rumus. Ganti dengan nilainya, lalu unggah lagi."),
    "items-sheet-large": lazy(
        "Sel %(cell)s berada di luar batas %(rows)s baris dan %(columns)s kolom. Hapus isi sel itu, lalu unggah lagi."
    ),
    "items-file-many": lazy(
        "Berkas %(name)s memuat %(count)s butir; sekali impor paling banyak %(most)s. Pecah berkasnya."
    ),
    "items-none-chosen": lazy("Belum ada butir yang dipilih. Centang paling sedikit satu butir, lalu impor."),
    "foreign-not-supported": lazy("Butir «%(name)s» tidak dapat dipakai; lihat masalahnya pada hasil pemeriksaan."),
    "export-nothing": lazy("Tidak ada butir yang cocok dengan saringan ini. Ubah saringannya."),
    "export-too-large": lazy(
        "Saringan ini memuat %(count)s butir; sekali ekspor paling banyak %(most)s. Persempit saringannya."
    ),
    "export-too-often": lazy(
        "Anda sudah mengekspor bank soal %(most)s kali dalam sehari. Tunggu sampai besok, atau minta penulis lain."
    ),
    "export-format-unknown": lazy("Format itu tidak ada. Pilih salah satu dari: %(formats)s."),
    "export-not-in-workbook": lazy("Tidak satu pun butir ini dapat ditulis utuh ke XLSX. Pilih paket QTI 3.0."),
    "foreign-no-items": lazy("Tidak ada butir di dalam berkas ini. Periksa apakah ini berkas yang dimaksud."),
    "foreign-encoding-guessed": lazy(
        "Huruf dibaca sebagai %(encoding)s karena bukan UTF-8. Periksa huruf khusus; bila keliru, simpan sebagai UTF-8."
    ),
    "foreign-own-ignored": lazy(
        "Isi QTI sudah diubah di luar Merit; yang dipakai ialah isi QTI, bukan catatan tambahan Merit."
    ),
    # not supported, by name
    "foreign-type-unsupported": lazy("Jenis soal «%(type)s» belum ada di sini; butir ini dilewati."),
    "foreign-wildcard-unsupported": lazy(
        "Jawaban «%(pattern)s» memakai tanda * sebagai pengganti huruf, yang belum didukung. Tulis jawabannya satu per "
        "satu."
    ),
    "foreign-bank-reference": lazy(
        "Butir «%(target)s» tersimpan di bank soal lain dan tidak ada di berkas ini. Ekspor bank itu juga."
    ),
    # lost, the item comes along without it
    "foreign-lost-feedback": lazy("Umpan balik tidak ikut diimpor."),
    "foreign-lost-hints": lazy("Petunjuk jawaban tidak ikut diimpor."),
    "foreign-lost-penalty": lazy("Pengurangan nilai untuk percobaan ulang tidak ikut; ujian hanya sekali jawab."),
    "foreign-lost-attachments": lazy("Lampiran berkas jawaban tidak ikut; jawaban hanya berupa teks."),
    "foreign-lost-template": lazy("Kerangka jawaban awal tidak ikut diimpor."),
    "foreign-lost-units": lazy("Satuan %(units)s: hanya satuan dasar yang ditampilkan, satuan lain tidak dinilai."),
    "foreign-lost-grading": lazy(
        "Cara menilai «%(type)s» tidak ada di sini; butir dinilai per bagian. Periksa kembali nilainya."
    ),
    "foreign-lost-selection": lazy("Pengambilan sebagian pilihan («%(type)s») tidak ikut; semua pilihan ditampilkan."),
    "foreign-lost-dragging": lazy("Seret-lepas diganti dengan daftar pilihan di dalam kalimat."),
    "foreign-lost-bound": lazy("Batas angka yang tidak termasuk kini termasuk. Periksa toleransinya."),
    "foreign-lost-markup": lazy("Unsur <%(name)s> di dalam teks tidak ikut diimpor."),
    "foreign-lost-file": lazy("Berkas «%(name)s» yang disebut soal tidak ditemukan. Tambahkan gambarnya di bank soal."),
    "foreign-lost-remote": lazy(
        "Gambar atau suara dari alamat lain (%(address)s) tidak diambil. Unggah berkasnya di bank soal."
    ),
    "foreign-lost-stimulus": lazy("Bacaan «%(name)s» tidak ada di berkas ini. Tambahkan bacaannya pada soal."),
    "foreign-doubtful-reference": lazy(
        "Penilaian menyebut isian yang tidak ada; semua isian diberi bobot sama. Periksa kuncinya."
    ),
    # broken, with what to mend
    "foreign-broken-best": lazy(
        "Jawaban terbaik hanya bernilai %(reached)s %%. Beri salah satu jawaban bobot 100 %%, lalu impor lagi."
    ),
    "foreign-broken-sum": lazy(
        "Bobot jawaban yang benar berjumlah %(reached)s %%, seharusnya 100 %%. Perbaiki bobotnya, lalu impor lagi."
    ),
    "foreign-broken-many": lazy("Butir ini mempunyai %(count)s bagian; paling banyak %(most)s. Pecah butirnya."),
    "foreign-broken-options": lazy("Butir ini memerlukan paling sedikit dua pilihan. Tambahkan pilihannya."),
    "foreign-broken-pairs": lazy("Tidak ada pasangan untuk dijodohkan. Tambahkan paling sedikit satu pasangan."),
    "foreign-broken-points": lazy("Nilai butir «%(points)s» tidak dapat dipakai. Beri nilai lebih dari 0."),
    "foreign-broken-number": lazy("«%(value)s» bukan angka. Tulis kuncinya sebagai angka."),
    "foreign-broken-range": lazy("Batas bawah lebih besar daripada batas atas. Tukar kedua batas itu."),
    "foreign-broken-truefalse": lazy("Soal benar/salah harus mempunyai tepat satu jawaban benar yang bernilai penuh."),
    "foreign-broken-key": lazy("Kunci jawabannya tidak dapat dipahami dari berkas ini. Lengkapi kuncinya di sumber."),
    "foreign-broken-presentation": lazy("Butir ini tidak mempunyai isi soal. Periksa ekspornya."),
    "foreign-broken-gaps": lazy("Tanda [[n]] di dalam teks tidak cocok dengan daftar katanya. Periksa nomornya."),
    "foreign-broken-cloze-none": lazy("Tidak ada isian {…} di dalam teks soal. Tambahkan paling sedikit satu."),
    "foreign-broken-cloze-type": lazy("Isian berjenis «%(type)s» tidak dikenal. Periksa penulisannya."),
    "foreign-broken-gift-brace": lazy("Kurung kurawal tidak berpasangan. Tulis \\{ dan \\} bila bagian dari teks."),
    "foreign-broken-gift-answer": lazy("Ada teks sebelum jawaban pertama. Awali setiap jawaban dengan = atau ~."),
    "foreign-broken-gift-number": lazy("Jawaban angka tidak terbaca. Tulis misalnya {#12.5:0.1} atau {#12.4..12.6}."),
    "foreign-broken-aiken-answer": lazy("Baris ANSWER: tidak ada. Tambahkan, misalnya ANSWER: B."),
    "foreign-broken-aiken-letter": lazy("Kunci «%(answer)s» bukan salah satu huruf pilihan. Periksa hurufnya."),
    "foreign-broken-aiken-stem": lazy("Pertanyaannya kosong. Tulis pertanyaan sebelum pilihan A)."),
    # the workbook
    "sheet-columns-missing": lazy(
        "Kolom wajib tidak ada: %(columns)s. Pakai templat XLSX, judul kolom di baris pertama."
    ),
    "sheet-columns-unknown": lazy("Kolom yang tidak dikenal dan diabaikan: %(columns)s."),
    "sheet-broken-kind": lazy("Jenis «%(value)s» tidak dikenal. Isi salah satu dari: %(known)s."),
    "sheet-broken-empty": lazy("Kolom %(column)s kosong. Tulis soalnya."),
    "sheet-broken-gap": lazy("Pilihan dilewati. Isi pilihan berurutan mulai dari pilihan_a."),
    "sheet-broken-options": lazy("Isi paling sedikit %(least)s pilihan."),
    "sheet-broken-number": lazy("«%(value)s» bukan angka yang dapat dipakai di kolom %(column)s."),
    "sheet-broken-yes-no": lazy("Isi ya atau tidak, bukan «%(value)s»."),
    "sheet-broken-letter": lazy("«%(value)s» bukan huruf pilihan. Yang ada: %(known)s."),
    "sheet-broken-twice": lazy("Huruf ditulis dua kali: %(value)s. Tulis setiap huruf sekali."),
    "sheet-broken-key-one": lazy("Tulis tepat satu huruf pilihan yang benar."),
    "sheet-broken-key-some": lazy("Tulis paling sedikit satu jawaban yang benar."),
    "sheet-broken-weights": lazy("Tulis poin tiap pilihan, misalnya A=5; B=3; C=1."),
    "sheet-broken-weight": lazy("«%(value)s» tidak terbaca. Tulis huruf, sama dengan, angka: B=3."),
    "sheet-broken-sjt": lazy("Setiap pilihan diberi bobot 1 sampai 5, misalnya A=5; B=3; C=1."),
    "sheet-broken-best": lazy("Bobot tertinggi harus pada kunci, dan nilai tidak boleh melebihi jumlah bobotnya."),
    "sheet-broken-scoring": lazy("Isi semua atau tiap, bukan «%(value)s»."),
    "sheet-broken-truth": lazy("Isi Benar atau Salah, dengan paling banyak dua pilihan."),
    "sheet-broken-order": lazy("Tulis huruf semua pilihan menurut urutan yang benar, misalnya B; A; C."),
    "sheet-broken-pair": lazy("Tulis pasangan sebagai kiri -> kanan; pengecoh cukup -> kanan."),
    "sheet-broken-step": lazy("Langkah harus lebih dari 0 dan membagi habis nilai butir."),
    "sheet-broken-level": lazy("Level %(value)s tidak ada. Isi 1 sampai 5."),
}
