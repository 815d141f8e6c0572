"""One trial of a diagram each: `trial(rng, **cell)` gives a dict of bools, integers and floats."""
