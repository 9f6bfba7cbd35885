"""The application factory: returns a configured Flask application from settings."""

from datetime import timedelta

from flask import Flask

from learning import wiring
from learning.access import guard
from learning.accounts import impersonation, login
from learning.accounts.views import bp as accounts
from learning.accounts.views import sign_in_again
from learning.admin.staff import BLUEPRINTS as ADMIN
from learning.admissions.pages import BLUEPRINTS as ADMISSIONS
from learning.card_provider import card_provider
from learning.conflict_messages import CONFLICT_MESSAGES
from learning.contact.staff import bp as contact_staff
from learning.contact.views import bp as contact
from learning.content import registry
from learning.deadlines.staff import bp as deadlines_staff
from learning.deadlines.views import bp as deadlines
from learning.extension_points import current as current_extension_points
from learning.fake_card_provider import views as fake_card
from learning.fake_card_provider.provider import FakeProvider
from learning.fake_card_provider.store import FakeStore
from learning.fees.pages import BLUEPRINTS as FEES
from learning.files import current_storage
from learning.files.views import bp as files
from learning.gradebook.staff import bp as gradebook_staff
from learning.gradebook.views import bp as gradebook
from learning.home.layout import layout_context, reader_mark
from learning.home.views import bp as home
from learning.home.views.site import robots
from learning.kit import (
    assets,
    background_forms,
    compress,
    conditional_get,
    conflicts,
    csrf,
    db,
    drafts,
    error_pages,
    headers,
    languages,
    logs,
    pages,
    rate_limit,
    requests,
)
from learning.kit.cookies import Application
from learning.kit.database import Database
from learning.lessons.staff import bp as lessons_staff
from learning.lessons.views import bp as lessons
from learning.mail.views import bp as mail
from learning.participants.pages import BLUEPRINTS as PARTICIPANTS
from learning.paths import ROOT
from learning.providers import extension_points
from learning.question_exchange.staff import bp as question_exchange
from learning.quizzes.staff import bp as quiz_results
from learning.quizzes.views import bp as quizzes
from learning.settings import Settings
from learning.tutors.staff import BLUEPRINTS as TUTORS

BLUEPRINTS = (
    *ADMIN,
    *ADMISSIONS,
    *FEES,
    *PARTICIPANTS,
    *TUTORS,
    home,
    robots,
    contact,
    contact_staff,
    mail,
    files,
    accounts,
    lessons,
    lessons_staff,
    quizzes,
    quiz_results,
    deadlines,
    deadlines_staff,
    question_exchange,
    gradebook,
    gradebook_staff,
)
MAX_BODY_BYTES = 2_000_000
SESSION_LIFETIME = timedelta(days=30)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Return the application. Tests pass in a database of their own."""
    app = Application("learning", root_path=str(ROOT), static_folder=None)
    _configure(app, settings)
    app.extensions["settings"] = settings
    requests.init_app(app)
    headers.trust_proxies(app, settings.trusted_proxies or 0)
    db.init_app(app, database or wiring.database(wiring.engine(settings), settings))
    impersonation.init_app(app)
    login.init_app(app, two_factor_for_staff=settings.two_factor_for_staff)
    logs.init_app(app)
    languages.init_app(app, login.language_and_zone, secure=settings.production)
    headers.init_app(app, production=settings.production)
    csrf.init_app(app, settings.origins)
    drafts.init_app(app)
    background_forms.init_app(app, reader_mark)
    pages.init_app(app, layout_context, wiring.LABELS)
    error_pages.init_app(app)
    conflicts.init_app(app, CONFLICT_MESSAGES)
    rate_limit.init_app(app)
    assets.init_app(app)
    conditional_get.init_app(app, login.reader_identity)
    compress.init_app(app)
    registry.init_app(app, settings.courses, settings.cache)
    current_storage.init_app(app, settings.files, wiring.FILE_PURPOSES)
    current_extension_points.init_app(app, extension_points(registry.course))
    app.extensions["card_provider"] = card_provider(settings)
    app.extensions["fake_card_provider"] = FakeProvider(
        store=FakeStore(settings.fake_card_payments), address=settings.address
    )
    app.add_url_rule("/static/<filename>", "static", assets.send_asset)
    background_forms.reject_forms_of_others(
        app, reader_mark, sign_in_again.ask_to_sign_in, sign_in_again.ENDPOINTS
    )
    guard.init_app(
        app,
        (*BLUEPRINTS, *fake_card.BLUEPRINTS) if settings.fake_card_provider else BLUEPRINTS,
        load_actor=login.load_actor,
        ask_to_sign_in=sign_in_again.ask_to_sign_in,
    )
    requests.read_forms_before_views(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-s" if settings.production else "s",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
    )
