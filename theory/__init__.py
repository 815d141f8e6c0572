"""What the theorems say: closed forms, thresholds, bounds and enclosures. No randomness, no files, no plots."""
