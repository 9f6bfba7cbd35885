"""What sponsors send in tests."""

from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.files.samples import PDF

STATED = {
    "version": "0",
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
    boundary, body = encode_multipart({"letter": FileStorage(BytesIO(content), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(f"{path}/letter", data=body, content_type=kind)
