"""What the interpreter knows of libraries: one small file each."""
