"""Documents as PDF: one page design for invoices and, later, certificates and letters."""
