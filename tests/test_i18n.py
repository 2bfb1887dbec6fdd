"""Both languages: the English catalogue is complete and current, and nothing visible bypasses it."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from merit.i18n import current_locale, lazy_as, speaking
from merit.locale import collect
from merit.phrases import phrase

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [path for path in sorted((ROOT / "merit").rglob("*.py")) if "versions" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
LETTERS = re.compile(r"[A-Za-z]{2}")


collected = functools.cache(collect.collect)


@functools.cache
def messages() -> list[Message]:
    return [message for message in collect.read() if message.id]


# The catalogue


def test_every_text_has_english_and_no_other_is_kept():
    known = {(message.id, message.context) for message in messages()}
    untranslated = [message.id for message in messages() if not message.string or message.fuzzy]

    assert sorted(set(collected()) - known) == [], "run `make messages`, then translate"
    assert sorted(known - set(collected())) == [], "run `make messages`"
    assert untranslated == []


@pytest.mark.parametrize(
    "feature",
    [
        lambda text: sorted(PLACEHOLDER.findall(text)),
        lambda text: sorted(re.findall("[«»]", text)),
        lambda text: (text[0] == " ", text[-1] == " "),
        lambda text: text[-1] if text[-1] in ".?…:!" else "",
    ],
    ids=["placeholders", "quotation marks", "outer spaces", "last sign"],
)
def test_english_keeps_what_the_text_has(feature):
    different = {message.id: message.string for message in messages() if feature(message.id) != feature(message.string)}

    assert different == {}


def test_catalogue_is_what_rebuilding_gives():
    text = collect.PO.read_bytes()

    assert collect.po_bytes(collect.rebuild(collect.read())) == text
    assert not re.search(rb"POT-Creation|Revision-Date|^#:", text, re.MULTILINE)


def test_compiled_catalogue_is_current():
    assert collect.mo_bytes(collect.read()) == collect.MO.read_bytes()


# The language in force


def test_sense_tells_texts_spelt_the_same():
    with speaking("en"):
        assert str(lazy_as("unit", "Bidang")) == "Division (bidang)"
    assert str(lazy_as("unit", "Bidang")) == "Bidang"


def test_environment_turns_the_command_line_to_english(monkeypatch):
    indonesian = phrase("import-batch-unknown", batch=7)
    monkeypatch.setenv("MERIT_LANGUAGE", "en")

    assert (
        phrase("import-batch-unknown", batch=7) == "There is no import number 7. Check the number on the Import page."
    )
    assert str(current_locale()) == "en"
    assert indonesian.startswith("Impor nomor 7 tidak ada.")


def test_unknown_language_is_indonesian(monkeypatch):
    monkeypatch.setenv("MERIT_LANGUAGE", "nl")

    assert str(current_locale()) == "id"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Compute the ranking for one vacancy."), ("", "Susun peringkat untuk satu lowongan.")],
)
def test_help_of_the_command_follows_the_environment(language, sentence):
    command = [sys.executable, "-c", "from merit.cli import main; main(['--help'])"]
    answer = subprocess.run(
        command, env={**os.environ, "MERIT_LANGUAGE": language}, cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert sentence in answer.stdout


# Nothing visible bypasses the catalogue


@functools.cache
def trees() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in PYTHON]


def test_every_call_for_a_translation_has_its_text_in_place():
    elsewhere = {"merit/i18n.py"}
    guilty = [
        f"{name}:{call.lineno}"
        for name, tree in trees()
        if name not in elsewhere
        for call, texts in collect.calls(tree)
        if texts is None
    ]

    assert guilty == []


def test_no_text_is_translated_while_modules_load():
    # The command line may: its language is chosen before it starts.
    guilty = [
        f"{name}:{call.lineno}"
        for name, tree in trees()
        if "/cli/" not in name and "lazy as _" not in (ROOT / name).read_text(encoding="utf-8")
        for call in outside_functions(tree)
        if isinstance(call.func, ast.Name) and call.func.id in {"_", "_as"}
    ]

    assert guilty == []


def outside_functions(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that run when a module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, child.args):
                yield from outside_functions(part)
        elif not isinstance(child, ast.Lambda):
            yield from outside_functions(child)


SAYING = {"flash", "ValidationError", "StopValidation", "echo", "secho", "fail", "confirm", "prompt"} | {
    "ClickException",
    "UsageError",
    "BadParameter",
}
SAYING_WORDS = {"help", "short_help", "epilog", "prompt", "title", "caption", "placeholder", "label", "hint"}
# Codes and names that are the same in every language; indicators show their word from merit.web.labels.
SAME_EVERYWHERE = re.compile(r"SHA-256 |/aktivasi/|melamar, mundur|SIASN")
NAMED_ELSEWHERE = {"Indicator"}


def said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the bare texts of calls that show them to people."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in NAMED_ELSEWHERE:
            continue
        shown = [item.value for item in call.keywords if item.arg in SAYING_WORDS]
        if call.args and (name in SAYING or (name.endswith("Field") and name != "Field")):
            shown.append(call.args[0])
        yield from ((call.lineno, text) for item in shown for text in bare_texts(item))


def bare_texts(node: ast.AST) -> Iterator[str]:
    """Yield the literal texts of an expression, not those inside calls."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.BoolOp):
        for child in ast.iter_child_nodes(node):
            yield from bare_texts(child)


