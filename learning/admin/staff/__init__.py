"""Pages for staff who run the house."""

from learning.admin.staff import editions, health, people, post, watching

ROOMS = (editions.room, people.room, post.room, health.room, health.machines, watching.room)

__all__ = ["ROOMS"]
