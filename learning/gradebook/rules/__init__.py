"""Rules of completion and marks: plain values in, a plain value out."""
