"""``xi:include`` in packages: members of the same package come in, nothing else does, and never without end."""

from pathlib import Path

import pytest

from merit.assessment.interchange import ReadItem, read
from tests.assessment.interchange.qti_samples import CHOICE_BODY, PIXEL, item, pack, write

pytestmark = pytest.mark.unit
XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
DIV = '<div xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" {xi}>{inside}</div>'


def include(href: str, more: str = "") -> str:
    return f'<xi:include href="{href}" {more}/>'


def fragment(inside: str) -> str:
    return DIV.format(xi=XI, inside=inside)


def read_with(tmp_path: Path, body: str, **files: str | bytes) -> ReadItem:
    members = {"butir/satu.xml": item(body + CHOICE_BODY, attributes=XI)}
    members |= {name.replace("__", "/") + ".xml": text for name, text in files.items()}
    found = read(pack(tmp_path / "p.zip", {**members, "bahan/gambar/titik.png": PIXEL})).items
    return next(one for one in found if one.identifier == "butir-1")


def failures(found: ReadItem) -> list[str]:
    return [one.details["name"] for one in found.problems if one.code == "items-include-failed"]


def test_a_member_comes_in_with_its_own_parts_and_pictures(tmp_path: Path):
    text = fragment(f'Bacaan.<img src="gambar/titik.png" alt="titik"/>{include("dalam/lagi.xml")}')
    body = f"<p>Sebelum {include('../bahan/bacaan.xml')} sesudah</p>"

    found = read_with(tmp_path, body, bahan__bacaan=text, bahan__dalam__lagi=fragment("Lebih dalam."))

    assert found.supported
    assert failures(found) == []
    assert list(found.media_names.values()) == ["titik.png"]
    words = " ".join(found.content.body.replace("<", " <").split())
    assert [words.index(part) for part in ("Sebelum", "Bacaan.", "Lebih dalam.", "sesudah")] == sorted(
        words.index(part) for part in ("Sebelum", "Bacaan.", "Lebih dalam.", "sesudah")
    )


@pytest.mark.parametrize(
    ("href", "more"),
    [
        ("tidak-ada.xml", ""),
        ("file:///etc/passwd", ""),
        ("http://example.org/a.xml", ""),
        ("//example.org/a.xml", ""),
        ("/etc/passwd", ""),
        ("../../../../etc/passwd", ""),
        ("", ""),
        ("aman.xml#xpointer(/)", ""),
        ("aman.xml", 'xpointer="element(/1)"'),
        ("aman.xml", 'parse="text"'),
        ("rusak.xml", ""),
        ("entitas.xml", ""),
    ],
)
def test_nothing_else_comes_in_and_the_item_is_named(tmp_path: Path, href: str, more: str):
    bomb = '<!DOCTYPE a [<!ENTITY x "x">]><a>&x;</a>'
    files = {"butir__aman": fragment("aman"), "butir__rusak": "<a><b></a>", "butir__entitas": bomb}

    found = read_with(tmp_path, include(href, more), **files)

    assert not found.supported
    assert failures(found) == [href or "xi:include"]
    assert "include" in {one.details.get("name") for one in found.problems}


def test_files_that_include_each_other_end(tmp_path: Path):
    files = {"butir__a": fragment(include("b.xml")), "butir__b": fragment(include("a.xml"))}

    found = read_with(tmp_path, include("a.xml"), **files)

    assert failures(found) == ["a.xml"]


def test_numbers_and_sizes_are_bounded(tmp_path: Path):
    many = read_with(tmp_path, include("a.xml") * 51, butir__a=fragment("x"))
    large = read_with(tmp_path, include("a.xml") * 3, butir__a=fragment("x" * 1_500_000))
    deep = read_with(
        tmp_path, include("f0.xml"), **{f"butir__f{n}": fragment(include(f"f{n + 1}.xml")) for n in range(6)}
    )

    assert failures(many) == ["a.xml"]
    assert failures(large) == ["a.xml"]
    assert failures(deep) == ["f4.xml"]


def test_a_single_file_reaches_nothing_beside_it_unless_allowed(tmp_path: Path):
    write(tmp_path, fragment("tetangga"), "a.xml")
    path = write(tmp_path, item(include("a.xml") + CHOICE_BODY, attributes=XI))

    assert failures(read(path).items[0]) == ["a.xml"]
    assert "tetangga" in read(path, folder=tmp_path).items[0].content.body


def html_page(text: str) -> bytes:
    return f"<html><head><title>Judul</title><script>x()</script></head><body>{text}</body></html>".encode("cp1252")


def test_a_page_of_the_package_becomes_text_of_the_item(tmp_path: Path):
    page = html_page(
        '<h1>Bacaan</h1><p onclick="x()">Caf\xe9 <img src="titik.png" alt="titik"></p><object data="a.html"/>'
    )
    body = '<p>Baca.</p><object data="../bahan/bacaan.html" type="text/html"/>' + CHOICE_BODY
    files = {"butir/satu.xml": item(body), "bahan/bacaan.html": page, "bahan/titik.png": PIXEL, "bahan/a.html": page}

    (found,) = read(pack(tmp_path / "p.zip", files)).items

    assert not found.supported  # a page within a page
    assert "object a.html" in {one.details.get("name") for one in found.problems}
    (found,) = read(
        pack(tmp_path / "q.zip", {**files, "bahan/bacaan.html": page.replace(b'<object data="a.html"/>', b"")})
    ).items
    assert found.supported
    assert "<h2>Bacaan</h2><p>Café <img" in found.content.body
    assert list(found.media_names.values()) == ["titik.png"]
    for gone in ("Judul", "x()", "onclick", "script"):
        assert gone not in found.content.body


def test_a_page_that_is_not_there_keeps_the_item_from_being_given(tmp_path: Path):
    for address in ("tidak-ada.html", "http://example.org/a.html"):
        body = f'<object data="{address}" type="text/html"/>{CHOICE_BODY}'

        (found,) = read(pack(tmp_path / "p.zip", {"satu.xml": item(body)})).items

        assert not found.supported
        assert "object text/html" in {one.details.get("name") for one in found.problems}
