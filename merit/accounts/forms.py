"""Forms of accounts: shape only; whether something is permitted is asked by the services."""

from __future__ import annotations

from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from merit.i18n import lazy as _
from merit.security.passwords import MAX_LENGTH, MIN_LENGTH
from merit.web.forms import BaseForm

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "7", "spellcheck": "false"}
_NEW = {"autocomplete": "new-password"}
_PRESENT = {"autocomplete": "current-password"}
_LOGIN = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
_REQUIRED = InputRequired(_("Isian ini wajib."))
_SAME = EqualTo("password", _("Tulis kata sandi yang sama di kedua kotak."))
_LENGTH = Length(MIN_LENGTH, MAX_LENGTH, _("Pakai 12 sampai 256 karakter."))


class SignInForm(BaseForm):
    """Login or NIP, and password."""

    login = StringField(
        _("NIP atau nama pengguna"), [InputRequired(_("Isi NIP atau nama pengguna."))], render_kw=_LOGIN
    )
    password = PasswordField(_("Kata sandi"), [InputRequired(_("Isi kata sandi."))], render_kw=_PRESENT)


class CodeForm(BaseForm):
    """The six digits of the authenticator app."""

    kode = StringField(
        _("Kode 6 angka"), [InputRequired(_("Isi 6 angka dari aplikasi autentikator."))], render_kw=_CODE
    )


class ConfirmForm(BaseForm):
    """Prove again who one is."""

    password = PasswordField(_("Kata sandi"), [InputRequired(_("Isi kata sandi."))], render_kw=_PRESENT)
    kode = StringField(_("Kode 6 angka"), [Optional()], render_kw=_CODE)


class NewPasswordForm(BaseForm):
    """Choose a password by a link."""

    password = PasswordField(_("Kata sandi baru"), [_REQUIRED, _LENGTH], render_kw=_NEW)
    again = PasswordField(_("Ulangi kata sandi baru"), [_REQUIRED, _SAME], render_kw=_NEW)


class ChangePasswordForm(NewPasswordForm):
    """Change the own password."""

    present = PasswordField(_("Kata sandi sekarang"), [_REQUIRED], render_kw=_PRESENT)


class UserForm(BaseForm):
    """A new account."""

    login = StringField(
        _("Nama pengguna atau NIP"), [_REQUIRED, Length(max=64)], render_kw={**_LOGIN, "autocomplete": "off"}
    )
    name = StringField(_("Nama lengkap"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"})
    nip = StringField(
        _("NIP pegawai"), [Optional(), Length(max=30)], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    role = SelectField(_("Peran"), [_REQUIRED])
    unit = SelectField(_("Unit kerja"), [Optional()])


class RoleForm(BaseForm):
    """A role for an account that exists."""

    role = SelectField(_("Peran"), [_REQUIRED])
    unit = SelectField(_("Unit kerja"), [Optional()])


class ResetForm(BaseForm):
    """Why a second factor should be removed."""

    reason = TextAreaField(
        _("Alasan"), [InputRequired(_("Tulis alasan permintaan ini.")), Length(max=500)], render_kw={"rows": "3"}
    )
