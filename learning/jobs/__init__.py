"""Background jobs, stored in the database until they are done (docs/decisions/0010).

A job is added in the same transaction as the change it belongs to. Any number of workers claim jobs
under a lease; if a worker dies, its lease expires and another worker repeats the job.
"""
