"""The pack that ships with convex-lint: two files a rule, `name.py` decides and `name.md` teaches."""
