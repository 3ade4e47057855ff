"""Passwords that attackers guess first: a list of digests, and what is made of it.

`common_passwords.sha256` was made from published lists, which `LICENSE` names, and from
`own_passwords.txt`; `make_list.py` adds what is new in the latter.
"""
