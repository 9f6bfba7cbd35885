"""Formats of banks: references, accounts, statements (CAMT.053), transfers (pain.001). All pure."""
