"""Collect every text of the program and rebuild the English catalogue: ``make messages``.

Python is read as a syntax tree, so calls inside f-strings are found too; templates are read by Jinja itself.
The result depends on the texts alone: sorted, without dates, places or paths.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from merit.config import ROOT

LANGUAGE = "en"
FOLDER = Path(__file__).parent / LANGUAGE / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
WIDTH = 110
_CALLS = {"_": 1, "lazy": 1, "_as": 2, "lazy_as": 2}  # name -> how many leading arguments are texts
_HEADER = "# English texts of Merit; the source texts are Indonesian. Rebuilt by `make messages`."

Key = tuple[str, str | None]  # the text, and the sense that tells it from a text spelt the same


class PlainCatalog(Catalog):
    """A catalogue whose header says what programs need and nothing about when or where it was made."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return the fixed header."""
        return [("Language", LANGUAGE), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[str] | None]]:
    """Yield the calls that translate, with their texts; None where a text is no literal."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS):
            continue
        given = [item.value for item in node.args[: _CALLS[node.func.id]] if isinstance(item, ast.Constant)]
        texts = [text for text in given if isinstance(text, str)]
        yield node, texts if len(texts) == _CALLS[node.func.id] else None


def python_texts(path: Path) -> Iterator[Key]:
    """Yield the texts of one module."""
    for _call, texts in calls(ast.parse(path.read_text(encoding="utf-8"))):
        if texts:
            yield texts[-1], texts[0] if len(texts) > 1 else None


def template_texts(path: Path) -> Iterator[Key]:
    """Yield the texts of one template."""
    options = {"encoding": "utf-8", "silent": "false"}
    for _line, name, texts, _comments in babel_extract(BytesIO(path.read_bytes()), ("_", "_as"), (), options):
        given = texts if isinstance(texts, tuple) else (texts,)
        sense, text = given[:2] if name == "_as" else (None, given[0])
        if text is not None:
            yield text, sense


def collect() -> list[Key]:
    """Return every text of the program once, sorted."""
    sources: list[tuple[str, str, Callable[[Path], Iterator[Key]]]] = [
        ("merit", "*.py", python_texts),
        ("templates", "*.html", template_texts),
    ]
    found = {key for folder, kind, texts in sources for path in (ROOT / folder).rglob(kind) for key in texts(path)}
    return sorted(found, key=lambda key: (key[0], key[1] or ""))


def read(path: Path = PO) -> Catalog:
    """Return the catalogue of a file, an empty one where there is none."""
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=LANGUAGE)


def rebuild(known: Catalog) -> Catalog:
    """Return the catalogue of today's texts with the translations already known; texts no longer used are dropped."""
    catalogue = PlainCatalog(locale=LANGUAGE, header_comment=_HEADER, fuzzy=False)
    for text, sense in collect():
        message = known.get(text, sense)
        added = catalogue.add(text, message.string if message else "", context=sense)
        if "%(" not in text:  # a bare percent sign is no placeholder
            added.flags.discard("python-format")
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as text for translators."""
    stream = BytesIO()
    write_po(stream, catalogue, width=WIDTH, no_location=True)
    return stream.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as the program loads it."""
    plain = PlainCatalog(locale=LANGUAGE, fuzzy=False)
    for message in catalogue:
        if message.id:
            plain.add(message.id, message.string, context=message.context, flags=message.flags)
    stream = BytesIO()
    write_mo(stream, plain)
    return stream.getvalue()


def main() -> None:
    """Rebuild both files and say what is still to be translated."""
    catalogue = rebuild(read())
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    missing = [str(message.id) for message in catalogue if message.id and not message.string]
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} without English\n")
    sys.stdout.writelines(f"  {text}\n" for text in missing)


if __name__ == "__main__":
    main()
