"""E-mails about invoices, payments and refunds."""

from learning.mail.emails import EmailTemplate

EMAILS: dict[str, EmailTemplate] = {}
