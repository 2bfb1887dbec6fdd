"""Charts: SVG that a strict policy lets through, the same every time, in the page's language."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from merit.web import chart_rendering, charts

pytestmark = pytest.mark.unit

ROWS = [
    charts.RankInterval(name="Siti <b>", rank=1, low=1, high=2),
    charts.RankInterval(name="Budi", rank=2, low=1, high=3),
    charts.RankInterval(name="Ayu", rank=3, low=2, high=3),
]
PARTS = [
    charts.Part(label="SKP", value=4.5),
    charts.Part(label="Disiplin", value=-1.8),
    charts.Part(label="Nol", value=0),
]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def every_chart() -> dict[str, str]:
    return {
        "forest": charts.forest(ROWS, cut=1, band=(1, 2), title="Rentang"),
        "waterfall": charts.waterfall(PARTS, reference=62.4, total=65.1, title="Kontribusi"),
        "pairs": charts.mirrored_bars(
            [charts.Pair(label="SKP", first=13, second=9)], name_a="Siti", name_b="Budi", title="Pasangan"
        ),
        "levels": charts.dots_against_standard(
            [charts.LevelRow(label="Integritas", level=2, standard=3, low=1.5, high=2.5)], title="Tingkat"
        ),
        "history": charts.line_history(
            [charts.Point(when="2025", value=70.5), charts.Point(when="2026", value=72)], title="Riwayat", unit="JPM"
        ),
    }


def test_charts_carry_nothing_a_policy_would_block(page):
    forbidden = re.compile(r"style=|<style|<script|javascript:|\son[a-z]+=|<foreignObject|href=")

    assert [name for name, svg in every_chart().items() if forbidden.search(svg)] == []


def test_charts_are_one_image_with_a_name(page):
    for svg in every_chart().values():
        root = etree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert [element for element in root.iterdescendants() if "role" in element.attrib] == []


def test_waterfall_shows_signed_numbers_in_indonesian(page):
    shown = texts(charts.waterfall(PARTS, reference=62.4, total=65.1, title="Kontribusi"))

    assert {"62,40", "+4,50", "−1,80", "0,00", "65,10", "Rata-rata calon", "Nilai akhir"} <= set(shown)


def test_waterfall_without_parts_shows_both_ends(page):
    assert {"62,40", "Nilai akhir"} <= set(texts(charts.waterfall([], reference=62.4, total=62.4, title="x")))


def test_forest_shades_the_band_only_when_there_is_one(page):
    shaded = charts.forest(ROWS, cut=1, band=(1, 2), title="x")
    plain = charts.forest(ROWS, cut=1, band=None, title="x")

    assert shaded.count(chart_rendering.BAND) == 2
    assert chart_rendering.BAND not in plain
    assert "batas 1 nama" in texts(plain)
    assert "1  Siti <b>" in texts(plain)


def test_charts_are_drawn_once_and_kept_in_the_instance(look, page):
    first = charts.forest(ROWS, cut=2, band=None, title="sekali")
    chart_rendering._memory.clear()
    stored = list((look.config["SETTINGS"].files_path / "charts").glob("*.svg"))

    assert charts.forest(ROWS, cut=2, band=None, title="sekali") == first
    assert [path.read_text(encoding="utf-8") for path in stored] == [first]


def test_clip_names_differ_between_charts(page):
    names = [set(re.findall(r'id="([^"]+)"', svg)) for svg in every_chart().values()]

    assert len(set().union(*names)) == sum(len(part) for part in names)
