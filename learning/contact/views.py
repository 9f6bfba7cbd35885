"""Pages of contact for everybody: the form, and what happens next."""

from dataclasses import dataclass
from typing import ClassVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.accounts import queries as accounts
from learning.contact import actions, limits
from learning.contact.forms import MessageForm
from learning.content import registry
from learning.content.organiser import Organiser
from learning.kit.db import db
from learning.kit.email_addresses import normal_email
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now

bp = GuardedBlueprint("contact", __name__, url_prefix="/contact")


@dataclass(frozen=True, kw_only=True)
class ContactPage(Page):
    template: ClassVar[str] = "contact/contact.html"

    form: MessageForm
    organiser: Organiser


@dataclass(frozen=True, kw_only=True)
class MessageSentPage(Page):
    template: ClassVar[str] = "contact/sent.html"


def _message_attempt() -> Attempt:
    return attempt(limits.CONTACT, normal_email(request.form.get("email", "")))


def _visitor_scope() -> str:
    return "contact"


@bp.get("/", needs=Permission.OPEN_TO_ALL)
def show_contact() -> ResponseReturnValue:
    """Show the form, with the name and the address of who is signed in."""
    person_id = current_actor().person_id
    person = accounts.get_person(db(), person_id) if person_id else None
    if person:
        never_store()
    known = {"name": person.name, "email": person.email} if person else {}
    return render_page(_page(MessageForm(data=known)))


@bp.post("/", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_message_attempt, idempotent=True, scope=_visitor_scope)
def send_message() -> ResponseReturnValue:
    form, words = MessageForm(request.form), current_i18n()
    if not form.validate():
        return render_page(_page(form)), 422
    actions.send_message(db(), form.values(words.language, words.zone), now=now())
    return redirect(url_for(".show_sent"), 303)


@bp.get("/sent", needs=Permission.OPEN_TO_ALL)
def show_sent() -> ResponseReturnValue:
    return render_page(MessageSentPage())


def _page(form: MessageForm) -> ContactPage:
    return ContactPage(form=form, organiser=registry.site().organiser)
