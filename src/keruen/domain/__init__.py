"""The language of Keruen: tables, codes and results that the stages share; no logic.

Its modules are its doors: `tables`, `codes`, `hazards`, `iso6346`; `results` of a study; `joint`
and `joint_state` of a register.
"""
