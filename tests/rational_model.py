"""A small exact model, and witnesses about it."""

from fractions import Fraction

V = [["1", "3"], ["-3", "1"], ["2", "5"], ["1", "-4"], ["7", "1/2"]]
X = [["1", "4"], ["-2", "1"]]


def linear(statement, activation="power:3", **more):
    return {"decider": "linear", "statement": statement, "activation": activation, "V": V, "X": X} | more


def cubes(samples=X):
    return [[sum(Fraction(s) * Fraction(t) for s, t in zip(v, x)) ** 3 for v in V] for x in samples]


def combination(*coefficients, samples=X):
    return [str(sum(c * phi for c, phi in zip(coefficients, column))) for column in zip(*cubes(samples))]
