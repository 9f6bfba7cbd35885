"""The webhook of the card provider: signed bytes, one event, one transaction.

It answers 200 when the event and its effect are stored, also for one that was stored before or is
quarantined; 400 for what is not signed or not from now; 5xx, with nothing stored, if something is
wrong here: then the provider sends it again.
"""

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.card_providers.messages import MessageError
from learning.card_providers.signatures import SignatureError
from learning.fees.commands.card_events import Arrival, receive_event
from learning.fees.pages.card.checkout import card_provider
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.time import now

bp = GuardedBlueprint("card_webhook", __name__, url_prefix="/card-payments", for_machines=True)
SIGNATURE = "Stripe-Signature"
MAX_BODY = 256_000  # bytes; an event of Stripe has a few thousand


@bp.post("/webhook", needs=Permission.OPEN_TO_ALL)
@form_post(has_form=False)
def receive() -> ResponseReturnValue:
    never_store()
    provider, moment = card_provider(), now()
    if provider is None:
        abort(404)
    request.max_content_length = MAX_BODY
    body = request.get_data(cache=False)
    try:
        event = provider.parse_event(body, request.headers.get(SIGNATURE, ""), now=moment)
    except (SignatureError, MessageError) as error:
        current_app.logger.warning("a webhook of the card provider was refused: %s", error)
        abort(400)
    stored = receive_event(db(), event, Arrival(provider=provider.name, now=moment))
    return {"received": True, "stored": stored is not None}
