"""What templates read of their values, checked against the types of the values.

A template is read as a page would be drawn, once, with types for values: `page.people` is a
`Sequence[Person]`, so `person` of `for person in page.people` is a `Person`, and `person.nam` is a
fault. What has no known type is not looked at.
"""

import inspect
import operator
import types
import typing
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, get_args, get_origin

from sqlalchemy.orm import Mapped
from wtforms import Field

UNKNOWN = object()


def options(kind: Any) -> list[Any]:
    """Return the types that a value may have, None aside; empty if one of them is not known."""
    origin = get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        each = [options(part) for part in get_args(kind) if part is not types.NoneType]
        return [] if [] in each else [one for parts in each for one in parts]
    if origin in {Mapped, typing.Annotated}:
        return options(get_args(kind)[0])
    known = isinstance(origin or kind, type) and kind not in {Any, object, types.NoneType}
    return [kind] if known else []


def either(*kinds: Any) -> Any:
    """Return the type of a value that has one of several types."""
    some = [kind for kind in kinds if kind is not types.NoneType]
    found = [one for kind in some for one in options(kind) or [UNKNOWN]]
    return UNKNOWN if UNKNOWN in found or not found else reduce(operator.or_, found)


def hints(of: Any) -> Mapping[str, Any]:
    """Return the types of what a class, or a function, declares."""
    try:
        return typing.get_type_hints(of) if of is not None else {}
    except NameError:  # a name that is imported for type checkers only
        return {}


def base(kind: Any) -> type:
    found: type = get_origin(kind) or kind
    return found


def with_subclasses(cls: type) -> list[type]:
    """Return a class and, of ours, what derives from it: a value may be any of these."""
    below = cls.__subclasses__() if cls.__module__.startswith("learning.") else []
    return [cls, *(one for each in below for one in with_subclasses(each))]


def attribute(kind: Any, name: str) -> tuple[bool, Any]:
    """Return whether values of a type may have an attribute, and its type.

    Fields of forms get theirs when they are made, so that these are not looked at.
    """
    if issubclass(base(kind), Field):
        return True, UNKNOWN
    found = [_own_attribute(kind, cls, name) for cls in with_subclasses(base(kind))]
    known = [each for there, each in found if there]
    return bool(known), either(*known)


def _own_attribute(kind: Any, cls: type, name: str) -> tuple[bool, Any]:
    declared = hints(cls)
    if name in declared:
        return True, declared[name]
    found = inspect.getattr_static(cls, name, None)
    if found is None and issubclass(cls, Mapping):
        return True, element(kind, -1)
    read_by = getattr(found, "fget", None) or getattr(found, "func", None)  # as cached properties
    return found is not None, hints(read_by).get("return", UNKNOWN)


def element(kind: Any, index: int = 0) -> Any:
    """Return the type of what one gets by going through values of a type, or by a key (-1)."""
    found = []
    for each in options(kind):
        cls, inside = base(each), get_args(each)
        if cls is tuple and inside and inside[-1] is not Ellipsis:
            found.append(either(*inside))
        elif issubclass(cls, str):
            found.append(str)
        elif issubclass(cls, Iterable) and inside:
            found.append(inside[index if issubclass(cls, Mapping) else 0])
        else:
            found.append(UNKNOWN)
    return either(*found) if found else UNKNOWN


def parts(kind: Any, count: int) -> list[Any]:
    """Return the types of the parts of a tuple that is taken apart."""
    inside = get_args(kind)
    if options(kind) and base(kind) is tuple and len(inside) == count and Ellipsis not in inside:
        return list(inside)
    return [element(kind)] * count


def called(kind: Any, name: str) -> Any:
    """Return the type of what a method returns."""
    cls = base(kind)
    if issubclass(cls, Mapping) and get_args(kind):
        key, value = get_args(kind)
        methods = {
            "items": Iterable[tuple[key, value]],
            "values": Iterable[value],
            "keys": Iterable[key],
            "get": value,
        }
        return methods.get(name, UNKNOWN)
    return hints(getattr(cls, name, None)).get("return", UNKNOWN)
