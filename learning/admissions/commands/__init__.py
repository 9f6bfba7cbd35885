"""Commands that change applications and what belongs to them."""
