"""Deny by default: a page exists only for those its route names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Flask, abort, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue, RouteCallable

from learning.access.permissions import GRANTS, PERSONAL, Permission, Role
from learning.kit import once
from learning.kit.db import SAFE_METHODS, db
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.time import now

UNAUTHORIZED, NOT_FOUND = 401, 404


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever is asking, with their roles everywhere and in each edition (by its code)."""

    person_id: int | None = None
    watcher: "Actor | None" = None  # who looks through this person's eyes, if anybody does
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    in_edition: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, frozenset[Role]])

    @property
    def read_only(self) -> bool:
        return self.watcher is not None

    def may(self, permission: Permission, edition: str | None = None) -> bool:
        """Whether this is allowed; whoever looks through somebody's eyes needs the right, too."""
        if self.watcher and (permission in PERSONAL or not self.watcher.may(permission, edition)):
            return False
        roles = self.roles | self.in_edition.get(edition or "", frozenset())
        return any(permission in GRANTS[role] for role in roles)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether there is any edition, or the whole site, where this is allowed."""
        return self.may(permission) or any(self.may(permission, code) for code in self.in_edition)


class Room(Blueprint):
    """A blueprint whose routes all name the permission they need.

    A page of one edition has `<edition>` in its address, and the person's roles in that edition
    count. `somewhere=True` marks a page over several editions, which shows each what they may see.
    A page of one's own is there for those who look through one's eyes only if its route says what
    `impersonator_needs`: the right to see such things of others.
    `once=True` marks a form that a script may send again after a broken line: with the same key it
    is carried out once, and later senders get the first answer.
    A room `for_machines` has addresses without a language, and other programs may post to it:
    what they send is a secret of its own.
    """

    def __init__(
        self, name: str, import_name: str, *, url_prefix: str = "", for_machines: bool = False
    ) -> None:
        language = "" if for_machines else "/<lang:lang>"
        super().__init__(name, import_name, url_prefix=f"{language}{url_prefix}" or None)
        self.for_machines = for_machines
        self.needs: dict[str, Permission] = {}
        self.impersonator_needs: dict[str, Permission] = {}
        self.somewhere: set[str] = set()
        self.once: set[str] = set()

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 Flask's signature
        **options: Any,  # noqa: ANN401 Flask's signature
    ) -> None:
        needs = options.pop("needs", None)
        if not isinstance(needs, Permission) or view_func is None:
            raise TypeError(
                f"{rule}: say what this route needs, as in needs=Permission.READ_LESSONS"
            )
        name = f"{self.name}.{endpoint or view_func.__name__}"
        self.needs[name] = needs
        if impersonator_needs := options.pop("impersonator_needs", None):
            self.impersonator_needs[name] = impersonator_needs
        if options.pop("somewhere", False):
            self.somewhere.add(name)
        if options.pop("once", False):
            self.once.add(name)
            view_func = _carried_out_once(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def init_app(
    app: Flask,
    rooms: Iterable[Room],
    *,
    load_actor: Callable[[], Actor],
    ask_to_sign_in: Callable[[], ResponseReturnValue],
) -> None:
    """Register the rooms and stand guard before every one of their pages."""
    app.extensions["load_actor"] = load_actor
    app.extensions["ask_to_sign_in"] = ask_to_sign_in
    app.extensions["needs"] = {"static": Permission.OPEN_TO_ALL}
    app.extensions["impersonator_needs"] = {}
    app.extensions["somewhere"] = set()
    app.before_request(_guard)
    for room in rooms:
        app.extensions["needs"] |= room.needs
        app.extensions["impersonator_needs"] |= room.impersonator_needs
        app.extensions["somewhere"] |= room.somewhere
        if room.for_machines:
            app.extensions["for_machines"] |= room.needs.keys()
        app.register_blueprint(room)


def actor() -> Actor:
    """Return whoever makes this request."""
    if "actor" not in g:
        g.actor = current_app.extensions["load_actor"]()
    return cast("Actor", g.actor)


def me() -> int:
    """Return the signed-in person's id; a visitor is asked to sign in."""
    return actor().person_id or abort(UNAUTHORIZED)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such page: Flask answers 404 or 405 itself
        return None
    needs = current_app.extensions["needs"].get(request.endpoint)
    if needs is Permission.OPEN_TO_ALL:
        return None
    watcher = actor().watcher
    if watcher and request.method not in SAFE_METHODS and needs is not Permission.OWN_ACCOUNT:
        raise Refused(N_("You are looking through somebody else’s eyes; nothing can be changed."))
    if needs is not None and _may(needs) and (watcher is None or _may_watch(needs, watcher)):
        return None
    if actor().person_id is None:
        return cast("ResponseReturnValue", current_app.extensions["ask_to_sign_in"]())
    return abort(NOT_FOUND)  # not yours and not there look the same


def _may_watch(needs: Permission, watcher: Actor) -> bool:
    """Whether a page of somebody's own is for those who look through their eyes."""
    if needs is not Permission.OWN_PAGES:
        return True
    own = current_app.extensions["impersonator_needs"].get(request.endpoint)
    return own is not None and watcher.may(own)


def _carried_out_once(view: RouteCallable) -> RouteCallable:
    """Carry out a form that names a key once, whoever sends it how often."""

    @wraps(view)
    def guarded(**address: Any) -> ResponseReturnValue:  # noqa: ANN401 the parts of an address
        key = request.form.get("form_key", "")
        if not once.KEY.fullmatch(key):
            return current_app.ensure_sync(view)(**address)  # type: ignore[no-any-return]  # as Flask calls it
        before = once.claim(db(), me(), key, now=now())
        if before is not None:
            return redirect(before, 303) if before else ("", 204)
        answer = make_response(current_app.ensure_sync(view)(**address))
        once.settle(db(), me(), key, answer.location or "")
        return answer

    return guarded


def _may(needs: Permission) -> bool:
    if request.endpoint in current_app.extensions["somewhere"]:
        return actor().may_somewhere(needs)
    return actor().may(needs, (request.view_args or {}).get("edition"))
