"""TREES -> PROGRAM. Linking, as the Convex bundler and TypeScript do it."""
