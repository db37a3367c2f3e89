"""Other people's libraries on the same passages and questions, each in an environment of its own.

Contexts -> a folder with passages and questions (`material`) -> for each of the `roster`, an
environment (`environments`) and a process in it (`running`) -> ranks judged as ever (`comparison`)
-> a table, a plot, JSON (`showing`).
"""
