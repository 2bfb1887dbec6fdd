"""Texts of other systems made into clean HTML: plain, Markdown, Moodle's automatic format; files they refer to."""

from __future__ import annotations

import base64
import binascii
import html
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from merit.assessment.domain import richtext
from merit.assessment.interchange.reading import Problem, media_reference

_BLOCK = re.compile(r"<(?:p|div|ul|ol|dl|table|h[1-6]|pre|blockquote|hr|figure)[\s>/]", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:img|audio|video|source|embed|object)\b[^<>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""(\s(?:src|data)\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_BARE = re.compile(r"<img(?![^>]*\ssrc=)")
_DROPPED = re.compile(r"<(video|iframe|object|embed|script|svg|form|input|canvas)\b", re.IGNORECASE)
_FOREIGN = re.compile(r"^(?:[a-z][a-z0-9+.\-]*:)?//|^(?:https?|data|javascript|file):", re.IGNORECASE)
_FILES = frozenset({"foreign-lost-file", "foreign-lost-remote"})
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")
_HARD_BREAK = re.compile(r" {2,}\n")
_INLINE = (
    (re.compile(r"`([^`\n]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(?=\S)(.{1,500}?)(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])__(?=\S)(.{1,500}?)(?<=\S)__(?![\w_])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\*)\*(?=\S)([^*\n]+?)(?<=\S)\*(?!\*)"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"<em>\1</em>"),
)


def escape(text: str) -> str:
    """Return plain text as HTML; lines stay lines."""
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def from_markdown(text: str) -> str:
    """Return Markdown as HTML: paragraphs, lists, emphasis, code; anything rarer stays as it is written."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        items = [match[1] for line in lines if (match := _LIST_ITEM.fullmatch(line))]
        head = [line for line in lines if not _LIST_ITEM.fullmatch(line)]
        if head:
            parts.append(_inline("\n".join(head)))
        if items:
            parts.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>")
    if len(parts) == 1:
        return richtext.clean(parts[0])
    return richtext.clean("".join(part if part.startswith("<ul>") else f"<p>{part}</p>" for part in parts))


def _inline(text: str) -> str:
    shown = html.escape(_HARD_BREAK.sub("\n", text), quote=False)
    for pattern, replacement in _INLINE:
        shown = pattern.sub(replacement, shown)
    return shown.replace("\n", "<br>" if _HARD_BREAK.search(text) else " ")


def to_html(text: str, form: str) -> str:
    """Return a text as clean HTML; ``form`` is html, markdown, plain, or moodle (HTML in which lines matter)."""
    if form == "plain":
        return escape(text)
    if form == "markdown":
        return from_markdown(text)
    if form == "moodle" and not _BLOCK.search(text):
        return richtext.clean(text.strip().replace("\r\n", "\n").replace("\n", "<br>"))
    return richtext.clean(text.strip())


def paragraph(markup: str) -> str:
    """Return the markup as a block: what is only a line becomes a paragraph."""
    return markup if not markup or _BLOCK.search(markup) else f"<p>{markup}</p>"


def gap(identifier: str, *, inside: bool = True) -> str:
    """Return the place of an interaction in a body; ``inside`` a line, or a block of its own."""
    tag = "span" if inside else "div"
    return f'<{tag} data-response="{html.escape(identifier)}"></{tag}>'


@dataclass(slots=True)
class Markup:
    """Cleans the texts of one item and gathers its pictures and sounds, and what got lost on the way.

    ``find`` returns the bytes of a file the text refers to, or None.
    """

    find: Callable[[str], bytes | None]
    media: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lost: list[Problem] = field(default_factory=list)

    def clean(self, text: str, form: str = "html") -> str:
        """Return the text as clean HTML whose pictures and sounds are media of the item."""
        if form in {"html", "moodle"}:
            text = _ELEMENT.sub(lambda element: _SOURCE.sub(self._refer, element[0]), text)
            for name in sorted({match.lower() for match in _DROPPED.findall(text)}):
                self.lose("foreign-lost-markup", name=name)
        shown = to_html(text, form)
        if _BARE.search(shown) and not any(problem.code in _FILES for problem in self.lost):
            self.lose("foreign-lost-file", name="<img>")
        return shown

    def lose(self, code: str, **details: object) -> None:
        """Note something that does not come along, once."""
        problem = Problem(code, "", details)
        if problem not in self.lost:
            self.lost.append(problem)

    def refer(self, address: str) -> str | None:
        """Return the media reference of a file the source names, None when it is not there."""
        if _FOREIGN.match(address):
            self.lose("foreign-lost-remote", address=address[:120])
            return None
        data = self.find(unquote(html.unescape(address)))
        if not data:
            self.lose("foreign-lost-file", name=address[:120])
            return None
        reference = media_reference(data)
        digest = reference.removeprefix("media:")
        self.media[digest] = data
        self.names[digest] = posixpath.basename(unquote(address))[:120]
        return reference

    def _refer(self, match: re.Match[str]) -> str:
        address = match[2].strip("\"'")
        return f'{match[1]}"{self.refer(address) or ""}"'


def decode_base64(text: str) -> bytes:
    """Return the bytes of an embedded file; nothing when it is no base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def decode_text(data: bytes) -> tuple[str, str]:
    """Return a text file's text and the encoding it was read as: UTF-8, UTF-16 with its mark, else windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "windows-1252"


def is_binary(data: bytes) -> bool:
    """Tell whether the file is no text."""
    return b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))


def by_name(files: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """Return what finds a file by its name, whatever folder the source puts before it."""
    return lambda address: files.get(posixpath.basename(address))
