"""Sentences about calibrations and response files."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "item-unanswered": lazy("Butir %(item)s tidak dijawab siapa pun; butir itu dilewati."),
    "item-without-variation": lazy("Semua jawaban butir %(item)s sama; parameternya tidak dapat ditaksir."),
    "category-unused": lazy("Ada kategori butir %(item)s yang tidak pernah dipakai; kategori digabung."),
    "category-unknown": lazy("Butir %(item)s memuat kategori di luar kalibrasi; jawaban itu dianggap kosong."),
    "person-silent": lazy("Baris %(row)s tidak memuat satu jawaban pun."),
    "nobody-answered-all": lazy("Kurang dari dua peserta menjawab semua butir; reliabilitas tidak dapat dihitung."),
    "slope-at-limit": lazy("Kemiringan butir %(item)s menyentuh batas: jawabannya terpisah sempurna. Tambah peserta."),
    "not-converged": lazy("Penaksiran belum berhenti pada batas iterasi; periksa butir yang bermasalah."),
    "few-persons": lazy("Peserta kurang dari 500: galat parameter besar dan belum masuk ke galat skor."),
    "item-not-settled": lazy(
        "Parameter butir %(item)s masih bergerak saat penaksiran dihentikan; jangan dipakai dahulu."
    ),
    "error-unknown": lazy(
        "Jawaban yang ada tidak menentukan parameter butir %(item)s; galatnya tidak dapat dihitung. Tambah peserta."
    ),
    "anchor-unusable": lazy(
        "Parameter butir jangkar %(item)s tidak sesuai dengan model; butir itu ditaksir seperti butir baru."
    ),
    "anchor-contradicted": lazy(
        "Jawaban butir jangkar %(item)s bertentangan dengan parameternya. Periksa butir itu, lalu lepas dari jangkar."
    ),
    "population-at-limit": lazy(
        "Rata-rata atau sebaran kemampuan peserta berada di tepi skala; angka kelompok ini tidak dapat dipercaya."
    ),
    "anchors-none-usable": lazy("%(file)s: tidak ada butir jangkar yang sesuai dengan model."),
    "anchors-slopes-differ": lazy(
        "%(file)s: kemiringan butir jangkar berbeda-beda, padahal modelnya memakai satu kemiringan."
    ),
    "responses-groups": lazy("%(file)s: kelompok harus satu bilangan bulat per baris."),
    "fit-item-unknown": lazy(
        "Kesesuaian butir %(item)s tidak dapat dihitung: terlalu sedikit peserta mengerjakan butir yang sama dengannya."
    ),
    "fit-persons-left-out": lazy(
        "Sebagian peserta tidak ikut dalam uji kesesuaian: terlalu sedikit peserta mengerjakan butir yang sama."
    ),
    "fit-too-few-moments": lazy(
        "Kesesuaian model tidak dapat dihitung: butir atau peserta dengan butir yang sama terlalu sedikit."
    ),
    "fit-too-large": lazy(
        "Kesesuaian model tidak dihitung: terlalu banyak butir dan kategori untuk diuji bersama. Kesesuaian tiap butir "
        "tetap dihitung."
    ),
    "item-separated": lazy(
        "Butir %(item)s tidak dapat dibandingkan dengan butir lain: semua peserta lebih baik, atau semua lebih buruk, "
        "pada butir itu. Tambah peserta."
    ),
    "item-not-in-all-groups": lazy(
        "Butir %(item)s tidak dapat ditaksir di semua kelompok; butir itu tidak ikut diuji."
    ),
    "responses-not-comparable": lazy("%(file)s: kurang dari dua butir dapat dibandingkan satu sama lain."),
    "dif-few-persons": lazy(
        "Salah satu kelompok kurang dari 100 peserta: perbedaan fungsi butir belum dapat disimpulkan."
    ),
    "dif-few-persons-item": lazy(
        "Butir %(item)s dijawab kurang dari 100 peserta di salah satu kelompok; hasilnya belum dapat disimpulkan."
    ),
    "dif-not-purified": lazy(
        "Terlalu banyak butir berbeda antarkelompok: skor pembanding tidak dapat dibersihkan. "
        "Periksa pembagian kelompok."
    ),
    "dif-separated": lazy(
        "Jawaban butir %(item)s terpisah sempurna atau sama semua; perbedaannya tidak dapat ditaksir."
    ),
    "dif-group-few": lazy(
        "Kelompok %(group)s atau kelompok acuan kurang dari %(least)s peserta: angkanya ditulis, kelasnya belum dapat "
        "diberikan."
    ),
    "dif-group-few-item": lazy(
        "Butir %(item)s dijawab kurang dari %(least)s peserta di kelompok %(group)s atau acuannya; kelasnya belum "
        "dapat diberikan."
    ),
    "responses-no-group": lazy(
        "%(file)s tidak mempunyai kolom «%(group)s», dan berkas dengan nama itu tidak ada. Periksa --group."
    ),
    "responses-groups-file": lazy(
        "%(file)s harus memuat satu kolom berjudul dan %(rows)s baris; tulis NA bagi peserta tanpa kelompok."
    ),
    "responses-groups-count": lazy(
        "%(group)s mempunyai %(count)s nilai; kelompok yang dibandingkan harus 2 sampai %(most)s."
    ),
    "responses-no-reference": lazy("%(group)s tidak mempunyai nilai «%(reference)s». Periksa --reference."),
    "responses-weights-whole": lazy("Untuk membandingkan kelompok, kolom bobot harus bilangan bulat 0 ke atas."),
    "responses-group-of-file": lazy(
        "Pilihan --group untuk FILE; kelompok peserta sesi uji sudah ikut dianalisis tanpa pilihan itu."
    ),
    "responses-shape": lazy("%(file)s harus memuat satu baris per peserta dan satu kolom per butir."),
    "responses-weights": lazy("%(file)s: kolom bobot harus angka 0 ke atas, dan jumlahnya paling sedikit dua peserta."),
    "responses-not-whole": lazy("%(file)s: jawaban harus kode bilangan bulat; kosongkan sel yang tidak dijawab."),
    "responses-large-code": lazy("%(file)s memuat kode jawaban di atas 999. Periksa kolom yang bukan butir."),
    "responses-no-variation": lazy(
        "%(file)s: tidak ada butir dengan dua jawaban berbeda; tidak ada yang dapat ditaksir."
    ),
    "responses-not-binary": lazy(
        "%(file)s memuat butir dengan lebih dari dua kategori. Pakai model grm, gpcm, atau pcm."
    ),
    "responses-keys": lazy("%(file)s: banyaknya kunci tidak sama dengan banyaknya butir. Tulis satu kunci per butir."),
    "responses-key-not-a-code": lazy("Kunci harus angka yang dipisah koma, misalnya 1,4,5."),
    "responses-no-table": lazy("%(file)s bukan tabel CSV. Simpan sebagai CSV UTF-8 dengan satu baris judul."),
    "responses-no-parquet": lazy("%(file)s bukan berkas Parquet yang dapat dibaca. Simpan lagi, atau pakai CSV."),
    "responses-one-source": lazy(
        "Sebutkan FILE jawaban, atau sesi di bank (--competency atau --sitting); salah satu saja."
    ),
    "output-kind": lazy("%(file)s: keluaran ditulis sebagai .xlsx atau .json. Ganti akhiran namanya."),
    "output-unwritable": lazy("%(file)s tidak dapat ditulis. Periksa foldernya dan izinnya."),
    "analysis-unscored": lazy("Sesi %(sitting)s belum dinilai. Hitung nilainya lebih dahulu."),
    "responses-no-column": lazy("%(file)s tidak mempunyai kolom «%(column)s». Periksa baris judulnya."),
    "responses-short-row": lazy("%(file)s baris %(row)s kurang sel. Lengkapi barisnya."),
    "responses-not-a-code": lazy(
        "%(file)s baris %(row)s kolom %(column)s: «%(value)s» bukan angka. Isi kode jawaban, atau kosongkan."
    ),
}
