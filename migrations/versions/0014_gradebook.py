"""The gradebook: exemptions, overrides, states of requirements, contacts, the closing sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
INTEGER, TEXT, SHORT = sa.BigInteger(), sa.Text(), sa.String(32)
TABLES = {  # columns, primary key, columns that point to a table, indexes, checks
    "exemptions": (
        [("id", INTEGER), ("enrolment_id", INTEGER), ("edition_id", INTEGER), ("item", TEXT)]
        + [("reason", TEXT), ("decided_by_id", INTEGER), ("decided_at", MOMENT)],
        ["id"],
        {"decided_by_id": "people"},
        ["decided_by_id"],
        {},
    ),
    "mark_overrides": (
        [("id", INTEGER), ("enrolment_id", INTEGER), ("edition_id", INTEGER), ("item", TEXT)]
        + [("mark?", INTEGER), ("raw?", INTEGER), ("reason", TEXT)]
        + [("decided_by_id", INTEGER), ("decided_at", MOMENT)],
        ["id"],
        {"decided_by_id": "people"},
        ["enrolment_id", "decided_by_id"],
        {"mark": "mark BETWEEN 0 AND 10000"},
    ),
    "item_results": (
        [("enrolment_id", INTEGER), ("item", TEXT), ("edition_id", INTEGER), ("requirement", SHORT)]
        + [("state", SHORT), ("mark?", INTEGER), ("raw?", INTEGER), ("changed_at", MOMENT)],
        ["enrolment_id", "item"],
        {"edition_id": "editions"},
        ["edition_id"],
        {},
    ),
    "requirement_states": (
        [("enrolment_id", INTEGER), ("requirement", SHORT), ("edition_id", INTEGER)]
        + [("state", SHORT), ("done", INTEGER), ("needed", INTEGER), ("changed_at", MOMENT)],
        ["enrolment_id", "requirement"],
        {},
        [],
        {},
    ),
    "completion_states": (
        [("enrolment_id", INTEGER), ("edition_id", INTEGER), ("fulfilled", INTEGER)]
        + [("required", INTEGER), ("mark?", INTEGER), ("complete_since?", MOMENT)]
        + [("changed_at", MOMENT)],
        ["enrolment_id"],
        {"edition_id": "editions"},
        ["edition_id"],
        {},
    ),
    "contact_entries": (
        [("id", INTEGER), ("enrolment_id", INTEGER), ("edition_id", INTEGER), ("channel", SHORT)]
        + [("note", TEXT), ("noted_by_id", INTEGER), ("noted_at", MOMENT)],
        ["id"],
        {"noted_by_id": "people"},
        ["enrolment_id", "noted_by_id"],
        {},
    ),
    "closing_sheets": (
        [("edition_id", INTEGER), ("digest", TEXT), ("lead_id?", INTEGER)]
        + [("lead_signed_at?", MOMENT), ("registrar_id?", INTEGER)]
        + [("registrar_signed_at?", MOMENT), ("closed_at?", MOMENT)],
        ["edition_id"],
        {"edition_id": "editions", "lead_id": "people", "registrar_id": "people"},
        ["lead_id", "registrar_id"],
        {
            "two_people": "lead_id <> registrar_id",
            "signed": "closed_at IS NULL OR (lead_id IS NOT NULL AND registrar_id IS NOT NULL)",
        },
    ),
}


def upgrade() -> None:
    for table, (columns, key, references, indexes, checks) in TABLES.items():
        names = [name.removesuffix("?") for name, _ in columns]
        enrolment = [
            sa.ForeignKeyConstraint(
                ["enrolment_id", "edition_id"],
                ["enrolments.id", "enrolments.edition_id"],
                name=op.f(f"fk_{table}_enrolment_id_edition_id"),
                ondelete="CASCADE",
            )
        ]
        unique = [
            sa.UniqueConstraint(
                "enrolment_id", "item", name=op.f("uq_exemptions_enrolment_id_item")
            )
        ]
        op.create_table(
            table,
            *(
                sa.Column(name.removesuffix("?"), kind, nullable=name.endswith("?"))
                for name, kind in columns
            ),
            sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
            *(enrolment if "enrolment_id" in names else []),
            *(
                sa.ForeignKeyConstraint(
                    [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}")
                )
                for column, target in references.items()
            ),
            *(
                sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
                for name, condition in checks.items()
            ),
            *(unique if table == "exemptions" else []),
            sqlite_strict=True,
        )
        for column in indexes:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
