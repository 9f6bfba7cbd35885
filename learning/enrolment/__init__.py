"""Who takes part in which edition: the status of each enrolment, its history, and the seats.

Participation is stored here only. What a person does in an edition belongs to an enrolment; how
people get one is defined in `learning.admissions` and `learning.participants`.
"""
