"""How people get into an edition: applications, decisions, offers, sponsorships, fee agreements.

`rules` are pure and use no database; `commands` change rows; `queries` read them; `emails` are the
e-mails; `pages` are those of candidates, sponsors and staff. Who takes part is stored in
`learning.enrolment` only.
"""
