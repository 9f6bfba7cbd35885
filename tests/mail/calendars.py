"""Invitations as a caller makes them."""

LINES = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Course//Live//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:session-4@course.example.org
DTSTAMP:20261121T093000Z
DTSTART:20261128T140000Z
DTEND:20261128T153000Z
SEQUENCE:0
ORGANIZER;CN=Course:mailto:course@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:awa@example.org
SUMMARY:Séance 4 : réintégration des étudiants\\, des étudiantes et
  de leurs familles
END:VEVENT
END:VCALENDAR
"""
INVITATION = LINES.replace("\n", "\r\n")
CANCELLED = INVITATION.replace("METHOD:REQUEST", "METHOD:CANCEL").replace(
    "SEQUENCE:0", "SEQUENCE:1\r\nSTATUS:CANCELLED"
)
