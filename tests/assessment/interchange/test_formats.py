"""What readers do with odd questions: lost, unsupported, broken, and the exact points of shares."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.scoring import score_item
from merit.assessment.interchange.archive import Archive
from merit.assessment.interchange.foreign_parts import points_of_shares
from merit.assessment.interchange.foreign_text import from_markdown
from merit.assessment.interchange.formats import read_source
from merit.assessment.interchange.reading import ReadItem, Source
from merit.assessment.interchange.xlsx_columns import EXAMPLES, HEADINGS, SHEET
from merit.assessment.interchange.xml import peek_root
from merit.web.downloads import Sheet, workbook_bytes

pytestmark = pytest.mark.unit


def read_text(text: str, name: str = "soal.gift") -> list[ReadItem]:
    """Read a text file of items."""
    return list(read_source(Source(name, text.encode())).items)


def read_xml(text: str, name: str = "soal.xml") -> list[ReadItem]:
    """Read an XML file of items."""
    data = text.encode()
    root, namespace = peek_root(data)
    return list(read_source(Source(name, data, root=root, namespace=namespace)).items)


def read_rows(*rows: dict[str, object]):
    """Read a workbook of these rows."""
    headings = [name for name in HEADINGS if any(name in row for row in rows)]
    book = workbook_bytes(
        [Sheet(name=SHEET, headings=headings, rows=[[row.get(name, "") for name in headings] for row in rows])]
    )
    return read_source(Source("butir.xlsx", files=Archive(book, name="butir.xlsx"), archive=True))


def quiz(kind: str, inside: str) -> str:
    """Return a Moodle question."""
    return (
        f'<quiz><question type="{kind}"><name><text>n</text></name><questiontext format="html"><text>?</text>'
        f"</questiontext>{inside}</question></quiz>"
    )


def problems(item: ReadItem) -> list[str]:
    """Return the codes of an item's problems."""
    return [problem.code for problem in item.problems]


@given(st.integers(1, 12), st.integers(1, 1000))
def test_equal_shares_add_up_to_the_points(count, cents):
    points = Decimal(cents) / 100
    written = (Decimal(100) / count).quantize(Decimal("0.00001"))

    shared = points_of_shares([written] * count, points)

    assert sum(shared) == points
    assert max(shared) - min(shared) <= Decimal("0.000001")


def test_three_thirds_as_moodle_writes_them_earn_the_full_mark():
    thirds = "".join(f'<answer fraction="33.33333"><text>{name}</text></answer>' for name in "abc")
    [item] = read_xml(
        quiz("multichoice", f'<single>false</single>{thirds}<answer fraction="-100"><text>d</text></answer>')
    )

    got = {
        letters: score_item(item.content, item.key, {"RESPONSE": list(letters)}).points
        for letters in ("A", "ABC", "ABCD")
    }

    assert got == {"A": Decimal("0.333334"), "ABC": Decimal(1), "ABCD": Decimal(0)}


def test_wrong_single_choice_may_cost_points_as_in_moodle():
    """Moodle lets a single choice go below 0 by its own fraction: 2 points at -50 % are -1."""
    answers = '<answer fraction="100"><text>a</text></answer><answer fraction="-50"><text>b</text></answer>'
    [item] = read_xml(quiz("multichoice", f"<defaultgrade>2</defaultgrade><single>true</single>{answers}"))

    assert score_item(item.content, item.key, {"RESPONSE": ["B"]}).points == Decimal(-1)


@pytest.mark.parametrize(
    ("kind", "inside", "expected"),
    [
        ("calculatedmulti", "", ["foreign-type-unsupported"]),
        ("shortanswer", '<answer fraction="100"><text>Maka*</text></answer>', ["foreign-wildcard-unsupported"]),
        ("shortanswer", '<answer fraction="60"><text>x</text></answer>', ["foreign-broken-best"]),
        ("multichoice", '<answer fraction="100"><text>a</text></answer>', ["foreign-broken-options"]),
        ("numerical", '<answer fraction="100"><text>dua</text></answer>', ["foreign-broken-number"]),
        ("numerical", '<answer fraction="100"><text>NaN</text></answer>', ["foreign-broken-number"]),
        ("essay", "<defaultgrade>-1</defaultgrade>", ["foreign-broken-points"]),
        ("truefalse", '<answer fraction="50"><text>true</text></answer>', ["foreign-broken-truefalse"]),
        ("matching", "", ["foreign-broken-pairs"]),
        ("gapselect", "", ["foreign-broken-gaps"]),
        ("cloze", "", ["foreign-broken-cloze-none"]),
    ],
)
def test_question_that_cannot_be_given_is_named(kind, inside, expected):
    [item] = read_xml(quiz(kind, inside))

    assert (item.supported, problems(item)) == (False, expected)


def test_units_beyond_the_base_one_are_named_as_lost():
    units = "".join(
        f"<unit><multiplier>{times}</multiplier><unit_name>{name}</unit_name></unit>"
        for times, name in ((1, "m"), (100, "cm"))
    )
    [item] = read_xml(quiz("numerical", f'<answer fraction="100"><text>2</text></answer><units>{units}</units>'))

    assert (item.content.interactions[0].unit, problems(item)) == ("m", ["foreign-lost-units"])


