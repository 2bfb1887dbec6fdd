"""Places of papers: what was drawn for one, and the tags its item had at sealing.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0009"
down_revision = "0008"

FILL = """
UPDATE paper_items SET competency = items.competency, level = items.level, subject = items.subject
FROM item_versions JOIN items ON items.id = item_versions.item_id
WHERE item_versions.id = paper_items.version_id
"""


def upgrade() -> None:
    """Keep the drawn values of templated items, sealed, and the tags; former places get the present ones."""
    op.add_column("paper_items", sa.Column("template_values", sa.Text(), nullable=True))
    op.add_column("paper_items", sa.Column("competency", sa.Text(), server_default="", nullable=False))
    op.add_column("paper_items", sa.Column("level", sa.SmallInteger(), nullable=True))
    op.add_column("paper_items", sa.Column("subject", sa.Text(), server_default="", nullable=False))
    table = " ON paper_items" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER paper_items_no_update{table}")
    op.execute(FILL)
    triggers.install(op.get_bind())
