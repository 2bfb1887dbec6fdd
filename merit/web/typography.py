"""Where the fonts of PDFs and charts are."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).resolve().parent / "typst" / "fonts"
