"""Denied by default: a page is served only to those whose permission its route names."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Blueprint, Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue, RouteCallable

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.access.problems import AccessProblem
from learning.kit.db import SAFE_METHODS
from learning.kit.errors import RuleViolation

UNAUTHORIZED, NOT_FOUND = 401, 404


class GuardedBlueprint(Blueprint):
    """A blueprint whose routes all name the permission they need.

    A page of one edition has `<edition>` in its address, and the person's roles in that edition
    count. `any_edition=True` marks a page over several editions, which shows each what they may
    see. A page of one's own is there for an impersonator only if its route says what
    `impersonator_needs`: the right to see such things of others. A form for everybody takes nothing
    from an impersonator either, unless its route says so.
    A blueprint `for_machines` has addresses without a language, and other programs may post to it:
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
        self.any_edition: set[str] = set()

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
        if options.pop("any_edition", False):
            self.any_edition.add(name)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def init_app(
    app: Flask,
    blueprints: Iterable[GuardedBlueprint],
    *,
    load_actor: Callable[[], Actor],
    ask_to_sign_in: Callable[[], ResponseReturnValue],
) -> None:
    """Register the blueprints and check the permission before each of their pages."""
    app.extensions["load_actor"] = load_actor
    app.extensions["ask_to_sign_in"] = ask_to_sign_in
    app.extensions["needs"] = {"static": Permission.OPEN_TO_ALL}
    app.extensions["impersonator_needs"] = {}
    app.extensions["any_edition"] = set()
    app.before_request(_guard)
    for blueprint in blueprints:
        app.extensions["needs"] |= blueprint.needs
        app.extensions["impersonator_needs"] |= blueprint.impersonator_needs
        app.extensions["any_edition"] |= blueprint.any_edition
        if blueprint.for_machines:
            app.extensions["for_machines"] |= blueprint.needs.keys()
        app.register_blueprint(blueprint)


def current_actor() -> Actor:
    """Return the actor who makes this request."""
    if "actor" not in g:
        g.actor = current_app.extensions["load_actor"]()
    return cast("Actor", g.actor)


def current_person_id() -> int:
    """Return the signed-in person's id; a visitor is sent to the sign-in page."""
    return current_actor().person_id or abort(UNAUTHORIZED)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such page: Flask answers 404 or 405 itself
        return None
    needs = current_app.extensions["needs"].get(request.endpoint)
    changes = request.method not in SAFE_METHODS
    to_impersonators = request.endpoint in current_app.extensions["impersonator_needs"]
    if needs is Permission.OPEN_TO_ALL and (to_impersonators or not changes):
        return None
    watcher = current_actor().impersonator
    if watcher and changes and needs is not Permission.OWN_ACCOUNT:
        raise RuleViolation(AccessProblem.IMPERSONATING)
    if needs is Permission.OPEN_TO_ALL:
        return None
    if needs is not None and _may(needs) and (watcher is None or _may_impersonate(needs, watcher)):
        return None
    if current_actor().person_id is None:
        return cast("ResponseReturnValue", current_app.extensions["ask_to_sign_in"]())
    return abort(NOT_FOUND)  # 404 for both, so that an id reveals nothing


def _may_impersonate(needs: Permission, watcher: Actor) -> bool:
    """Whether an impersonator may see this personal page."""
    if needs is not Permission.OWN_PAGES:
        return True
    own = current_app.extensions["impersonator_needs"].get(request.endpoint)
    return own is not None and watcher.may(own)


def _may(needs: Permission) -> bool:
    if request.endpoint in current_app.extensions["any_edition"]:
        return current_actor().may_in_any_edition(needs)
    return current_actor().may(needs, (request.view_args or {}).get("edition"))
