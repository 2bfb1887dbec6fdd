"""Pages of accounts: signing in, one's own account, and the accounts of others."""

from __future__ import annotations

from merit.accounts.views import account, sign_in, users
from merit.accounts.views.blueprint import bp

__all__ = ["account", "bp", "sign_in", "users"]
