"""The editor: a new item, a new version; nothing typed is lost, whatever happens."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.bank import ItemDraft, plain_text
from merit.assessment.domain.items import ItemContent
from merit.assessment.domain.wording import content_changes
from merit.assessment.forms.bank import KINDS, Editor, build_draft, open_version, rows_shown
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.queries.item_history import find_author, get_item, get_version
from merit.assessment.queries.items import media_by_hash
from merit.assessment.services.bank import Alike, alike_to, enemies_of, retag_item, tags_of
from merit.assessment.services.items import create_item, newest_version, save_version
from merit.assessment.services.media import keep_medium
from merit.assessment.views.bank.reading import read_key, shown_item
from merit.assessment.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import ConflictError, MeritError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import label, options
from merit.web.paging import whole

_UNPROCESSABLE, _CONFLICT = 422, 409
_ENOUGH_WORDS = 3


@bp.route("/bank-soal/baru", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def new_item() -> ResponseReturnValue:
    """Choose a kind, then write a new item."""
    kind = request.values.get("jenis", "")
    if kind not in KINDS:
        return render_template("bank/kinds.html", kinds=[(one, label(one, "item_kind")) for one in KINDS])
    if request.method == "GET":
        return _page(_blank(kind))
    editor = Editor.from_form(kind, request.form)
    if not _is_saving(editor):
        return _page(editor)
    draft = build_draft(editor)
    if draft is None:
        return _page(editor, status=_UNPROCESSABLE)
    return _store_new(editor, draft)


@bp.route("/bank-soal/<code>/ubah", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def edit_item(code: str) -> ResponseReturnValue:
    """Write a new version of an item."""
    with reading() as session:
        item = get_item(session, code)
        version = newest_version(session, item.id)
    if request.method == "GET":
        return _page(_opened(item, version), item=item)
    kind = request.form.get("jenis", "")
    if kind not in KINDS:
        raise NotFoundError
    editor = Editor.from_form(kind, request.form)
    if not _is_saving(editor):
        return _page(editor, item=item)
    draft = build_draft(editor)
    if draft is None:
        return _page(editor, item=item, status=_UNPROCESSABLE)
    return _store_version(editor, draft, item)


def _blank(kind: str) -> Editor:
    """Return an empty editor; a copy of an item (``salin``) starts with what that one says."""
    source = request.args.get("salin", "")
    if not source:
        editor = Editor.blank(kind)
        editor.values |= {name: request.args[name] for name in ("competency", "level") if name in request.args}
        return editor
    with reading() as session:
        item = get_item(session, source)
        version = newest_version(session, item.id)
    editor = _opened(item, version)
    editor.values |= {"code": "", "note": _("Salinan dari %(code)s", code=item.code)}
    return editor


def _opened(item: Item, version: ItemVersion) -> Editor:
    """Open a version in the editor: the reader sees its key, and that is noted."""
    key = read_key(item, version, purpose="edit")
    editor = open_version(
        ItemContent.model_validate(version.content),
        key,
        tags=tags_of(item),
        facility=version.facility,
        number=version.number,
        row_version=item.row_version,
    )
    if editor is None:
        raise RuleViolationError("item-not-editable", code=item.code)
    return editor


def _is_saving(editor: Editor) -> bool:
    """Do what the pressed button asks of the editor; True when it asks to save."""
    action, _separator, argument = request.form.get("aksi", "simpan").partition(":")
    index = whole(argument, -1)
    if action == "tambah":
        editor.add_rows()
    elif action == "hapus":
        editor.remove_row(index)
    elif action in {"naik", "turun"}:
        editor.move_row(index, -1 if action == "naik" else 1)
    elif action == "unggah":
        _take_upload(editor)
    return action == "simpan"


def _take_upload(editor: Editor) -> None:
    """Keep the chosen file; a hotspot's picture becomes the picture, others go to the end of the question."""
    file = request.files.get("berkas")
    if file is None or not file.filename:
        editor.errors["berkas"] = phrase("medium-missing")
        return
    try:
        with unit_of_work() as session:
            kept = keep_medium(session, current_actor(), data=file.read(), name=file.filename)
    except MeritError as error:
        editor.errors["berkas"] = phrase(error.reason, **error.details)
        return
    reference = f"media:{kept.sha256}"
    if editor.kind == "hotspot" and kept.width and kept.height:
        editor.values |= {"image": reference, "width": str(kept.width), "height": str(kept.height)}
    elif kept.media_type.startswith("audio/"):
        editor.values["question"] += f'\n<p><audio src="{reference}" controls></audio></p>'
    else:
        size = f'width="{kept.width}" height="{kept.height}"'
        editor.values["question"] += f'\n<p><img src="{reference}" alt="" {size}></p>'


