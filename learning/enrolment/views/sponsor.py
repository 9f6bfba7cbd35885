"""The page of a sponsor: opened by the signed link of its letter, without an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import ClassVar, NoReturn

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.content import shelf
from learning.content.course import Course
from learning.enrolment import applying, limits, nominations, sponsoring
from learning.enrolment.models import Sponsorship
from learning.enrolment.nominations import Standing
from learning.enrolment.rules import Guard, State
from learning.enrolment.views.sponsor_forms import NomineeForm, SponsorLetterForm, StatementForm
from learning.enrolment.words import STATES
from learning.files import actions as files
from learning.files import receiving
from learning.files.models import FileState
from learning.files.rules import Fault
from learning.files.serving import send
from learning.files.words import FAULTS
from learning.kit import once, versions
from learning.kit.db import database, db
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.rate_limit import attempt, check_and_count, is_limited
from learning.kit.time import day_in, now

room = Room("sponsor", __name__, url_prefix="/sponsor")


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The three forms of the page; one of them may be as somebody has just sent it."""

    letter: SponsorLetterForm
    statement: StatementForm
    nominee: NomineeForm


@dataclass(frozen=True, kw_only=True)
class SponsorPage(Page):
    template: ClassVar[str] = "enrolment/sponsor.html"

    token: str
    sponsorship: Sponsorship
    course: Course
    standings: Sequence[Standing]
    forms: Forms
    takes_applications: bool
    states: Mapping[State, str] = field(default_factory=lambda: STATES)

    @property
    def has_letter(self) -> bool:
        return _has_letter(self.sponsorship)

    @property
    def signed_on(self) -> date | None:
        at = self.sponsorship.signed_at
        return day_in(self.sponsorship.edition.zone, at) if at else None

    @property
    def link_until(self) -> date:
        return day_in(self.sponsorship.edition.zone, self.sponsorship.ends_at)

    @property
    def is_faulty(self) -> bool:
        return any(
            (self.forms.letter.faults, self.forms.statement.faults, self.forms.nominee.faults)
        )


@dataclass(frozen=True, kw_only=True)
class NoSponsorPage(Page):
    """A link that opens nothing: what to do now."""

    template: ClassVar[str] = "enrolment/sponsor_gone.html"

    has_ended: bool


@room.get("/<token>", needs=Permission.OPEN_TO_ALL)
def show_sponsor(token: str) -> ResponseReturnValue:
    return show(_page(token, _found(token)))


@room.post("/<token>", needs=Permission.OPEN_TO_ALL)
def state(token: str) -> ResponseReturnValue:
    """Keep who signs, who pays what and where the invoice goes."""
    sponsorship, form = _found(token), StatementForm(request.form)
    form.has_letter = _has_letter(sponsorship) or sponsorship.signed_at is not None
    if not form.validate():
        return show(_page(token, sponsorship, form)), 422
    versions.lock(db(), sponsorship)
    if not form.is_over(_statement(sponsorship)):
        return show(_page(token, sponsorship, form)), 409
    try:
        sponsoring.state(db(), sponsorship, form.values(sponsorship.version), now=now())
    except Refused as refusal:
        return _refused(token, form, refusal)
    flash(current().gettext(N_("Thank you. What you state is kept.")))
    return redirect(url_for(".show_sponsor", token=token), 303)


@room.post("/<token>/letter", needs=Permission.OPEN_TO_ALL)
def add_letter(token: str) -> ResponseReturnValue:
    """Take the letter by itself; it is looked into before any transaction begins."""
    check_and_count(attempt(limits.SPONSOR_LETTER, _sponsorship_of(token)))
    given = request.files.get("letter")
    checked = receiving.read(given) if given else Fault.EMPTY
    if isinstance(checked, Fault):
        form = SponsorLetterForm()
        form.refuse(FAULTS[checked])
        return show(_page(token, _found(token), form)), 422
    blob = receiving.stored(checked)
    sponsorship = _found(token)
    file = files.keep(db(), checked, blob, owner=None, now=now())
    sponsoring.add_letter(db(), sponsorship, file, now=now())
    flash(current().gettext(N_("The letter has arrived: %(name)s")) % {"name": file.name})
    return redirect(url_for(".show_sponsor", token=token), 303)


