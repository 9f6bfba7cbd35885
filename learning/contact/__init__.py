"""Messages to the course team, from anybody: the form, the receipt, the page for staff."""
