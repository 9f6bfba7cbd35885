"""The ledger: double entry, kept by the database; who books what is decided above."""
