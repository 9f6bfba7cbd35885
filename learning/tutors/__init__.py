"""Who teaches what and whom: what staff of an edition cover, and each participant's tutor.

Only somebody with the role of tutor, expert or course lead in an edition covers anything in it.
"""
