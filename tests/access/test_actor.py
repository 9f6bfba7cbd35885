"""What somebody may do: by their roles everywhere, in one edition, and through others' eyes."""

import pytest

from learning.access.actor import Actor
from learning.access.permissions import GRANTS, NOT_IMPERSONATED, Permission, Role

HERE, ELSEWHERE = "here", "elsewhere"
TUTOR = Actor(person_id=1, in_edition={HERE: frozenset({Role.TUTOR})})
REGISTRAR = Actor(person_id=2, roles=frozenset({Role.REGISTRAR}))
IN_EDITION = min(GRANTS[Role.TUTOR] - GRANTS[Role.MEMBER] - GRANTS[Role.VISITOR])
ON_SITE = min(GRANTS[Role.REGISTRAR] - GRANTS[Role.TUTOR] - GRANTS[Role.VISITOR])


def test_a_course_lead_may_what_a_tutor_may_and_decides_more() -> None:
    own = {
        Permission.DECIDE_ACCOMMODATIONS,
        Permission.ASSIGN_TUTORS,
        Permission.DECIDE_MARKS,
        Permission.SIGN_CLOSING,
    }
    assert GRANTS[Role.LEAD] - GRANTS[Role.TUTOR] == own
    assert GRANTS[Role.TUTOR] < GRANTS[Role.LEAD]


@pytest.mark.parametrize(
    ("actor", "permission", "edition", "may", "somewhere"),
    [
        (TUTOR, IN_EDITION, HERE, True, True),
        (TUTOR, IN_EDITION, ELSEWHERE, False, True),
        (TUTOR, IN_EDITION, None, False, True),
        (TUTOR, ON_SITE, HERE, False, False),
        (REGISTRAR, ON_SITE, None, True, True),
        (REGISTRAR, ON_SITE, ELSEWHERE, True, True),
        (Actor(), ON_SITE, None, False, False),
        (Actor(), Permission.OPEN_TO_ALL, None, True, True),
    ],
)
def test_a_role_counts_where_it_is_held(actor, permission, edition, may, somewhere) -> None:
    assert actor.may(permission, edition) is may
    assert actor.may_in_any_edition(permission) is somewhere
    assert not actor.read_only


def test_through_others_eyes_one_sees_what_both_may_and_nothing_personal() -> None:
    watched = Actor(
        person_id=3,
        roles=frozenset({Role.REGISTRAR}),
        in_edition=TUTOR.in_edition,
        impersonator=TUTOR,
    )
    assert watched.read_only
    assert watched.may(IN_EDITION, HERE)
    assert not watched.may(IN_EDITION, ELSEWHERE)
    assert not watched.may(ON_SITE), "the watcher may not"
    own = min(NOT_IMPERSONATED)
    roles = frozenset(role for role in Role if own in GRANTS[role])
    alone = Actor(person_id=4, roles=roles)
    assert alone.may(own)
    both = Actor(person_id=4, roles=roles, impersonator=Actor(person_id=5, roles=roles))
    assert not both.may(own), "personal"
