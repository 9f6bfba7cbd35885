"""The gradebook: the requirements of the certificate, marks, and the end of an edition."""
