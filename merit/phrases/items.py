"""Sentences about items."""

from __future__ import annotations

from merit.i18n import lazy

SENTENCES = {
    "item-empty": lazy("Butir belum berisi soal. Tulis pertanyaannya, atau pasang gambar atau suara."),
    "item-too-long": lazy("Butir terlalu panjang. Pendekkan teksnya, atau pecah menjadi beberapa butir."),
    "item-placeholders": lazy(
        "Tempat jawaban di dalam soal tidak cocok dengan daftar jawabannya. Tiap jawaban muncul tepat satu kali."
    ),
    "item-choices": lazy("Pilihan terlalu banyak. Pakai paling banyak 60."),
    "item-duplicate-id": lazy("Dua pilihan memakai huruf yang sama. Beri huruf yang berbeda."),
    "item-facility": lazy("Perkiraan kemudahan diisi angka dari 0 sampai 1, misalnya 0,65."),
    "item-medium-unknown": lazy("Gambar atau suara di dalam butir belum ada di bank. Unggah dahulu berkasnya."),
    "item-variable-unknown": lazy("Teks butir menyebut variabel acak yang tidak ada di kuncinya. Hapus penandanya."),
    "clone-constraint": lazy(
        "Syarat nilai acak butir ini tidak pernah terpenuhi. Longgarkan syaratnya di berkas asal."
    ),
    "clone-unsupported": lazy("Nilai acak butir ini memakai %(name)s yang tidak didukung. Ubah di berkas asalnya."),
    "clone-value-missing": lazy(
        "Variabel %(name)s tercetak di soal tetapi tidak bernilai. Perbaiki di berkas asalnya."
    ),
    "clone-correct-missing": lazy(
        "Jawaban benar %(name)s tidak terhitung dari nilai acaknya. Perbaiki di berkas asalnya."
    ),
    "item-level": lazy("Level diisi angka 1 sampai 5."),
    "item-code-taken": lazy("Kode «%(code)s» sudah dipakai butir lain. Pakai kode lain, atau kosongkan."),
    "item-retired": lazy("Butir %(code)s sudah dihentikan dan tidak dapat diubah. Buat salinannya sebagai butir baru."),
    "item-changed-meanwhile": lazy(
        "Butir %(code)s sudah diubah orang lain sejak halaman ini dibuka. Periksa perubahannya, lalu ulangi."
    ),
    "item-no-such-step": lazy("Langkah itu tidak ada untuk keadaan butir %(code)s sekarang. Muat ulang halamannya."),
    "item-step-needs-note": lazy("Tulis catatan: mengapa butir %(code)s dikembalikan, ditangguhkan, atau dihentikan."),
    "item-own-review": lazy(
        "Versi butir %(code)s ini Anda tulis sendiri. Minta penulis lain menelaah dan meloloskannya."
    ),
    "item-comments-open": lazy("Masih ada catatan telaah butir %(code)s yang terbuka. Selesaikan dahulu semuanya."),
    "item-key-incomplete": lazy("Kunci butir %(code)s belum lengkap. Buka «Ubah» dan lengkapi kuncinya."),
    "item-no-revision": lazy("Butir %(code)s tidak punya revisi yang sedang dikerjakan."),
    "item-comment-text": lazy("Tulis komentarnya, paling panjang 4.000 huruf."),
    "item-comment-not-yours": lazy(
        "Catatan telaah ini diselesaikan oleh penelaah yang menulisnya. Perbaiki butirnya, lalu mintalah ia memeriksa."
    ),
    "item-bulk-number": lazy("Pilih paling sedikit satu dan paling banyak %(most)s butir, lalu ulangi."),
    "item-bulk-action": lazy("Tindakan itu tidak ada. Pilih butir dan tindakannya, lalu ulangi."),
    "item-enemy-unknown": lazy("Tidak ada butir berkode «%(code)s». Periksa kodenya pada daftar bank soal."),
    "item-enemy-self": lazy("Sebuah butir tidak dapat menjadi musuh dirinya sendiri. Pilih butir lain."),
    "item-enemy-many": lazy(
        "Butir %(code)s sudah punya %(most)s musuh. Hapus yang tidak perlu, atau pertimbangkan memecah butirnya."
    ),
    "item-not-editable": lazy(
        "Butir %(code)s berasal dari impor dan susunannya tidak dapat diubah dengan formulir ini. "
        "Impor versi barunya, atau tulis butir baru."
    ),
    "item-code-form": lazy(
        "Kode butir berisi huruf, angka, titik, atau tanda hubung, paling panjang 60, dan bukan kata alamat."
    ),
    "item-keys-too-many": lazy(
        "Anda sudah membuka kunci %(most)s butir orang lain dalam satu jam terakhir. Tunggu sebelum membuka lagi; "
        "pembacaan ini tercatat. Admin dapat mengubah batasnya bila memang perlu."
    ),
    "medium-missing": lazy("Pilih berkas gambar atau suaranya lebih dahulu."),
    "medium-too-large": lazy("Berkas «%(name)s» terlalu besar. Ukuran paling besar %(megabytes)s MB."),
    "medium-unknown-type": lazy(
        "Berkas «%(name)s» bukan gambar PNG, JPEG, WebP, atau GIF, dan bukan suara MP3, Ogg, atau WAV. "
        "Simpan ulang dalam salah satu bentuk itu."
    ),
    "medium-too-wide": lazy("Gambar «%(name)s» terlalu besar. Perkecil sampai paling lebar %(side)s piksel."),
    "medium-animated": lazy("Gambar «%(name)s» bergerak. Simpan sebagai gambar diam."),
}
