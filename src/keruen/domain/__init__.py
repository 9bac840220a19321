"""The language of Keruen: tables, codes and results that the stages share; no logic.

Its modules are its doors: `tables`, `codes`, `results`, `iso6346`.
"""
