"""The chapter on the corridor: map, ways, trains on the line, borders, journeys and their costs.

Stands in a report whose studies simulated the railway; knows studies, words and pictures.
"""

from keruen.report.chapters.corridor.chapter import corridor_sections, map_of
from keruen.report.chapters.corridor.others_words import others_sentences

__all__ = ["corridor_sections", "map_of", "others_sentences"]
