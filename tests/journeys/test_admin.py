"""The admin's day: a file with an error, corrected, saved, taken back; a vacancy ranked, explained, exported."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.journeys.conftest import Visitor
from tests.journeys.looks import look_faults

pytestmark = pytest.mark.journey

_HEADINGS = ("nip", "nama", "penyelenggara", "mulai", "selesai", "jp", "nomor_sertifikat")


def write_training(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write a file of trainings with one sheet named Pelatihan."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Pelatihan")
        for number, row in enumerate([_HEADINGS, *rows]):
            sheet.write_row(number, 0, row)
    return path


def upload(visitor: Visitor, path: Path) -> None:
    """Send a file of trainings through the page."""
    visitor.visit("/impor")
    form = visitor.page.locator("form[enctype]")
    form.get_by_label("Jenis data").select_option("training", force=True)
    form.get_by_label("Berkas CSV atau XLSX").set_input_files(path)
    visitor.press("Periksa berkas")
    visitor.page.wait_for_url("**/impor/berkas/**")


def text_of(pdf: Path) -> str:
    """Return the words of a PDF where the machine can read them, else an empty text."""
    if not (tool := shutil.which("pdftotext")):
        return ""
    return subprocess.run([tool, pdf, "-"], capture_output=True, text=True, check=True).stdout


def test_the_admin_imports_corrects_and_takes_back(arrive_as, installation, tmp_path):
    visitor = arrive_as("admin")
    nip = installation.rows("SELECT nip FROM officials ORDER BY nip LIMIT 1")[0][0]
    row = [nip, "Penulisan risalah", "BPSDM", "2026-02-02", "2026-02-04", 24, "S-JALAN-1"]
    wrong = write_training(tmp_path / "salah.xlsx", [row, [*row[:4], "31-02-2026", 24, "S-JALAN-2"]])
    right = write_training(tmp_path / "benar.xlsx", [row, [*row[:4], "2026-02-05", 24, "S-JALAN-2"]])
    count = "SELECT count(*) FROM training_records WHERE superseded_at IS NULL"
    before = installation.rows(count)

    upload(visitor, wrong)
    assert "Pelatihan!E3" in visitor.main
    assert "Tidak ada yang disimpan" in visitor.main
    assert look_faults(visitor.page) == []
    assert installation.rows(count) == before

    upload(visitor, right)
    assert "Semua baris dapat dibaca" in visitor.main
    assert look_faults(visitor.page) == []
    visitor.press("Simpan 2 catatan")
    visitor.page.wait_for_url(re.compile(r"/impor/\d+$"))
    assert "Impor tersimpan" in visitor.main
    assert "benar.xlsx" in visitor.main
    assert installation.rows(count) == [(before[0][0] + 2,)]

    batch = visitor.page.url
    visitor.page.get_by_text("Batalkan impor", exact=True).first.click()
    visitor.press("Ya, batalkan")
    visitor.page.wait_for_url(lambda url: re.search(r"/impor/\d+$", url) and url != batch)
    assert "catatan kembali seperti sebelumnya" in visitor.main
    assert installation.rows(count) == before


def test_the_admin_ranks_explains_compares_and_exports(arrive_as, tmp_path):
    visitor = arrive_as("admin")
    page = visitor.page
    visitor.visit("/lowongan")
    page.get_by_role("link", name="LOWONGAN-2", exact=True).click()
    page.wait_for_url("**/lowongan/LOWONGAN-2")

    visitor.press("Susun peringkat")
    page.wait_for_url("**/pekerjaan/*")
    page.get_by_role("link", name="Buka hasil").click(timeout=30_000)

    page.wait_for_url("**/lowongan/LOWONGAN-2/peringkat/**")
    run = page.url.rsplit("/", 1)[1]
    page.get_by_role("link", name="Mengapa? ").first.click()
    page.wait_for_url("**/pegawai/**")
    assert "Apa yang menaikkan dan menurunkan nilai" in visitor.main
    explained = visitor.download("Unduh PDF", tmp_path)
    page.get_by_label("Bandingkan dengan").select_option(index=1, force=True)
    visitor.press("Bandingkan")
    page.wait_for_url("**lawan=*")
    assert page.locator(".pair-sentence").inner_text().strip()
    assert look_faults(page) == []

    visitor.visit(f"/lowongan/LOWONGAN-2/peringkat/{run}")
    visitor.press("Hitung ulang")
    page.get_by_text("hasilnya sama persis").wait_for()
    book = CalamineWorkbook.from_path(visitor.download("Unduh XLSX", tmp_path))
    shortlist = visitor.download("Unduh PDF", tmp_path)
    order = book.get_sheet_by_name("Urutan").to_python()
    assert book.sheet_names == ["Urutan", "Poin", "Syarat", "Asal-usul"]
    assert order[1][0] == 1
    assert order[1][3] in visitor.main
    for pdf in (explained, shortlist):
        assert pdf.read_bytes().startswith(b"%PDF-")
        assert run in text_of(pdf) or not shutil.which("pdftotext")


def test_signing_out_leaves_nothing_behind(arrive, installation):
    visitor = arrive()
    visitor.visit("/pegawai")
    visitor.sign_in(installation.of_role("admin"))
    visitor.page.wait_for_url("**/pegawai")
    assert "Menampilkan" in visitor.main

    visitor.sign_out()
    assert "Anda sudah keluar" in visitor.main
    visitor.page.go_back()
    visitor.page.wait_for_url("**/masuk**")

    assert "Menampilkan" not in visitor.page.content()
    assert visitor.visit("/pegawai") == 200
    assert "/masuk" in visitor.page.url
