"""One file per figure: arrays in, a matplotlib Figure out."""
