"""Passwords that attackers guess first: a list of digests, and what is made of it.

`make_list.py` makes `common_passwords.sha256` from published lists and from
`own_passwords.txt`; `LICENSE` names the lists and their licences.
"""
