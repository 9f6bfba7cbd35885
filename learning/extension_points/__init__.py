"""What packages that do not know each other show on each other's pages: five contracts.

Results, due dates, what waits for staff, lines on pages, personal data. A package writes providers
of them; `learning.providers` lists those; a page asks all that are registered. Nothing here knows
any package above `access`.
"""
