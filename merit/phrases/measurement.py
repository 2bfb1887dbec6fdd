"""Sentences about adaptive choices, linking, integrity and cuts: what the engine says with a code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "chosen-most-informative": lazy("Butir ini paling banyak memberi informasi pada kemampuan peserta saat itu."),
    "chosen-among-best": lazy("Butir ini diundi dari %(count)s butir yang paling banyak memberi informasi."),
    "chosen-shadow-test": lazy("Butir ini yang paling informatif dalam paket lengkap yang memenuhi kisi-kisi."),
    "chosen-for-blueprint": lazy("Ketelitian sudah cukup; butir ini dipilih agar baris kisi-kisi terpenuhi."),
    "stopped-longest": lazy("Tes selesai: panjang terbesar tercapai."),
    "stopped-exhausted": lazy("Tes selesai: tidak ada lagi butir yang boleh diberikan."),
    "stopped-precise": lazy("Tes selesai: galat baku sudah sekecil yang diminta."),
    "stopped-decided": lazy("Tes selesai: level %(level)s sudah dapat diputuskan dengan peluang %(probability)s."),
    "excluded-enemy": lazy("Butir ini tidak boleh bertemu butir %(enemy)s yang sudah diberikan."),
    "excluded-exposure": lazy("Butir ini disisihkan untuk peserta ini agar tidak terlalu sering tampil."),
    "excluded-row-full": lazy("Baris kisi-kisi %(row)s sudah penuh."),
    "excluded-other-rows": lazy("Tempatnya diperlukan untuk memenuhi baris kisi-kisi lain."),
    "few-raters": lazy("Penilai kurang dari lima: galat batas besar."),
    "rater-incomplete": lazy("Penilai %(rater)s belum menilai semuanya, sehingga tidak ikut dihitung."),
    "rater-apart": lazy("Batas penilai %(rater)s jauh dari penilai lain; bahas alasannya sebelum putaran berikut."),
    "cut-outside-curve": lazy("Batas ini berada di luar jangkauan butir; tidak ada kemampuan yang sepadan."),
    "cuts-not-increasing": lazy("Batas level %(level)s tidak lebih tinggi daripada batas level di bawahnya."),
    "cuts-close": lazy("Batas level %(level)s terlalu dekat dengan batas di bawahnya dibanding galatnya."),
    "option-no-consensus": lazy("Para ahli tidak sepakat tentang opsi %(option)s; bahas dan nilai ulang."),
    "options-not-apart": lazy("Nilai opsi %(option)s tidak jelas lebih tinggi daripada opsi di bawahnya."),
    "anchor-categories": lazy("Butir jangkar %(item)s mempunyai banyak kategori yang berbeda pada kedua skala."),
    "anchor-drift": lazy("Butir jangkar %(item)s bergeser lebih jauh daripada jangkar lain; tidak dipakai menautkan."),
    "anchors-contradictory": lazy("Butir jangkar saling bertentangan; tautan ini tidak boleh dipakai."),
    "anchors-few": lazy("Butir jangkar kurang dari lima; tautan ini rapuh."),
    "similarity-few-persons": lazy("Peserta kurang dari dua puluh: kemiripan jawaban tidak dihitung."),
    "times-few": lazy("Waktu jawab butir %(item)s kurang dari sepuluh; ambang jawaban cepat tidak ditetapkan."),
    "equating-common": lazy("Tucker, Levine, dan chained memerlukan --common; cara lain tidak memakainya."),
    "equating-large-score": lazy("%(file)s memuat skor di atas %(most)s. Periksa kolom skornya."),
    "equating-impossible": lazy(
        "%(new)s dan %(old)s tidak dapat disetarakan: tiap paket perlu tiga peserta dengan skor yang berbeda, dan skor "
        "butir bersama harus sejalan dengan skor paket."
    ),
}
