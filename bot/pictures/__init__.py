"""Drawing pictures: the only room that knows Pillow, the font and the maker of QR codes.

Its modules are imported when the first poster is drawn: an idle house pays nothing for them.
"""
