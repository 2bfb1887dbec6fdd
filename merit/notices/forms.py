"""Forms of notices: shape only."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from merit.i18n import lazy as _
from merit.web.forms import BaseForm

_ADDRESS = {"type": "email", "autocomplete": "email", "inputmode": "email", "spellcheck": "false", "maxlength": "254"}
_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "7", "spellcheck": "false"}


class AddressForm(BaseForm):
    """The own mail address."""

    address = StringField(
        _("Alamat surel"), [InputRequired(_("Isi alamat surel Anda.")), Length(max=254)], render_kw=_ADDRESS
    )


class CodeForm(BaseForm):
    """The code that came by mail."""

    code = StringField(_("Kode 6 angka"), [InputRequired(_("Isi 6 angka dari surel."))], render_kw=_CODE)


class ChoiceForm(BaseForm):
    """In which language mails come; the groups are read beside it."""

    language = SelectField(_("Bahasa surel"), [InputRequired()])
