"""Sentences about records used as evidence: the NIP, and why a value stands as it does."""

from __future__ import annotations

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: dict[str, LazyString] = {
    "nip-form": lazy("NIP harus 18 angka. Tulis sebagai teks tanpa spasi."),
    "nip-birth": lazy("Delapan angka pertama NIP bukan tanggal lahir (TTTTBBHH). Periksa NIP."),
    "nip-start": lazy("Angka 9–14 NIP bukan tahun dan bulan TMT CPNS yang mungkin. Periksa NIP dan status."),
    "nip-sex": lazy("Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan). Periksa NIP."),
    "nip-other-birth": lazy("Tanggal lahir berbeda dari NIP. Perbaiki tanggal lahir atau NIP."),
    "nip-other-sex": lazy("Jenis kelamin berbeda dari NIP. Perbaiki jenis kelamin atau NIP."),
    "few-cases": lazy("Terlalu sedikit aduan untuk dinilai (kurang dari lima)."),
    "group-too-small": lazy("Belum cukup penilai: rekan dan bawahan dihitung mulai tiga orang."),
    "leads-none": lazy("Tidak memimpin unit."),
    "led-too-short": lazy("Memimpin unit kurang dari enam bulan dalam masa yang dinilai."),
    "internal-results": lazy("Memakai hasil uji internal yang belum terakreditasi."),
    "pppk-exempt": lazy("Kewajiban 20 JP setahun hanya untuk PNS; PPPK tidak dinilai di sini."),
    "not-rated": lazy("Belum ada umpan balik pada tahun yang dinilai."),
    "leave-year-skipped": lazy("Tahun dengan cuti lebih dari enam bulan dilewati; dipakai tahun sebelumnya."),
    "absence-punished": lazy("Hari yang sudah berujung hukuman disiplin tidak dihitung lagi."),
    "none-offered": lazy("Belum pernah ditawari penugasan dalam dua tahun terakhir."),
    "none-evaluated": lazy("Belum ada pelatihan yang dievaluasi penerapannya dalam tiga tahun terakhir."),
    "satisfaction-error-unknown": lazy(
        "Ada survei kepuasan tanpa simpangan atau jumlah responden, dan kebijakan tidak menetapkan galat bakunya. "
        "Lengkapi surveinya, atau tambahkan «service.satisfaction» pada default_se kebijakan."
    ),
    "default-error": lazy("Galat baku tidak tercatat; dipakai galat baku kebijakan."),
}
