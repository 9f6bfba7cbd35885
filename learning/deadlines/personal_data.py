"""What is kept of one person's dates (`extension_points.personal_data`)."""

from learning.deadlines.models import AccommodationProfile, Extension
from learning.enrolment.personal_data import deleted_with

TABLES = (
    deleted_with(Extension.enrolment_id, "decided_by_id"),
    deleted_with(AccommodationProfile.enrolment_id, "decided_by_id"),
)
