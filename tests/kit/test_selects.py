"""A choice is made by somebody: no form begins with one made already."""

import pytest
from flask import Flask
from wtforms import RadioField, SelectField

from learning.access.permissions import Role
from learning.kit.forms import CheckboxesField, Form
from tests.world import RUNNING, sign_in


def forms(of: type[Form] = Form) -> list[type[Form]]:
    return [of, *(each for below in of.__subclasses__() for each in forms(below))]


def test_every_select_begins_with_nothing_chosen(app: Flask) -> None:
    looked_at = set()
    with app.test_request_context("/en/"):
        for form in forms():
            for field in form() if form.__module__.startswith("learning.") else ():
                if isinstance(field, RadioField):
                    assert field.data not in {choice.value for choice in field.iter_choices()}
                elif isinstance(field, CheckboxesField):
                    assert field.data in (None, [])
                elif isinstance(field, SelectField) and field.choices:
                    first = next(iter(field.iter_choices()))
                    assert (form.__name__, field.name, first.value) == (
                        form.__name__, field.name, "",
                    )  # fmt: skip
                    looked_at.add((form.__name__, field.name))
    assert {("InviteForm", "role"), ("EditionForm", "zone"), ("EnrolForm", "language")} <= looked_at


@pytest.mark.parametrize(
    ("role", "path", "field"),
    [
        ("administrator", "staff/people/invite", "role"),
        ("administrator", "staff/people/invite", "language"),
        ("administrator", "staff/people/{person}", "role"),
        ("registrar", f"staff/editions/{RUNNING}/progress/{{place}}", "module"),
        ("registrar", f"staff/editions/{RUNNING}/people/enrol", "language"),
    ],
)
def test_a_new_form_of_the_staff_area_has_nothing_chosen(
    app: Flask, session, world, role, path, field
) -> None:
    client = sign_in(app, session, world.staff[Role(role)])
    page = client.get(f"/en/{path.format(person=world.stranger.uid, place=world.place.uid)}")
    assert page.status_code == 200
    select = page.text.split(f'<select class="input" id="{field}"')[1].split("</select>")[0]
    options = select.split("<option ")[1:]
    assert options[0].startswith('value=""')
    assert not any(" selected" in option for option in options[1:])
