"""The body of an item as HTML: placeholders for interactions, media of the bank, and a list of what is lost."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from merit.assessment.domain.richtext import TAGS, clean
from merit.assessment.interchange.qti.names import attrs, children, first, is_interaction, kind
from merit.assessment.interchange.qti.variables import (
    UnprintableError,
    formula_mark,
    template_mark,
    variable_mark,
)
from merit.assessment.interchange.reading import Files, Problem, media_reference
from merit.assessment.interchange.xml import Element, parse_html

MAX_MEDIUM = 20 * 1024 * 1024
MAX_TEXT = 1024 * 1024
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_KEPT = frozenset({"lang", "dir", "colspan", "rowspan", "scope", "start", "alt", "width", "height", "display"})
_FEEDBACK = frozenset({"feedbackBlock", "feedbackInline", "modalFeedback"})
_SILENT = frozenset(
    {
        "annotation",
        "annotation-xml",
        "stylesheet",
        "prompt",
        "catalogInfo",
        "apipAccessibility",
        "style",
        "script",
        "rp",
    }
)
_UNSUPPORTED = frozenset({"include", "video", "iframe", "svg"})
_VARIABLE = frozenset({"printedVariable", "templateBlock", "templateInline"})
_PICTURES = ("image/", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_SOUNDS = ("audio/", ".mp3", ".ogg", ".oga", ".wav", ".m4a", ".opus")
_TEXTS = ("text/html", ".html", ".htm", ".xhtml")
_HEADING = {"h1": "h2"}
_INLINE_INTERACTIONS = frozenset({"inlineChoiceInteraction", "textEntryInteraction", "endAttemptInteraction"})


class Markup:
    """Turn elements into HTML and remember pictures, losses and what is unsupported."""

    def __init__(self, files: Files, where: str, templates: Mapping[str, Any] | None = None) -> None:
        """Start with the files around the item, the name people know it by, and its template variables."""
        self._files = files
        self._where = where
        self._folder: str | None = None  # of the page of text being read, as seen from the item
        self.templates: Mapping[str, Any] = templates or {}
        self.media: dict[str, bytes] = {}
        self.media_names: dict[str, str] = {}
        self.problems: dict[tuple[str, str], Problem] = {}
        self.unsupported: dict[str, None] = {}
        self.rubrics: list[str] = []
        self.gap: Callable[[Element], str] | None = None

    def note(self, code: str, subject: str = "", **details: str) -> None:
        """Remember a problem once."""
        given = {"name": subject, **details} if subject else details
        self.problems.setdefault((code, subject), Problem(code, self._where, given))

    def refuse(self, name: str) -> None:
        """Remember something that candidates cannot be given."""
        self.unsupported.setdefault(name)

    def inner(self, element: Element) -> str:
        """Return what is inside an element as clean HTML."""
        return clean(self._inside(element)).strip()

    def outer(self, element: Element) -> str:
        """Return an element itself as clean HTML."""
        return clean(self._outer(element)).strip()

    def _inside(self, element: Element) -> str:
        parts = [html.escape(element.text or "", quote=False)]
        for child in element:
            parts.extend((self._outer(child), html.escape(child.tail or "", quote=False)))
        return "".join(parts)

    def _outer(self, element: Element) -> str:
        name = kind(element)
        if not name or name in _SILENT:
            return ""
        if is_interaction(element):
            return self._placeholder(element, name)
        if name in _FEEDBACK:
            self.note("items-lost", name)
            return ""
        if name in _UNSUPPORTED:
            self.refuse(name)
            return ""
        if name == "positionObjectStage":  # the picture of the stage belongs to each of its interactions
            return "".join(self._outer(one) for one in children(element) if is_interaction(one))
        special = self._special(element, name)
        return special if special is not None else self._tag(element, name)

    def _special(self, element: Element, name: str) -> str | None:
        if name in {"gap", "hottext"} and self.gap is not None:
            return self.gap(element)
        if name == "rubricBlock":
            return self._rubric(element)
        if name in {"img", "object", "picture"}:
            return self._object(element, name)
        if name == "audio":
            return self._audio(element)
        if name in _VARIABLE or (name == "mi" and self.templates):
            return self._variable(element, name)
        return None

    def _variable(self, element: Element, name: str) -> str | None:
        """Return the mark of a variable; None for a letter in a formula that is none."""
        try:
            if name == "mi":
                return formula_mark(element, self.templates)
            if name == "printedVariable":
                return variable_mark(element, self.templates)
            return template_mark(element, self.templates, self._inside(element))
        except UnprintableError as error:
            self.refuse(str(error))
            return ""

    def _placeholder(self, element: Element, name: str) -> str:
        identifier = html.escape(attrs(element).get("responseIdentifier", "").strip())
        tag = "span" if name in _INLINE_INTERACTIONS else "div"
        return f'<{tag} data-response="{identifier}"></{tag}>'

    def _rubric(self, element: Element) -> str:
        views = attrs(element).get("view", "candidate").split()
        if "candidate" in views:
            return f"<div>{self._inside(element)}</div>"
        self.rubrics.append(self.inner(element))
        return ""

    def _tag(self, element: Element, name: str) -> str:
        inside = self._inside(element)
        name = _HEADING.get(name, name)
        if name not in TAGS:
            return f" {inside} " if name in {"contentBody", "infoControl"} else inside
        kept = {key: value for key, value in attrs(element).items() if key in _KEPT}
        text = "".join(f' {key}="{html.escape(value)}"' for key, value in kept.items())
        return f"<{name}{text}>" if name in _VOID else f"<{name}{text}>{inside}</{name}>"

    def _object(self, element: Element, name: str) -> str:
        names = attrs(element)
        if name == "picture":
            inner = first(element, "img")
            return "" if inner is None else self._object(inner, "img")
        address = names.get("src") or names.get("data") or ""
        told = f"{names.get('type', '')} {address}".lower()
        if name == "img" or any(mark in told for mark in _PICTURES):
            return self._image(element, address)
        if any(mark in told for mark in _SOUNDS):
            return self._sound(address)
        if any(mark in told for mark in _TEXTS) and (text := self._text(address)) is not None:
            return text
        if not address:
            return self._inside(element)
        self.refuse(f"object {names.get('type') or address}")
        return ""

    def _text(self, address: str) -> str | None:
        """Return a page of text that belongs to the item, without its frame; None when it is not to be had."""
        parts = urlsplit(address.strip())
        data = None if self._folder is not None or parts.scheme else self._files.get(unquote(parts.path))
        if not data or len(data) > MAX_TEXT:
            return None
        body = parse_html(data, name=self._where).find("body")
        if body is None:
            return None
        self._folder = posixpath.dirname(unquote(parts.path))
        try:
            return f"<div>{self._inside(body)}</div>"
        finally:
            self._folder = None

    def _image(self, element: Element, address: str) -> str:
        reference = self.keep(address)
        names = attrs(element)
        alt = names.get("alt") or " ".join("".join(element.itertext()).split())
        sizes = "".join(f' {key}="{html.escape(names[key])}"' for key in ("width", "height") if key in names)
        source = f' src="{reference}"' if reference else ""
        return f'<img{source} alt="{html.escape(alt)}"{sizes}>'

    def _audio(self, element: Element) -> str:
        sources = [element, *children(element, "source")]
        addresses = [attrs(source).get("src", "") for source in sources]
        return self._sound(next(filter(None, addresses), ""))

    def _sound(self, address: str) -> str:
        reference = self.keep(address)
        return f'<audio src="{reference}" controls="controls"></audio>' if reference else ""

    def keep(self, address: str) -> str:
        """Keep a file the item refers to; return its address in the bank, empty when it is not to be had."""
        path = urlsplit(address.strip()).path
        if not path or urlsplit(address.strip()).scheme in {"http", "https", "data", "file"}:
            self.note("items-medium-foreign", address[:200])
            return ""
        path = posixpath.normpath(posixpath.join(self._folder or "", path))
        data = self._files.get(path) or self._files.get(unquote(path))
        if not data or len(data) > MAX_MEDIUM:
            self.note("items-medium-missing", address[:200])
            return ""
        return self.put(data, posixpath.basename(unquote(path)))

    def put(self, data: bytes, name: str) -> str:
        """Keep a file; return its address in the bank."""
        reference = media_reference(data)
        digest = reference.removeprefix("media:")
        self.media[digest] = data
        self.media_names.setdefault(digest, name)
        return reference

    def take(self, reference: str) -> bytes:
        """Return a file that was kept, and keep it no longer."""
        digest = reference.removeprefix("media:")
        self.media_names.pop(digest, None)
        return self.media.pop(digest)
