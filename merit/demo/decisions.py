"""Invented items on decisions from numbers: nine questions, each with four sets of figures, all of them M.08."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

COMPETENCY = "M.08"
Entry = Mapping[str, Any]
Made = tuple[int, str, tuple[str, ...]]  # level, question, options with the right one first


def decision_entries() -> Iterator[Entry]:
    """Return the items in the shape of ``items.yaml``."""
    for kind, (make, figures) in enumerate(_QUESTIONS, 1):
        for number, given in enumerate(figures, 1):
            level, question, options = make(*given)
            yield {
                "code": f"KM08-{kind}{number}",
                "kind": "single",
                "c": COMPETENCY,
                "l": level,
                "f": {1: 0.75, 2: 0.55, 3: 0.35}[level],
                "q": question,
                "o": options,
            }


def _counters(first: int, second: int, hours: int) -> Made:
    right = (first + second) * hours
    wrong = (first * hours + second, first + second + hours, right + hours * 2)
    question = (
        f"Loket A melayani {first} warga per jam dan loket B {second} warga per jam. "
        f"Berapa warga terlayani bila kedua loket dibuka {hours} jam?"
    )
    return 1, question, (f"{right} warga", *(f"{value} warga" for value in wrong))


def _budget(million: int, percent: int) -> Made:
    left = million * (100 - percent) // 100
    wrong = (million - percent, million * percent // 100, left + 15)
    question = f"Anggaran kegiatan Rp{million} juta sudah terserap {percent} persen. Berapa sisanya?"
    return 1, question, (f"Rp{left} juta", *(f"Rp{value} juta" for value in wrong))


def _meeting(hour: int, topics: int, minutes: int) -> Made:
    def shown(total: int) -> str:
        return f"Pukul {hour + total // 60:02d}.{total % 60:02d}"

    spent = topics * minutes
    question = (
        f"Rapat mulai pukul {hour:02d}.00 dan membahas {topics} pokok, masing-masing {minutes} menit. "
        "Ruang dipakai orang lain sesudahnya. Pukul berapa paling cepat ruang dapat diserahkan?"
    )
    return 1, question, (shown(spent), shown(spent - minutes), shown(spent + 30), shown(spent + minutes))


def _officers(queue: int, rate: int, hours: int) -> Made:
    right = math.ceil(queue / (rate * hours))
    question = (
        f"Antrean berisi {queue} warga. Satu petugas melayani {rate} warga per jam. "
        f"Paling sedikit berapa petugas agar antrean habis dalam {hours} jam?"
    )
    return 2, question, tuple(f"{value} petugas" for value in (right, right - 1, right + 1, right * hours))


def _offers(first: int, discount: int, second: int, third: int, shipping: int) -> Made:
    totals = {"A": first * (100 - discount) / 100, "B": float(second), "C": float(third + shipping)}
    best = min(totals, key=lambda name: totals[name])
    others = [name for name in totals if name != best]
    question = (
        f"Penyedia A menawarkan Rp{first} juta dengan potongan {discount} persen, B Rp{second} juta, dan C Rp{third} "
        f"juta ditambah ongkos kirim Rp{shipping} juta. Mutunya sama. Penyedia mana yang dipilih?"
    )
    return 2, question, (f"Penyedia {best}", *(f"Penyedia {name}" for name in others), "Ketiganya sama murah")


def _complaints(total: int, done: int, target: int) -> Made:
    right = math.ceil(total * target / 100) - done
    question = (
        f"Dari {total} pengaduan, {done} sudah selesai tepat waktu. Targetnya {target} persen. "
        "Paling sedikit berapa pengaduan lagi yang harus selesai tepat waktu?"
    )
    wrong = (target - done * 100 // total, total - done, right + 10)
    return 2, question, tuple(f"{value} pengaduan" for value in (right, *wrong))


def _wards(people: tuple[int, int, int], complaints: tuple[int, int, int]) -> Made:
    names = ("Damai", "Sepinggan", "Manggar")
    rates = {name: count / size for name, size, count in zip(names, people, complaints, strict=True)}
    worst = max(rates, key=lambda name: rates[name])
    told = "; ".join(
        f"{name} {size} ribu penduduk, {count} pengaduan"
        for name, size, count in zip(names, people, complaints, strict=True)
    )
    question = (
        f"Tiga kelurahan: {told}. Satu regu tambahan dikirim ke tempat pengaduan per penduduk tertinggi. Ke mana?"
    )
    return 3, question, (worst, *(name for name in names if name != worst), "Belum dapat ditentukan")


def _mean(first: int, first_index: int, second: int, second_index: int) -> Made:
    right = (first * first_index + second * second_index) / (first + second)
    plain = (first_index + second_index) / 2
    question = (
        f"Indeks kepuasan loket dari {first} warga adalah {first_index}, layanan daring dari {second} warga "
        f"{second_index}. Berapa indeks gabungannya?"
    )
    values = (right, plain, max(first_index, second_index) - 0.5, right - 3)
    return 3, question, tuple(f"{value:.1f}".replace(".", ",") for value in values)


def _crew(days: int, people: int, worked: int, moved: int) -> Made:
    right = (days - worked) * people // (people - moved)
    question = (
        f"Pendataan selesai dalam {days} hari oleh {people} petugas. Setelah {worked} hari, {moved} petugas dipindah. "
        "Berapa hari lagi diperlukan petugas yang tersisa?"
    )
    wrong = (days - worked, right + worked, right - 1)
    return 3, question, tuple(f"{value} hari" for value in (right, *wrong))


_QUESTIONS: tuple[tuple[Callable[..., Made], tuple[tuple[Any, ...], ...]], ...] = (
    (_counters, ((12, 15, 4), (9, 14, 6), (18, 11, 5), (16, 13, 3))),
    (_budget, ((240, 65), (180, 40), (320, 75), (160, 35))),
    (_meeting, ((9, 5, 20), (8, 6, 25), (13, 4, 35), (10, 5, 15))),
    (_officers, ((130, 9, 4), (200, 12, 3), (95, 7, 4), (260, 11, 5))),
    (_offers, ((90, 10, 84, 76, 3), (120, 15, 100, 99, 6), (60, 5, 58, 52, 9), (200, 20, 158, 150, 14))),
    (_complaints, ((160, 118, 90), (240, 170, 85), (125, 80, 80), (300, 231, 95))),
    (
        _wards,
        (
            ((40, 25, 18), (120, 85, 52)),
            ((30, 52, 21), (96, 150, 71)),
            ((26, 44, 35), (80, 141, 101)),
            ((48, 33, 20), (150, 108, 58)),
        ),
    ),
    (_mean, ((300, 80, 100, 88), (150, 76, 450, 84), (240, 90, 60, 75), (500, 82, 125, 92))),
    (_crew, ((12, 10, 4, 2), (20, 12, 8, 3), (15, 8, 6, 2), (18, 9, 6, 3))),
)