def test_python_shows_no_bare_texts():
    guilty = [
        f"{name}:{line} {text}"
        for name, tree in trees()
        for line, text in said(tree)
        if LETTERS.search(text) and not SAME_EVERYWHERE.match(text)
    ]

    assert guilty == []


class _Literal(HTMLParser):
    """Collects the literal words of a template from which Jinja's parts have been taken."""

    _ATTRIBUTES = frozenset({"aria-label", "aria-description", "title", "placeholder", "alt", "label"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.words += [value or "" for name, value in attrs if name in self._ATTRIBUTES]

    def handle_data(self, data):
        self.words.append(data.strip())


def literal_words(text: str) -> list[str]:
    parser = _Literal()
    text = re.sub(r"\{% block (?:body_class|skip) %\}.*?\{% endblock %\}", "", text)
    parser.feed(re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL))
    return [word for word in parser.words if LETTERS.search(word)]


def test_templates_have_no_literal_words():
    brand = {"Merit", "· Merit"}
    guilty = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in TEMPLATES
        for word in literal_words(path.read_text(encoding="utf-8"))
        if word not in brand
    ]

    assert guilty == []


def bare_constants(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield the texts in a template's expressions that are not arguments of a translation."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in {"_", "_as"}:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            yield child.lineno, child.value
        yield from bare_constants(child)


def test_template_expressions_have_no_bare_words():
    # Words begin with a capital or stand beside others; class names of fields and CSS do not.
    words = re.compile(r"^[A-Z][a-z]+($|\s)|[a-z] [a-z]")
    pictures, examples = "components/icon_shapes.html", "develop/components.html"
    known = re.compile(r"Field$|^(btn|badge|alert|card|col|table|text|popup|notice)\b")
    guilty = [
        f"{name}:{line} {text}"
        for path in TEMPLATES
        if (name := str(path.relative_to(ROOT / "templates"))) not in {pictures, examples}
        for line, text in bare_constants(Environment(autoescape=True).parse(path.read_text(encoding="utf-8")))
        if words.search(text) and not known.search(text)
    ]

    assert guilty == []


def test_template_texts_stand_in_place():
    guilty = []
    for path in TEMPLATES:
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in {"_", "_as"}:
                texts = call.args[: 2 if call.node.name == "_as" else 1]
                guilty += [] if all(isinstance(one, nodes.Const) for one in texts) else [f"{path.name}:{call.lineno}"]

    assert guilty == []
