"""Bulk decisions: previewed first, then carried out, each application by itself."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import bulk_decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application
from learning.admissions.pages.staff.balance import balance_after
from learning.admissions.pages.staff.blueprint import bp, event_of, seats
from learning.admissions.pages.staff.board import MAX_APPLICATIONS, TOGETHER, selected_references
from learning.admissions.pages.staff.bulk_page import BulkPage, NameGroup
from learning.admissions.pages.staff.decision_panel import requires_reason
from learning.admissions.pages.staff.decisions import REPEATED, has_form_errors
from learning.admissions.pages.staff.email_previews import Draft, one_of_each, says_reason
from learning.admissions.pages.staff.filters import filter_args, list_key, listed_filter
from learning.admissions.pages.staff.forms import BulkForm
from learning.admissions.queries import board
from learning.admissions.queries.board_list import first_references, listed_among
from learning.admissions.queries.breakdown import breakdown
from learning.admissions.queries.scores import shown_totals
from learning.admissions.queries.stages import stages_of
from learning.admissions.queries.terms import offered_terms
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import MESSAGES, TransitionGuard, allowed_events
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.rules import ActorRole
from learning.kit.db import db, rollback_changes
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The selected applications in the order in which they get seats, and the scores seen.

    `listed` are the references of those that the list, with its filters, shows.
    """

    applications: Sequence[Application]
    scores: Mapping[int, int | None]
    listed: Collection[str]


@bp.get("/bulk", needs=Permission.ADMIT)
def leave_bulk(edition: str) -> ResponseReturnValue:
    """Redirect to the board after a change of language, which loses the posted choice."""
    return redirect(url_for(".show_board", edition=edition, **filter_args()), 303)


@bp.post("/bulk", needs=Permission.ADMIT)
@form_post()
def show_bulk(edition: str) -> ResponseReturnValue:
    """Preview a decision about the chosen applications, with its e-mails."""
    where, event = edition_of(edition), event_of(request.form.get("event", ""), TOGETHER)
    chosen, form = _chosen(where, _rest()), BulkForm(request.form)
    if not chosen.applications:
        return _nothing_chosen(edition)
    return render_page(_page(where, event, chosen, form)), 200 if form.validate() else 422


@bp.post("/bulk/execute", needs=Permission.ADMIT)
@form_post(limit=per_person(limits.BULK), idempotent=True)
def carry_out(edition: str) -> ResponseReturnValue:
    """Start the decision about each application; a violation in one does not stop the others."""
    where, event = edition_of(edition), event_of(request.form.get("event", ""), TOGETHER)
    chosen, form = _chosen(where), BulkForm(request.form)
    if not chosen.applications:
        return _nothing_chosen(edition)
    if _has_errors(where, event, chosen.applications, form):
        return render_page(_page(where, event, _chosen(where, _rest()), form)), 422
    reasons = form.reasons
    transition = TransitionRequest(
        event=event,
        actor_role=ActorRole.REGISTRAR,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data or next(iter(reasons.values()), ""),
    )
    operation = bulk_decisions.start(db(), where, chosen.applications, transition, reasons)
    onward = url_for("operations.show_operation", edition=edition, reference=operation.uid)
    return redirect(onward, 303)


def _nothing_chosen(edition: str) -> ResponseReturnValue:
    flash(current_i18n().gettext(N_("Choose at least one application.")))
    rollback_changes()  # and with it the key: the same form may come again with some chosen
    return leave_bulk(edition)


def _rest() -> list[str]:
    """Return the references that an earlier preview left as they are."""
    return request.form.get("rest", "").split()


