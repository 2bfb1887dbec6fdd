"""What the figures of an item mean, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString

from merit.i18n import lazy

SENTENCES: Mapping[str, LazyString] = {
    "verdict-few": lazy("Baru %(count)s peserta; butir dinilai setelah %(least)s peserta."),
    "verdict-good": lazy("Butir bekerja baik."),
    "verdict-able-distractor": lazy("Pengecoh %(option)s lebih menarik bagi peserta pandai: periksa kunci."),
    "verdict-negative": lazy("Peserta pandai lebih sering salah daripada yang lain: periksa kunci."),
    "verdict-too-easy": lazy("Hampir semua peserta benar: butir tidak membedakan siapa pun."),
    "verdict-too-hard": lazy("Hampir tidak ada yang benar: periksa apakah soalnya jelas dan pantas untuk levelnya."),
    "verdict-weak": lazy("Daya beda hampir nol: butir tidak mengukur yang diukur butir lain. Perbaiki atau ganti."),
    "verdict-low": lazy("Daya beda rendah: perjelas soal atau pengecohnya."),
    "verdict-dead-options": lazy("Pilihan %(options)s hampir tidak dipilih: ganti dengan pengecoh yang masuk akal."),
    "verdict-dif-large-easier": lazy(
        "Pada kemampuan yang sama, butir ini jauh lebih mudah bagi %(group)s: telaah isinya sebelum dipakai lagi."
    ),
    "verdict-dif-large-harder": lazy(
        "Pada kemampuan yang sama, butir ini jauh lebih sulit bagi %(group)s: telaah isinya sebelum dipakai lagi."
    ),
    "verdict-dif-moderate-easier": lazy("Pada kemampuan yang sama, butir ini agak lebih mudah bagi %(group)s."),
    "verdict-dif-moderate-harder": lazy("Pada kemampuan yang sama, butir ini agak lebih sulit bagi %(group)s."),
    "verdict-dif-crossing": lazy(
        "Bagi %(group)s, butir ini lebih mudah di satu ujung kemampuan dan lebih sulit di ujung lain: telaah isinya."
    ),
    "verdict-drift": lazy(
        "Kesulitannya bergeser sejak kalibrasi terdahulu: mungkin bocor. Tangguhkan sampai diperiksa."
    ),
    "verdict-answers-easier": lazy(
        "Lebih mudah daripada yang diharapkan dari parameternya: mungkin bocor. Tangguhkan sampai diperiksa."
    ),
    "verdict-answers-harder": lazy(
        "Lebih sulit daripada yang diharapkan dari parameternya: mungkin berubah makna. Tangguhkan sampai diperiksa."
    ),
    "verdict-misfit": lazy("Jawaban tidak mengikuti kurvanya: ada hal lain yang ikut menentukan."),
    "model-fit-close": lazy("Model cocok: jawaban peserta mengikuti model ini dengan dekat."),
    "model-fit-adequate": lazy(
        "Model cukup cocok. Lihat butir yang jawabannya tidak mengikuti model sebelum memberlakukan."
    ),
    "model-fit-poor": lazy(
        "Model kurang cocok: butir mengukur lebih dari satu hal, atau modelnya terlalu sederhana. Periksa butir yang "
        "tidak mengikuti model, atau coba model lain."
    ),
    "model-fit-unknown": lazy("Kecocokan model secara keseluruhan tidak dihitung."),
    "dif-group-woman": lazy("perempuan"),
    "dif-group-older": lazy("pegawai berumur 45 tahun ke atas"),
    "dif-group-unit": lazy("pegawai %(kind)s"),
}


def group_words(code: str) -> str:
    """Return the words for a group of persons: ``woman``, ``older`` or ``unit:<kind>``."""
    name, _colon, kind = code.partition(":")
    text = str(SENTENCES[f"dif-group-{name}"])
    return text % {"kind": kind.replace("_", " ")} if kind else text


def verdict_words(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills the sentence of a verdict, a group in words."""
    return {name: group_words(value) if name == "group" else value for name, value in details.items()}
