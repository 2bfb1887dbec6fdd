"""What is done to one item from its page: steps, comments, enemies, tags."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.states import ItemState
from merit.assessment.queries.item_history import get_item
from merit.assessment.services.bank import add_enemy, remove_enemy, retag_item
from merit.assessment.services.items import drop_revision, move_item, newest_version
from merit.assessment.services.reviewing import comment_version, settle_comment
from merit.assessment.views.blueprint import bp
from merit.db import unit_of_work
from merit.errors import InvalidInputError
from merit.i18n import _
from merit.security.permissions import Permission
from merit.web.access import current_actor, requires
from merit.web.labels import label
from merit.web.paging import whole


@bp.post("/bank-soal/<code>/langkah")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def move_one_item(code: str) -> ResponseReturnValue:
    """Take the item one step further."""
    to = request.form.get("ke", "")
    if to not in set(ItemState):
        raise InvalidInputError("item-no-such-step", code=code)
    with unit_of_work() as session:
        move_item(
            session,
            current_actor(),
            item_id=get_item(session, code).id,
            to=ItemState(to),
            note=request.form.get("catatan", ""),
            row_version=_row_version(),
        )
    flash(_("Butir sekarang: %(state)s.", state=label(to, "item_state")), "success")
    return redirect(url_for(".item", code=code))


@bp.post("/bank-soal/<code>/revisi/batal")
@requires(Permission.ITEM_WRITE)
def drop_item_revision(code: str) -> ResponseReturnValue:
    """Give up the revision; the version in use stays."""
    with unit_of_work() as session:
        item = get_item(session, code)
        note = request.form.get("catatan", "")
        drop_revision(session, current_actor(), item_id=item.id, row_version=_row_version(), note=note)
    flash(_("Revisi dihentikan. Versi yang dipakai tidak berubah."), "success")
    return redirect(url_for(".item", code=code))


@bp.post("/bank-soal/<code>/komentar")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def comment_item(code: str) -> ResponseReturnValue:
    """Write a comment on the newest version."""
    kind = "review" if request.form.get("telaah") else "comment"
    with unit_of_work() as session:
        version = newest_version(session, get_item(session, code).id)
        comment_version(
            session, current_actor(), version_id=version.id, text=request.form.get("komentar", ""), kind=kind
        )
    flash(_("Komentar tersimpan."), "success")
    return redirect(url_for(".item", code=code, _anchor="komentar"))


@bp.post("/bank-soal/<code>/komentar/<int:comment_id>/selesai")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW)
def settle_item_comment(code: str, comment_id: int) -> ResponseReturnValue:
    """Settle a comment."""
    with unit_of_work() as session:
        get_item(session, code)
        settle_comment(session, current_actor(), comment_id=comment_id)
    flash(_("Komentar ditandai selesai."), "success")
    return redirect(url_for(".item", code=code, _anchor="komentar"))


@bp.post("/bank-soal/<code>/musuh")
@requires(Permission.ITEM_WRITE)
def add_item_enemy(code: str) -> ResponseReturnValue:
    """Keep another item out of the same paper."""
    with unit_of_work() as session:
        item = get_item(session, code)
        reason = request.form.get("alasan", "")
        add_enemy(session, current_actor(), item_id=item.id, code=request.form.get("butir", ""), reason=reason)
    flash(_("Kedua butir tidak akan muncul dalam satu naskah."), "success")
    return redirect(url_for(".item", code=code, _anchor="musuh"))


@bp.post("/bank-soal/<code>/musuh/<int:enemy_id>/hapus")
@requires(Permission.ITEM_WRITE)
def remove_item_enemy(code: str, enemy_id: int) -> ResponseReturnValue:
    """Let the two items meet again."""
    with unit_of_work() as session:
        remove_enemy(session, current_actor(), item_id=get_item(session, code).id, enemy_id=enemy_id)
    flash(_("Kedua butir boleh muncul bersama lagi."), "success")
    return redirect(url_for(".item", code=code, _anchor="musuh"))


@bp.post("/bank-soal/<code>/tanda")
@requires(Permission.ITEM_WRITE)
def tag_item(code: str) -> ResponseReturnValue:
    """Change how the item is found and drawn."""
    form, level = request.form, request.form.get("level", "")
    tags = ItemTags(
        code=form.get("code", "").strip() or code,
        competency=form.get("competency", ""),
        level=whole(level) if level else None,
        subject=form.get("subject", ""),
        language=form.get("language", "") or "id",
        origin=form.get("origin", ""),
    )
    with unit_of_work() as session:
        item_id = get_item(session, code).id
        item = retag_item(session, current_actor(), item_id=item_id, row_version=_row_version(), tags=tags)
        code = item.code
    flash(_("Penanda butir tersimpan."), "success")
    return redirect(url_for(".item", code=code))


def _row_version() -> int | None:
    return whole(request.form.get("row_version", "")) or None