def _chosen(edition: Edition, rest: Sequence[str] = ()) -> Selection:
    """Return the chosen applications, the best first, then who applied earlier.

    They are the first of the list that the reader saw, all of it, or those that were ticked. A
    score that the reader does not see counts as none. `rest` is shown beside them.
    """
    references = [*_references(edition), *rest][:MAX_APPLICATIONS]
    rows = board.application_rows(db(), edition, references)
    scores = shown_totals(db(), [each.id for each in rows], current_person_id())
    sent_first = sorted(rows, key=lambda each: (each.submitted_at is None, each.submitted_at))
    best_first = sorted(sent_first, key=lambda each: -(scores[each.id] or 0))
    listed = listed_among(db(), edition, listed_filter(), [each.reference for each in rows])
    return Selection(applications=best_first, scores=scores, listed=listed)


def _references(edition: Edition) -> Sequence[str]:
    first = request.form.get("first", type=int) or 0
    if first <= 0 and "all" not in request.form:
        return selected_references()
    filters = listed_filter()
    limit = min(first, MAX_APPLICATIONS) if first > 0 else MAX_APPLICATIONS
    return first_references(db(), edition, filters, limit)


def _has_errors(
    edition: Edition, event: ApplicationEvent, chosen: Sequence[Application], form: BulkForm
) -> bool:
    """Add errors about the reasons to the form; return whether there are any.

    A reason that e-mails repeat is needed in the language of each reader.
    """
    languages = _languages(edition, _draft(edition, event, ""), chosen)
    if not languages:
        return has_form_errors(form, event, repeats=False)
    form.validate()
    for field in form.fields_of(languages):
        if not field.data:
            field.errors = [current_i18n().gettext(MESSAGES[TransitionGuard.REASON])]
    if not form.error_list and form.seen.data != form.preview_key:
        form.add_error(REPEATED)
    return bool(form.error_list)


def _languages(edition: Edition, draft: Draft, chosen: Sequence[Application]) -> frozenset[str]:
    """Return the languages of those whose e-mails would repeat the reason."""
    return frozenset(
        each.person.language for each in chosen if says_reason(each, each.person, edition, draft)
    )


def _draft(edition: Edition, event: ApplicationEvent, reason: str) -> Draft:
    return Draft(
        event=event,
        reason=reason,
        now=now(),
        terms=offered_terms(db(), edition),
        received_on=day_in(edition.zone, now()),
    )


def _page(
    edition: Edition, event: ApplicationEvent, selection: Selection, form: BulkForm
) -> BulkPage:
    chosen = selection.applications
    fit = [each for each in chosen if event in allowed_events(each.state, ActorRole.REGISTRAR)]
    seated = seats(edition) if event is ApplicationEvent.ACCEPT else None
    possible = fit if seated is None else fit[: seated.free]
    draft = _draft(edition, event, form.reason.data or "")
    languages = _languages(edition, draft, possible)
    is_complete = languages <= form.reasons.keys()
    return BulkPage(
        edition=edition,
        event=event,
        possible=_names("possible", possible),
        seatless=_names("seatless", fit[len(possible) :]),
        unfit=_by_stage([each for each in chosen if each not in fit]),
        scores=selection.scores,
        form=form,
        languages=languages,
        requires_reason=requires_reason(event),
        repeats=bool(languages),
        previews=one_of_each(possible, edition, draft, form.reasons) if is_complete else (),
        unlisted=[each for each in possible if each.reference not in selection.listed],
        seats=seated,
        balance=balance_after(breakdown(db(), edition), possible) if seated else (),
        list_key=list_key(edition),
        filters_query=filter_args(),
    )


def _names(key: str, applications: Sequence[Application], stage: Stage | None = None) -> NameGroup:
    first = request.form.get(f"from-{key}", type=int)
    return NameGroup(key=key, applications=applications, stage=stage, first_requested=first)


def _by_stage(applications: Sequence[Application]) -> list[NameGroup]:
    stages = stages_of(db(), [each.id for each in applications])
    groups: defaultdict[Stage, list[Application]] = defaultdict(list)
    for each in applications:
        groups[stages[each.id]].append(each)
    return [_names(stage, found, stage) for stage, found in groups.items()]
