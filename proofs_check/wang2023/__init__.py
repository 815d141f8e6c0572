"""Claims about "Reconstructing Training Data from Model Gradient, Provably", AISTATS 2023, arXiv 2212.03714."""
