"""Commands on course files: check, stamp translations."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from learning.catalogue.policies import PolicyError, read_policies
from learning.commands.errors import CommandError
from learning.content.course_reader import check_course, load_course
from learning.content.guesser import MAX_ABOVE_CHANCE, all_scores
from learning.content.organiser import check_site, placeholder_issues
from learning.content.translation import stamp
from learning.kit.time import now
from learning.settings import Settings


def run_course(settings: Settings, args: Namespace) -> int:
    if args.what == "stamp":
        if not (args.lesson and args.language):
            raise CommandError("Say which lesson and which --language.")
        return _stamp(settings, args)
    folders = sorted(path.parent for path in settings.courses.glob("*/course.toml"))
    if args.what == "signs":
        return _print_signs(folders)
    issues = [str(issue) for folder in folders for issue in check_course(folder)]
    issues += [str(issue) for issue in check_site(settings.courses)]
    if settings.production:
        issues += [str(issue) for issue in placeholder_issues(settings.courses)]
    issues += _policy_problems(settings)
    for issue in issues:
        print(issue)
    print(f"{len(folders)} course(s), {len(issues)} issue(s)")
    return 1 if issues else 0


def _print_signs(folders: Sequence[Path]) -> int:
    """Print by which signs of the surface questions can be answered; 1 if there are any."""
    courses = [load_course(folder) for folder in folders]
    scores = [score for course in courses for score in all_scores(course.modules)]
    found = [each for each in scores if each.score.revealing]
    for part, language, score in found:
        gain = f"{score.above_chance:+.1%} of {score.items}"
        print(f"{part} {language}: {score.sign} {gain}; answers {' '.join(score.right)}")
    print(f"{len(found)} sign(s) above chance + {MAX_ABOVE_CHANCE:.0%}")
    return 1 if found else 0


def _policy_problems(settings: Settings) -> Sequence[str]:
    try:
        read_policies(settings.courses)
    except PolicyError as issue:
        return issue.errors
    return ()


def _stamp(settings: Settings, args: Namespace) -> int:
    """Stamp a lesson's translation as current, with its reviewer and today's day."""
    folder = settings.courses / args.course
    if not (folder / "course.toml").is_file():
        raise CommandError(f"There is no course in {folder}.")
    course = load_course(folder)
    if args.lesson not in course.written_lessons or args.language not in course.note:
        raise CommandError(f"There is no written lesson {args.lesson} in {args.language}.")
    reviewed = f"{now():%Y-%m-%d} {args.reviewed_by}" if args.reviewed_by else ""
    stamp(course, folder, args.lesson, args.language, reviewed)
    return 0
