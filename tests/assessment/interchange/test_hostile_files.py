"""Archives and XML of strangers: what is hostile is refused whole, what is only broken is mended or named."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from merit.assessment.interchange import UnreadableError, read
from merit.assessment.interchange import archive as limits
from tests.assessment.interchange.qti_samples import CHOICE_BODY, QTI3, item, manifest, pack, write

pytestmark = pytest.mark.unit


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(path)
    return caught.value.reason


@pytest.mark.parametrize(
    "name", ["../jahat.xml", "a/../../jahat.xml", "/etc/jahat.xml", "C:\\jahat.xml", "..\\jahat.xml"]
)
def test_names_that_leave_the_archive_are_refused(tmp_path: Path, name: str):
    assert refusal(pack(tmp_path / "p.zip", {"butir.xml": item(), name: "x"})) == "items-archive-unsafe"


def test_links_are_refused(tmp_path: Path):
    link = zipfile.ZipInfo("butir.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")

    assert refusal(tmp_path / "p.zip") == "items-archive-unsafe"


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steep = pack(tmp_path / "a.zip", {"butir.xml": b"\0" * (limits.RATIO_FROM + 1)})
    assert refusal(steep) == "items-archive-bomb"

    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    many = pack(tmp_path / "b.zip", {f"{place}.xml": "x" for place in range(4)})
    assert refusal(many) == "items-archive-bomb"


def test_a_directory_that_lies_about_sizes_is_refused(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"butir.xml": b"<a>" + b"x" * 5_000_000})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)

    with pytest.raises(UnreadableError):
        read(path)


def test_locked_and_broken_archives_are_refused(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"butir.xml": item()})
    data = bytearray(path.read_bytes())
    assert refusal(write(tmp_path, bytes(data[:-30]), "q.zip")) == "items-archive-broken"

    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path) == "items-archive-locked"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + item().split("?>", 1)[1].replace("Ibu", "&x;"),
        '<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;&x;">]>' + item().split("?>", 1)[1],
    ],
)
def test_entities_are_refused(tmp_path: Path, text: str):
    assert refusal(write(tmp_path, text)) == "items-xml-entities"
    assert refusal(write(tmp_path, b"\xff\xfe" + text.encode("utf-16-le"))) == "items-xml-entities"


def test_an_external_dtd_is_not_fetched(tmp_path: Path):
    text = item().replace("?>", '?><!DOCTYPE assessmentItem SYSTEM "http://127.0.0.1:1/x.dtd">', 1)

    assert read(write(tmp_path, text)).items[0].supported


def test_depth_is_bounded(tmp_path: Path):
    deep = "<div>" * 230 + "x" + "</div>" * 230

    assert refusal(write(tmp_path, item(deep))) == "items-xml-deep"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "items-file-empty"),
        (b" \n ", "items-file-empty"),
        (b"\x7fELF\x02\x01\x01\x00", "items-format-unknown"),
        (item().encode()[:-20], "items-xml-broken"),
    ],
)
def test_what_holds_no_items_is_refused_with_a_reason(tmp_path: Path, data: bytes, reason: str):
    assert refusal(write(tmp_path, data)) == reason


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    assert refusal(tmp_path / "tidak-ada.xml") == "items-file-absent"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + item(CHOICE_BODY.replace("Ibu", "Ibu é")).encode(),
        b"\xff\xfe" + item(CHOICE_BODY.replace("Ibu", "Ibu é")).replace("UTF-8", "UTF-16").encode("utf-16-le"),
        item(CHOICE_BODY.replace("Ibu", "Ibu é")).replace("UTF-8", "utf-16").encode(),
        item(CHOICE_BODY.replace("Ibu", "Ibu é")).encode("windows-1252"),
        b"\n\n" + item(CHOICE_BODY.replace("Ibu", "Ibu é")).encode(),
    ],
)
def test_marks_and_wrong_encodings_are_coped_with(tmp_path: Path, data: bytes):
    (found,) = read(write(tmp_path, data)).items

    assert found.content is not None
    assert "Ibu é kota?" in found.content.body


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Ibu kota", "Ibu&eacute;kota", "Ibuékota"),
        ("Ibu kota", "Ibu & kota", "Ibu &amp; kota"),
        ("Ibu kota", "Ibu<br>kota", "Ibu<br>kota"),
        ("Ibu kota", "<x:b>Ibu</x:b> kota", "<b>Ibu</b> kota"),
    ],
)
def test_known_faults_of_exporters_are_mended_and_said(tmp_path: Path, old: str, new: str, shown: str):
    result = read(write(tmp_path, item().replace(old, new, 1)))

    assert [problem.code for problem in result.problems] == ["items-xml-repaired"]
    assert result.items[0].content is not None
    assert shown in result.items[0].content.body


def test_an_element_without_a_namespace_is_an_item_too(tmp_path: Path):
    text = item().replace(' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"', "", 1)

    assert read(write(tmp_path, text)).items[0].supported


def test_two_documents_in_one_file(tmp_path: Path):
    both = item(identifier="satu") + "\n" + item(identifier="dua")
    assert [found.identifier for found in read(write(tmp_path, both)).items] == ["satu", "dua"]

    half = read(write(tmp_path, item(identifier="satu") + '<?xml version="1.0"?><assessmentItem'))
    assert [found.identifier for found in half.items] == ["satu"]
    assert [problem.code for problem in half.problems] == ["items-xml-broken"]


def test_a_package_in_a_folder_with_junk(tmp_path: Path):
    files = {
        "ekspor/imsmanifest.xml": manifest("soal/satu.xml", "soal/dua.xml", "soal/hilang.xml"),
        "ekspor/soal/satu.xml": item(identifier="satu"),
        "ekspor/soal/dua.xml": QTI3,
        "ekspor/soal/rusak.xml": "<assessmentItem",
        "ekspor/bacaan.xml": "<catatan/>",
        "__MACOSX/ekspor/soal/._satu.xml": b"\0\5\x16\7",
        "ekspor/.DS_Store": b"\0",
    }
    result = read(pack(tmp_path / "p.zip", files))

    assert [found.identifier for found in result.items] == ["satu", "tiga"]
    assert [(problem.code, problem.details.get("name")) for problem in result.problems] == [
        ("items-package-missing", "soal/hilang.xml"),
        ("items-xml-broken", "ekspor/soal/rusak.xml"),
    ]


def test_a_package_without_or_with_a_broken_manifest_is_read_all_the_same(tmp_path: Path):
    bare = read(pack(tmp_path / "a.zip", {"satu.xml": item(identifier="satu")}))
    broken = read(pack(tmp_path / "b.zip", {"imsmanifest.xml": "<manifest", "satu.xml": item(identifier="satu")}))

    assert [len(result.items) for result in (bare, broken)] == [1, 1]
    assert [problem.code for problem in bare.problems] == ["items-manifest-absent"]
    assert [problem.code for problem in broken.problems] == ["items-manifest-broken"]


def test_twins_are_named(tmp_path: Path):
    files = {"imsmanifest.xml": manifest("a.xml", "b.xml"), "a.xml": item(), "b.xml": item()}
    result = read(pack(tmp_path / "p.zip", files))

    assert len(result.items) == 2
    assert [(problem.code, problem.details["name"]) for problem in result.problems] == [
        ("items-identifier-twice", "butir-1")
    ]


def test_files_beside_a_file_are_only_read_when_allowed(tmp_path: Path):
    inner = tmp_path / "dalam"
    inner.mkdir()
    (tmp_path / "rahasia.png").write_bytes(b"x")
    path = write(inner, item('<p><img src="../rahasia.png" alt=""/></p>' + CHOICE_BODY))

    assert read(path).items[0].media == {}
    assert read(path, folder=inner).items[0].media == {}
    assert list(read(path, folder=tmp_path).items[0].media_names.values()) == ["rahasia.png"]


def test_one_twisted_item_keeps_no_other_from_being_read(tmp_path: Path):
    def question(name: str, share: str) -> str:
        answers = f'<answer fraction="{share}"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
        texts = f"<name><text>{name}</text></name><questiontext><text>x</text></questiontext>"
        return f'<question type="multichoice">{texts}{answers}</question>'

    result = read(write(tmp_path, f"<quiz>{question('satu', '1e300')}{question('dua', '100')}</quiz>"))

    assert [found.supported for found in result.items] == [False, True]
    assert result.items[0].problems != ()
