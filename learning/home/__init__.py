"""The shell: the start page, the information note, this week, search, and the desk."""
