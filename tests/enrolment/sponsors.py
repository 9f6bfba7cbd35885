"""What sponsors send in tests."""

from flask.testing import FlaskClient

from tests.files.samples import PDF
from tests.world import whole

STATED = {
    "signed_by": "Fatou Diallo",
    "may_sign": "1",
    "share": "60",
    "billing_name": "Ministère du Travail",
    "billing_address": "BP 1\nAbidjan",
    "billing_country": "CI",
    "vat_id": "",
    "po_number": "BC-7",
}
NOMINEE = {
    "name": "Moussa Traoré",
    "email": "moussa@example.org",
    "language": "fr",
    "form_key": "k" * 24,
}


def send_letter(client: FlaskClient, path: str, content: bytes = PDF, name: str = "lettre.pdf"):
    return client.post(f"{path}/letter", **whole({"letter": (content, name)}))