def test_broken_question_keeps_no_other_out():
    items = read_text("A? {=x ~y\n\nB? {~x =y}\n\nC? {#satu}\n\nD? {T}\n")

    assert [(item.supported, item.type) for item in items] == [
        (False, "gift"),
        (True, "single_choice"),
        (False, "gift"),
        (True, "true_false"),
    ]
    assert [item.where for item in items] == ["soal.gift:1", "soal.gift:3", "soal.gift:5", "soal.gift:7"]


@pytest.mark.parametrize("text", ["Dua? {#1e999999:1}", "Dua? {1:NUMERICAL:=1e999999:0}"])
def test_number_beyond_all_bounds_breaks_its_item_alone(text):
    [item] = read_text(text)

    assert (item.supported, problems(item)) == (False, ["items-item-broken"])


def test_aiken_says_what_is_missing_question_by_question():
    text = "Satu?\nA) a\nB) b\nANSWER: B\n\nDua?\nA) a\nB) b\nANSWER: C\n\nTiga?\nA) a\nB) b\n"
    items = read_text(text, "soal.txt")

    assert [problems(item) for item in items] == [[], ["foreign-broken-aiken-letter"], ["foreign-broken-aiken-answer"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**tebal** dan _miring_", "<strong>tebal</strong> dan <em>miring</em>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("`x < 1`", "<code>x &lt; 1</code>"),
        ("daftar\n- satu\n- dua", "<p>daftar</p><ul><li>satu</li><li>dua</li></ul>"),
        ("snake_case_name", "snake_case_name"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_markdown_becomes_clean_html(text, expected):
    assert from_markdown(text) == expected


def test_template_examples_are_all_read_and_every_kind_is_there():
    result = read_rows(*EXAMPLES)

    assert result.problems == ()
    assert [problems(item) for item in result.items] == [[]] * 11
    assert len({item.type for item in result.items}) == 11
    assert [str(item.max_score) for item in result.items] == ["1", "2", "5", "1", "1", "2", "1", "1", "1", "10", "0"]


CELLS = [
    ({"jenis": "tebak", "soal": "?"}, "butir!A2", "sheet-broken-kind"),
    ({"jenis": "esai", "soal": "", "nilai": 5}, "butir!B2", "sheet-broken-empty"),
    (
        {"jenis": "pilihan_tunggal", "soal": "?", "pilihan_a": "x", "pilihan_b": "y", "kunci": "C"},
        "butir!E2",
        "sheet-broken-letter",
    ),
    (
        {"jenis": "pilihan_tunggal", "soal": "?", "pilihan_a": "x", "pilihan_c": "y", "kunci": "A"},
        "",
        "sheet-broken-gap",
    ),
    (
        {"jenis": "sjt", "soal": "?", "pilihan_a": "x", "pilihan_b": "y", "bobot": "A=5; B=6"},
        "butir!E2",
        "sheet-broken-sjt",
    ),
    ({"jenis": "isian_angka", "soal": "?", "kunci": "dua"}, "butir!C2", "sheet-broken-number"),
    ({"jenis": "isian_angka", "soal": "?", "kunci": "2", "toleransi": "-1"}, "butir!D2", "sheet-broken-number"),
    (
        {"jenis": "urutan", "soal": "?", "pilihan_a": "x", "pilihan_b": "y", "kunci": "A"},
        "butir!E2",
        "sheet-broken-order",
    ),
    ({"jenis": "menjodohkan", "soal": "?", "pilihan_a": "x -> 1", "pilihan_b": "y"}, "butir!D2", "sheet-broken-pair"),
    ({"jenis": "esai", "soal": "?", "nilai": 5, "langkah": 2}, "butir!D2", "sheet-broken-step"),
    ({"jenis": "benar_salah", "soal": "?", "kunci": "mungkin"}, "butir!C2", "sheet-broken-truth"),
    ({"jenis": "informasi", "soal": "?", "level": 7}, "butir!C2", "sheet-broken-level"),
]


@pytest.mark.parametrize(("row", "cell", "code"), CELLS, ids=[code for _row, _cell, code in CELLS])
def test_workbook_problem_names_its_cell(row, cell, code):
    [item] = read_rows(row).items

    assert item.supported is False
    assert code in problems(item)
    assert not cell or cell in [problem.where for problem in item.problems if problem.code == code]


def test_workbook_reads_what_spreadsheets_make_of_numbers():
    [item] = read_rows(
        {"jenis": "isian_angka", "soal": "Akar 2?", "kunci": 1.41, "toleransi": "2 %", "nilai": 2.5}
    ).items

    got = [score_item(item.content, item.key, {"RESPONSE": [answer]}).points for answer in ("1,41", "1.43", "1.45")]

    assert got == [Decimal("2.5"), Decimal("2.5"), Decimal(0)]


def test_workbook_without_its_headings_says_which():
    book = workbook_bytes([Sheet(name="Sheet1", headings=["no", "pertanyaan"], rows=[[1, "x"]])])
    result = read_source(Source("a.xlsx", files=Archive(book, name="a.xlsx"), archive=True))

    assert [(problem.code, problem.details) for problem in result.problems] == [
        ("sheet-columns-missing", {"columns": "jenis, soal"})
    ]
