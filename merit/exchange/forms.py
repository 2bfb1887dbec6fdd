"""Forms of imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import ValidationError

from merit.exchange.siasn import FORMATS
from merit.i18n import lazy
from merit.phrases import phrase
from merit.web.filters import sentence_list
from merit.web.forms import BaseForm
from merit.web.labels import label


class UploadForm(BaseForm):
    """A file and what it is."""

    kind = SelectField(lazy("Jenis data"))
    format = SelectField(
        lazy("Asal berkas"),
        choices=[
            SelectChoice("", lazy("Berkas Merit (templat)")),
            SelectChoice("siasn", lazy("SIASN")),
            SelectChoice("sp4n", "SP4N-LAPOR!"),
        ],
        description=lazy(
            "SIASN hanya untuk pegawai, riwayat jabatan, pelatihan, kinerja, dan disiplin; "
            "SP4N-LAPOR! hanya untuk aduan."
        ),
    )
    file = FileField(
        lazy("Berkas CSV atau XLSX"),
        [FileRequired(message=lazy("Pilih berkas CSV atau XLSX."))],
        description=lazy("Diperiksa dahulu; tidak ada yang disimpan sebelum Anda menyetujui."),
    )

    def validate_format(self, field: Field) -> None:
        """Refuse the national format for kinds the national system does not have."""
        sources = FORMATS.get(field.data)
        if sources is not None and self.kind.data not in sources:
            kinds = sentence_list(label(kind, "import_kind") for kind in sources)
            raise ValidationError(phrase(f"{field.data}-kind", kind=label(self.kind.data, "import_kind"), kinds=kinds))


class ConfirmForm(BaseForm):
    """What the person agrees to."""

    skip_invalid = BooleanField(lazy("Lewati baris yang bermasalah, simpan yang lain"))
    confirm_large = BooleanField(lazy("Ya, perubahan sebanyak ini memang dimaksud"))

    def agrees_to(self, report: Mapping[str, Any]) -> bool:
        """Whether everything a dry run asks for is agreed to; what is not gets its sentence."""
        if report.get("problems") and not self.skip_invalid.data:
            self.skip_invalid.errors = [phrase("import-upload-problems")]
        if report.get("is_large") and not self.confirm_large.data:
            self.confirm_large.errors = [phrase("import-upload-large")]
        return not (self.skip_invalid.errors or self.confirm_large.errors)
