"""The blueprint every page of the index belongs to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("professionalism", __name__)
