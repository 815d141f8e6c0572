"""Contraction constants of strong data-processing inequalities. The direction is part of every name.

For a pair (U, V) the *backward* constant eta(V -> U) is the smallest eta with I(M; U) <= eta I(M; V) for every Markov chain
U - V - M: it bounds what a summary M of the data V tells about the target U. `channels` has the constants with a closed
form and the rules for combining them, `finite` those of finite tables, `fair_bit` the backward constant when U is a fair
sign.
"""
