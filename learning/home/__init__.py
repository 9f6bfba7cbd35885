"""The start page, the information note, this week, search, and the staff area."""
