"""Commands about the course files: check them, stamp translations."""

from argparse import Namespace

from learning.commands.faults import UnusableError
from learning.content.reading import check_course, load_course
from learning.content.translation import stamp
from learning.kit.time import now
from learning.settings import Settings


def course_files(settings: Settings, given: Namespace) -> int:
    if given.what == "stamp":
        if not (given.lesson and given.language):
            raise UnusableError("Say which lesson and which --language.")
        return _stamp(settings, given)
    folders = sorted(path.parent for path in settings.courses.glob("*/course.toml"))
    faults = [fault for folder in folders for fault in check_course(folder)]
    for fault in faults:
        print(fault)
    print(f"{len(folders)} course(s), {len(faults)} fault(s)")
    return 1 if faults else 0


def _stamp(settings: Settings, given: Namespace) -> int:
    """Say that a lesson's translation is current, and who reviewed it today."""
    folder = settings.courses / given.course
    if not (folder / "course.toml").is_file():
        raise UnusableError(f"There is no course in {folder}.")
    course = load_course(folder)
    if given.lesson not in course.written or given.language not in course.note:
        raise UnusableError(f"There is no written lesson {given.lesson} in {given.language}.")
    reviewed = f"{now():%Y-%m-%d} {given.reviewed_by}" if given.reviewed_by else ""
    stamp(course, folder, given.lesson, given.language, reviewed)
    return 0
