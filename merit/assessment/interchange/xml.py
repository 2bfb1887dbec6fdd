"""XML of strangers: no entities, no network, no DTD, bounded size and depth; broken encodings and twin documents."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any

from lxml import etree

from merit.assessment.interchange.reading import UnreadableError

Element = Any
MAX_XML = 32 * 1024 * 1024
MAX_DEPTH = 200
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
_HEAD = re.compile(rb"^<\?xml[^>]*\?>\s*")
_START = re.compile(rb"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NOISE = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PEEK = 64 * 1024
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_BARE_AMPERSAND = re.compile(r"&(?![A-Za-z]+;|#\d+;|#x[0-9A-Fa-f]+;)")
_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.\-]*):")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.\-]*)\s*=")
_ROOT_NAME = re.compile(r"<[A-Za-z_][\w.:\-]*")
_VOID = re.compile(r"<((?:source|track|br|hr|img|col|wbr)(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?)(?<!/)>")
_VOID_END = re.compile(r"</(?:source|track|br|hr|img|col|wbr)\s*>")
_BARE_ATTRIBUTE = re.compile(r"(\s)(controls|autoplay|loop|muted|checked|selected|disabled|hidden|default)(?=[\s/>])")


def peek_root(data: bytes) -> tuple[str, str]:
    """Return local name and namespace of the first element without parsing the document; empty when it is no XML."""
    head = _NOISE.sub(b"", _as_utf8(data)[:_PEEK]).lstrip()
    match = _START.match(head)
    if match is None:
        return "", ""
    tag = head[: head.find(b">") + 1]
    prefix = (match[1] or b"").rstrip(b":")
    name = rb"xmlns:" + re.escape(prefix) if prefix else rb"xmlns"
    found = re.search(rb"\s" + name + rb"""\s*=\s*["']([^"']*)["']""", tag)
    return match[2].decode("ascii"), found[1].decode("utf-8", "replace").strip() if found else ""


def _as_utf8(data: bytes) -> bytes:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode() if encoding != "utf-8" else data[len(mark) :]
    return data


def documents(data: bytes) -> list[bytes]:
    """Return the documents of a file; some exporters write two, one behind the other."""
    text = _as_utf8(data).strip()
    starts = [match.start() for match in _DECLARATION.finditer(text)]
    if len(starts) <= 1:
        return [text[starts[0] :]] if starts and not text[: starts[0]].strip() else [text]
    pieces = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [piece for piece in pieces if piece.strip()]


def parse(data: bytes, *, name: str) -> Element:
    """Return the root of one document; what is hostile or broken is refused with a reason."""
    return parse_repaired(data, name=name)[0]


def parse_repaired(data: bytes, *, name: str) -> tuple[Element, bool]:
    """Return the root of one document and whether it had to be repaired to be XML."""
    if len(data) > MAX_XML:
        raise UnreadableError("items-xml-large", name=name)
    text = _as_utf8(data).lstrip()
    if _ENTITY.search(text):
        raise UnreadableError("items-xml-entities", name=name)
    root, repaired = _parse_any_encoding(text, name)
    refuse_deep(root, name)
    return root, repaired


def parse_html(data: bytes, *, name: str) -> Element:
    """Return the root of a page of HTML, its body within; no entities, no network."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(_decode(_as_utf8(data)), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("items-xml-broken", name=name, line=0, message=str(error)[:200]) from error
    if root is None:
        raise UnreadableError("items-xml-broken", name=name, line=0, message="html")
    refuse_deep(root, name)
    return root


def _parser(encoding: str | None = None) -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        encoding=encoding,
    )


def _parse_any_encoding(text: bytes, name: str) -> tuple[Element, bool]:
    """Parse; a document that lies about its encoding is read as UTF-8, then as windows-1252, then repaired."""
    try:
        return etree.fromstring(text, _parser()), False
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        first = error
    bare = _HEAD.sub(b"", text, count=1)
    readable = _decode(bare)
    for candidate, repaired in ((readable, False), (_repair(readable), True)):
        try:
            return etree.fromstring(candidate.encode(), _parser("utf-8")), repaired
        except (etree.XMLSyntaxError, ValueError):
            continue
    line = getattr(first, "lineno", 0) or 0
    raise UnreadableError("items-xml-broken", name=name, line=line, message=str(first)[:200]) from first


def _decode(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("windows-1252", "replace")


def _repair(text: str) -> str:
    """Mend what exporters are known to get wrong, nothing else: HTML entities, bare ``&``, attributes, prefixes."""
    named = _NAMED_ENTITY.sub(_spell_entity, text)
    mended = _TAG.sub(lambda match: _mend_tag(match[0]), _BARE_AMPERSAND.sub("&amp;", named))
    mended = _VOID_END.sub("", _VOID.sub(r"<\g<1>/>", mended))
    strange = sorted(set(_PREFIX.findall(mended)) - set(_DECLARED.findall(mended)) - {"xml", "xmlns"})
    declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in strange)
    return _ROOT_NAME.sub(rf"\g<0>{declared}", mended, count=1)


def _spell_entity(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_ENTITIES or f"{name};" not in html5:
        return match[0]
    return html5[f"{name};"]


def _mend_tag(tag: str) -> str:
    return _BARE_ATTRIBUTE.sub(r'\g<1>\g<2>="\g<2>"', tag)


def refuse_deep(root: Element, name: str) -> None:
    """Raise :class:`UnreadableError` when elements are nested deeper than anybody writes them."""
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnreadableError("items-xml-deep", name=name)


def local(element: Element) -> str:
    """Return an element's name without its namespace; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: Element) -> str:
    """Return all text inside an element, with blanks folded."""
    return " ".join("".join(element.itertext()).split())
