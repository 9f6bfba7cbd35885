"""No form reads figures by a field that has no limits: days, numbers and amounts have their own."""

import inspect
from importlib import import_module
from pkgutil import walk_packages

import wtforms
from wtforms import Form

import learning

BARE = (
    "IntegerField", "DecimalField", "FloatField", "IntegerRangeField", "DecimalRangeField",
    "DateField", "DateTimeField", "DateTimeLocalField", "MonthField", "TimeField", "WeekField",
)  # fmt: skip


def test_every_field_of_figures_knows_its_limits() -> None:
    bare = tuple(getattr(wtforms, name) for name in BARE)
    forms = 0
    for found in walk_packages(learning.__path__, "learning."):
        if not found.name.endswith("forms"):
            continue
        for _, form in inspect.getmembers(import_module(found.name), inspect.isclass):
            if not issubclass(form, Form):
                continue
            forms += 1
            for name, field in inspect.getmembers(form, lambda each: hasattr(each, "field_class")):
                assert not issubclass(field.field_class, bare), f"{form.__name__}.{name}"
    assert forms
