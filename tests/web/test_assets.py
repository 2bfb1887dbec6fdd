"""Vendored files are the ones the manifest names, and pages use only icons that exist."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from merit.config import ROOT

pytestmark = pytest.mark.unit

VENDOR = ROOT / "merit" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_vendored_file_has_the_recorded_hash(entry):
    content = (ROOT / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"]
    assert entry["licence"]


def test_every_vendored_file_is_in_the_manifest():
    suffixes = {".css", ".js", ".woff2"}
    found = {str(path.relative_to(ROOT)) for path in VENDOR.rglob("*") if path.suffix in suffixes}

    assert found <= {entry["file"] for entry in MANIFEST}


def test_vendored_packages_carry_their_licence():
    assert {path.stem for path in (VENDOR / "licences").glob("*.txt")} >= {
        "htmx",
        "inter",
        "tabler-icons",
        "tom-select",
    }


def test_templates_name_only_icons_that_exist():
    shapes = (ROOT / "templates/components/icon_shapes.html").read_text(encoding="utf-8")
    known = set(re.findall(r'^  "([a-z0-9-]+)":', shapes, flags=re.MULTILINE))
    pattern = re.compile(r"""\b(?:icon|draw)\(\s*"([a-z0-9-]+)"|\bicon\s*[=:]\s*"([a-z0-9-]+)\"""")
    unknown = {
        (path.name, name)
        for path in (ROOT / "templates").rglob("*.html")
        for names in pattern.findall(path.read_text(encoding="utf-8"))
        for name in filter(None, names)
        if name not in known
    }

    assert unknown == set()


def test_templates_have_no_inline_style_or_script():
    pattern = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:", flags=re.IGNORECASE)
    guilty = [
        path.name for path in (ROOT / "templates").rglob("*.html") if pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert guilty == []
