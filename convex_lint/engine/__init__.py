"""From the files of a user to a report: discover, configure, lint, suppress."""
