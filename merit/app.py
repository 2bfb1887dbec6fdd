"""The application factory: settings in, a guarded Flask application out."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import structlog
from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from merit import db, i18n
from merit.accounts import login
from merit.assessment import triggers as assessment_triggers
from merit.audit import triggers as audit_triggers
from merit.config import ROOT, Settings, load_settings
from merit.errors import MeritError
from merit.logs import configure_logs
from merit.migrations import require_current
from merit.phrases import phrase
from merit.ranking import triggers as ranking_triggers
from merit.web import filters, guard, navigation
from merit.web.access import SignInRequired, can, check_declarations
from merit.web.compiled import keep_compiled

_BLUEPRINTS = (
    "merit.web.pages",
    "merit.web.jobs",
    "merit.accounts.views",
    "merit.notices.views",
    "merit.audit.views",
    "merit.exchange.views",
    "merit.people.views",
    "merit.assessment.views",
    "merit.training.views",
    "merit.performance.views",
    "merit.ranking.views",
    "merit.ranking.professionalism.views",
    "merit.profiles.views",
    "merit.profiles.discipline",
    "merit.profiles.training_results",
    "merit.portal.views",
)

log = structlog.get_logger()


def create_app(settings: Settings | None = None, database: db.Database | None = None) -> Flask:
    """Build the application; fail with a sentence when something it relies on is missing.

    Raises
    ------
    SetupError
        The schema is not current, an audit trigger is missing, or a route declares no access.
    """
    settings = settings or load_settings()
    configure_logs(settings)
    database = database or db.configure(settings)
    require_current(database)
    audit_triggers.check(database.engine)
    ranking_triggers.check(database.engine)
    assessment_triggers.check(database.engine)
    app = Flask(
        "merit",
        instance_path=str(settings.instance_path),
        static_folder=str(Path(__file__).parent / "static"),
        template_folder=str(ROOT / "templates"),
    )
    app.config["SETTINGS"] = settings
    app.config["TESTING"] = settings.testing
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    keep_compiled(app, settings)
    i18n.init_app(app)
    guard.init_app(app)
    login.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)
    app.context_processor(lambda: {"can": can, "settings": settings})
    for name in _BLUEPRINTS:
        app.register_blueprint(import_module(name).bp)
    if settings.development:
        app.register_blueprint(import_module("merit.web.develop").bp)
    _register_errors(app)
    check_declarations(app)
    return app


def _register_errors(app: Flask) -> None:
    app.register_error_handler(SignInRequired, _to_sign_in)
    app.register_error_handler(MeritError, _refusal_page)
    app.register_error_handler(HTTPException, _http_page)
    # PostgreSQL calls a read-only database an internal error.
    for unavailable in (OperationalError, InterfaceError, InternalError, PoolTimeoutError):
        app.register_error_handler(unavailable, _database_page)
    app.register_error_handler(Exception, _failure_page)


def _to_sign_in(_error: Exception) -> ResponseReturnValue:
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", lanjut=following))


def _page(status: int, message: str = "") -> ResponseReturnValue:
    return render_template("errors/error.html", status=status, message=message), status


def _refusal_page(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, MeritError)  # noqa: S101 -- registered for this class only
    return _page(error.status, phrase(error.reason, **error.details))


def _http_page(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for this class only
    if error.code is None or error.code < 400:  # noqa: PLR2004 -- redirects raised by the router
        return error.get_response()
    return _page(error.code)


def _database_page(error: Exception) -> ResponseReturnValue:
    log.error("database unavailable", error=type(error).__name__)
    return _page(503, phrase("database-busy"))


def _failure_page(error: Exception) -> ResponseReturnValue:
    # The route, not the address: addresses name people.
    log.error("unexpected failure", route=str(request.url_rule), error=type(error).__name__, exc_info=error)
    return _page(500)
