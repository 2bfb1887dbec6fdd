"""Access declared on every route: ``@requires(...)`` or ``@public``; start fails on a route without either."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g, request

from merit.errors import NotAllowedError, NotFoundError, SetupError
from merit.security.permissions import ANONYMOUS, Actor, Permission, is_granted

View = Callable[..., Any]

_ATTRIBUTE = "merit_access"


class SignInRequired(Exception):  # noqa: N818 -- a state of affairs, not a mistake
    """Nobody is signed in where somebody must be; ``app`` sends them to the sign-in page."""


def current_actor() -> Actor:
    """Return who acts in this request."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def can(permission: str) -> bool:
    """Whether the present actor holds the permission; for templates."""
    return is_granted(current_actor(), Permission(permission))


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Let only holders of at least one of the permissions in; others learn nothing (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if actor.user_id is None:
                raise SignInRequired
            if not any(is_granted(actor, permission) for permission in permissions):
                g.access_denied = True
                raise NotFoundError
            return view(*args, **kwargs)

        setattr(guarded, _ATTRIBUTE, permissions)
        return guarded

    return decorate


def sending_requires(permission: Permission) -> Callable[[View], View]:
    """Let only holders of the permission send the form of a page that others may read; below :func:`requires`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and not is_granted(current_actor(), permission):
                g.access_denied = True
                raise NotAllowedError
            return view(*args, **kwargs)

        return guarded

    return decorate


def signed_in(view: View) -> View:
    """Let every signed-in user in, whatever the role."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_actor().user_id is None:
            raise SignInRequired
        return view(*args, **kwargs)

    setattr(guarded, _ATTRIBUTE, "signed-in")
    return guarded


def public(view: View) -> View:
    """Declare that everybody may call the view."""
    setattr(view, _ATTRIBUTE, "public")
    return view


def declared_access(view: View) -> object:
    """Return what a view declares, None when it declares nothing."""
    return getattr(view, _ATTRIBUTE, None)


def check_declarations(app: Flask) -> None:
    """Raise :class:`SetupError` naming every route that declares no access."""
    undeclared = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and declared_access(app.view_functions[rule.endpoint]) is None
    )
    if undeclared:
        raise SetupError("undeclared-routes", routes=", ".join(undeclared))
