"""Why a file was not taken, in words that its sender reads."""

from learning.files.rules import Fault
from learning.kit.i18n import N_

FAULTS = {
    Fault.EMPTY: N_("The file is empty. Choose it again."),
    Fault.TOO_LARGE: N_("The file is larger than 5 MB. Send a smaller one, or a photo of it."),
    Fault.NOT_ALLOWED: N_("This is not a PDF, JPEG or PNG file. Only these can be sent."),
    Fault.BROKEN: N_("The file is damaged. Save it or photograph it again, then send it."),
    Fault.LOCKED: N_(
        "This PDF asks for a password. Save a copy without one, or photograph the pages, and send "
        "that."
    ),
    Fault.HEIC: N_(
        "This photo is in Apple’s HEIC format. Send a screenshot of it, or choose “Most "
        "compatible” under Settings, Camera, Formats and take it again."
    ),
    Fault.QUOTA: N_(
        "You have sent as many files as we can keep. What belongs to no application is removed "
        "within a day; try again tomorrow."
    ),
    Fault.TOO_MANY_PIXELS: N_("The picture has too many pixels. Make it smaller, then send it."),
}
