"""Judgements: which records answer a query, and how well the search finds them.

measures.py           the score of each query, means with their intervals
relevance_table.py    the table of `kb relevance`
decision_editor.py    decisions of staff on a query, written into the content
judged_runs.py        the stored runs of all judged queries: the last, and the saved one
publication_trial.py  the queries that a draft would take their answer from
"""
