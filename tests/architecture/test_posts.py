"""Every form that is sent changes nothing twice and overwrites nothing unseen.

Its view looks at a version (what was typed over something older is shown, not saved) or claims a
key (sent twice, it is carried out once). The few that need neither are named here, with the reason.
"""

from collections.abc import Callable
from types import CodeType, FunctionType

from flask import Flask

VERSION = {"is_over", "version", "known_version"}
KEY = {"claim", "_carried_out_once"}
DEEP = 4  # calls from a view to what reads the form

SECRET = "takes a secret and shows nothing stored; the secret works once"
SAYS = "says by name what is to be true; said twice, or by two people, it is true all the same"
ADDS = "adds something of its own and replaces nothing that was typed"
MOVES = "a move from one state to the next; from any other state it is refused and said to be"
SHOWS = "stores nothing"
EXCEPT = {
    "accounts.ask_for_reset": ADDS,
    "accounts.confirm_new_address": SECRET,
    "accounts.confirm_sign_up": SECRET,
    "accounts.sign_out": SAYS,
    "accounts.sign_out_devices": SAYS,
    "accounts.sign_up": ADDS,
    "admission.cancel": MOVES,
    "admission.make_offers": SAYS,
    "admission.show_bulk": SHOWS,
    "applications.remove_letter": SAYS,
    "cohort.close_again": SAYS,
    "enrolment.check_list": SHOWS,
    "enrolment.withdraw": MOVES,
    "figures.export": SHOWS,
    "files.begin_upload": ADDS,
    "files.send_piece": "a piece says where it begins; at any other place it is refused",
    "mail.decline": SAYS,
    "people.grant": SAYS,
    "people.withdraw": "names the row of one grant; given again since, it is another row",
    "post.decide": MOVES,
    "post.trust_address": SAYS,
    "sponsor.add_letter": ADDS,
    "watching.begin": SHOWS,
    "watching.stop": SHOWS,
}


def words_of(view: Callable[..., object], module: str, deep: int = DEEP) -> set[str]:
    """Return the names and texts in a function, and in those of its package that it calls."""
    function = getattr(view, "__wrapped__", view)
    found = {"_carried_out_once"} if function is not view else set()
    if not isinstance(function, FunctionType):
        return found
    found |= texts_of(function.__code__)
    if deep:
        for name in function.__code__.co_names:
            called = function.__globals__.get(name)
            if isinstance(called, FunctionType) and called.__module__.startswith(module):
                found |= words_of(called, module, deep - 1)
    return found


def texts_of(code: CodeType) -> set[str]:
    found = set(code.co_names)
    for const in code.co_consts:
        found |= texts_of(const) if isinstance(const, CodeType) else set()
        found |= {const} if isinstance(const, str) else set()
        found |= set(map(str, const)) if isinstance(const, tuple) else set()
    return found


def unguarded(app: Flask) -> set[str]:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    bare = set()
    for endpoint in posts:
        view = app.view_functions[endpoint]
        package = ".".join(getattr(view, "__wrapped__", view).__module__.split(".")[:2])
        if not words_of(view, package) & (VERSION | KEY):
            bare.add(endpoint)
    return bare


def test_every_form_has_a_version_or_a_key_or_a_reason(app: Flask) -> None:
    assert unguarded(app) == EXCEPT.keys()
