"""The app factory: settings in, a wired Flask app out."""

from datetime import timedelta

from flask import Flask

from learning import wiring
from learning.access import guard
from learning.accounts import impersonation, login
from learning.accounts.views import room as accounts
from learning.accounts.views.signing_in import ask_to_sign_in
from learning.admin.staff import ROOMS as ADMIN
from learning.audit.staff import room as audit
from learning.content import shelf
from learning.content.staff import room as content
from learning.enrolment.staff import ROOMS as ENROLMENT_DESK
from learning.enrolment.views import ROOMS as ENROLMENT
from learning.files import storage
from learning.files.views import room as files
from learning.home.frame import frame, reader_mark
from learning.home.views import room as home
from learning.kit import (
    assets,
    compress,
    conflicts,
    crossing,
    db,
    drafts,
    errors,
    fresh,
    headers,
    languages,
    logs,
    pages,
    quiet,
    rate_limit,
    requests,
)
from learning.kit.cookies import Application
from learning.kit.db import Database
from learning.lessons.staff import room as lessons_staff
from learning.lessons.views import room as lessons
from learning.mail.views import room as mail
from learning.settings import ROOT, Settings

ROOMS = (
    *ADMIN,
    *ENROLMENT,
    *ENROLMENT_DESK,
    home,
    mail,
    files,
    accounts,
    lessons,
    lessons_staff,
    content,
    audit,
)
MOST_BYTES = 2_000_000
SIGN_IN_LASTS = timedelta(days=30)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Return the application. Tests hand in a database of their own."""
    app = Application("learning", root_path=str(ROOT), static_folder=None)
    _configure(app, settings)
    app.extensions["settings"] = settings
    requests.init_app(app)
    headers.trust_proxies(app, settings.trusted_proxies or 0)
    db.init_app(app, database or wiring.database(wiring.engine(settings)))
    impersonation.init_app(app)
    login.init_app(app, second_factor_for_staff=settings.second_factor_for_staff)
    logs.init_app(app)
    languages.init_app(app, login.language_and_zone, secure=settings.production)
    headers.init_app(app, production=settings.production)
    crossing.init_app(app, settings.origins)
    drafts.init_app(app)
    quiet.init_app(app, reader_mark)
    pages.init_app(app, frame)
    errors.init_app(app)
    conflicts.init_app(app, wiring.CONFLICTS)
    rate_limit.init_app(app)
    assets.init_app(app)
    fresh.init_app(app, login.reader)
    compress.init_app(app)
    shelf.init_app(app, settings.courses, settings.cache)
    storage.init_app(app, settings.files)
    app.add_url_rule("/static/<filename>", "static", assets.send_asset)
    guard.init_app(app, ROOMS, load_actor=login.load_actor, ask_to_sign_in=ask_to_sign_in)
    requests.hear_forms_out(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-s" if settings.production else "s",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SIGN_IN_LASTS,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
    )
