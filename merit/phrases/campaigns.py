"""Sentences about 360 feedback."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "campaign-unknown": lazy("Kampanye umpan balik itu tidak ada."),
    "campaign-no-result": lazy(
        "Tidak ada hasil yang boleh ditampilkan: kampanye belum terbit, atau setiap kelompok penilai terlalu kecil."
    ),
    "campaign-step": lazy("Langkah itu tidak mungkin pada keadaan kampanye sekarang. Muat ulang halaman."),
    "campaign-period": lazy("Tanggal selesai mendahului tanggal mulai. Betulkan masanya."),
    "campaign-year": lazy("Tahun yang dinilai harus tahun masa pengisian berakhir atau setahun sebelumnya."),
    "campaign-numbers": lazy(
        "Minimum penilai paling sedikit 3; banyak rekan dan bawahan tidak boleh di bawah minimum atau lebih dari 15."
    ),
    "campaign-no-subject": lazy("Tidak ada pegawai pada pilihan itu. Pilih unit atau jenjang lain."),
    "campaign-too-many": lazy(
        "Pilihan itu memuat %(count)s pegawai; satu kampanye paling banyak %(most)s. Bagi menurut unit."
    ),
    "campaign-rated-already": lazy(
        "Semua pegawai pada pilihan itu sudah mempunyai umpan balik tahun %(year)s. Satu pegawai satu kampanye "
        "setahun, agar dua hasil tidak dapat diselisihkan."
    ),
    "campaign-too-small": lazy(
        "Terlalu kecil untuk menjaga kerahasiaan: tidak ada pegawai dengan sekelompok penilai sebanyak minimum. "
        "Perluas unitnya."
    ),
    "campaign-self-rating": lazy("Tidak seorang pun menilai dirinya sebagai orang lain. Pilih penilai lain."),
    "campaign-not-running": lazy("Masa pengisian tidak sedang berjalan, jadi tidak ada yang disimpan."),
    "campaign-nobody-left": lazy("Tidak ada orang lain pada kelompok itu yang dapat menggantikan."),
    "campaign-rater-fixed": lazy("Penilai ini sudah mengirim atau sudah diganti."),
    "campaign-reason": lazy("Tulis alasannya, paling banyak 500 huruf."),
    "campaign-second-person": lazy("Anda yang mengusulkan penerbitan. Orang lain yang memutuskan."),
    "campaign-own-raters": lazy("Penilai diri sendiri tidak dapat dilihat. Minta orang lain mengurusnya."),
    "feedback-invitation-unknown": lazy("Undangan menilai itu tidak ada."),
    "feedback-handed-in": lazy("Penilaian ini sudah dikirim dan tidak dapat diubah."),
    "feedback-mark-unknown": lazy("Pilih 1 sampai 5, atau \u201ctidak dapat mengamati\u201d, untuk setiap perilaku."),
    "feedback-incomplete": lazy("Masih ada perilaku yang belum diisi. Lengkapi semua bagian sebelum mengirim."),
    "feedback-few-observed": lazy(
        "Kurang dari sebelas perilaku dapat Anda amati, terlalu sedikit untuk dinilai. Nyatakan berhalangan."
    ),
    "feedback-sign-straight": lazy("Semua jawaban sama. Periksa lagi; bila memang demikian, tegaskan lalu kirim."),
    "feedback-sign-quick": lazy(
        "Pengisian lebih cepat daripada waktu membaca. Periksa lagi; bila memang demikian, tegaskan lalu kirim."
    ),
    "feedback-sign-scattered": lazy(
        "Jawaban pada nilai yang sama berjauhan. Periksa lagi; bila memang demikian, tegaskan lalu kirim."
    ),
    "reading-feedback": lazy("Membuka hasil umpan balik 360"),
    "reading-feedback-raters": lazy("Membuka daftar penilai umpan balik 360"),
    "feedback-self-rating": lazy(
        "Penilai sama dengan yang dinilai. Tidak seorang pun menilai dirinya; hapus baris ini, dan pakai nama samaran."
    ),
    "did-campaign-export": lazy("Mengunduh daftar kampanye umpan balik 360"),
    "did-campaign-create": lazy("Membuat kampanye umpan balik 360"),
    "did-campaign-draw": lazy("Mengundi penilai umpan balik 360"),
    "did-campaign-open": lazy("Membuka pengisian umpan balik 360"),
    "did-campaign-close": lazy("Menutup pengisian umpan balik 360"),
    "did-campaign-propose": lazy("Mengusulkan penerbitan umpan balik 360"),
    "did-campaign-refuse": lazy("Menolak penerbitan umpan balik 360"),
    "did-campaign-publish": lazy("Menerbitkan umpan balik 360"),
    "did-campaign-cancel": lazy("Membatalkan kampanye umpan balik 360"),
    "did-campaign-remind": lazy("Mengingatkan penilai umpan balik 360"),
    "did-campaign-replace": lazy("Mengganti penilai umpan balik 360"),
    "did-feedback-hand-in": lazy("Mengirim penilaian umpan balik 360"),
    "did-feedback-decline": lazy("Menyatakan berhalangan menilai"),
}
