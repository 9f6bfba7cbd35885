"""What files keep of a person (`extension_points.personal_data`)."""

from learning.extension_points.personal_data import OnForget, PersonalTable
from learning.files.models import FileOwner, PendingUpload, StoredFile

TABLES = (
    PersonalTable(
        model=PendingUpload,
        about=lambda person: PendingUpload.owner_id == person.id,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"part_key"}),
    ),
    PersonalTable(
        model=StoredFile,
        about=lambda person: StoredFile.owner_id == person.id,
        on_forget=OnForget.ANONYMISE,
        why="The nightly purge deletes the row with its content once no other row leads to it.",
        hidden=frozenset({"key"}),
        blank=lambda _request: {"name": "", "owner_id": None},
    ),
    PersonalTable(
        model=FileOwner,
        about=lambda person: FileOwner.owner_id == person.id,
        on_forget=OnForget.DELETE,
    ),
)
