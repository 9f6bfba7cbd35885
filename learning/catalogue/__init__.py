"""The courses on offer and their editions: dates, texts, publication."""
