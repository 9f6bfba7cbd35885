"""Files that people send: letters, pictures, documents.

A file is checked by what it holds, pictures are made anew, and the content lies outside the
database under a random key. It comes whole with a form or in pieces over a bad line. A scanner,
if there is one, looks at it before anybody else may open it.
"""
