"""Cleaning of rich text: what authors and imported files may put into an item (nh3), pure.

Pictures and sounds are media of the bank (``src="media:<sha256>"``); addresses of other places are taken out.
"""

from __future__ import annotations

import html
import re

import nh3

from merit.assessment.domain.printing import MARKS, VARIABLE_MARKS

_TEXT_TAGS = frozenset(
    {
        *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "code", "pre"),
        *("blockquote", "q", "cite", "abbr", "ul", "ol", "li", "dl", "dt", "dd", "hr", "h2", "h3", "h4", "h5", "h6"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "colgroup", "col"),
        *("ruby", "rb", "rt", "rp", "bdi", "bdo"),
    }
)
_MEDIA_TAGS = frozenset({"img", "audio", "figure", "figcaption"})
_MATH_TAGS = frozenset(
    {
        *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt"),
        *("mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mfenced", "menclose", "mstyle"),
        *("mpadded", "mphantom", "mmultiscripts", "mprescripts", "none", "semantics"),
    }
)
TAGS = _TEXT_TAGS | _MEDIA_TAGS | _MATH_TAGS
_CELLS = {"colspan", "rowspan", "scope", "headers"}
_MATH = {
    "mathvariant",
    "displaystyle",
    "scriptlevel",
    "stretchy",
    "fence",
    "separator",
    "form",
    "accent",
    "linethickness",
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "span": {"data-response", *MARKS},
    "div": {"data-response", *MARKS},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "td": _CELLS,
    "th": _CELLS,
    "ol": {"start", "type"},
    "col": {"span"},
    "math": {"display", "xmlns"},
    "mo": _MATH,
    "mi": _MATH | {*VARIABLE_MARKS},
    "mstyle": _MATH,
    "mfrac": _MATH,
}
MEDIA_ADDRESS = re.compile(r"media:[0-9a-f]{64}\Z")
_DROPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "embed", "svg"})
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


def _keep(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if MEDIA_ADDRESS.match(value) else None
    return value


def clean(text: str) -> str:
    """Return the HTML with everything taken out that is not on the list; running it twice changes nothing."""
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        clean_content_tags=set(_DROPPED),
        attribute_filter=_keep,
        url_schemes={"media"},
        strip_comments=True,
        link_rel=None,
    )


def plain(text: str) -> str:
    """Return the text a reader sees, on one line: for search, lists and near-duplicates."""
    return _BLANK.sub(" ", html.unescape(_TAG.sub(" ", text))).strip()
