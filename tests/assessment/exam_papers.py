"""Papers that hold every kind of question, for what candidates see."""

from __future__ import annotations

import json
from typing import Any

PIXEL = "/static/img/mark.svg"
_FORMULA = "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>"


def options(*texts: str, most: int | None = None) -> list[dict[str, Any]]:
    """Return choices A, B, … with these texts."""
    rows = [{"id": chr(65 + number), "html": text} for number, text in enumerate(texts)]
    return [row | {"most": most} for row in rows] if most is not None else rows


def interaction(kind: str, **details: Any) -> dict[str, Any]:
    """Return one interaction as papers carry it."""
    defaults: dict[str, dict[str, Any]] = {
        "choice": {"least": 0, "most": 1, "style": "list"},
        "order": {"least": 0, "most": 0},
        "match": {"most": 0},
        "inline_choice": {},
        "text_entry": {"numeric": False, "expected_length": 20, "unit": ""},
        "essay": {"expected_lines": 8, "most_words": 0},
        "hotspot": {"image": PIXEL, "width": 320, "height": 200, "alt": "Denah", "least": 0, "most": 1, "spots": []},
        "slider": {"lower": 0.0, "upper": 10.0, "step": 1.0},
    }
    return {"id": "RESPONSE", "kind": kind, "prompt": "", **defaults[kind], **details}


def item(body: str, *interactions: dict[str, Any]) -> dict[str, Any]:
    """Return an item without its place in a paper."""
    return {"body": body, "interactions": list(interactions)}


BLOCK = '<div data-response="RESPONSE"></div>'
LINE = '<span data-response="RESPONSE"></span>'
SPOTS = [
    {"id": "S1", "label": "Loket", "area": {"shape": "rect", "coords": [20.0, 20.0, 120.0, 80.0]}},
    {"id": "S2", "label": "", "area": {"shape": "circle", "coords": [220.0, 110.0, 45.0]}},
    {"id": "S3", "label": "Pintu", "area": {"shape": "poly", "coords": [20, 190, 100, 190, 60, 120]}},
    {"id": "S4", "label": "Arsip", "area": {"shape": "ellipse", "coords": [160.0, 40.0, 30.0, 18.0]}},
]
ITEMS: dict[str, dict[str, Any]] = {
    "single": item(
        "<p>Anda memimpin tim layanan yang baru saja kehilangan dua anggota karena mutasi. Target layanan minggu ini "
        "tetap berlaku dan antrean warga memanjang. Langkah pertama yang paling tepat Anda lakukan adalah …</p>"
        + BLOCK,
        interaction(
            "choice",
            style="sjt",
            choices=options(
                "Meminta tambahan pegawai kepada atasan dan menunggu keputusannya.",
                "Membagi ulang tugas bersama tim menurut beban, lalu menyampaikan dampaknya kepada atasan.",
                "Mengerjakan sendiri tugas kedua anggota agar target tercapai.",
                "Mengurangi jam layanan sampai pengganti datang.",
                "Menyerahkan pembagian tugas kepada masing-masing anggota.",
            ),
        ),
    ),
    "multiple": item(
        f"<p>Dokumen mana yang <strong>wajib</strong> ada? {_FORMULA}</p>{BLOCK}",
        interaction("choice", most=2, prompt="Pilih dua", choices=options("SKP", "<em>SPT</em>", "DPA", "Nota dinas")),
    ),
    "any": item(f"<p>Mana saja yang benar?</p>{BLOCK}", interaction("choice", most=0, choices=options("Satu", "Dua"))),
    "true_false": item(
        f"<p>Cuti tahunan PNS 12 hari kerja.</p>{BLOCK}",
        interaction("choice", style="true_false", choices=options("Benar", "Salah")),
    ),
    "order": item(
        f"<p>Urutkan tahap penyusunan anggaran.</p>{BLOCK}",
        interaction("order", choices=options("RKPD", "KUA dan PPAS", "RKA", "APBD")),
    ),
    "order_some": item(
        f"<p>Dua yang paling mendesak?</p>{BLOCK}", interaction("order", most=2, choices=options("Satu", "Dua", "Tiga"))
    ),
    "match": item(
        f"<p>Pasangkan dokumen dengan penandatangannya.</p>{BLOCK}",
        interaction(
            "match",
            sources=options("Perda", "SK PNS", most=1),
            targets=[{"id": "X", "html": "Wali Kota", "most": 0}, {"id": "Y", "html": "Kepala BKPSDM", "most": 0}],
        ),
    ),
    "match_many": item(
        f"<p>Tandai semua pasangan yang cocok.</p>{BLOCK}",
        interaction(
            "match",
            most=3,
            sources=options("Perda", f"Rumus {_FORMULA}", most=0),
            targets=[{"id": "X", "html": "<b>Wali Kota</b>", "most": 0}, {"id": "Y", "html": _FORMULA, "most": 0}],
        ),
    ),
    "inline": item(
        f"<p>Cuti tahunan paling lama {LINE} hari kerja.</p>", interaction("inline_choice", choices=options("12", "24"))
    ),
    "text": item(f"<p>Ibu kota Kalimantan Timur adalah {LINE}.</p>", interaction("text_entry", expected_length=15)),
    "numeric": item(
        f"<p>Belanja modal 2025: {LINE}</p>",
        interaction("text_entry", numeric=True, unit="juta rupiah", expected_length=8, prompt="Belanja modal"),
    ),
    "essay": item(
        f"<p>Jelaskan langkah Anda.</p>{BLOCK}", interaction("essay", most_words=300, prompt="<p>Uraian Anda</p>")
    ),
    "hotspot": item(f"<p>Di mana antrean dimulai?</p>{BLOCK}", interaction("hotspot", spots=SPOTS)),
    "pointing": item(f"<p>Tunjuk dua pintu.</p>{BLOCK}", interaction("hotspot", most=2)),
    "slider": item(f"<p>Seberapa mendesak?</p>{BLOCK}", interaction("slider")),
    "several": item(
        '<p>Isi <span data-response="R1"></span> dan <span data-response="R2"></span>.</p>'
        '<audio src="/static/img/mark.svg"></audio><p><img src="/static/img/mark.svg" alt="Lambang"></p>',
        interaction("text_entry", id="R1"),
        interaction("inline_choice", id="R2", choices=options("Ya", "Tidak")),
        interaction("essay", id="R3"),
    ),
    "information": item("<p>Bacalah uraian ini untuk soal berikutnya.</p><table><tr><th>Tahun</th></tr></table>"),
}


def every_kind() -> bytes:
    """Return a paper with one question of every kind."""
    return paper(*ITEMS.values())


def paper(*items: dict[str, Any], navigation: str = "free", sections: list[dict[str, Any]] | None = None) -> bytes:
    """Return a paper's JSON."""
    placed = [{"position": position, "section": 0, **one} for position, one in enumerate(items, 1)]
    whole = sections or [{"name": "Bagian 1", "first": 1, "last": len(items), "minutes": None}]
    for one in placed:
        one["section"] = next(at for at, part in enumerate(whole) if part["first"] <= one["position"] <= part["last"])
    document = {
        "version": 1,
        "title": "Uji Kompetensi Manajerial",
        "language": "id",
        "navigation": navigation,
        "sections": whole,
        "items": placed,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
