"""What happens around every form that is sent, in one order (docs/decisions/0053).

1. The try is counted, in a transaction of its own, before the request's transaction begins.
2. The key of the form is claimed, for what was sent with it, as the first statement of the
   request's transaction. The same key with other content is another act: a browser's Back button
   brings back a page with the key that it had.
3. The view loads its rows, once; it validates its form, acts, and redirects.
4. Where the answer leads is stored with the key; a repeated form is redirected there. An answer
   that shows the form again (a preview) has carried out nothing: its key is free again.

Where there is no room for a try, or a rule refuses what the view does, the view shows its form
again with the reason: it is called with a form that does not validate. Nothing is kept then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import file_digest
from typing import Any, TypeVar, cast

from flask import Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from learning.access.guard import current_person_id
from learning.kit import csrf, idempotency, rate_limit
from learning.kit.db import database, db, rollback_changes
from learning.kit.errors import RuleViolation
from learning.kit.form_violations import reject_forms
from learning.kit.rate_limit import Attempt, Limit, RateLimited, attempt, is_redirect
from learning.kit.time import now

BAD_REQUEST, CONFLICT, UNPROCESSABLE = 400, 409, 422
KEY_FIELD = "idempotency_key"
NO_CONTENT = {KEY_FIELD, "version", csrf.FIELD}
CRLF, LF = "\r\n", "\n"
AttemptOf = Callable[..., Attempt | None]
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def own_scope(**_address: object) -> str:
    """Return the scope of the keys of the person who makes this request."""
    return idempotency.person_scope(current_person_id())


@dataclass(frozen=True, kw_only=True)
class FormPost:
    """How a view takes what is sent to it.

    `limit` returns what the request counts as, None if it is no try (a preview); it is called with
    the parts of the address, and reads neither the request's session nor a row that the view loads.
    `idempotent` claims the form's key for what was sent, which is unique in its `scope`.
    A try whose form comes back with 422 is given back, as nothing was tried; `counts_refused` keeps
    it: a wrong code is a try. A view without a form (`has_form=False`) answers with a page that
    says how long to wait or what the rules say. `hint` says what else one can do meanwhile.
    """

    limit: AttemptOf | None = None
    idempotent: bool = False
    scope: Callable[..., str] = own_scope
    counts_refused: bool = False
    has_form: bool = True
    hint: str = ""

    def __call__(self, view: View) -> View:
        @wraps(view)
        def guarded(**address: Any) -> ResponseReturnValue:  # noqa: ANN401 the parts of a URL
            return self.answer(view, address)

        guarded.form_post = self  # type: ignore[attr-defined]  # read by the tests
        return cast("View", guarded)

    def answer(
        self, view: Callable[..., ResponseReturnValue], address: dict[str, Any]
    ) -> ResponseReturnValue:
        """Answer a request; `address` are the parts of its URL."""
        tried = self.limit(**address) if self.limit else None
        scope, key = self._key(address)
        try:
            _count(tried)
        except RateLimited as violation:
            return self._over_limit(view, address, violation, _earlier_answer(scope, key))
        if key:
            before = idempotency.claim_key(db(), scope, key, now=now())
            if before is not None:
                return _lead_to(before)
        answer = self._act(view, address)
        if tried is not None and answer.status_code == UNPROCESSABLE and not self.counts_refused:
            rollback_changes()
            with database().transaction() as session:
                refund_attempt(session)
        if key and answer.status_code < BAD_REQUEST:
            self._keep_key(scope, key, answer)
        return answer

    def _keep_key(self, scope: str, key: str, answer: Response) -> None:
        """Store where an answer leads; one that shows the form again leaves its key free."""
        if self.has_form and not is_redirect(answer):
            idempotency.release_key(db(), scope, key)
        else:
            idempotency.store_response_url(db(), scope, key, answer.location or "")

    def _over_limit(
        self,
        view: Callable[..., ResponseReturnValue],
        address: dict[str, Any],
        violation: RateLimited,
        earlier: Response | None,
    ) -> Response:
        """Answer a try over the limit: a form that was carried out before is no new try."""
        if earlier is not None:
            return earlier
        if not self.has_form:
            raise violation
        reject_forms(rate_limit.limit_message(violation, self.hint))
        return _call(view, address)

    def _act(self, view: Callable[..., ResponseReturnValue], address: dict[str, Any]) -> Response:
        """Call the view; what a rule refuses is shown in its form, over what is stored."""
        try:
            return _call(view, address)
        except HTTPException:  # a view that aborts has done nothing
            rollback_changes()
            raise
        except RuleViolation as violation:
            rollback_changes()
            if not self.has_form:
                raise
            reject_forms(violation)
        answer = _call(view, address)
        if not is_redirect(answer):
            answer.status_code = CONFLICT
        return answer

    def _key(self, address: dict[str, Any]) -> tuple[str, str]:
        """Return the scope and the key that was sent, "" for none that counts."""
        key = request.form.get(KEY_FIELD, "") if self.idempotent else ""
        if not idempotency.KEY_PATTERN.fullmatch(key):
            return "", ""
        return self.scope(**address), idempotency.content_key(key, _content())


form_post = FormPost
"""Marks a view that takes what is sent: `@form_post(limit=…, idempotent=True)`."""


def per_person(limit: Limit) -> AttemptOf:
    """Count what one signed-in person does."""
    return lambda **_address: attempt(limit, current_person_id())


def refund_attempt(session: Session) -> None:
    """Take back the try of this request: it turned out to be right, or nothing was tried."""
    if "attempt" in g:
        rate_limit.refund(session, g.attempt)


def _content() -> list[str]:
    """Return what was sent and where to, without what says nothing of its sender's intention.

    A version is none: the view compares it. A browser and a script end lines differently.
    """
    fields = [
        f"{name}={value.replace(CRLF, LF)}"
        for name, value in request.form.items(multi=True)
        if name not in NO_CONTENT
    ]
    return [
        request.path,
        *fields,
        *(_file_content(*each) for each in request.files.items(multi=True)),
    ]


def _file_content(name: str, upload: FileStorage) -> str:
    digest = file_digest(upload.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.stream.seek(0)
    return f"{name}={upload.filename} {digest}"


def _count(tried: Attempt | None) -> None:
    if tried is not None:
        g.attempt = tried
        rate_limit.check_and_count(tried)


def _earlier_answer(scope: str, key: str) -> Response | None:
    """Return the answer to a form that was carried out before; None for one that was not."""
    if not key:
        return None
    with database().read_transaction() as session:
        before = idempotency.response_url_of(session, scope, key)
    return None if before is None else _lead_to(before)


def _lead_to(before: str) -> Response:
    return make_response(redirect(before, 303) if before else ("", 204))


def _call(view: Callable[..., ResponseReturnValue], address: dict[str, Any]) -> Response:
    return make_response(view(**address))
