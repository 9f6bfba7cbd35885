"""Providers of card payments: what we ask of one, and the one that is shaped like Stripe."""
