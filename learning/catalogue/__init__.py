"""The courses on offer and their editions: what a visitor finds, and when it runs."""
