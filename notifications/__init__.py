"""What is sent: reminder policy, outbox, mail."""
