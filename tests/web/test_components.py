"""Macros: what pages rely on in every state."""

from __future__ import annotations

import pytest
from flask import render_template, render_template_string
from lxml import html

pytestmark = pytest.mark.web


def draw(source: str, **values: object) -> html.HtmlElement:
    return html.fromstring(f"<div>{render_template_string(source, **values)}</div>")


TABLE = """{% from "components/table.html" import cell, data_table %}
{% call(row) data_table(rows, columns=[{"label": "Nama", "sort": "nama"}, {"label": "Nilai", "numeric": true}],
  caption="Daftar", sort=sort, link=url_with, empty_title="Kosong") %}
{% call cell(head=true) %}{{ row }}{% endcall %}{% call cell("Nilai", numeric=true) %}1{% endcall %}{% endcall %}"""


def test_table_has_caption_and_sortable_heading(page):
    table = draw(TABLE, rows=["Siti <b>"], sort="nama")

    assert table.xpath("//caption/text()") == ["Daftar"]
    assert table.xpath("//th[1]/@aria-sort") == ["ascending"]
    assert table.xpath("//th[1]/a/@href") == ["/komponen?urut=-nama&cari=siti"]
    assert table.xpath("//tbody/tr/th/text()") == ["Siti <b>"]
    assert table.xpath("//td/@data-label") == ["Nilai"]


def test_table_without_rows_says_so(page):
    assert draw(TABLE, rows=[], sort="").xpath("//*[@class='empty-title']/text()") == ["Kosong"]


def test_filter_bar_keeps_other_parameters_and_offers_to_take_filters_away(page):
    bar = draw(
        """{% from "components/filters.html" import filter_bar %}
        {{ filter_bar("/pegawai", search={"name": "cari", "label": "Cari", "value": "siti"},
          selects=[{"name": "jenjang", "label": "Jenjang", "value": "a", "options": [("a", "Satu"), ("b", "Dua")]}],
          keep=[("urut", "nama"), ("kosong", "")], link=url_with) }}"""
    )

    assert bar.xpath("//form/@method") == ["get"]
    assert bar.xpath("//input[@type='hidden']/@name") == ["urut"]
    assert bar.xpath("//option[@selected]/@value") == ["a"]
    assert bar.xpath("//a[@class='chip']/@href") == ["/komponen?urut=nama", "/komponen?urut=nama&cari=siti"]


def test_pagination_at_the_first_page_has_no_way_back(page):
    pager = draw(
        '{% from "components/pagination.html" import pagination %}'
        "{{ pagination(page=1, pages=3, total=6000, per_page=2500, link=url_with) }}"
    )

    assert pager.xpath("//p/text()")[0].strip() == "Menampilkan 1–2.500 dari 6.000"
    assert pager.xpath("//a/@aria-label") == ["Halaman berikutnya", "Halaman terakhir"]


def test_form_ties_label_hint_and_error_by_id(look, page):
    from merit.web.develop import _filled_form

    form = draw(
        '{% from "components/form.html" import form_page %}{{ form_page(form, submit="Simpan") }}',
        form=_filled_form(with_errors=True),
    )

    control = form.xpath("//input[@name='galat-nip']")[0]
    assert control.get("aria-invalid") == "true"
    described = control.get("aria-describedby").split()
    assert described == ["galat-nip-petunjuk", "galat-nip-galat"]
    assert [form.get_element_by_id(name).text_content().strip() for name in described] == [
        "18 angka, spasi boleh dipakai.",
        "Isi bagian ini.",
    ]
    assert form.xpath("//label[@for='galat-nip']")
    assert form.xpath("//*[@role='alert']//a/@href")[0] == "#galat-nip"


def test_progress_asks_again_only_while_work_goes_on(page):
    source = '{% from "components/progress.html" import progress %}{{ progress("Impor", value=1, total=2, poll=poll) }}'

    assert draw(source, poll="/pekerjaan/1").xpath("//*[@hx-get]/@hx-get") == ["/pekerjaan/1"]
    assert draw(source, poll="").xpath("//*[@hx-get]") == []


def test_interval_bar_places_its_marks_on_the_scale(page):
    bar = draw(
        '{% from "components/score.html" import interval_bar %}'
        '{{ interval_bar(25, 75, 50, label="x", cut=100, width=112) }}'
    )

    # 100 pixels between margins of 6: 25, 50, 75 and 100 percent lie at 31, 56, 81 and 106.
    assert bar.xpath("//line[@class='interval-range']/@x1") == ["31.0"]
    assert bar.xpath("//circle/@cx") == ["56.0"]
    assert bar.xpath("//line[@class='interval-range']/@x2") == ["81.0"]
    assert bar.xpath("//line[@class='interval-cut']/@x1") == ["106.0"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418])
def test_error_page_says_what_to_do_next(page, status):
    answer = html.fromstring(render_template("errors/error.html", status=status, message=""))

    assert answer.xpath("//h1")[0].text_content().strip()
    assert answer.xpath("//p[@class='error-advice']")[0].text_content().strip()


def test_component_page_shows_every_macro_file(look):
    from merit.config import ROOT

    source = (ROOT / "templates/develop/components.html").read_text(encoding="utf-8")
    families = {path.name for path in (ROOT / "templates/components").glob("*.html")} - {"icon_shapes.html"}

    assert [name for name in sorted(families) if f'"components/{name}"' not in source] == []
    assert look.test_client().get("/komponen").status_code == 200
