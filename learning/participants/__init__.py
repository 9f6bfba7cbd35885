"""What staff do with the people of an edition: enrol one by hand, or many from a list.

Each line of a list is shown with its outcome before anything is done; then it is carried out in
batches, and people who cannot be enrolled are named with the reason.
"""
