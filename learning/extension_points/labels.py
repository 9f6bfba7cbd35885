"""What kinds of work are called, in English."""

from learning.extension_points.activities import Activity
from learning.kit.i18n import N_

ACTIVITIES = {
    Activity.LESSON: N_("lesson"),
    Activity.READING: N_("reading"),
    Activity.SESSION: N_("live session"),
    Activity.DISCUSSION: N_("discussion"),
    Activity.FILE: N_("page of the file"),
    Activity.QUIZ: N_("quiz"),
    Activity.PEERS: N_("peer assessment"),
    Activity.GROUP: N_("group work"),
    Activity.PROJECT: N_("final project"),
    Activity.DATE: N_("date"),
}
