"""What kinds of work a course asks for, the same for dates and for lines on pages; pure."""

from enum import StrEnum


class Activity(StrEnum):
    """A kind of work, in the order in which the work of a week is done; each has an icon."""

    LESSON = "lesson"
    READING = "reading"
    SESSION = "session"
    DISCUSSION = "discussion"
    FILE = "file"
    QUIZ = "quiz"
    PEERS = "peers"
    GROUP = "group"
    PROJECT = "project"
    DATE = "date"  # a date without work of its own


STUDY_ORDER = {activity: number for number, activity in enumerate(Activity)}
