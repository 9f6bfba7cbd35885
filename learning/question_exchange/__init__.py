"""Question banks as GIFT and Moodle XML, and such files as the text of a bank."""
