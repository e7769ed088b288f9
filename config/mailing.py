"""Reminders for this installation: policy file, recipients from the store, outbox, transport."""
