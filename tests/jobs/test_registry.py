"""What a worker knows: every kind of list a page can order as a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import merit

pytestmark = pytest.mark.unit


def test_a_worker_knows_every_list_a_page_can_order():
    root = Path(merit.__file__).parent
    texts = (path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    registered = sum(len(re.findall(r"^@list_export\(", text, re.MULTILINE)) for text in texts)
    asked = "from merit.jobs.registry import load_handlers; load_handlers(); from merit.web import exports;"

    found = subprocess.run(
        [sys.executable, "-c", f"{asked} print(len(exports._collectors))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=root.parent,
    )

    assert int(found.stdout) == registered >= 29
