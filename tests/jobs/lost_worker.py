"""A process that takes a job and never comes back from it: somebody kills it.

`python -m tests.jobs.lost_worker URL`
"""

import sys
import threading

from learning import wiring
from learning.jobs.worker import Task, Worker
from learning.kit.engines import make_engine


def never_end(task: Task) -> None:
    sys.stdout.write(f"{task.id}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    database = wiring.database(make_engine(sys.argv[1]))
    Worker(database=database, handlers={"say": never_end}, name="lost").step()
