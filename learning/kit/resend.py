"""What was typed into a form that could not be carried out: a page holds it, to be sent again."""

from flask import request

from learning.kit import csrf

SIGN_IN_PREFIX = "sign_in-"
"""How the fields for signing in are named in a form that is sent again (accounts.views)."""
SECRET_FIELDS = frozenset({"password", csrf.FIELD})  # never written into a page


def submitted_fields() -> list[tuple[str, str]]:
    """Return the fields of a form, without secrets, and without those for signing in."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in SECRET_FIELDS and not name.startswith(SIGN_IN_PREFIX)
    ]


def request_url() -> str:
    """Return the address to which this request was sent, to send the same once more."""
    return request.full_path.rstrip("?")
