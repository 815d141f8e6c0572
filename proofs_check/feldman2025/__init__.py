"""Claims about "Trade-offs in Data Memorization via Strong Data Processing Inequalities", COLT 2025, arXiv 2506.01855."""
