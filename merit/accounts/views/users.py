"""The accounts of others, for admins."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from merit.accounts import queries
from merit.accounts.domain import Grant
from merit.accounts.forms import ResetForm, RoleForm, UserForm
from merit.accounts.login import recent_sign_in
from merit.accounts.services import factor, links
from merit.accounts.services import users as services
from merit.accounts.views.blueprint import bp
from merit.db import reading, unit_of_work
from merit.errors import MeritError
from merit.i18n import _
from merit.phrases import phrase
from merit.security.permissions import Permission, Role
from merit.security.policy import may_manage_user
from merit.web.access import current_actor, requires
from merit.web.labels import label
from merit.web.paging import Paging, read_choice, read_order, read_text

PER_PAGE = 25
_UNPROCESSABLE = 422
_LINK = "fresh_link"


@bp.get("/pengguna")
@requires(Permission.ACCOUNT_MANAGE)
def users() -> ResponseReturnValue:
    """List accounts, searched, filtered and sorted."""
    filters = {
        "search": read_text(),
        "role": read_choice("peran", frozenset(Role)),
        "state": read_choice("status", queries.STATES),
    }
    order = read_order(queries.SORTS, "login")
    with reading() as database:
        page = Paging.of(queries.count_users(database, **filters), PER_PAGE)
        statement = queries.users_page(**filters, sort=order.removeprefix("-"), descending=order.startswith("-"))
        return render_template(
            "accounts/users.html",
            rows=database.scalars(statement.limit(PER_PAGE).offset((page.number - 1) * PER_PAGE)).all(),
            page=page,
            order=order,
            roles=_role_choices(),
            requests=len(queries.open_resets(database)),
            **filters,
        )


@bp.route("/pengguna/baru", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def create() -> ResponseReturnValue:
    """Create an account and show its activation link once."""
    form = UserForm()
    _fill_choices(form)
    if form.validate_on_submit():
        try:
            with unit_of_work() as database:
                user = services.create_user(
                    database,
                    current_actor(),
                    login=form.login.data or "",
                    name=form.name.data or "",
                    nip=form.nip.data or "",
                    grants=[Grant(role=Role(form.role.data or ""), unit_code=form.unit.data)],
                )
                session[_LINK] = links.create_link(database, current_actor(), user_id=user.id)
        except MeritError as error:
            form.form_errors = [phrase(error.reason, **error.details)]
        else:
            return redirect(url_for(".user", user_id=user.id))
    status = _UNPROCESSABLE if form.errors else 200
    return render_template("accounts/create.html", form=form), status


@bp.get("/pengguna/<int:user_id>")
@requires(Permission.ACCOUNT_MANAGE)
def user(user_id: int) -> ResponseReturnValue:
    """Show one account and what can be done with it."""
    form = RoleForm()
    _fill_choices(form)
    token = session.pop(_LINK, "")
    with reading() as database:
        found = services.get_user(database, user_id)
        return render_template(
            "accounts/user.html",
            user=found,
            nip=queries.find_nip(database, found.official_id),
            roles=queries.role_lines(database, user_id),
            reset=queries.open_reset(database, user_id),
            sessions=len(queries.open_sessions(database, user_id)),
            may_manage=may_manage_user(current_actor(), user_id),
            me=current_actor().user_id,
            form=form,
            reset_form=ResetForm(prefix="reset"),
            link=url_for(".activate", token=token, _external=True) if token else "",
        )


@bp.post("/pengguna/<int:user_id>/peran")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def grant(user_id: int) -> ResponseReturnValue:
    """Give a role."""
    form = RoleForm()
    _fill_choices(form)
    if form.validate():
        with unit_of_work() as database:
            given = Grant(role=Role(form.role.data or ""), unit_code=form.unit.data)
            services.grant_role(database, current_actor(), user_id=user_id, grant=given)
        flash(_("Peran ditambahkan dan langsung berlaku."), "success")
    return redirect(url_for(".user", user_id=user_id))


@bp.post("/pengguna/<int:user_id>/peran/<int:role_id>/cabut")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def revoke(user_id: int, role_id: int) -> ResponseReturnValue:
    """Take a role away."""
    with unit_of_work() as database:
        services.revoke_role(database, current_actor(), user_id=user_id, role_id=role_id)
    flash(_("Peran dicabut dan langsung tidak berlaku."), "success")
    return redirect(url_for(".user", user_id=user_id))


@bp.post("/pengguna/<int:user_id>/nonaktifkan")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account."""
    with unit_of_work() as database:
        services.disable_user(database, current_actor(), user_id=user_id)
    flash(_("Akun dinonaktifkan; semua sesinya sudah diakhiri."), "success")
    return redirect(url_for(".user", user_id=user_id))


@bp.post("/pengguna/<int:user_id>/aktifkan")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def enable(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    with unit_of_work() as database:
        services.enable_user(database, current_actor(), user_id=user_id)
    flash(_("Akun diaktifkan lagi."), "success")
    return redirect(url_for(".user", user_id=user_id))


@bp.post("/pengguna/<int:user_id>/tautan")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def new_link(user_id: int) -> ResponseReturnValue:
    """Make a fresh activation link and show it once."""
    with unit_of_work() as database:
        session[_LINK] = links.create_link(database, current_actor(), user_id=user_id)
    return redirect(url_for(".user", user_id=user_id))


@bp.post("/pengguna/<int:user_id>/faktor")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def request_reset(user_id: int) -> ResponseReturnValue:
    """Ask for the removal of a lost second factor."""
    form = ResetForm(prefix="reset")
    if form.validate():
        with unit_of_work() as database:
            factor.request_reset(database, current_actor(), user_id=user_id, reason=form.reason.data or "")
        flash(_("Permintaan tercatat. Admin lain harus menyetujuinya."), "success")
    else:
        flash(_("Tulis alasan permintaan, paling banyak 500 karakter."), "danger")
    return redirect(url_for(".user", user_id=user_id))


@bp.get("/pengguna/faktor")
@requires(Permission.ACCOUNT_MANAGE)
def resets() -> ResponseReturnValue:
    """List the requests that wait for a second officer."""
    with reading() as database:
        rows = queries.open_resets(database)
        return render_template("accounts/resets.html", rows=rows, me=current_actor().user_id)


@bp.post("/pengguna/faktor/<int:reset_id>")
@requires(Permission.ACCOUNT_MANAGE)
@recent_sign_in
def decide_reset(reset_id: int) -> ResponseReturnValue:
    """Approve or refuse a request of another officer."""
    approve = request.form.get("keputusan") == "setujui"
    with unit_of_work() as database:
        factor.decide_reset(database, current_actor(), reset_id=reset_id, approve=approve)
    flash(_("Faktor kedua dihapus; pengguna memasangnya lagi saat masuk.") if approve else _("Permintaan ditolak."))
    return redirect(url_for(".resets"))


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, label(role, "role")) for role in Role]


def _fill_choices(form: UserForm | RoleForm) -> None:
    with reading() as database:
        units = queries.unit_choices(database)
    form.role.choices = _role_choices()
    form.unit.choices = [("", _("Tanpa unit")), *units]
