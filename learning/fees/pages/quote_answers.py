"""The PDF of a quote as an answer."""

from flask import Response

from learning.fees.quote_models import Quote
from learning.fees.quote_text import quote_file_name, quote_pdf
from learning.files.rules import content_disposition


def quote_answer(quote: Quote) -> Response:
    """Return the PDF of a quote, as a file that is shown in the browser or kept."""
    answer = Response(quote_pdf(quote), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(quote_file_name(quote))
    return answer
