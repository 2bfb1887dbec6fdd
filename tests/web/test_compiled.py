"""Compiled templates kept between processes, and left alone where that would not be safe."""

from __future__ import annotations

import pytest
from flask import Flask

from merit.config import load_settings
from merit.web.compiled import keep_compiled

pytestmark = pytest.mark.unit


def _app(tmp_path, text: str = "Halo {{ nama }}") -> Flask:
    pages = tmp_path / "pages"
    pages.mkdir(exist_ok=True)
    (pages / "halo.html").write_text(text, encoding="utf-8")
    app = Flask("halo", template_folder=str(pages))
    keep_compiled(app, load_settings({}, instance_path=tmp_path / "instance"))
    return app


def test_a_second_process_reads_what_the_first_compiled_and_survives_a_broken_file(tmp_path):
    _app(tmp_path).jinja_env.get_template("halo.html")
    kept = list((tmp_path / "instance" / "templates").iterdir())
    assert len(kept) == 1

    second = _app(tmp_path).jinja_env
    second.compile = None  # a template compiled again would be a failure
    assert second.get_template("halo.html").render(nama="Budi") == "Halo Budi"

    kept[0].write_bytes(kept[0].read_bytes()[:40])
    assert _app(tmp_path).jinja_env.get_template("halo.html").render(nama="Ani") == "Halo Ani"
    assert _app(tmp_path, "Hai {{ nama }}").jinja_env.get_template("halo.html").render(nama="Ani") == "Hai Ani"


def test_a_folder_others_may_write_to_is_not_used(tmp_path):
    folder = tmp_path / "instance" / "templates"
    folder.mkdir(parents=True)
    folder.chmod(0o777)

    app = _app(tmp_path)

    assert app.jinja_env.bytecode_cache is None
    assert app.jinja_env.get_template("halo.html").render(nama="Budi") == "Halo Budi"
