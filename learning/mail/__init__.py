"""E-mails to people: an outbox in the database, sent by the worker, each under one Message-ID.

An e-mail is stored as its kind and its parameters and written out when it is sent, in the language
and zone of its recipient.
"""
