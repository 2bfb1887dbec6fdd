"""Sentences of the ranking part for policy documents that cannot be used: each names the line and what to do."""

from __future__ import annotations

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: dict[str, LazyString] = {
    "policy-too-long": lazy("Baris %(line)s: dokumen terlalu panjang. Paling banyak %(limit)s karakter."),
    "policy-too-deep": lazy("Baris %(line)s: susunan terlalu dalam. Paling banyak %(limit)s tingkat."),
    "policy-empty": lazy("Baris %(line)s: dokumen kosong. Isi dengan kebijakan dalam YAML."),
    "policy-yaml": lazy("Baris %(line)s: bukan YAML yang sah (%(problem)s). Perbaiki penulisannya."),
    "policy-anchor": lazy("Baris %(line)s: jangkar dan alias YAML tidak dipakai. Tulis nilainya langsung."),
    "policy-repeated-key": lazy("Baris %(line)s: kunci «%(key)s» ditulis dua kali. Hapus salah satu."),
    "policy-repeated": lazy("Baris %(line)s: «%(value)s» sudah dipakai. Tulis satu kali saja."),
    "policy-unknown-key": lazy(
        "Baris %(line)s: kunci «%(key)s» tidak dikenal pada %(where)s. Pakai salah satu dari: %(known)s."
    ),
    "policy-missing-key": lazy("Baris %(line)s: «%(key)s» belum ada pada %(where)s. Tambahkan."),
    "policy-not-a-mapping": lazy("Baris %(line)s: %(where)s harus berupa pasangan kunci dan nilai."),
    "policy-not-a-list": lazy("Baris %(line)s: %(where)s harus berupa daftar."),
    "policy-empty-list": lazy("Baris %(line)s: daftar kosong. Isi sedikitnya satu."),
    "policy-not-a-text": lazy("Baris %(line)s: tulis teks yang tidak kosong; angka ditulis dalam tanda kutip."),
    "policy-not-a-choice": lazy("Baris %(line)s: «%(value)s» tidak dikenal. Pilih salah satu dari: %(allowed)s."),
    "policy-not-a-flag": lazy("Baris %(line)s: «%(value)s» bukan true atau false."),
    "policy-not-a-number": lazy("Baris %(line)s: «%(value)s» bukan angka. Tulis angka dengan titik desimal."),
    "policy-not-whole": lazy("Baris %(line)s: %(value)s harus bilangan bulat."),
    "policy-out-of-range": lazy("Baris %(line)s: %(value)s di luar batas. Isi antara %(low)s dan %(high)s."),
    "policy-not-a-date": lazy("Baris %(line)s: «%(value)s» bukan tanggal. Tulis TTTT-BB-HH."),
    "policy-bounds-reversed": lazy("Baris %(line)s: batas bawah %(low)s lebih tinggi daripada batas atas %(high)s."),
    "policy-not-technical": lazy(
        "Baris %(line)s: «%(code)s» bukan kompetensi teknis. Untuk kompetensi manajerial dan sosial kultural pakai "
        "syarat jpm_at_least."
    ),
    "policy-inadmissible": lazy(
        "Baris %(line)s: «%(value)s» bukan bukti yang sah. Senioritas, pendapat, dukungan, usia, dan jenis kelamin "
        "tidak boleh dinilai; pakai indikator yang terukur."
    ),
    "policy-unknown-gate": lazy("Baris %(line)s: jenis syarat «%(value)s» tidak dikenal. Pakai: %(known)s."),
    "policy-unknown-indicator": lazy("Baris %(line)s: indikator «%(value)s» tidak dikenal. Pakai: %(known)s."),
    "policy-discipline-one-option": lazy("Baris %(line)s: isi tepat satu dari «in_force: true» dan «lookback_years»."),
    "policy-decree-not-local": lazy(
        "Baris %(line)s: keputusan PPK hanya untuk syarat berstatus local, bukan %(status)s. "
        "Ubah status atau hapus decree."
    ),
    "policy-pillar-sum": lazy("Baris %(line)s: jumlah bobot pilar %(total)s. Ubah sampai tepat 1."),
    "policy-indicator-sum": lazy(
        "Baris %(line)s: jumlah bobot indikator pada pilar «%(pillar)s» adalah %(total)s. Ubah sampai tepat 1."
    ),
    "policy-weight-decimals": lazy(
        "Baris %(line)s: bobot efektif «%(value)s» (pilar × indikator) adalah %(weight)s. Paling banyak 4 desimal."
    ),
    "policy-default-se": lazy(
        "Baris %(line)s: galat baku «%(value)s» belum ada pada default_se. Tambahkan; tulis 0 bila memang tanpa galat."
    ),
    "policy-tie-unknown": lazy("Baris %(line)s: pembeda «%(value)s» bukan indikator. Pakai: %(known)s."),
    "policy-knot-pair": lazy("Baris %(line)s: setiap titik ditulis [nilai, utilitas]."),
    "policy-knot-decimals": lazy("Baris %(line)s: utilitas %(value)s paling banyak 6 desimal."),
    "policy-knots-few": lazy("Baris %(line)s: «%(value)s» perlu sedikitnya dua titik."),
    "policy-knots-order": lazy("Baris %(line)s: nilai pada titik «%(value)s» harus naik terus."),
    "policy-knots-monotone": lazy("Baris %(line)s: utilitas pada titik «%(value)s» harus naik terus atau turun terus."),
    "policy-knots-direction": lazy(
        "Baris %(line)s: utilitas «%(value)s» terbalik: keadaan yang lebih baik mendapat nilai lebih rendah."
    ),
    "policy-missing-rule": lazy("Baris %(line)s: tentukan «missing» untuk «%(value)s»: hold, bounds, atau floor."),
    "policy-neutral": lazy(
        "Baris %(line)s: «%(value)s» dapat tidak berlaku bagi seseorang. Tambahkan «neutral», misalnya 65."
    ),
}
