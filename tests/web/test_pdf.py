"""PDFs: tagged, repeatable byte for byte, values never read as markup."""

from __future__ import annotations

import datetime as dt

import pytest

from merit.errors import SetupError
from merit.web import develop, pdf

pytestmark = pytest.mark.unit


def test_sample_document_is_the_same_twice_and_tagged(look, page):
    first = develop.sample_pdf(look.config["SETTINGS"], develop.INSTANT)
    second = develop.sample_pdf(look.config["SETTINGS"], develop.INSTANT)

    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in first
    assert b"/Lang(id)" in first


def test_document_carries_the_instant_of_its_record(look, page):
    other = develop.INSTANT + dt.timedelta(days=1)

    assert b"D:20260301" in develop.sample_pdf(look.config["SETTINGS"], develop.INSTANT)
    assert b"D:20260302" in develop.sample_pdf(look.config["SETTINGS"], other)


def test_unknown_template_is_a_sentence(page):
    frame = pdf.Frame(agency="BKPSDM", city="Kota", title="Judul")

    with pytest.raises(SetupError) as refusal:
        pdf.render_pdf("tidak-ada", {}, develop.INSTANT, frame=frame)

    assert refusal.value.reason == "pdf-template-missing"


def test_qr_of_nothing_is_nothing():
    assert pdf.qr_svg("") == ""
    assert pdf.qr_svg("https://merit.example.go.id").startswith("<?xml")
