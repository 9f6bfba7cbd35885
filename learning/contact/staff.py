"""The page for staff: a message, that it was answered, or that it is spam."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.contact import actions, queries
from learning.contact.actions import ShownMessage
from learning.contact.models import ContactMessage
from learning.contact.rules import answer_due
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

SUBJECT = N_("Your message to the course team")

bp = GuardedBlueprint("messages", __name__, url_prefix="/staff/messages")


@dataclass(frozen=True, kw_only=True)
class MessagePage(Page):
    """A message; `answer_url` opens the reader's mail program."""

    template: ClassVar[str] = "contact/message.html"

    message: ContactMessage
    due: datetime
    answer_url: str


@bp.get("/<int:message_id>", needs=Permission.ANSWER_MESSAGES)
def show_message(message_id: int) -> ResponseReturnValue:
    never_store()
    message = queries.message_by_id(db(), message_id) or abort(404)
    subject = i18n_for(message.language).gettext(SUBJECT)
    page = MessagePage(
        message=message,
        due=answer_due(message.sent_at),
        answer_url=f"mailto:{quote(message.email)}?subject={quote(subject)}",
    )
    return render_page(page)


@bp.post("/<int:message_id>", needs=Permission.ANSWER_MESSAGES)
@form_post(has_form=False)
def mark_answered(message_id: int) -> ResponseReturnValue:
    actions.mark_answered(db(), _shown(message_id), by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The message is marked as answered.")))
    return redirect(url_for("home.show_staff_area"), 303)


@bp.post("/<int:message_id>/spam", needs=Permission.ANSWER_MESSAGES)
@form_post(has_form=False)
def delete_spam(message_id: int) -> ResponseReturnValue:
    actions.delete_spam(db(), _shown(message_id), by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The message is deleted.")))
    return redirect(url_for("home.show_staff_area"), 303)


def _shown(message_id: int) -> ShownMessage:
    return ShownMessage(id=message_id, version=request.form.get("version", ""))
