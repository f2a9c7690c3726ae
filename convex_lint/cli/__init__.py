"""The command line: one file a command, and the only door to click."""
