"""The e-mails of admission."""
