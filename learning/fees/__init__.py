"""Fees: invoices, payments, cancellation, refunds, and the pages of finance."""
