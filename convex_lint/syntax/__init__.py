"""TEXT -> TREE. The only door to tree-sitter."""
