"""What is looked at: iCalendar feeds, wording in four languages, pages."""
