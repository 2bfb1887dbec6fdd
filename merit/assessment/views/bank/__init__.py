"""Pages of the item bank."""

from merit.assessment.views.bank import editor, item, listing, media, preview, steps

__all__ = ["editor", "item", "listing", "media", "preview", "steps"]
