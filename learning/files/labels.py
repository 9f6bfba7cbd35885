"""Which files are taken, and why one was not, in words that its sender reads."""

from learning.files.purposes import FilePurpose
from learning.files.rules import MAX_FORM_FILE_BYTES, FileKind, FileRejection
from learning.kit.i18n import N_, I18n

REJECTION_MESSAGES = {
    FileRejection.EMPTY: N_("The file is empty. Choose it again."),
    FileRejection.TOO_LARGE: N_(
        "The file is larger than %(size)s. Send a smaller one, or a photo of it."
    ),
    FileRejection.TOO_LARGE_FOR_FORM: N_(
        "Without JavaScript, a file of at most %(form_size)s can be sent. Switch JavaScript on, or "
        "send a smaller file."
    ),
    FileRejection.NOT_ALLOWED: N_("This kind of file cannot be sent here. These can: %(kinds)s."),
    FileRejection.BROKEN: N_("The file is damaged. Save it or photograph it again, then send it."),
    FileRejection.LOCKED: N_(
        "This file asks for a password. Save a copy without one, and send that."
    ),
    FileRejection.HEIC: N_(
        "This photo is in Apple’s HEIC format. Send a screenshot of it, or choose “Most "
        "compatible” under Settings, Camera, Formats and take it again."
    ),
    FileRejection.ZIP_BOMB: N_(
        "The document becomes far too large when it is opened. Save it as a PDF, and send that."
    ),
    FileRejection.MACROS: N_(
        "The document contains macros or controls. Save a copy without them, and send that."
    ),
    FileRejection.EMBEDDED: N_(
        "The document contains another file as an object. Remove the object or save the document "
        "as a PDF, and send that."
    ),
    FileRejection.EXTERNAL_LINK: N_(
        "The document loads something from elsewhere or leads to a file on a disk: a linked "
        "picture, template or table. Copy it into the document or save the document as a PDF, and "
        "send that. Links to web pages may stay."
    ),
    FileRejection.TOO_MANY: N_("Only one file can be sent here. Choose one."),
    FileRejection.QUOTA: N_(
        "You have sent as many files as we can keep. Files that you do not use are removed within "
        "a day; try again tomorrow."
    ),
    FileRejection.TOO_MANY_PIXELS: N_(
        "The picture has too many pixels. Make it smaller, then send it."
    ),
}
KINDS_AND_SIZE = N_("%(kinds)s; %(size)s at most.")


def rejection_text(rejection: FileRejection, purpose: FilePurpose, i18n: I18n) -> str:
    """Return why a file is not taken, with the limits of its purpose, in the reader's language."""
    return i18n.gettext(REJECTION_MESSAGES[rejection]) % _limits(purpose, i18n)


def limits_text(purpose: FilePurpose, i18n: I18n) -> str:
    """Return which files are taken for a purpose: “PDF, JPEG and PNG; 5 MB at most”."""
    return i18n.gettext(KINDS_AND_SIZE) % _limits(purpose, i18n)


def _limits(purpose: FilePurpose, i18n: I18n) -> dict[str, str]:
    kinds = [kind.value.upper() for kind in FileKind if kind in purpose.kinds]
    return {
        "kinds": i18n.join_list(kinds),
        "size": i18n.file_size(purpose.max_bytes),
        "form_size": i18n.file_size(MAX_FORM_FILE_BYTES),
    }
