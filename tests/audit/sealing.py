"""One process that writes rows and seals them until it is killed.

`python -m tests.audit.sealing URL NAME`
"""

import sys

from learning import wiring
from learning.audit.actions import record, seal_new
from learning.kit.engines import make_engine
from learning.kit.time import now


def main(url: str, name: str) -> None:
    database = wiring.database(make_engine(url))
    for number in range(10**9):
        with database.transaction() as session:
            record(session, "did", f"{name} {number}", by=None, now=now())
            record(session, "did", f"{name} {number} again", by=None, now=now())
        seal_new(database)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
