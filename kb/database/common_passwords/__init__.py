"""Passwords that attackers guess first: a list of digests, and what is made of it.

`common_passwords.sha256` was made from published lists, which `LICENSE` names;
`own_passwords.txt` has those that belong to the subject of this site, one a line.
"""
