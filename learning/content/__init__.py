"""The course as files: read once, validated line by line, rendered once in every language.

`docs/course-format.md` describes the files. Stored results refer to the stable keys of lessons
("m4-l2"), blocks and checks; the application never writes a course file.
"""
