"""Sentences about standard setting, cuts, and what results were measured with."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "measure-uncalibrated": lazy("Butir kompetensi ini belum dikalibrasi."),
    "measure-some-uncalibrated": lazy("Kurang dari 80 persen butir yang dinilai terkalibrasi."),
    "measure-no-cuts": lazy("Batas level kompetensi ini belum berlaku pada tanggal sesi."),
    "measure-few-items": lazy("Ada peserta dengan kurang dari lima butir terkalibrasi pada kompetensi ini."),
    "measure-mixed-models": lazy("Model butir pada kompetensi ini tidak dapat dinilai bersama."),
    "measure-other-steps": lazy("Langkah nilai butir berbeda dari langkah yang dikalibrasi."),
    "workshop-unknown": lazy("Lokakarya itu tidak ada."),
    "workshop-place-unknown": lazy("Butir itu tidak ada dalam lokakarya ini."),
    "workshop-over": lazy("Lokakarya ini sudah berakhir, jadi butirnya tidak ditampilkan lagi."),
    "workshop-input": lazy("Isi nama, kompetensi, dan metode lokakarya."),
    "workshop-items": lazy("Isi %(least)s sampai %(most)s butir."),
    "workshop-probability": lazy("Isi peluang menjawab antara 0,5 dan 0,8."),
    "workshop-no-sjt": lazy("Belum ada butir SJT aktif pada kompetensi %(competency)s. Aktifkan dahulu."),
    "workshop-few-items": lazy(
        "Baru %(count)s butir aktif yang terkalibrasi; lokakarya memerlukan paling sedikit %(least)s. Kalibrasi dahulu."
    ),
    "workshop-rater-unknown": lazy("Pengguna itu tidak berwenang menilai batas."),
    "workshop-raters-fixed": lazy("Penilai tetap sejak putaran pertama dibuka."),
    "workshop-step": lazy("Langkah itu tidak mungkin pada keadaan lokakarya sekarang. Muat ulang halaman."),
    "workshop-rounds": lazy("Sudah lima putaran. Akhiri lokakarya ini."),
    "workshop-raters": lazy("Undang paling sedikit %(least)s penilai sebelum membuka putaran."),
    "workshop-incomplete": lazy("Belum cukup penilai yang menilai semuanya."),
    "rating-closed": lazy("Putaran ini tidak terbuka, jadi penilaian tidak disimpan."),
    "rating-given": lazy("Bagian ini sudah Anda nilai pada putaran ini. Penilaian tidak dapat diubah."),
    "rating-share": lazy("Isi empat bagian poin, masing-masing 0 sampai 100 persen."),
    "rating-order": lazy("Makin tinggi levelnya, makin besar isiannya: tidak boleh turun."),
    "rating-page": lazy("Isi banyaknya halaman, 0 sampai %(size)s, untuk keempat batas."),
    "rating-value": lazy("Isi nilai 1 sampai 5 untuk setiap pilihan."),
    "cuts-four": lazy("Isi empat batas berupa angka."),
    "cuts-order": lazy("Keempat batas harus naik dari level 2 sampai level 5."),
    "cuts-reason": lazy("Tulis dasar penetapan batas, paling banyak 2.000 huruf."),
    "cuts-waiting": lazy("Sudah ada usulan batas kompetensi ini yang menunggu keputusan orang kedua."),
    "cuts-unfinished": lazy("Batas diusulkan setelah lokakarya diakhiri."),
    "cuts-not-usable": lazy("Putaran terakhir tidak menghasilkan empat batas yang naik pada skala butir."),
    "cuts-decided": lazy("Usulan batas ini sudah diputuskan."),
    "cuts-second-person": lazy("Anda yang mengusulkan batas ini. Orang lain yang memutuskan."),
    "cuts-outcomes": lazy("Data hasil belum menghasilkan empat batas yang naik."),
    "cut-set-unknown": lazy("Usulan batas itu tidak ada."),
    "keys-unfinished": lazy("Nilai pilihan diserahkan setelah lokakarya diakhiri."),
    "keys-not-judged": lazy("Kurang dari tiga ahli menilai butir ini sampai selesai."),
    "keys-item-changed": lazy("Butir %(code)s sudah berubah sejak lokakarya. Nilai ulang versi barunya."),
    "outcomes-persons": lazy(
        "Baru %(count)s orang yang mempunyai kemampuan terukur dan level dari asesor; diperlukan %(needed)s."
    ),
    "outcomes-reached": lazy(
        "Level %(level)s: baru %(count)s orang mencapainya menurut asesor; diperlukan %(needed)s."
    ),
    "outcomes-below": lazy("Level %(level)s: baru %(count)s orang di bawahnya menurut asesor; diperlukan %(needed)s."),
    "outcomes-no-crossing": lazy("Level %(level)s: kurva tidak melintasi peluang yang diminta."),
    "did-standard-create": lazy("Membuat lokakarya penetapan batas"),
    "did-standard-invite": lazy("Mengundang penilai lokakarya"),
    "did-standard-step": lazy("Melanjutkan lokakarya"),
    "did-standard-rate": lazy("Menilai dalam lokakarya"),
    "did-standard-open-item": lazy("Membuka butir lokakarya"),
    "did-standard-propose-cuts": lazy("Mengusulkan batas level"),
    "did-standard-decide-cuts": lazy("Memutuskan batas level"),
    "did-standard-hand-over-key": lazy("Menyerahkan nilai pilihan ke butir"),
    "sign-omega": lazy(
        "%(matches)s dari %(common)s jawaban butir terkalibrasi sama; orang sekemampuan itu berharap %(expected)s "
        "(%(scale)s)."
    ),
    "sign-person-fit": lazy(
        "Pola jawaban %(items)s butir jauh dari yang diharapkan pada kemampuannya (%(scale)s; outfit %(outfit)s). Bisa "
        "karena menebak, menyalin, salah kolom, atau materi yang tidak dikuasai merata."
    ),
    "sign-hasty": lazy(
        "%(rapid)s dari %(answers)s jawaban lebih cepat daripada waktu membaca; upaya menjawab %(effort)s persen."
    ),
}
