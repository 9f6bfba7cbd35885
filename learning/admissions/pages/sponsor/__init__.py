"""Pages of sponsors, opened by a signed link."""
