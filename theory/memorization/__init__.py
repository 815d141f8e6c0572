"""Memorization bounds of feldman2025 for its three cluster problems, and the algorithms that meet them.

Statements and proofs: docs/memorization.md. Balls inside, bits outside. `bound.bound` is the whole.
"""
