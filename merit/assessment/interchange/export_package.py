"""A package of QTI 3: documents, media, manifest, and beside each document what the bank knows and QTI cannot say.

That second document (``merit/<item>.json``) is believed on reading only where writing it again gives exactly the QTI
document of the package: whoever changed the QTI in another program has changed the item.
"""

from __future__ import annotations

import io
import json
import posixpath
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from pydantic import ValidationError

from merit.assessment.domain.bank import kind_of, media_of
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.interchange.export_items import ExportItem
from merit.assessment.interchange.export_qti import file_stem, media_names, write_item
from merit.assessment.interchange.foreign_items import right_values
from merit.assessment.interchange.reading import Problem, ReadItem, ReadResult, Source, media_reference

MANIFEST = "imsmanifest.xml"
DOCUMENTS = "merit/"
ITEMS = "items/"
_CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_WHEN = (1980, 1, 1, 0, 0, 0)
_FORMAT = "merit-item-1"


@dataclass(frozen=True, slots=True)
class _Written:
    """The files of one item."""

    stem: str
    document: bytes
    own: bytes
    media: Mapping[str, bytes]
    tags: Mapping[str, str]


def write_package(items: Iterable[ExportItem]) -> bytes:
    """Return the package; the same items give the same bytes."""
    written: list[_Written] = []
    taken: set[str] = set()
    for item in items:
        stem = _free(file_stem(item.code), taken)
        taken.add(stem.casefold())
        written.append(_write(item, stem))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, MANIFEST, _manifest(written))
        files: dict[str, bytes] = {}
        for one in written:
            files[f"{ITEMS}{one.stem}.xml"] = one.document
            files[f"{DOCUMENTS}{one.stem}.json"] = one.own
            files |= one.media
        for name, data in files.items():
            _put(archive, name, data)
    return buffer.getvalue()


def _free(stem: str, taken: set[str]) -> str:
    number, free = 1, stem
    while free.casefold() in taken:
        number += 1
        free = f"{stem}-{number}"
    return free


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


def _write(item: ExportItem, stem: str) -> _Written:
    suffixes = {digest: posixpath.splitext(name)[1] for digest, (name, _data) in item.media.items()}
    names = media_names(item.content, item.key, suffixes)
    media = {
        f"media/{posixpath.basename(names[digest])}": data
        for digest, (_name, data) in item.media.items()
        if digest in names
    }
    own = {
        "format": _FORMAT,
        "code": item.code,
        "content": item.content.model_dump(mode="json"),
        "key": item.key.model_dump(mode="json"),
        "media": {digest: posixpath.basename(name) for digest, name in sorted(names.items())},
    }
    tags = {
        "code": item.code,
        "competency": item.competency,
        "level": str(item.level or ""),
        "subject": item.subject,
        "language": item.language,
        "facility": f"{item.facility:f}" if item.facility is not None else "",
    }
    return _Written(
        stem,
        write_item(item.code, item.content, item.key, names),
        json.dumps(own, ensure_ascii=False, separators=(",", ":")).encode(),
        media,
        {name: value for name, value in tags.items() if value},
    )


def _manifest(written: Sequence[_Written]) -> bytes:
    root = etree.Element(f"{{{_CP}}}manifest", nsmap={None: _CP, "lom": _LOM})
    root.set("identifier", "MERIT-ITEMS")
    metadata = etree.SubElement(root, f"{{{_CP}}}metadata")
    etree.SubElement(metadata, f"{{{_CP}}}schema").text = "QTI Package"
    etree.SubElement(metadata, f"{{{_CP}}}schemaversion").text = "3.0.0"
    etree.SubElement(root, f"{{{_CP}}}organizations")
    resources = etree.SubElement(root, f"{{{_CP}}}resources")
    for one in written:
        _add_resource(resources, one)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _add_resource(resources: etree._Element, one: _Written) -> None:
    href = f"{ITEMS}{one.stem}.xml"
    about = {"identifier": f"R-{one.stem}", "type": "imsqti_item_xmlv3p0", "href": href}
    resource = etree.SubElement(resources, f"{{{_CP}}}resource", about)
    lom = etree.SubElement(etree.SubElement(resource, f"{{{_CP}}}metadata"), f"{{{_LOM}}}lom")
    general = etree.SubElement(lom, f"{{{_LOM}}}general")
    for name, value in one.tags.items():
        keyword = etree.SubElement(general, f"{{{_LOM}}}keyword")
        text = etree.SubElement(keyword, f"{{{_LOM}}}string", {"language": "id"})
        text.text = f"{name}={value}"
    for name in (href, f"{DOCUMENTS}{one.stem}.json", *one.media):
        etree.SubElement(resource, f"{{{_CP}}}file", {"href": name})


def is_own_package(source: Source) -> bool:
    """Tell whether the archive was written here."""
    return source.archive and any(name.startswith(DOCUMENTS) for name in source.files.names())


def with_own_documents(source: Source, result: ReadResult) -> ReadResult:
    """Return the items of a package of ours with what their second documents say, where those may be believed."""
    return replace(result, items=tuple(_believed(source, item) for item in result.items))


def _believed(source: Source, item: ReadItem) -> ReadItem:
    stem = posixpath.splitext(posixpath.basename(item.where))[0]
    data = source.files.get(f"{DOCUMENTS}{stem}.json")
    document = source.files.get(item.where)
    if data is None or document is None:
        return item
    try:
        own = json.loads(data)
        content, key = ItemContent.model_validate(own["content"]), ItemKey.model_validate(own["key"])
        names = {str(digest): f"../media/{name}" for digest, name in dict(own["media"]).items()}
        is_same = own["format"] == _FORMAT and write_item(str(own["code"]), content, key, names) == document
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
        is_same = False
    if not is_same:
        return replace(item, problems=(*item.problems, Problem("foreign-own-ignored", item.where)))
    return _overlaid(source, item, content, key, names)


def _overlaid(source: Source, item: ReadItem, content: ItemContent, key: ItemKey, names: Mapping[str, str]) -> ReadItem:
    media: dict[str, bytes] = {}
    for digest in media_of(content) | media_of(key):
        data = source.files.get(posixpath.normpath(posixpath.join(ITEMS, names.get(digest, ""))))
        if data and media_reference(data) == f"media:{digest}":
            media[digest] = data
    return replace(
        item,
        identifier=item.tags.get("code", item.identifier),
        type=kind_of(content),
        title=content.title,
        supported=True,
        max_score=key.maximum,
        correct={name: right for name, rule in key.responses.items() if (right := right_values(rule))},
        problems=(),
        content=content,
        key=key,
        media=media,
        media_names={digest: posixpath.basename(names[digest]) for digest in media},
    )
