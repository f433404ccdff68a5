"""Mails and pages of an issue."""
