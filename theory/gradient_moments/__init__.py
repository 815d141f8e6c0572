"""Moments of one gradient of a wide two-layer network at Gaussian weights: closed forms and bounds (wang2023)."""
