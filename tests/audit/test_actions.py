"""Whatever is recorded has words: no auditor reads a code."""

from __future__ import annotations

import re

import pytest

from merit.config import ROOT
from merit.phrases import all_sentences

pytestmark = pytest.mark.unit

_RECORDED = re.compile(r'(?:action|audit|ACTION)\s?=\s?"([a-z_]+:[a-z-]+)"')


def test_every_recorded_action_has_words():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "merit").rglob("*.py")]
    actions = {action for source in sources for action in _RECORDED.findall(source)}

    assert len(actions) > 60
    assert sorted(actions - {code.removeprefix("did-").replace("-", ":", 1) for code in all_sentences()}) == []
