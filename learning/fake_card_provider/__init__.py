"""A card provider of our own for demonstration and tests: it moves no money.

It answers as Stripe's API does, with a page on which a visitor “pays”, and sends signed events over
HTTP. What it knows is in a file of its own: like a real one, it shares no transaction with us.
"""
