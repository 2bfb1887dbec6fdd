"""Forms of imports."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from merit.i18n import lazy
from merit.web.forms import BaseForm


class UploadForm(BaseForm):
    """A file and what it is."""

    kind = SelectField(lazy("Jenis data"))
    format = SelectField(
        lazy("Asal berkas"),
        choices=[SelectChoice("", lazy("Berkas Merit (templat)")), SelectChoice("siasn", lazy("SIASN"))],
        description=lazy("SIASN hanya untuk pegawai, riwayat jabatan, pelatihan, kinerja, dan disiplin."),
    )
    file = FileField(
        lazy("Berkas CSV atau XLSX"),
        [FileRequired(message=lazy("Pilih berkas CSV atau XLSX."))],
        description=lazy("Diperiksa dahulu; tidak ada yang disimpan sebelum Anda menyetujui."),
    )


class ConfirmForm(BaseForm):
    """What the person agrees to."""

    skip_invalid = BooleanField(lazy("Lewati baris yang bermasalah, simpan yang lain"))
    confirm_large = BooleanField(lazy("Ya, perubahan sebanyak ini memang dimaksud"))
