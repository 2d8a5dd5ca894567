"""What may be chosen in a study's file, in words: designs, kinds of distributions, ways in which a value changes the scenario."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.study.file.definition import By, DesignName

DESIGNS: Mapping[DesignName, str] = {
    "one_at_a_time": "Each value of each factor alone: of a range its ends, of a distribution the values at 10 % and at 90 %",
    "grid": "Every combination of the values of all factors, of ranges and distributions as of one_at_a_time",
    "latin_hypercube": "As many as samples says, spread evenly over the ranges and distributions",
    "morris": "As many walks as samples says, one factor a step: samples x (factors + 1) runs; needs the extra study",
    "sobol": "As many points as samples says, with their mixtures: samples x (factors + 2) runs; needs the extra study",
    "monte_carlo": "As many as samples says, drawn from the distributions; what moves together has a correlation",
    "named": "The runs of [[named]] alone",
}

DISTRIBUTIONS: Mapping[str, str] = {
    "uniform": "All values from low to high alike",
    "triangular": "From low to high, mode most likely",
    "normal": "Normal; beyond low and high, where they are given, nothing is drawn",
    "lognormal": "Its logarithm is normal: half of the values are above median, sigma is the standard deviation of the logarithm",
    "discrete": "One of the values, each as likely as its share of the weights",
}

WAYS: Mapping[By, str] = {
    "set": "Puts the value there",
    "times": "Multiplies a number, or every amount of a table by date",
    "plus": "Adds to a number, or to every amount of a table by date",
    "later": "Makes a date, or all dates of a table by date, later by months; earlier where they are below 0",
    "between": "Places a dated ramp between from_low (-1), from (0) and from_high (1)",
}
