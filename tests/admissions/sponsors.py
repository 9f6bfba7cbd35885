"""What sponsors send in tests."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

from tests.files.samples import PDF
from tests.world import version_of, whole

STATED = {
    "signed_by": "Fatou Diallo",
    "may_sign": "1",
    "share": "60",
    "billing_name": "Ministère du Travail",
    "billing_line1": "BP 1",
    "billing_town": "Abidjan",
    "billing_country": "CI",
    "vat_id": "",
    "po_number": "BC-7",
}
NOMINEE = {
    "name": "Moussa Traoré",
    "email": "moussa@example.org",
    "language": "fr",
    "idempotency_key": "k" * 24,
}


def send_letter(client: FlaskClient, path: str, content: bytes = PDF, name: str = "lettre.pdf"):
    return client.post(f"{path}/letter", **whole({"letter": (content, name)}))


def send_statement(client: FlaskClient, link: str, data: Mapping[str, str], **options: Any):
    """Send a statement as a browser does: with the version that its page shows now."""
    shown = client.get(f"{link}/steps/statement").text
    return client.post(link, data={"version": version_of(shown)} | dict(data), **options)
