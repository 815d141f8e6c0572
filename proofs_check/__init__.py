"""Claims, one file per theorem, and the small deciders on which every verdict rests."""
