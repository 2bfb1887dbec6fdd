"""How one wants to be reached: address with proof, groups by mail, language."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _, current_language
from merit.notices.domain import MAILED
from merit.notices.forms import AddressForm, ChoiceForm, CodeForm
from merit.notices.queries import has_failed_mail
from merit.notices.services import settings as services
from merit.notices.views.blueprint import bp
from merit.notices.views.frame import layout
from merit.phrases import phrase
from merit.web.access import current_actor, signed_in
from merit.web.acting import acted
from merit.web.labels import label
from merit.web.navigation import LANGUAGE_NAMES

_UNPROCESSABLE = 422


@bp.get("/akun/pemberitahuan")
@signed_in
def choices() -> ResponseReturnValue:
    """Show address, groups and language."""
    return _page(AddressForm(formdata=None), CodeForm(formdata=None), 200)


@bp.post("/akun/pemberitahuan/alamat")
@signed_in
def set_address() -> ResponseReturnValue:
    """Keep the own address and have a code sent there."""
    form = AddressForm()
    if form.validate():
        try:
            with unit_of_work() as database:
                setting = services.set_address(database, current_actor(), address=form.address.data or "")
        except MeritError as error:
            form.address.errors = [phrase(error.reason, **error.details)]
        else:
            if setting.confirmed_at is None:
                flash(_("Alamat tersimpan. Kode dikirim ke sana; ketik di bawah ini."), "success")
            return redirect(url_for(".choices"))
    return _page(form, CodeForm(formdata=None), _UNPROCESSABLE)


@bp.post("/akun/pemberitahuan/kode")
@signed_in
def confirm() -> ResponseReturnValue:
    """Prove the address by its code."""
    form = CodeForm()
    if form.validate():
        with unit_of_work() as database:  # a wrong try is kept, too
            is_right = services.try_code(database, current_actor(), code=form.code.data or "")
        if is_right:
            flash(_("Alamat terbukti milik Anda. Pemberitahuan kini juga datang lewat surel."), "success")
            return redirect(url_for(".choices"))
        form.code.errors = [phrase("mail-code-wrong")]
    return _page(AddressForm(formdata=None), form, _UNPROCESSABLE)


@bp.post("/akun/pemberitahuan/kode-baru")
@signed_in
def new_code() -> ResponseReturnValue:
    """Have another code sent."""
    acted(lambda database: services.order_code(database, current_actor()), _("Kode baru dikirim."))
    return redirect(url_for(".choices"))


@bp.post("/akun/pemberitahuan/hapus-alamat")
@signed_in
def remove_address() -> ResponseReturnValue:
    """Take the own address away."""
    with unit_of_work() as database:
        services.remove_address(database, current_actor())
    flash(_("Alamat dihapus. Pemberitahuan tetap tampak di aplikasi."), "success")
    return redirect(url_for(".choices"))


@bp.post("/akun/pemberitahuan/pilihan")
@signed_in
def choose() -> ResponseReturnValue:
    """Keep which groups come by mail, and in which language."""
    with unit_of_work() as database:
        services.choose(
            database,
            current_actor(),
            groups=request.form.getlist("bagian"),
            language=request.form.get("language", ""),
        )
    flash(_("Pilihan tersimpan."), "success")
    return redirect(url_for(".choices"))


def _page(address_form: AddressForm, code_form: CodeForm, status: int) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as database:
        setting = services.find_setting(database, actor.user_id or 0)
        address = services.address_of(setting)
        proved = setting.confirmed_at if setting else None
        failed = proved is not None and has_failed_mail(database, actor, proved)  # not of a former address
    form = ChoiceForm(formdata=None, language=setting.language if setting else current_language())
    form.language.choices = list(LANGUAGE_NAMES)
    muted = set(setting.muted) if setting else set()
    return render_template(
        "notices/choices.html",
        address=address,
        confirmed=proved is not None,
        failed=failed,
        address_form=address_form,
        code_form=code_form,
        form=form,
        groups=[(group.value, label(group, "notice_group"), group.value not in muted) for group in MAILED],
        layout=layout(),
    ), status
