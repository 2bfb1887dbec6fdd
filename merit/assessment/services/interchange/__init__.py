"""Bring items in and out: files of other systems, the workbook, packages."""

from merit.assessment.services.interchange.exporting import Exported, export_items, template_workbook
from merit.assessment.services.interchange.importing import Intake, Outcome, take_items, take_media_into
from merit.assessment.services.interchange.uploads import (
    Preview,
    claim_upload,
    discard_file,
    import_upload,
    is_busy,
    keep_file,
    preview_upload,
    state_of,
    undo_import,
)

__all__ = [
    "Exported",
    "Intake",
    "Outcome",
    "Preview",
    "claim_upload",
    "discard_file",
    "export_items",
    "import_upload",
    "is_busy",
    "keep_file",
    "preview_upload",
    "state_of",
    "take_items",
    "take_media_into",
    "template_workbook",
    "undo_import",
]
