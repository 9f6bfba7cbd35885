"""Work for later, kept in the database until it is done (docs/decisions/0010).

A job is written in the same transaction as what it belongs to. Any number of workers take jobs
under a lease; whoever dies loses the lease, and somebody else does the work again.
"""
