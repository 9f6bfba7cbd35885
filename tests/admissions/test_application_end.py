"""What is left to do for somebody whose application has come to its end."""

import pytest

from learning.admissions.rules.stages import LEFT, Stage
from tests.admissions.test_own_applications import browser_of, path_of, state_in
from tests.world import World


@pytest.mark.parametrize("stage", sorted(LEFT - {Stage.TRANSFERRED_OUT}))
def test_who_has_left_or_did_not_get_in_is_led_to_the_courses(
    app, session, world: World, stage
) -> None:
    application = state_in(session, world, stage)
    page = browser_of(app, session, application).get(path_of(application)).text
    assert '<p class="actions"><a class="button secondary" href="/fr/">' in page
