"""Staff pages: the people of an edition, and the progress of batch operations."""

from learning.participants.pages import changes, enrolling, participant, people, people_list
from learning.participants.pages.blueprint import bp
from learning.participants.pages.operations import bp as operations

BLUEPRINTS = (bp, operations)
__all__ = ["BLUEPRINTS", "changes", "enrolling", "participant", "people", "people_list"]
