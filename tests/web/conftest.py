"""A small application with the look and nothing else: layouts, macros, filters, headers; no database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from flask_wtf.csrf import CSRFProtect

from merit import i18n
from merit.config import ROOT, Settings
from merit.security.permissions import Actor, Role
from merit.web import access, develop, filters, headers, navigation, pages


@pytest.fixture
def look(tmp_path: Path) -> Flask:
    settings = Settings(
        instance_path=tmp_path,
        database_url="sqlite:///unused.db",
        secret_file=tmp_path / "secret.json",
        testing=True,
        development=True,
    )
    app = Flask("merit", template_folder=str(ROOT / "templates"))
    app.secret_key = "only for tests"
    app.config["SETTINGS"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init_app(app)
    CSRFProtect(app)
    headers.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)
    app.context_processor(lambda: {"can": access.can, "settings": settings})
    app.register_blueprint(pages.bp)
    app.register_blueprint(develop.bp)
    app.before_request(lambda: g.setdefault("actor", admin()) and None)
    return app


def admin() -> Actor:
    return Actor(user_id=1, login="admin", name="Rina Kusumawardani", roles=frozenset({Role.ADMIN}), unit_ids=None)


@pytest.fixture
def page(look: Flask) -> Iterator[None]:
    """Stand inside a request in Indonesian."""
    with look.test_request_context("/komponen?urut=nama&halaman=3&cari=siti"):
        g.actor = admin()
        yield
