"""The blueprint of the pages of finance, for the money of all editions."""

from learning.access.guard import GuardedBlueprint

bp = GuardedBlueprint("money", __name__, url_prefix="/staff/money")
