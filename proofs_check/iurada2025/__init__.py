"""Claims about "A Law of Data Reconstruction for Random Features (and Beyond)", arXiv 2509.22214."""
