"""What shoppers call things, in Chinese and English: frozen tables, one subject a module.

A line is a group of words for one thing. Behind ``>`` stand narrower things, which answer a
question for the wider one; a word after ``~`` is understood but too short to be looked for.
"""
