"""Tests of the benchmarks: data, requests and reports, without times."""
