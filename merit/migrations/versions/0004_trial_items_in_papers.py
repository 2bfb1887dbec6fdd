"""Trial items in papers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    scored: sa.Column[bool] = sa.Column("is_scored", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("paper_items", scored)
    triggers.install(op.get_bind())
