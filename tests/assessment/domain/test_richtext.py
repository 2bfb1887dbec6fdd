"""Rich text keeps what an item needs and nothing that acts."""

from __future__ import annotations

import pytest

from merit.assessment.domain.richtext import clean, plain

pytestmark = pytest.mark.unit
MEDIUM = "media:" + "a" * 64


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p onclick='x()'>a<script>alert(1)</script></p>", "<p>a</p>"),
        ("<a href='javascript:x'>a</a>", "a"),
        ("<img src='http://evil.example/x.png' alt='x'>", '<img alt="x">'),
        (f"<img src='{MEDIUM}' alt='x'>", f'<img src="{MEDIUM}" alt="x">'),
        ("<svg><style>*{}</style></svg>b", "b"),
        ("<p>x <span data-response='R1'></span></p>", '<p>x <span data-response="R1"></span></p>'),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"),
        ("<p dir='rtl' style='color:red'>مرحبا</p>", '<p dir="rtl">مرحبا</p>'),
    ],
)
def test_clean_keeps_only_what_is_listed(given, kept):
    assert clean(given) == kept
    assert clean(kept) == kept


def test_plain_is_what_a_reader_sees():
    assert plain("<p>Satu&nbsp;&lt; <b>dua</b></p>") == "Satu < dua"
