"""Cancellation policies: read from `cancellation.toml`, stored once, never changed once used."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue.cancellation import Policy, Tier, policy_errors
from learning.catalogue.models import CancellationPolicy
from learning.catalogue.queries import policy_of_row

FILE = "cancellation.toml"
FIELDS: Mapping[str, type] = {
    "version": str,
    "valid_from": date,
    "tiers": list,
    "late_percent": int,
    "transfer_days": int,
}
TIER_FIELDS: Mapping[str, type] = {"min_days": int, "percent": int}


class PolicyError(ValueError):
    """The file of policies is invalid; `errors` has one line each."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def read_policies(folder: Path) -> list[Policy]:
    """Return the policies in a folder's `cancellation.toml`; raise PolicyError."""
    try:
        data = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyError([f"{FILE}: there is no such file"]) from None
    except (OSError, ValueError) as problem:
        raise PolicyError([f"{FILE}: {problem}"]) from problem
    entries = data.get("policies")
    if data.keys() != {"policies"} or not isinstance(entries, list) or not entries:
        raise PolicyError([f"{FILE}: one or more [[policies]], and nothing else"])
    errors = [
        f"{FILE}: policy {number}: {error}"
        for number, entry in enumerate(entries, 1)
        for error in _entry_errors(entry)
    ]
    if errors:
        raise PolicyError(errors)
    policies = [_policy(entry) for entry in entries]
    errors = [
        f"{FILE}: {each.version}: {error}" for each in policies for error in policy_errors(each)
    ]
    if len({each.version for each in policies}) < len(policies):
        errors.append(f"{FILE}: two policies have one version")
    if errors:
        raise PolicyError(errors)
    return policies


def store_policies(session: Session, policies: Sequence[Policy], *, now: datetime) -> None:
    """Store the new policies; raise PolicyError for a stored one that was changed.

    A policy that no edition refers to may still be replaced.
    """
    for policy in policies:
        row = session.get(CancellationPolicy, policy.version)
        if row is not None and policy_of_row(row) == policy:
            continue
        if row is not None:
            _remove(session, row)
        session.add(_row(policy))
        session.flush()  # editions refer to it
        subject = f"policy {policy.version}"
        record(session, "policy stored", subject, by=None, now=now, tiers=tiers_text(policy))


def tiers_text(policy: Policy) -> str:
    """Return the tiers of a policy as JSON: `[[14, 0], [8, 50]]`."""
    return json.dumps([[tier.min_days, tier.percent] for tier in policy.tiers])


def _remove(session: Session, row: CancellationPolicy) -> None:
    version = row.version
    try:
        with session.begin_nested():
            session.delete(row)
    except IntegrityError as error:
        message = f"{FILE}: {version} is in use and was changed; give the new rules a new version"
        raise PolicyError([message]) from error


def _row(policy: Policy) -> CancellationPolicy:
    return CancellationPolicy(
        version=policy.version,
        valid_from=policy.valid_from,
        tiers=tiers_text(policy),
        late_percent=policy.late_percent,
        transfer_days=policy.transfer_days,
    )


def _entry_errors(entry: object) -> list[str]:
    """Return what is missing, unknown or of another type in one entry of the file."""
    errors = _shape_errors(entry, FIELDS)
    tiers = entry.get("tiers") if isinstance(entry, dict) else None
    for tier in tiers if isinstance(tiers, list) else ():
        errors += [f"a tier: {error}" for error in _shape_errors(tier, TIER_FIELDS)]
    return errors


def _shape_errors(entry: object, fields: Mapping[str, type]) -> list[str]:
    if not isinstance(entry, dict):
        return ["not a table"]
    missing = [f"{name} is missing" for name in fields if name not in entry]
    unknown = [f"{name} is not known" for name in sorted(entry.keys() - fields.keys())]
    wrong = [
        f"{name} is not of type {kind.__name__}"
        for name, kind in fields.items()
        if name in entry
        and type(entry[name]) is not kind  # True is not a number, a datetime not a date
    ]
    return missing + unknown + wrong


def _policy(entry: Mapping[str, Any]) -> Policy:
    return Policy(**(dict(entry) | {"tiers": tuple(Tier(**tier) for tier in entry["tiers"])}))
