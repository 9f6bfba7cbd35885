"""Tests of documents as PDF."""
