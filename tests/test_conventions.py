"""House rules that no single test would notice: access, sentences, template imports, sizes, words."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask

from merit import errors
from merit.errors import SetupError
from merit.phrases import _MODULES, all_sentences
from merit.web.access import check_declarations, declared_access

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "merit").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAX_FUNCTION_LINES = 60
MAX_MODULE_LINES = 400

# Where a reason code stands as the first argument: errors raised on purpose, and sentences looked up.
_CALLS = {name for name, item in vars(errors).items() if isinstance(item, type)} | {"phrase"}


@functools.cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def called_name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def reason_codes() -> Iterator[tuple[str, str]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called_name(node) in _CALLS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                    yield first.value, f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.web
def test_every_route_declares_its_access(app: Flask):
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and declared_access(app.view_functions[rule.endpoint]) is None
    ]

    assert undeclared == []


@pytest.mark.unit
def test_start_fails_on_a_route_that_declares_nothing():
    app = Flask(__name__)
    app.add_url_rule("/lupa", "forgotten", lambda: "x")

    with pytest.raises(SetupError) as refusal:
        check_declarations(app)

    assert refusal.value.details == {"routes": "forgotten"}


@pytest.mark.web
def test_public_routes_are_few_and_known(app: Flask):
    public = {name for name, view in app.view_functions.items() if declared_access(view) == "public"}

    assert public == {
        "accounts.activate",
        "accounts.enrol",
        "accounts.factor",
        "accounts.sign_in",
        "accounts.sign_out",
        "assessment.enter",
        "assessment.exam",
        "assessment.finished",
        "assessment.medium",
        "assessment.plain_question",
        "assessment.plain_section",
        "assessment.service_worker",
        "training.calendar_feed",
        "training.certificate_check",
        "web.health",
        "web.language",
    }


@pytest.mark.unit
def test_every_reason_code_has_a_sentence():
    known = all_sentences()
    defaults = {item.default_reason for item in vars(errors).values() if hasattr(item, "default_reason")}

    missing = {code: place for code, place in reason_codes() if code not in known}

    assert missing == {}
    assert defaults <= set(known)


@pytest.mark.unit
def test_no_reason_code_has_two_sentences():
    codes = Counter(code for name in _MODULES for code in import_module(f"merit.phrases.{name}").SENTENCES)

    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.unit
def test_every_template_import_is_used():
    statement = re.compile(r"{%-?\s*from\s+\S+\s+import\s+([^%]+?)\s*-?%}")
    unused = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        rest = statement.sub("", text)
        names = [item.split(" as ")[-1].strip() for line in statement.findall(text) for item in line.split(",")]
        unused += [f"{path.relative_to(ROOT)}: {name}" for name in names if not re.search(rf"\b{name}\b", rest)]

    assert unused == []


@pytest.mark.unit
def test_no_page_takes_a_name_of_the_frame():
    """The frame (name of the agency, menu, permissions) would fall silently empty."""
    frame = {"settings", "can", "navigation", "language", "here", "asset", "home_url"}
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno} {keyword.arg}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called_name(node) == "render_template"
        for keyword in node.keywords
        if keyword.arg in frame
    ]

    assert guilty == []


@pytest.mark.unit
def test_templates_have_no_inline_script_or_style():
    guilty = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if re.search(
            r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|javascript:", path.read_text(encoding="utf-8")
        )
    ]

    assert guilty == []


@pytest.mark.unit
def test_functions_are_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1})"
        for path, tree in trees()
        if "versions" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]

    assert long == []


@pytest.mark.unit
def test_modules_are_short():
    # Tables of words and sentences are read by looking up, so they may be as long as the list is.
    exempt = {"versions", "phrases"}
    long = [
        f"{path.relative_to(ROOT)} ({lines})"
        for path in SOURCES
        if not exempt & set(path.parts)
        and path.name not in {"labels.py", "wtforms_id.py"}
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_MODULE_LINES
    ]

    assert long == []


@pytest.mark.unit
def test_nothing_unfinished_is_left():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (*SOURCES, *TEMPLATES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]

    assert found == []
