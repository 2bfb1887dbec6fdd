"""The blueprint of the pages of tests."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("assessment", __name__)
