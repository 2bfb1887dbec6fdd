"""The editor of an item: what was typed, read into a draft and back."""

from merit.assessment.forms.bank.building import build_draft
from merit.assessment.forms.bank.editor import KINDS, Editor, Row, rows_shown
from merit.assessment.forms.bank.opening import open_version

__all__ = ["KINDS", "Editor", "Row", "build_draft", "open_version", "rows_shown"]
