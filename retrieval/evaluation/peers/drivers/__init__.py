"""Scripts that run in other environments: `drive` measures, a module ``with_…`` knows one library.

They are started by their path and import nothing of Chuchu, except the one that drives Chuchu.
"""