def _store_new(editor: Editor, draft: ItemDraft) -> ResponseReturnValue:
    alike = _alike(editor, draft, None)
    if alike:
        return _page(editor, alike=alike)
    try:
        with unit_of_work() as session:
            item = create_item(session, current_actor(), tags=editor.tags, draft=draft)
            code = item.code
    except MeritError as error:
        return _refused(editor, error)
    flash(_("Butir %(code)s tersimpan sebagai rancangan.", code=code), "success")
    return redirect(url_for(".item", code=code))


def _store_version(editor: Editor, draft: ItemDraft, item: Item) -> ResponseReturnValue:
    alike = _alike(editor, draft, item)
    if alike:
        return _page(editor, item=item, alike=alike)
    try:
        with unit_of_work() as session:
            actor = current_actor()
            version = save_version(session, actor, item_id=item.id, row_version=editor.row_version, draft=draft)
            kept = retag_item(session, actor, item_id=item.id, row_version=None, tags=editor.tags)
            code, number = kept.code, version.number
    except ConflictError:
        return _conflict(editor, draft, item)
    except MeritError as error:
        return _refused(editor, error, item)
    flash(_("Versi %(number)s butir %(code)s tersimpan.", number=number, code=code), "success")
    return redirect(url_for(".item", code=code))


def _alike(editor: Editor, draft: ItemDraft, item: Item | None) -> list[Alike]:
    """Return the near-duplicates to warn of, until the author ticks that they were looked at.

    Words that did not change and items already known as enemies need no warning.
    """
    words = plain_text(draft.content)
    if request.form.get("kembar") == "ya" or len(words.split()) < _ENOUGH_WORDS:
        return []
    known: set[int] = set()
    with reading() as session:
        if item is not None:
            if newest_version(session, item.id).plain_text == words:
                return []
            known = {item.id, *(enemy.id for enemy, _reason in enemies_of(session, item.id))}
        found = alike_to(session, words, language=editor.values["language"])
    return [one for one in found if one.item_id not in known]


def _refused(editor: Editor, error: MeritError, item: Item | None = None) -> ResponseReturnValue:
    editor.errors[""] = phrase(error.reason, **error.details)
    return _page(editor, item=item, status=error.status)


def _conflict(editor: Editor, draft: ItemDraft, item: Item) -> ResponseReturnValue:
    """Show what the other person changed and what this one wants; both texts are there, saving is possible again."""
    with reading() as session:
        present = get_item(session, item.code)
        newest = newest_version(session, present.id)
        base = get_version(session, present.id, editor.base or newest.number)
        author = find_author(session, newest.created_by)
    theirs = ItemContent.model_validate(newest.content)
    conflict = {
        "author": author,
        "at": newest.created_at,
        "number": newest.number,
        "theirs": content_changes(ItemContent.model_validate(base.content), theirs),
        "mine": content_changes(theirs, draft.content),
    }
    editor.row_version, editor.base = present.row_version, newest.number
    return _page(editor, item=present, conflict=conflict, status=_CONFLICT)


def _page(
    editor: Editor,
    *,
    item: Item | None = None,
    alike: list[Alike] | None = None,
    conflict: dict[str, object] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    preview = None
    if request.form.get("aksi") == "pratinjau":
        draft = build_draft(editor)
        preview = shown_item(draft.content) if draft else None
    with reading() as session:
        media = media_by_hash(session, editor.media)
    page = render_template(
        "bank/editor.html",
        editor=editor,
        item=item,
        kind=editor.kind,
        rows_kind=rows_shown(editor.kind),
        alike=alike or [],
        conflict=conflict,
        preview=preview,
        picture=media.get(editor.values["image"].removeprefix("media:")),
        media={f"media:{sha256}": f"/media/{medium.address}" for sha256, medium in media.items()},
        competencies=options("competency"),
    )
    return page, status