@room.get("/<token>/letter", needs=Permission.OPEN_TO_ALL)
def download_letter(token: str) -> ResponseReturnValue:
    return send(_found(token).letter or abort(404))


@room.post("/<token>/nominees", needs=Permission.OPEN_TO_ALL)
def nominate(token: str) -> ResponseReturnValue:
    """Begin an application for somebody else, once, and tell them."""
    sponsorship, form = _found(token), NomineeForm(request.form)
    tried = attempt(limits.NOMINATE, sponsorship.id)
    if sponsorship.asked_by_id is not None:
        tried += attempt(limits.NOMINATE_FOR, sponsorship.asked_by_id)
    tried += attempt(limits.NOMINATED, normal_email(form.email.data or ""))
    if not form.validate() or is_limited(tried, form):
        return show(_page(token, sponsorship, form)), 422
    sponsorship, key = _found(token), form.form_key.data or ""
    here, owner = url_for(".show_sponsor", token=token), -sponsorship.id  # people's are positive
    try:
        if once.claim(db(), owner, key, now=now()) is None:
            nominations.nominate(db(), sponsorship, form.values(), now=now())
            once.settle(db(), owner, key, here)
            said = current().gettext(N_("%(name)s is nominated and receives an e-mail."))
            flash(said % {"name": form.values().name})
    except Refused as refusal:
        return _refused(token, form, refusal)
    return redirect(here, 303)


def _found(token: str) -> Sponsorship:
    """Return what the link opens; one that opens nothing counts against its network, not others."""
    never_store()
    return sponsoring.find(db(), token, now=now()) or _unknown(token)


def _sponsorship_of(token: str) -> int:
    """Return the id of what the link opens, without beginning the request's transaction."""
    never_store()
    with database().reading() as reading:
        found = sponsoring.find(reading, token, now=now())
    return found.id if found else _unknown(token)


def _unknown(token: str) -> NoReturn:
    check_and_count(attempt(limits.SPONSOR_LINK))
    ended = sponsoring.is_known(db(), token)
    status = HTTPStatus.GONE if ended else HTTPStatus.NOT_FOUND
    abort(make_response(show(NoSponsorPage(has_ended=ended)), status))


def _refused(
    token: str, form: StatementForm | NomineeForm, refusal: Refused
) -> ResponseReturnValue:
    """Show the form again with what speaks against it, beside what is kept now."""
    db().rollback()
    sponsorship = _found(token)
    form.refuse(str(refusal))
    return show(_page(token, sponsorship, form)), 422


def _page(
    token: str,
    sponsorship: Sponsorship,
    sent: SponsorLetterForm | StatementForm | NomineeForm | None = None,
) -> SponsorPage:
    return SponsorPage(
        token=token,
        sponsorship=sponsorship,
        course=shelf.course(sponsorship.edition.course),
        standings=nominations.standings(db(), sponsorship),
        forms=Forms(
            letter=sent if isinstance(sent, SponsorLetterForm) else SponsorLetterForm(),
            statement=sent if isinstance(sent, StatementForm) else _statement(sponsorship),
            nominee=sent if isinstance(sent, NomineeForm) else _nominee(),
        ),
        takes_applications=Guard.TAKES_APPLICATIONS in applying.takes(sponsorship.edition, now()),
    )


def _statement(sponsorship: Sponsorship) -> StatementForm:
    """Return the form as it stands; a signature is never written for anybody."""
    form = StatementForm(obj=sponsorship)
    form.signed_by.data = ""
    form.shown()
    return form


def _nominee() -> NomineeForm:
    return NomineeForm(data={"language": current().language})


def _has_letter(sponsorship: Sponsorship) -> bool:
    return sponsorship.letter is not None and sponsorship.letter.state is not FileState.INFECTED
