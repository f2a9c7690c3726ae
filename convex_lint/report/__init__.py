"""FINDINGS -> TEXT. One file a format."""
